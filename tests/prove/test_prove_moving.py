"""Random arms and fixtures that slide or turn: nothing called free is met anywhere they may be.

`CELLSIM_PROVE=full`: 600 cells. Else 60. Each is sampled by coal over instants of the arm times
places of the fixture; beside it, how many certain collisions the nominal clock alone shows.
"""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np
import pytest
from slides import find_pair, random_piece
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.timeline import (
    Concurrent,
    Event,
    FixtureTrack,
    Phase,
    Timeline,
)
from cellsim.domain.wiring import Device, TimeRange
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import link_pose
from cellsim.proofcheck.check import check_proof

pytestmark = pytest.mark.prove
CELLS = 600 if os.environ.get("CELLSIM_PROVE") == "full" else 60
TOOL, DOOR, RIDER = "a/tool:tool_a", "fixture:door", "fixture:rider"
KNOTS = 4


def world_of(rng: np.random.Generator, q: Array) -> tuple[Cell, tuple[float, float]]:
    """Return an arm, a fixture that moves with another on it, and from where to where it goes.

    Both begin near a place where the tool comes by.
    """
    axes, at = np.eye(3)[rng.integers(3, size=3)], rng.uniform(-0.4, 0.4, (3, 3))
    robot = arm([("revolute", tuple(axes[j]), tuple(at[j])) for j in range(3)])
    kind: Literal["revolute", "prismatic"] = "revolute" if rng.integers(2) else "prismatic"
    axis = rng.normal(size=3)
    goal = float(rng.uniform(-1.5, 1.5) if kind == "revolute" else rng.uniform(-0.6, 0.6))
    origin = rng.uniform(-0.4, 0.4, 3)
    joint = FixtureJoint(kind, origin, axis / np.linalg.norm(axis), -2.0, 2.0, 0.0)
    bare = cell({"a": robot}, {"a": solid(random_piece(rng))})
    tip = link_pose(bare, "a/flange", {"a": q[rng.integers(KNOTS)]}).p
    near = Pose.translation(*(tip + rng.normal(size=3) * 0.25))
    joint_pieces = {n: solid(random_piece(rng)) for n in ("door", "rider")}
    door = Fixture("door", joint_pieces["door"], "world", near, joint=joint)
    hung = Pose.translation(*(rng.normal(size=3) * 0.2))
    rider = Fixture("rider", joint_pieces["rider"], "fixture:door", hung)
    time = TimeRange(1.0, 1.0, 1.0, "test")
    unit: Literal["rad", "m"] = joint.unit
    mover = Device("mover", "go", "told", time, "move", target="door", goal=goal, unit=unit)
    fixtures = {"door": door, "rider": rider}
    return replace(bare, fixtures=fixtures, devices={"mover": mover}), (0.0, goal)


def run_of(rng: np.random.Generator) -> Timeline:
    """Return the arm on its way while the fixture stands, moves and stands; what may be at once."""
    q = np.cumsum(rng.uniform(-0.5, 0.5, (KNOTS, 3)), axis=0)
    world, ends = world_of(rng, q)
    told = Event(2.0, "process", "mover", 1.0, DOOR)
    cut = int(rng.integers(0, KNOTS))
    free = [Concurrent("a", DOOR, 0, cut, 0, 6), Concurrent("a", DOOR, cut, KNOTS - 1, 3, 9)]
    made = timeline(world, {"a": q}, concurrent=free, events=[told])
    phases = (
        Phase("stands", 0.0, 1.0, ends[0], ends[0]),
        Phase("moves", 1.0, 2.0, min(ends), max(ends), "mover"),
        Phase("stands", 2.0, 3.0, ends[1], ends[1], "mover"),
    )
    values = np.array([ends[0], *ends, ends[1]])
    track = FixtureTrack(DOOR, np.array([0.0, 1.0, 2.0, 3.0]), values, phases)
    return replace(made, fixtures={DOOR: track})


def sampled(run: Timeline, name: str) -> tuple[float, float]:
    """Return the least distance of tool and fixture wherever both may be, and on the one clock."""
    bodies = {b.name: b for b in bodies_of(run.job.cell)}
    a, b = bodies[TOOL], bodies[name]
    track, fixture = run.tracks["a"], run.fixtures[DOOR]

    def apart(u: float, value: float) -> float:
        q = np.array([np.interp(u, np.arange(KNOTS), x) for x in track.q.T])
        at = {"a": q, DOOR: np.array([value])}
        A, B = (link_pose(run.job.cell, x.parent, at) @ x.parent_T_body for x in (a, b))
        return min(kernel.contact(x, y, A, B).distance for x in pieces(a) for y in pieces(b))

    def pieces(body: object) -> tuple[Piece, ...]:
        return tuple(body.solid.pieces)  # type: ignore[attr-defined]

    least = np.inf
    for c in run.concurrent:
        phases = fixture.phases[c.b0 // 3 : c.b1 // 3]
        low, high = min(p.low for p in phases), max(p.high for p in phases)
        for u in np.linspace(c.a0, c.a1, 1 + 12 * (c.a1 - c.a0)):
            least = min(least, *(apart(float(u), float(v)) for v in np.linspace(low, high, 15)))
    nominal = min(apart(t, float(fixture.at(t)[0])) for t in np.linspace(0.0, KNOTS - 1.0, 61))
    return least, nominal


def test_nothing_called_free_is_met_anywhere_the_fixture_may_be() -> None:
    rng = np.random.default_rng(20_261_126)
    status: dict[str, int] = {}
    contradicted = missed = proved = 0
    for _ in range(CELLS):
        run = run_of(rng)
        result = check_timeline(run)
        shown = check_proof(run, prove(run, result))
        assert shown.problems == ()
        for name in (DOOR, RIDER):
            pair = find_pair(result, TOOL, name)
            status[pair.status] = status.get(pair.status, 0) + 1
            least, nominal = sampled(run, name)
            told = shown.clearances.get((pair.a, pair.b), shown.clearances.get((pair.b, pair.a)))
            proved += told is not None
            wrong = pair.clearance > least + 1e-6 or (told is not None and told > least + 1e-6)
            wrong |= pair.status == "free" and least < 0.002 - 1e-6
            wrong |= least < -1e-3 and pair.status != "collision"
            contradicted += wrong
            missed += pair.status == "collision" and nominal > 0.0
    print(
        f"\nPROVE moving date={date.today()} machine={platform.machine()} cells={CELLS} "
        f"{' '.join(f'{k}={v}' for k, v in sorted(status.items()))} proved={proved} "
        f"contradicted={contradicted} missed_on_the_nominal_clock={missed}"
    )
    assert contradicted == 0
    assert status["free"] > 0.2 * CELLS
    assert status["collision"] > 0.2 * CELLS
    assert proved == status["free"]
    assert missed > 0
