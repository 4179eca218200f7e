"""Ends of lines by long steps, against the small steps that follow them."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from brandkit import KITS
from controllers_extremes import extreme
from controllers_jobs import roomy, station
from controllers_support import cell_of
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.writing.ahead import Ahead
from cellsim.controllers.writing.resolve import _between
from cellsim.controllers.writing.rewrite import rewrite
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Program, Routine, Speed, Statement, Target
from cellsim.geometry import Array
from cellsim.kinematics.arrival import arrive
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_path


def followed(chain: Chain, q: Array, to: Array) -> Array | None:
    """Return the end of a line by small steps, None where it cannot be followed."""
    line = _between(flange_pose(chain, q), flange_pose(chain, to))
    parts = np.linspace(0.0, 1.0, len(line) + 1)[1:, None]
    ext = q[chain.arm_dof :] + parts * (to[chain.arm_dof :] - q[chain.arm_dof :])
    path = solve_path(chain, line, q, ext)
    return np.asarray(path[-1]) if len(path) == len(line) else None


@pytest.mark.parametrize(("brand", "on_track"), [("abb", False), ("fanuc", True), ("ur", False)])
def test_what_is_certain_is_where_small_steps_end(brand: str, on_track: bool) -> None:
    """Also from beside the wrist's singularity, beyond limits and over half turns."""
    chain, rng = chain_of(cell_of(brand, on_track), "arm"), np.random.default_rng(7)
    lower, upper = np.maximum(chain.lower, -3.0), np.minimum(chain.upper, 3.0)
    certain = 0
    for number in range(150):
        q = rng.uniform(lower, upper)
        q[4] = (q[4], rng.uniform(-0.12, 0.12))[number % 3 == 0]
        near = np.clip(q + rng.uniform(-0.4, 0.4, len(q)), lower, upper)
        to = rng.uniform(lower, upper) if number % 4 == 0 else near
        goal = flange_pose(chain, to).matrix[None]
        (end,) = arrive(chain, q[None], goal, to[None, chain.arm_dof :])
        if np.isnan(end[0]):
            continue
        certain += 1
        by_steps = followed(chain, q, to)
        assert by_steps is not None
        assert np.allclose(end, by_steps, rtol=0.0, atol=1e-9)
    assert certain >= 50


def test_lines_go_on_from_each_other_up_to_one_that_is_not_certain() -> None:
    chain = chain_of(cell_of("abb"), "arm")
    q = [np.array(KITS["abb"].home) + 0.05 * n for n in range(4)]
    goals = np.array([flange_pose(chain, v).matrix for v in q[1:]])
    starts, none = np.full((3, 6), np.nan), np.empty((3, 0))
    starts[0] = q[0]
    assert np.allclose(arrive(chain, starts, goals, none), q[1:], atol=1e-9)
    far = goals.copy()
    far[1, 0, 3] += 50.0
    ends = arrive(chain, starts, far, none)
    assert np.allclose(ends[0], q[1], atol=1e-9)
    assert np.isnan(ends[1:]).all()


def _local(seed: int) -> tuple[Cell, Program]:
    """Return a job of stations, with lines and arcs on the branch they begin with."""
    rng, cell = random.Random(seed), roomy("abb", bool(seed % 2))
    start = Target(q=cell.groups["arm"].home)
    body: list[Statement] = [Move(kind="joint", to=start, speed=Speed(50.0, "%"), tool="gripper")]
    for _ in range(4):
        body += station("abb", cell, rng)
    return cell, Program("job", "arm", (Routine("main", tuple(body)),), source="teach")


def _another_branch(program: Program, rng: random.Random) -> Program:
    """Return a program with some configurations of path motions changed."""

    def change(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, Move) and s.kind != "joint" and s.to.config and rng.random() < 0.3:
            told = s.to.config.split()
            told[3] = str((int(told[3]) + 1) % 8)
            return (replace(s, to=replace(s.to, config=" ".join(told))),)
        return (s,)

    return rewrite(program, change)


def test_programs_and_findings_are_those_of_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for seed in range(4):
        for cell, program in (_local(seed), extreme("abb", seed)):
            answers = []
            for steps in ("long", "small"):
                with monkeypatch.context() as patch:
                    if steps == "small":
                        patch.setattr(Ahead, "look", lambda _self, _legs: None)
                    quantised = BRANDS["abb"].quantise(program, cell)
                    wrong = _another_branch(quantised, random.Random(seed))
                    answers.append((quantised, BRANDS["abb"].lint(wrong, cell)))
            assert list(differences(answers[0][0], answers[1][0])) == []
            assert answers[0][1] == answers[1][1]
            found += [f.rule for f in answers[0][1]]
    assert found.count("lint-configuration") >= 5
