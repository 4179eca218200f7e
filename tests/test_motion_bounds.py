"""Motions that would take hours: a finite result in bounded memory, and an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny

from cellsim.domain.program import FINE, Zone
from cellsim.domain.report import Severity
from cellsim.geometry import Pose
from cellsim.motion import lookahead, sampling
from cellsim.motion.run import LONGEST_S, MoveSpec, Run
from cellsim.verify.rules.severities import SEVERITIES

# Parabolas that may take more than half of a leg, as e-Series blends do.
RULES = replace(cases.RULES, half_limit=False, overlap="error")
KNOTS = 4_000


@pytest.fixture(autouse=True)
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound the knots lower than in use: the bound is what is looked at, and it costs less."""
    monkeypatch.setattr(sampling, "MOST_KNOTS", KNOTS)
    monkeypatch.setattr(lookahead, "_MOST_SAMPLES", 2 * KNOTS)


def case() -> cases.Case:
    made = cases.Case(tiny.ur10e())
    made.q0 = np.array([0.0, -1.2, 1.7, -1.9, -1.57, 0.3])
    return made


def lines(made: cases.Case, at: Pose, speed: str, zone: Zone) -> list[MoveSpec]:
    """Return three lines of 60 mm, the last one to an exact stop."""
    steps = [Pose(at.R, at.p + np.array([0.0, 0.06 * k, 0.0])) for k in (1, 2, 3)]
    zones = (zone, zone, FINE)
    return [made.line(p, z, speed) for p, z in zip(steps, zones, strict=True)]


def too_long(made: cases.Case, moves: Sequence[MoveSpec]) -> Run:
    """Return a run of hours, after looking at its size and its findings."""
    run = made.run(moves, RULES)
    assert run.duration > LONGEST_S
    assert len(run.t) <= 2 * len(moves) * (KNOTS + 100)
    assert np.all(np.diff(run.t) > 0.0)
    for part in (run.q, run.qd, run.qdd, run.dev_path, run.dev_time):
        assert np.all(np.isfinite(part))
    errors = [f for f in run.findings if f.severity is Severity.ERROR and f.unit == "s"]
    assert errors
    assert {f.rule for f in errors} == {"move-time-not-held"}
    assert "error" in SEVERITIES["move-time-not-held"]
    taken = [float(run.t[m.last] - run.t[m.first]) for m in run.motions]
    assert [f.value for f in errors] == pytest.approx([t for t in taken if t > LONGEST_S])
    return run


def test_a_joint_corner_of_300_mm_into_lines_of_60_mm_that_crawl() -> None:
    """Joints as slow as a near singularity makes them: one stretch of many pieces and hours."""
    made = case()
    made.joints = tuple(
        replace(j, speed=j.speed * 2e-6, acceleration=(2e-5, 2e-5)) for j in made.joints
    )
    corner, dq = Zone("radius", 300.0), (0.3, -0.2, 0.2, 0.1, 0.1, 0.2)
    moves = [made.joint(dq, corner), *lines(made, made.at(dq), "300 mm/s", Zone("radius", 20.0))]
    run = too_long(made, moves)
    assert np.max(np.abs(run.qd[:, 0])) <= made.joints[0].speed * (1.0 + 1e-6)


@pytest.mark.parametrize("zone", [FINE, Zone("radius", 1e-6), Zone("radius", 20.0)])
def test_lines_at_next_to_no_speed(zone: Zone) -> None:
    made = case()
    run = too_long(made, lines(made, made.at(), "0.000001 mm/s", zone)[-2:])
    assert run.duration >= 0.06 / 1e-9


def test_a_joint_move_and_a_time_that_never_end() -> None:
    made = case()
    too_long(made, [made.joint((0.1, 0, 0, 0, 0, 0), speed="0.000001 %")])
    too_long(
        made, [made.line(lines(made, made.at(), "100 mm/s", FINE)[0].world_T_tcp, FINE, "1e9 s")]
    )


def test_a_stretch_of_ordinary_length_has_no_such_finding() -> None:
    made = case()
    run = made.run(lines(made, made.at(), "10 mm/s", Zone("radius", 20.0)), RULES)
    assert run.duration == pytest.approx(18.0, abs=2.0)
    assert "move-time-not-held" not in {f.rule for f in run.findings}
    assert float(np.max(np.diff(run.t))) <= RULES.interpolation_s * (1.0 + 2e-3)
