"""Each term of the bound on q''' where nothing cancels: there the bound is the value itself."""

from __future__ import annotations

import numpy as np
import pytest

from cellsim.domain.files.robot import load_robot
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import jacobian
from cellsim.motion import remainder
from cellsim.motion.jacobian_box import levers, middle, solved

LINKS = np.array([0.7, 0.5, 0.3])


def bound(d1: Array, d2: Array, kind: Array, reach: Array) -> tuple[float, float]:
    """Return the linear and the angular right side for boxes of no width."""
    n = len(kind)
    q1, q2, out = np.zeros(6), np.zeros(6), np.zeros(6)
    q1[:n], q2[:n] = d1, d2
    a, b = np.zeros(6), np.zeros(6)
    a[0], b[1] = 1.0, 1.0
    assert remainder._next(
        kind, np.arange(n), reach, a, b, np.zeros((n, 6, 6)), np.zeros(2), np.zeros(6), q1, q2, out
    )
    return float(out[0]), float(out[1])


def straight(d1: Array, d2: Array) -> float:
    """Return |p'''| of a flat arm of three joints, stretched, with q''' = 0: in closed form.

    The turn of each link runs at the sum of the rates before it, w, with change c; the third
    derivative of exp(i theta) is (3 i w ... ) = -3 w c - i w^3.
    """
    w, c = np.cumsum(d1), np.cumsum(d2)
    return float(np.hypot((LINKS * 3.0 * w * c).sum(), (LINKS * w**3).sum()))


@pytest.mark.parametrize("scale", [1e-4, 1e4])
@pytest.mark.parametrize("seed", range(5))
def test_the_position_of_a_stretched_flat_arm(scale: float, seed: int) -> None:
    """At a small scale of q' the products with q'' alone are left, at a large one the cubes."""
    rng = np.random.default_rng(seed)
    d1, d2 = rng.uniform(0.2, 1.0, 3) * scale, rng.uniform(0.2, 1.0, 3)
    reach = np.cumsum(LINKS[::-1])[::-1].copy()
    lin, _ = bound(d1, d2, np.ones(3, dtype=np.int64), reach)
    assert lin == pytest.approx(straight(d1, d2), rel=1e-3)


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_the_turn_of_two_axes_at_right_angles(scale: float) -> None:
    """w = z q1' + x q2', x turned by q1: w'' = (2 q1' q2'' + q1'' q2') y - q1'^2 q2' x."""
    d1, d2 = np.array([0.7, 0.4]) * scale, np.array([0.3, 0.9])
    _, ang = bound(d1, d2, np.ones(2, dtype=np.int64), np.ones(2))
    exact = np.hypot(2.0 * d1[0] * d2[1] + d2[0] * d1[1], d1[0] ** 2 * d1[1])
    assert ang == pytest.approx(exact, rel=1e-3)


def test_a_slide_before_a_joint_turns_nothing() -> None:
    kind = np.array([2, 1], dtype=np.int64)
    lin, ang = bound(np.array([5.0, 0.5]), np.array([7.0, 0.25]), kind, np.array([1.0, 0.4]))
    assert lin == pytest.approx(0.4 * (3.0 * 0.5 * 0.25 + 0.5**3))
    assert ang == pytest.approx(0.0, abs=1e-12)


def known(q: Array) -> tuple[Chain, Array, Array, Array, Array]:
    from cellsim.domain.cell import MotionGroup
    from cellsim.domain.controller import Controller
    from cellsim.geometry import Pose
    from cellsim.kinematics.chain import build_chain

    robot = load_robot("abb_irb2600_12_165")
    group = MotionGroup(
        "r", robot, "world", Pose.identity(), (), Controller("any", "", "", ()), "", robot.home
    )
    chain = build_chain(group, Pose.identity())
    reach, a, b, W = np.empty(6), np.empty(6), np.empty(6), np.empty((6, 6, 6))
    index = chain.qindex[chain.kind > 0]
    assert middle(
        chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, index, np.zeros(3), q,
        reach, a, b, W,
    )  # fmt: skip
    return chain, reach, a, b, W


def test_what_is_known_in_the_middle_is_the_jacobian_and_its_differences() -> None:
    q, e = np.array([0.2, -0.3, 0.4, 0.6, 0.9, -0.5]), 1e-6
    chain, reach, a, b, W = known(q)
    J = jacobian(chain, q)
    A = np.linalg.inv(J)
    np.testing.assert_allclose(reach, np.linalg.norm(J[:3], axis=0), rtol=1e-9)
    np.testing.assert_allclose(a, np.linalg.norm(A[:, :3], axis=1), rtol=1e-9)
    np.testing.assert_allclose(b, np.linalg.norm(A[:, 3:], axis=1), rtol=1e-9)
    for i in range(6):
        step = np.eye(6)[i] * e
        dJ = (jacobian(chain, q + step) - jacobian(chain, q - step)) / (2.0 * e)
        np.testing.assert_allclose(W[i], np.abs(A @ dJ), atol=1e-7)


def test_no_jacobian_of_the_box_takes_more_and_a_wide_box_is_refused() -> None:
    q, rng = np.array([0.2, -0.3, 0.4, 0.6, 0.9, -0.5]), np.random.default_rng(4)
    chain, reach, a, b, W = known(q)
    kind, index = np.ones(6, dtype=np.int64), np.arange(6)
    L, out = np.empty(6), np.empty(6)
    shares = []
    for wide in (0.002, 0.02, 0.06):
        rho = np.full(6, wide)
        levers(kind, index, reach, rho, L)
        assert solved(kind, index, L, a, b, W, rho, 1.0, 0.5, out)
        for corner in rng.choice([-1.0, 1.0], (200, 6)):
            J = jacobian(chain, q + corner * rho)
            assert np.all(np.linalg.norm(J[:3], axis=0) <= L + 1e-12)
            u, v = rng.normal(size=3), rng.normal(size=3)
            right = np.concatenate([u / np.linalg.norm(u), 0.5 * v / np.linalg.norm(v)])
            shares.append(np.abs(np.linalg.solve(J, right)) / out)
    assert 0.6 < np.max(shares) <= 1.0
    rho = np.full(6, 0.5)
    levers(kind, index, reach, rho, L)
    assert not solved(kind, index, L, a, b, W, rho, 1.0, 0.5, out)
