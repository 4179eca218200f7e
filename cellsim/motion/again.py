"""The ways of a run for shifted targets: where every knot of the run comes to lie then.

Some moves of a run have their targets shifted, by each of the same rigid shifts of the world; the
others stay. A leg whose both ends are shifted is shifted as a whole; one that leads from a place
that stays to one that is shifted is laid anew for each shift; a joint line joins its shifted ends.
Each knot stays at its share of its way, and corners take the same shares of their ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import link_poses
from cellsim.motion.curve import Arc, CornerCurve, Leg, Line, flange_poses, superposition
from cellsim.motion.leg import STILL, Step
from cellsim.motion.onto import moved_onto
from cellsim.motion.piece import Piece, Stretch
from cellsim.motion.segment import JointCorner, JointLine, Tracked, Way
from cellsim.motion.spec import MoveSpec, Run


@dataclass(frozen=True, eq=False)
class Lost:
    """A move that cannot be made, or is another one, for a shift.

    Attributes:
        spec: The move. shift: Number of the shift. certain: It cannot be made.
        why: "reach", "branch", "circle" or "stand" (it went nowhere and moves now).
    """

    spec: MoveSpec
    shift: int
    certain: bool
    why: str


@dataclass(frozen=True, eq=False)
class Again:
    """A run that is laid again for shifts.

    Attributes:
        steps: Its moves. follows: Whether the target of each is shifted, and first whether the
            place is where they begin.
        shifts: `world_S_world`, shape (m, 4, 4).
        ends: Joint values where the moves begin and end for each shift, (moves + 1, m, dof).
        nominal: The same without a shift, (moves + 1, dof).
        lost: What came out otherwise.
    """

    chain: Chain
    steps: Sequence[Step]
    follows: Sequence[bool]
    shifts: Array
    ends: list[Array]
    nominal: list[Array]
    lost: list[Lost] = field(default_factory=list)


def joints_again(
    chain: Chain,
    steps: Sequence[Step],
    stretches: Sequence[Stretch],
    run: Run,
    start: tuple[Array, bool],
    follows: Sequence[bool],
    shifts: Array,
) -> tuple[Array, tuple[Lost, ...]]:
    """Return the joint values at the knots of a run for each shift.

    Args:
        steps, stretches: The geometry of the run without a shift.
        start: Where it begins for each shift, shape (m, dof), and whether that is a shifted place.
        follows: Whether the target of each move is shifted.
        shifts: `world_S_world`, shape (m, 4, 4).

    Returns:
        (joint values, shape (m, n, dof); moves that are lost for a shift).
    """
    m, again = (
        len(shifts),
        Again(chain, steps, [start[1], *follows], shifts, [start[0]], [run.q[0]]),
    )
    for step, follow in zip(steps, follows, strict=True):
        again.nominal.append(np.asarray(step.q_end, dtype=float))
        again.ends.append(_end(again, step, follow))
        _still(again, step)
    q = np.repeat(run.q[None], m, axis=0)
    q[:, 0] = again.ends[0]
    pieces = [p for stretch in stretches for p in (stretch.pieces or (None,))]
    for motion, piece in zip(run.motions, pieces, strict=True):
        if piece is not None:
            knots = slice(motion.first + 1, motion.last + 1)
            q[:, knots] = _piece(again, piece, run.v[knots], run.q[knots])
    return q, tuple(again.lost)


def _end(again: Again, step: Step, follow: bool) -> Array:
    """Return the joint values at the end of a move for each shift, (m, dof)."""
    q = again.nominal[-1]
    if not follow:
        return np.repeat(q[None], len(again.shifts), axis=0)
    goals = again.shifts @ link_poses(again.chain, q)[again.chain.flange]
    return _solved(again, step, goals[:, None], q[None])[:, 0]


def _still(again: Again, step: Step) -> None:
    """Note where a move that goes nowhere goes somewhere once the frame is off."""
    if step.way is not None:
        return
    way = np.abs(again.ends[-1] - again.ends[-2]).max(axis=1)
    for number in np.flatnonzero(way > 1e3 * STILL)[:1]:
        again.lost.append(Lost(step.spec, int(number), False, "stand"))


def _piece(again: Again, piece: Piece, v: Array, q: Array) -> Array:
    """Return the joint values at shares v of a piece, (m, n, dof); q: without a shift."""
    u, k = piece.u0 + (piece.u1 - piece.u0) * v, piece.step.number
    if piece.kind != "corner":
        return _way(again, k, u, q)
    f1, f2 = _shares(piece.way)
    a, b, *_ = superposition(u, f1, f2)
    if isinstance(piece.way, JointCorner):
        first, second = piece.way.first.joints(a)[0], piece.way.second.joints(b)[0]
        meet = again.ends[k + 1][:, None]
        return np.asarray(_way(again, k, a, first) + _way(again, k + 1, b, second) - meet)
    if not any(again.follows[k : k + 3]):
        return np.repeat(q[None], len(again.shifts), axis=0)
    if all(again.follows[k : k + 3]):
        return _rigid(again, k, piece.way, u, q)
    legs = [[_leg(again, step, n) for n in range(len(again.shifts))] for step in (k, k + 1)]
    curves = [CornerCurve(x, f1, y, f2) for x, y in zip(*legs, strict=True)]
    return _along(again, again.steps[k], curves, u, q)


def _shares(way: Way) -> tuple[float, float]:
    if isinstance(way, JointCorner):
        return way.f1, way.f2
    assert isinstance(way, Tracked)
    assert isinstance(way.leg, CornerCurve)
    return way.leg.shares


def _way(again: Again, k: int, u: Array, q: Array) -> Array:
    """Return the joint values at u on the way of move k, (m, n, dof); q: without a shift."""
    way, inside = again.steps[k].way, again.follows[k : k + 2]
    if not any(inside):
        return np.repeat(q[None], len(again.shifts), axis=0)
    if isinstance(way, Tracked):
        if all(inside):
            return _rigid(again, k, way, u, q)
        legs = [_leg(again, k, n) for n in range(len(again.shifts))]
        return _along(again, again.steps[k], legs, u, q)
    assert isinstance(way, JointLine)
    q0, q1 = again.ends[k][:, None], again.ends[k + 1][:, None]
    return np.asarray(q0 + u[None, :, None] * (q1 - q0))


def _rigid(again: Again, k: int, way: Way, u: Array, q: Array) -> Array:
    assert isinstance(way, Tracked)
    T = flange_poses(way.leg.at(u), way.flange_T_tcp)
    return _solved(again, again.steps[k], again.shifts[:, None] @ T[None], q)


def _leg(again: Again, k: int, n: int) -> Leg:
    """Return the leg of move k for shift n, laid between where it begins and ends then."""
    spec, chain = again.steps[k].spec, again.chain
    ends = (again.ends[k][n], again.ends[k + 1][n])
    start, end = (
        Pose.from_matrix(link_poses(chain, q)[chain.flange]) @ spec.flange_T_tcp for q in ends
    )
    ext = (ends[0][chain.arm_dof :], ends[1][chain.arm_dof :])
    if spec.kind == "linear" or spec.via is None:
        return Line(start, end, ext)
    S = Pose.from_matrix(again.shifts[n]) if again.follows[k + 1] else Pose.identity()
    try:
        return Arc(start, S @ spec.via, end, ext)
    except ValueError:
        again.lost.append(Lost(spec, n, False, "circle"))
        return Line(start, end, ext)


def _along(again: Again, step: Step, legs: Sequence[Leg], u: Array, q: Array) -> Array:
    goals = [flange_poses(leg.at(u), step.spec.flange_T_tcp) for leg in legs]
    return _solved(again, step, np.array(goals), q)


def _solved(again: Again, step: Step, goals: Array, q: Array) -> Array:
    """Return joint values on flange poses (m, n, 4, 4), near those without a shift (n, dof)."""
    found, landed = moved_onto(again.chain, goals, q)
    for number in np.flatnonzero(~landed.all(axis=1))[:1]:
        again.lost.append(Lost(step.spec, int(number), True, "reach"))
    return found
