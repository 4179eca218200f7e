"""What is kept for a question stands for another one only where every bit of both is the same."""

from __future__ import annotations

from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from tubes_corners import RULES, moves_of

from cellsim.domain.follow import RIGID, Follow
from cellsim.domain.program import Index, Speed
from cellsim.geometry import Pose
from cellsim.geometry.bits import bits_of
from cellsim.motion.caps import AccelClass, caps_of
from cellsim.motion.enclosed import enclosed
from cellsim.motion.route import Route, route_of


def test_every_bit_counts() -> None:
    one, other = Pose(np.eye(3), np.array([0.1, 0.2, 0.3])), Pose(np.eye(3), np.zeros(3))
    values = [
        0.0, -0.0, 0.1, float(np.nextafter(0.1, 1.0)), None, "0.0", (0.0,), one, other,
        np.zeros(2), -np.zeros(2), np.zeros((1, 2)), np.zeros(2, dtype=np.int64),
        Index("a", 1), Index("a", 2), Speed(1.0, "%"), Follow.still(2, 6), Follow.still(3, 6),
    ]  # fmt: skip
    assert len({bits_of(value) for value in values}) == len(values)
    assert bits_of((one, [np.ones(2)])) == bits_of((Pose(one.R, one.p), [np.ones(2)]))
    with pytest.raises(TypeError):
        bits_of({"a": 1})


def test_a_route_is_laid_once_for_all_classes_and_told_by_the_moves_at_hand() -> None:
    case = cases.Case(tiny.big_arm())
    moves = moves_of(case, "ll", np.random.default_rng(3))

    def laid(accel: AccelClass, lines: int) -> Route:
        asked = [replace(m, index=Index("p", lines + k)) for k, m in enumerate(moves)]
        route = route_of(case.chain, caps_of(case.joints, accel)[0], case.q0, asked, RULES)
        assert all(s.spec is m for s, m in zip(route.steps, asked, strict=True))
        used = [p.step for s in route.stretches for p in s.pieces]
        assert all(step is route.steps[step.number] for step in used)
        return route

    slow, fast, below = laid("slow", 1), laid("fast", 1), laid("slow", 5)
    assert [s.way for s in slow.steps] == [s.way for s in fast.steps]
    assert not {id(s.way) for s in slow.steps} & {id(s.way) for s in below.steps}
    near = case.q0 + np.array([1e-16, 0, 0, 0, 0, 0])
    assert not np.array_equal(near, case.q0)
    elsewhere = route_of(case.chain, caps_of(case.joints, "slow")[0], near, moves, RULES)
    assert elsewhere.steps[0].way is not slow.steps[0].way


def test_a_triangle_is_cut_into_lanes_once_for_all_classes() -> None:
    case = cases.Case(tiny.big_arm())
    moves = moves_of(case, "ll", np.random.default_rng(4))
    runs = [case.run(moves, RULES, accel) for accel in ("slow", "fast")]
    (slow,), (fast,) = (run.tubes for run in runs)
    assert slow.q is fast.q
    assert (slow.t0, slow.t1) != (fast.t0, fast.t1)


def test_joints_are_enclosed_once_for_the_same_track() -> None:
    case = cases.Case(tiny.big_arm())
    q = case.q0 + np.linspace(0.0, 0.004, 5)[:, None]
    follow = replace(Follow.still(4, 6), how=np.full(4, RIGID))
    dev = np.full((4, 6), 1e-5)

    def asked(frame_m: float, dev: np.ndarray) -> object:
        return enclosed(case.chain, (np.zeros(3), frame_m, 1e-3), follow, q.copy(), dev)

    assert asked(1e-3, dev) is asked(1e-3, dev.copy())
    assert asked(1e-3, dev) is not asked(2e-3, dev)
    assert asked(1e-3, dev) is not asked(1e-3, 2.0 * dev)
