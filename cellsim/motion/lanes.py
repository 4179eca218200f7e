"""How far what lies between the lanes of a tube may be from them: proven bounds.

A lane runs at a fixed share x of the triangle from its entry to its exit, y = -1 .. 1; its borders
at the shares half way to its neighbours do too. Along y each of them is a way at constant rates of
both legs, whose second derivative `remainder` bounds, so each stays near its chords. Across, at
fixed y, the joints q(x) are the way of a pose again, with |q_xx| <= D on the whole cell; so between
lane and border they are within D dx^2 / 8 of the straight line between the two.

D comes from boxes: |q_x| <= |J^-1| |t| on a box that holds all that |q_x| dx can reach from the
lane, and |q_xx| <= |J^-1| (|t_x| + sum H q_x q_x). J regular on the box says that there is one
surface, and that lane and border, which meet at the entry, lie on it.

Between two ways that only add, q = q1(a) + q2(b) - corner, the second derivatives of each way do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.motion.curve import CornerCurve
from cellsim.motion.jacobian_box import levers, middle, solved
from cellsim.motion.rates import derivatives
from cellsim.motion.remainder import bounds
from cellsim.motion.segment import Way

# Intervals on which the second derivative of a way that only adds is bounded, until it is.
_PARTS = (16, 64)
_SHRINKS, _GROWS, _MORE = 2, 8, 1.2


@dataclass(frozen=True, eq=False)
class Grid:
    """The table of a tube.

    Attributes:
        q: Shape (2 lanes + 1, 4 steps + 1, dof): odd rows are lanes, even ones their borders; even
            places are knots.
        across: Share of each row, 0 .. 1. places: -1 at the entry .. 1 at the exit.
        wide1, wide2: Fractions of the two ways that the full corner takes.
    """

    q: Array
    across: Array
    places: Array
    wide1: float
    wide2: float

    @property
    def half(self) -> float:
        """Half the width of a cell along a lane."""
        return float(self.places[1] - self.places[0])

    @property
    def aside(self) -> float:
        """From a lane to its border."""
        return float(self.across[1] - self.across[0])

    def fractions(self, row: int) -> tuple[Array, Array]:
        """Return the fractions of the first and the second way along a row, each (4 steps + 1,)."""
        x, y = self.across[row], self.places
        done = np.abs(y) + x * (1.0 - np.abs(y))
        return 1.0 - self.wide1 * (done - y) / 2.0, self.wide2 * (done + y) / 2.0

    def rates(self, row: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return da/dy and db/dy along a row before its middle and behind it."""
        x = float(self.across[row])
        fast, slow = (2.0 - x) / 2.0, x / 2.0
        return (self.wide1 * fast, self.wide2 * slow), (self.wide1 * slow, self.wide2 * fast)

    def slopes(self) -> tuple[Array, Array]:
        """Return the most of |da/dx| and |db/dx| in each cell along a lane, each (2 steps,)."""
        left = (1.0 - np.minimum(np.abs(self.places[:-2:2]), np.abs(self.places[2::2]))) / 2.0
        return self.wide1 * left, self.wide2 * left


def off(grid: Grid, along: Array, across: Array) -> Array:
    """Return how far all of a cell is from the chord of its lane, shape (lanes, 2 steps, dof).

    Args:
        along: How far each row leaves its chords, shape (2 lanes + 1, 2 steps, dof).
        across: Bound on the second derivative across, shape (lanes, 2 steps, dof).
    """
    gaps = np.abs(np.diff(grid.q[:, ::2], axis=0))
    gap = np.maximum(gaps[:, :-1], gaps[:, 1:])
    lane = along[1::2]
    sides = (np.maximum(lane, gap[k::2] + along[2 * k :: 2][: len(lane)]) for k in (0, 1))
    most: Array = np.maximum(*sides) + across * grid.aside**2 / 8.0
    return most


