"""What is told of a violation: the same whoever asks, by a point in both, by meshes near by."""

from __future__ import annotations

import numpy as np
import pytest
from random_worlds import random_line
from small_cells import solid

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.result import Violation
from cellsim.collision.work import Limits
from cellsim.geometry import Piece, Pose, Solid, rotation_axis
from cellsim.geometry.deviation import piece_distance
from cellsim.geometry.tessellate import piece_mesh


def test_what_is_only_decided_is_what_is_told_with_clearances_and_depths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pair, verdict, interval, line and cause are the same; depths are at most as deep."""
    line = random_line(monkeypatch, 23, 0.002, 20)
    told = check_timeline(line).violations
    decided = check_timeline(line, limits=Limits(detail=-np.inf)).violations
    assert {v.status for v in told} >= {"collision", "clearance"}
    assert [_verdict(v) for v in decided] == [_verdict(v) for v in told]
    hits = [(a, b) for a, b in zip(told, decided, strict=True) if a.status == "collision"]
    assert all(a.value_m <= b.value_m + 1e-9 for a, b in hits)
    assert any(a.value_m < b.value_m - 1e-4 for a, b in hits)


def _verdict(v: Violation) -> tuple[object, ...]:
    return v.a, v.b, v.status, v.t0, v.t1, v.required_m, v.motion, v.cause


@pytest.mark.parametrize("thick", [0.2, 0.01, 0.001])
def test_a_point_in_both_is_found_without_a_linear_program_where_a_rod_pierces_a_plate(
    thick: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rod reaches 60 mm through: half way between the deepest points is off a thin plate."""
    monkeypatch.setattr(kernel, "common_point", lambda *_: pytest.fail("asked"))
    rod, plate = Piece("cylinder", (0.02, 0.3)), Piece("box", (0.5, 0.4, thick))
    turn = rotation_axis(np.array([0.0, 1.0, 0.0]), 0.3)
    at = Pose(turn, turn @ np.array([0.02, 0.01, thick / 2 - 0.06 + 0.15])), Pose.identity()
    contact = kernel.contact(rod, plate, *at)
    middle = (contact.points[0] + contact.points[1]) / 2
    assert (piece_distance(plate, middle[None])[0] == 0.0) == (thick == 0.2)
    point = kernel.shared_point(rod, plate, *at, contact)
    assert point is not None
    # By hand: within the plate's half edges, and within the rod's radius and half length.
    assert (np.abs(point) <= np.array([0.25, 0.2, thick / 2])).all()
    x, y, z = at[0].inverse() @ point
    assert np.hypot(x, y) <= 0.02
    assert abs(z) <= 0.15


def test_meshes_come_within_a_gap_exactly_where_their_distance_is_less() -> None:
    rng, box = np.random.default_rng(4), Piece("box", (0.3, 0.2, 0.1))
    vertices, faces = piece_mesh(box)
    meshed = Solid("mesh", (box,), vertices=vertices, faces=faces)
    rod = solid(Piece("capsule", (0.03, 0.2)))
    seen = []
    for _ in range(60):
        axis = rng.normal(size=3)
        turn = rotation_axis(axis / np.linalg.norm(axis), rng.uniform(0, 3.0))
        at = Pose(turn, rng.uniform(-0.25, 0.25, 3)), Pose.identity()
        apart = kernel.bodies_apart(meshed, rod, *at)
        for gap in (0.002, 0.02, max(apart, 1e-3) * 0.999, max(apart, 1e-3) * 1.001):
            seen.append(kernel.bodies_within(meshed, rod, *at, gap))
            assert seen[-1] == (apart <= gap)
    assert len(set(seen)) == 2
