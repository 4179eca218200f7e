"""Proof of the rules: jobs with one seeded defect each, and clean ones; the confusion matrix.

`CELLSIM_PROVE=full`: 1,000 and 1,000 jobs. Else every kind once, and a tenth as many clean jobs.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "seeded"))

from jobs import Case, case
from kinds import KINDS
from kinds_movers import on_other_robot, on_shuttle, on_stage
from matrix import Matrix, judged, run, table
from world import draw

from cellsim.domain.report import Verdict
from cellsim.verify.rules import rule_ids

pytestmark = pytest.mark.prove

# They judge the physics replay, which no timeline alone has; tests/test_physics.py has them.
REPLAYED = {"physics-tracking", "physics-contact", "physics-grip-slips", "physics-hinge-binds"}
FULL = os.environ.get("CELLSIM_PROVE") == "full"
SEED = 20261125


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    """Run the jobs and print the matrix."""
    defects, clean = (1000, 1000) if FULL else (len(KINDS), len(KINDS) // 10)
    began = time.perf_counter()
    m = run(defects, clean, SEED)
    spent = time.perf_counter() - began
    proven = {k.name for k in KINDS.values() if k.proven}
    print(f"\nseeded defects, {date.today()}, {platform.machine()}, {os.cpu_count()} cores")
    print("\n".join(table(m)))
    print("kinds with * follow from no proof; a job counts if the rule named the right line")
    for line in (*m.missed, *m.alarms):
        print(line)
    for name, among in (("proven", proven), ("other", set(KINDS) - proven)):
        made = sum(m.made[k] for k in among)
        found = sum(m.found[k] for k in among)
        print(f"PROVE defects-{name} kinds={len(among)} jobs={made} found={found}")
    print(f"PROVE defects-clean jobs={m.clean} alarms={len(m.alarms)} seconds={spent:.0f}")
    return m


def test_there_are_thirty_kinds_and_more_and_each_was_made(matrix: Matrix) -> None:
    assert len(KINDS) >= 30
    assert all(matrix.made[name] for name in KINDS)


def test_a_kind_with_a_proof_is_always_found(matrix: Matrix) -> None:
    missed = {k: matrix.made[k] - matrix.found[k] for k in KINDS if KINDS[k].proven}
    assert {k: n for k, n in missed.items() if n} == {}


def test_nineteen_in_twenty_of_every_other_kind_are_found(matrix: Matrix) -> None:
    poor = {k for k in KINDS if matrix.found[k] < 0.95 * matrix.made[k]}
    assert poor == set()


def test_at_most_one_in_a_hundred_clean_jobs_is_flagged(matrix: Matrix) -> None:
    assert len(matrix.alarms) <= matrix.clean // 100, matrix.alarms


def test_every_rule_tells_a_seeded_defect_but_those_of_the_replay(matrix: Matrix) -> None:
    assert set(rule_ids()) - matrix.named == REPLAYED


@pytest.mark.parametrize(
    ("build", "two"), [(on_shuttle, False), (on_stage, False), (on_other_robot, True)]
)
def test_what_a_kind_builds_first_is_clean_without_its_defect(
    build: Callable[[Case], None], two: bool
) -> None:
    for seed in range(SEED, SEED + (40 if FULL else 2)):
        rng = np.random.default_rng(seed)
        d = draw(rng)
        while two and not d.two:
            d = draw(rng)
        c = case(d)
        build(c)
        assert judged(c) == ((), Verdict.GREEN), seed
