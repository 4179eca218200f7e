"""A cover that turns on its hinge, with a tray and a part on it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import put, to, wait
from mover_cells import cover_cell
from mover_jobs import hand
from slides import find_pair

from cellsim.collision.check import check_timeline
from cellsim.domain.equipment import Fixture
from cellsim.domain.program import Delay, Grip, Release, Statement
from cellsim.domain.report import Severity
from cellsim.geometry import Piece, Pose, Solid
from cellsim.kinematics.frames import world_T_part
from cellsim.simulate.run import simulate
from cellsim.simulate.tracks import body_tracks
from cellsim.verify.context import Context
from cellsim.verify.rules.fixture_not_standing import fixture_not_standing

LOWER: tuple[Statement, ...] = (put("lower"), wait("lowered"), put("lower", False))
LIFT: tuple[Statement, ...] = (put("lift"), wait("lifted"), put("lift", False))
TAKE: tuple[Statement, ...] = (to(1.4, 0, 0.1), Grip("block"), to(1.4, 0, 0.6))


def test_what_hangs_on_a_turning_cover_turns_with_it() -> None:
    cell = cover_cell()
    q = {"fixture:cover": np.array([0.0])}
    assert np.allclose(world_T_part(cell, "block", q).p, (1.4, 0, 0.05))
    assert np.allclose(world_T_part(cell, "block").p, (0.95, 0, 0.4))  # upright, at the start
    run = simulate(hand(cell, *LOWER, to(0, 0, 1)))
    bodies = body_tracks(run, 20.0)
    tray, block = (bodies.poses[:, bodies.names.index(n)] for n in ("fixture:tray", "part:block"))
    assert np.allclose(np.linalg.inv(tray) @ block, np.linalg.inv(tray[0]) @ block[0], atol=1e-9)
    assert np.allclose(tray[-1][:3, 3], (1.4, 0, 0), atol=1e-9)
    angle = -math.pi / 2 * (1.0 - bodies.t[7])
    assert np.allclose(tray[7][:3, 3], (1 + 0.4 * math.cos(angle), 0, -0.4 * math.sin(angle)))


@pytest.mark.parametrize(
    ("at", "hit"), [((1.28, 0, 0.28), "part tray cover"), ((0.93, 0, 0.4), "part")]
)
def test_a_part_on_a_turning_cover_is_certified_with_the_cover_anywhere(
    at: tuple[float, float, float], hit: str
) -> None:
    """A ball halfway down is met by all three; one behind the upright cover by the part alone."""
    post = Fixture("post", Solid("post", (Piece("sphere", (0.01,)),)), "world",
                   Pose.translation(*at))  # fmt: skip
    cell = cover_cell()
    cell = replace(cell, fixtures={**cell.fixtures, "post": post}, clearance_m=0.0)
    result = check_timeline(simulate(hand(cell, *LOWER, to(0, 0, 1))))
    names = {"part": "part:block", "tray": "fixture:tray", "cover": "fixture:cover"}
    for short, name in names.items():
        expected = "collision" if short in hit else "free"
        assert find_pair(result, name, "fixture:post").status == expected


def test_a_part_is_gripped_from_the_cover_where_that_stands_and_put_back_on_it() -> None:
    cell = cover_cell()
    back = (to(1.4, 0, 0.1), Release("block"), to(1.4, 0, 0.6), to(0, 0, 0.6))
    run = simulate(hand(cell, *LOWER, *TAKE, *back, *LIFT))
    assert [f.rule for f in run.findings] == ["part-falls"]  # nothing clamps it on the cover
    assert fixture_not_standing(Context(run)).findings == ()
    holds = [(h.parent, h.cause) for h in run.holds]
    assert holds == [("frame:spot", "start"), ("group:hand.flange", "grip:block"),
                     ("frame:fixture:tray", "release:block")]  # fmt: skip
    bodies = body_tracks(run, 20.0)
    block = bodies.poses[:, bodies.names.index("part:block")]
    assert np.allclose(block[-1][:3, 3], block[0][:3, 3], atol=1e-6)  # up again with the cover


def test_a_grip_on_a_cover_that_nobody_awaited_is_undecided() -> None:
    run = simulate(hand(cover_cell(), put("lower"), Delay(3.0), *TAKE))
    (found,) = fixture_not_standing(Context(run)).findings
    assert (found.severity, found.subject) == (Severity.UNDECIDED, "block / fixture:cover")
    assert found.line == 4
    early = simulate(
        hand(cover_cell(), *LOWER, to(1.4, 0, 0.1), put("close"), Delay(1.0), put("lift"))
    )
    (found,) = fixture_not_standing(Context(early)).findings
    assert found.subject == "block / fixture:cover"


def test_a_part_let_go_on_a_cover_falls_when_that_is_lifted() -> None:
    """It was put there by a gripper, nothing clamps it, and the cover turns by 90 degrees."""
    down = (*TAKE, to(1.4, 0, 0.1), Release("block"), to(1.4, 0, 0.6), to(0, 0, 1))
    made = simulate(hand(cover_cell(), *LOWER, *down, *LIFT))
    (f,) = [f for f in made.findings if f.rule == "part-falls"]
    assert (f.subject, f.unit, f.facts["case"]) == ("block", "deg", "tilted")
    assert (f.value, f.limit) == (pytest.approx(90.0), pytest.approx(5.0))
    stays = simulate(hand(cover_cell(), *LOWER, *down))
    assert "part-falls" not in {f.rule for f in stays.findings}