def added(grid: Grid, first: Way, second: Way) -> Array | None:
    """Return `off` between two ways that only add, or None where it is not proven."""
    bend1, bend2 = _bend(first, 1.0 - grid.wide1, 1.0), _bend(second, 0.0, grid.wide2)
    if not (np.isfinite(bend1).all() and np.isfinite(bend2).all()):
        return None
    cells = len(grid.places) // 2
    along = np.empty((len(grid.across), cells, len(bend1)))
    halves = slice(cells // 2), slice(cells // 2, None)
    for row in range(len(along)):
        for (da, db), side in zip(grid.rates(row), halves, strict=True):
            along[row, side] = (da**2 * bend1 + db**2 * bend2) * grid.half**2 / 2.0
    slope1, slope2 = grid.slopes()
    across = slope1[:, None] ** 2 * bend1 + slope2[:, None] ** 2 * bend2
    return off(grid, along, np.broadcast_to(across, (len(grid.q) // 2, *across.shape)))


def _bend(way: Way, u0: float, u1: float) -> Array:
    """Return the most of |d2q/du2| on u0 .. u1, shape (dof,); inf where none is proven."""
    for parts in _PARTS:
        _, d2, d3 = way.course(np.linspace(u0, u1, 2 * parts + 1))[1]
        if np.isfinite(d3).all():
            return np.asarray(d2.max(axis=0))
    return np.full(d2.shape[1], np.inf)


def posed(grid: Grid, chain: Chain, flange_T_tcp: Pose, corner: CornerCurve) -> Array | None:
    """Return `off` where the TCP leads along both legs, or None where it is not proven."""
    cells = len(grid.places) // 2
    along = np.empty((len(grid.across), cells, chain.dof))
    boxes = np.empty_like(along)
    for row in range(len(along)):
        most = _along(grid, row, chain, flange_T_tcp, corner)
        if most is None:
            return None
        along[row], boxes[row] = most[1] * grid.half**2 / 2.0, most[0] * grid.half
    gaps = np.abs(np.diff(grid.q[:, ::2], axis=0))
    gap = np.maximum(gaps[:, :-1], gaps[:, 1:]) + np.maximum(along[:-1], along[1:]) * 2.0
    steep = np.maximum(gap[::2], gap[1::2]) / grid.aside
    across = np.full_like(steep, np.inf)
    slope1, slope2 = grid.slopes()
    (_, bend1, _, turn1), (_, bend2, _, turn2) = corner.legs
    bend = np.column_stack([slope1**2 * bend1 + slope2**2 * bend2, slope1 * slope2 * turn1 * turn2])
    tip = np.array(flange_T_tcp.p)
    for lane in range(len(across)):
        row = 2 * lane + 1
        _fan(
            chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, tip,
            np.ascontiguousarray(grid.q[row, 1::2]), boxes[row], *_aside(grid, row, corner), bend,
            steep[lane], grid.aside, across[lane],
        )  # fmt: skip
    return off(grid, along, across) if np.isfinite(across).all() else None


def _aside(grid: Grid, row: int, corner: CornerCurve) -> tuple[Array, Array]:
    """Return the most of the twist by x in the cells of a lane, (2 steps, 2), and of ext by x.

    Exact in the middle of a cell; from there its slopes change by half the width, and each leg by
    what it bends and the first one turns the second.
    """
    (way1, bend1, _, turn1), (way2, bend2, _, turn2) = corner.legs
    a, b = (x[1::2] for x in grid.fractions(row))
    left = (1.0 - np.abs(grid.places[1::2]))[:, None] / 2.0
    here = corner.moving(a, b, -grid.wide1 * left, grid.wide2 * left, 0.0, 0.0)
    half, (slope1, slope2) = grid.half, grid.slopes()
    run1 = grid.wide1 * half + slope1 * grid.aside
    run2 = grid.wide2 * half + slope2 * grid.aside
    lin = np.linalg.norm(here.twist[:, :3], axis=1) + bend1 * slope1 * run1 + bend2 * slope2 * run2
    ang = np.linalg.norm(here.twist[:, 3:], axis=1) + turn1 * turn2 * slope2 * run1
    lin += (grid.wide1 * way1 + grid.wide2 * way2) * half / 2.0
    ang += (grid.wide1 * turn1 + grid.wide2 * turn2) * half / 2.0
    ends = np.abs(np.stack([corner.moving(np.ones(1), np.zeros(1), *rates, 0.0, 0.0).dext[0]
                            for rates in ((grid.wide1, 0.0), (0.0, grid.wide2))]))  # fmt: skip
    return np.column_stack([lin, ang]), np.abs(here.dext) + ends.sum(axis=0) * half / 2.0


def _along(
    grid: Grid, row: int, chain: Chain, flange_T_tcp: Pose, corner: CornerCurve
) -> tuple[Array, Array] | None:
    """Return bounds on |dq/dy| and |d2q/dy2| along a row, or None where they are not proven."""
    (a, b), middle_place = grid.fractions(row), len(grid.places) // 2
    found = []
    for (da, db), side in zip(
        grid.rates(row), (slice(middle_place + 1), slice(middle_place, None)), strict=True
    ):
        q = np.ascontiguousarray(grid.q[row, side])
        c = corner.moving(a[side], b[side], da, db, 0.0, 0.0)
        dq, ddq = derivatives(chain, flange_T_tcp, q, c.twist, c.accel, c.dext, c.ddext)
        jerk = corner.jerk_at(np.full(len(q) // 2, da), np.full(len(q) // 2, db), 0.0, 0.0)
        d1, d2, d3 = bounds(chain, flange_T_tcp, grid.places[side], (q, dq, ddq), jerk)
        if not np.isfinite(d3).all():
            return None
        found.append((d1, d2))
    return np.concatenate([d1 for d1, _ in found]), np.concatenate([d2 for _, d2 in found])


@kernel
def _slope(
    kind: Ints, index: Ints, reach: Array, a: Array, b: Array, W: Array, twist: Array, lane: Array,
    aside: float, rho: Array, x: Array,
) -> bool:  # fmt: skip
    """Write a bound x on |q_x| that holds on a box rho of all it can reach from the lane.

    x comes with what it is of the external axes.
    """
    n = kind.shape[0]
    L, found = np.empty(n), np.zeros(x.shape[0])
    for j in range(6):
        x[j] = 0.0
    for j in range(6, x.shape[0]):
        found[j] = x[j]
    for _ in range(_GROWS):
        for j in range(x.shape[0]):
            rho[j] = lane[j] + x[j] * aside
        levers(kind, index, reach, rho, L)
        lin, ang = twist[0], twist[1]
        for k in range(n):
            if index[k] >= 6:
                lin += L[k] * x[index[k]]
                ang += x[index[k]] if kind[k] == 1 else 0.0
        if not solved(kind, index, L, a, b, W, rho, lin, ang, found):
            return False
        held = True
        for j in range(6):
            held = held and found[j] <= x[j]
            x[j] = found[j] if found[j] <= x[j] else _MORE * found[j]
        if held:
            return True
    return False


@kernel
def _fan(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, tip: Array, q: Array,
    lane: Array, twist: Array, ext: Array, bend: Array, steep: Array, aside: float, out: Array,
) -> None:  # fmt: skip
    """Fill out (m, dof) with bounds on |q_xx| over the cells of a lane; inf where none is proven.

    Args:
        q: In the middles of the cells, shape (m, dof). lane: Half the box of the lane there.
        twist, bend: Most of the twist by x and of its change, shape (m, 2). ext: Of the rates of
            the external axes, shape (m, number).
        steep: Most of the mean of |q_x| to the borders, shape (m, dof).
    """
    dof, moving = q.shape[1], np.flatnonzero(kind)
    kinds, index = kind[moving], qindex[moving]
    n = len(moving)
    reach, a, b, L = np.empty(n), np.empty(6), np.empty(6), np.empty(n)
    W = np.empty((n, 6, 6))
    rho, x = np.empty(dof), np.empty(dof)
    for m in range(q.shape[0]):
        for j in range(6, dof):
            x[j] = ext[m, j - 6]
        if not middle(
            parent, origin, axis, kind, qindex, index, tip, q[m], reach, a, b, W
        ) or not _slope(kinds, index, reach, a, b, W, twist[m], lane[m], aside, rho, x):
            continue
        levers(kinds, index, reach, rho, L)
        for _ in range(_SHRINKS):
            w, lin, ang = 0.0, bend[m, 0], bend[m, 1]
            for k in range(n):
                v = x[index[k]]
                lin += 2.0 * L[k] * v * w
                if kinds[k] == 1:
                    lin += L[k] * v * v
                    ang += w * v
                    w += v
            for j in range(6, dof):
                out[m, j] = 0.0
            if not solved(kinds, index, L, a, b, W, rho, lin, ang, out[m]):
                break
            for j in range(dof):
                x[j] = min(x[j], steep[m, j] + out[m, j] * aside / 2.0)
