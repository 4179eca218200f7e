"""All joint ways through a stage: track positions, turns, branches, windings; lines followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cellsim.domain.cell import MotionGroup
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.kinematics import Chain, solve_path
from cellsim.kinematics.ik import branches, turning_axes
from cellsim.teach.stage import Option, Stage
from cellsim.units import deg, mm

TRACK_STEPS = 13
LINE_STEP_M = 5 * mm
WINDING_SPAN = 200 * deg
MARGIN = 5 * deg
INSET = 0.005


@dataclass(frozen=True, eq=False)
class Candidate:
    """Joints for every point of a stage.

    Attributes:
        q: Joint values at each point, shape (points, dof).
        lines: Joint values along the line to each point but the first, start included.
        option: What stands behind it.
        cost: Seconds that this way is worse than an easy one: near limits, near singularities.
    """

    q: Array
    lines: tuple[Array, ...]
    option: Option | None
    cost: float


@dataclass
class Refusals:
    """Why candidates fell away: counts, for the sentence of TeachFailed."""

    poses: int = 0
    out_of_reach: int = 0
    limits: int = 0
    lines: int = 0

    def sentence(self) -> str:
        """Return the counts as text."""
        return (
            f"{self.poses} poses tried: {self.out_of_reach} out of reach, "
            f"{self.limits} branches outside the joint limits, "
            f"{self.lines} lines that cannot be followed"
        )


def candidates_of(
    chain: Chain, group: MotionGroup, stage: Stage, flange_T_tcp: Pose
) -> tuple[list[Candidate], Refusals]:
    """Return the candidates of a stage, in a fixed order, and why others fell away."""
    refusals = Refusals()
    if stage.q is not None:
        q = np.array(stage.q)[None]
        return [Candidate(q, (), option, 0.0) for option in stage.options or (None,)], refusals
    found: list[Candidate] = []
    tcp_T_flange = flange_T_tcp.inverse()
    for option in stage.options:
        flanges = [pose @ tcp_T_flange for pose in option.poses]
        lines = [line_poses(a, b, tcp_T_flange) for a, b in _pairs(option.poses)]
        for ext in _externals(group):
            refusals.poses += 1
            arms = branches(chain, flanges[stage.anchor], ext)
            refusals.out_of_reach += not arms
            for arm in arms:
                found += _follow(chain, group, stage, option, arm, lines, refusals)
    return found, refusals


def _pairs(poses: tuple[Pose, ...]) -> list[tuple[Pose, Pose]]:
    return [(poses[i], poses[i + 1]) for i in range(len(poses) - 1)]


def line_poses(start: Pose, end: Pose, tcp_T_flange: Pose) -> Array:
    """Return flange poses along a straight TCP line with slerp, shape (n, 4, 4), both ends in."""
    distance, _ = start.distance(end)
    turn = Pose(end.R @ start.R.T, np.zeros(3)).rotvec()
    angle = float(np.linalg.norm(turn))
    axis = turn / angle if angle > 0.0 else np.array([0.0, 0.0, 1.0])
    count = max(2, int(np.ceil(max(distance / LINE_STEP_M, angle / (1 * deg)))) + 1)
    poses = np.empty((count, 4, 4))
    for i, s in enumerate(np.linspace(0.0, 1.0, count)):
        R = rotation_axis(axis, s * angle) @ start.R
        poses[i] = (Pose(R, start.p + s * (end.p - start.p)) @ tcp_T_flange).matrix
    return poses


def _externals(group: MotionGroup) -> Iterator[tuple[float, ...]]:
    """Yield the positions of the external axes to try: tracks sampled, positioners as at home."""
    home = group.home[group.robot.dof :]
    axes: list[list[float]] = []
    k = 0
    for external in group.externals:
        for joint in external.robot.joints:
            if external.carries == "arm":
                inset = INSET * (joint.upper - joint.lower)
                track = np.linspace(joint.lower + inset, joint.upper - inset, TRACK_STEPS)
                axes.append([float(v) for v in track])
            else:
                axes.append([home[k]])
            k += 1
    grid: list[tuple[float, ...]] = [()]
    for values in axes:
        grid = [(*left, value) for left in grid for value in values]
    yield from grid


def _follow(
    chain: Chain,
    group: MotionGroup,
    stage: Stage,
    option: Option,
    arm: Array,
    lines: list[Array],
    refusals: Refusals,
) -> list[Candidate]:
    """Follow the lines of a stage from its anchor both ways; one candidate per winding."""
    anchor = stage.anchor
    ways: list[Array] = [np.empty(0)] * len(lines)
    q = arm
    for k in range(anchor - 1, -1, -1):
        back = solve_path(chain, np.ascontiguousarray(lines[k][::-1]), q, limits=False)
        if len(back) < len(lines[k]):
            refusals.lines += 1
            return []
        ways[k], q = back[::-1], back[-1]
    q = arm
    for k in range(anchor, len(lines)):
        ahead = solve_path(chain, lines[k], q, limits=False)
        if len(ahead) < len(lines[k]):
            refusals.lines += 1
            return []
        ways[k], q = ahead, ahead[-1]
    whole = np.concatenate(ways) if ways else arm[None]
    shifts = _windings(chain, whole, arm)
    refusals.limits += not shifts
    speeds = [point.speed_mm_s * mm for point in stage.points[1:]]
    rows = zip(ways, lines, speeds, strict=True)
    hurry = max((_hurry(group, way, line, speed) for way, line, speed in rows), default=0.0)
    found = []
    for shift in shifts:
        moved = tuple(way + shift for way in ways)
        points = np.stack([moved[0][0], *(way[-1] for way in moved)]) if moved else arm[None]
        cost = _tightness(chain, whole + shift) + _strain(hurry)
        found.append(Candidate(points, moved, option, cost))
    return found


def _windings(chain: Chain, whole: Array, arm: Array) -> list[Array]:
    """Return whole-turn shifts that keep a way within the limits and near home, shape (dof,)."""
    low, high = whole.min(axis=0), whole.max(axis=0)
    turn = 2.0 * np.pi
    shifts = [np.zeros(chain.dof)]
    for k in range(chain.dof):
        span = [n for n in (-1, 0, 1) if _fits(chain, k, low[k] + n * turn, high[k] + n * turn)]
        if not turning_axes(chain)[k]:
            span = [0] if _fits(chain, k, low[k], high[k]) else []
        near = [n for n in span if abs(arm[k] + n * turn - chain.home[k]) <= WINDING_SPAN]
        unit = np.eye(chain.dof)[k] * turn
        shifts = [shift + n * unit for shift in shifts for n in (near or span[:1])]
        if not shifts:
            return []
    return shifts


def _fits(chain: Chain, k: int, low: float, high: float) -> bool:
    """Tell whether a range of joint k keeps a little off its limits: corners swing wider."""
    lower, upper = inner_limits(chain)
    return bool(low >= lower[k] and high <= upper[k])


@lru_cache(maxsize=64)
def inner_limits(chain: Chain) -> tuple[Array, Array]:
    """Return (lower, upper) limits, each half a per cent of the range inside, shapes (dof,)."""
    inset = INSET * (chain.upper - chain.lower)
    inset = np.where(np.isfinite(inset), inset, 0.0)
    return chain.lower + inset * 0.99, chain.upper - inset * 0.99


def _tightness(chain: Chain, q: Array) -> float:
    """Return a cost [s] for coming nearer than 5 deg to a joint limit."""
    arm = slice(0, chain.arm_dof)
    near = np.minimum(q[:, arm] - chain.lower[arm], chain.upper[arm] - q[:, arm]).min(axis=0)
    return float(np.sum(np.clip(1.0 - near / MARGIN, 0.0, 1.0)))


def _hurry(group: MotionGroup, way: Array, line: Array, speed: float) -> float:
    """Return how much of what the joints can do a line takes at its TCP speed; 1 is all of it.

    Of the speeds, and by the root of the accelerations, which grow with the square of the speed.
    """
    length = float(np.linalg.norm(line[-1, :3, 3] - line[0, :3, 3]))
    if speed <= 0.0 or length < 1e-9:
        return 0.0
    speeds, accelerations = _abilities(group)
    step = length / (len(way) - 1) / speed
    by_speed = float(np.max(np.abs(np.diff(way, axis=0)) / step / speeds))
    bends = np.abs(np.diff(way, 2, axis=0)) / step**2 / accelerations
    return max(by_speed, float(np.sqrt(np.max(bends, initial=0.0))))


@lru_cache(maxsize=64)
def _abilities(group: MotionGroup) -> tuple[Array, Array]:
    """Return joint speeds and slow-class accelerations, inf where none is given, shape (dof,)."""
    speeds = [np.inf if j.speed is None else j.speed for j in group.joints]
    slow = [np.inf if j.acceleration is None else j.acceleration[0] for j in group.joints]
    return np.array(speeds), np.array(slow)


def _strain(hurry: float) -> float:
    """Return a cost [s] for joints that run near their limits along a line."""
    return max(0.0, hurry - 0.5) * 2.0 + (5.0 if hurry > 0.9 else 0.0)
