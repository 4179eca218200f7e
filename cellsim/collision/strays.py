"""How far bodies of an arm stray when a frame that it follows is off: the arm bends after it.

The base stands and the tool follows the frame; what is between turns as the controller solves it.
`simulate.shifts` solved every knot for sampled shifts of the frame. From these the motion of a
corner of a body's box, seen from another body, is taken as

    L s + rest,  s a shift in shares of the range: |moved| <= 1, |turned| <= 1,

L from the ends of the six axes by central differences. Over all shifts L s is at most the sum of
two spectral norms; `rest` is the largest that any sampled shift shows beyond L s. The first part is
a bound of what is linear in the shift, the second is Monte Carlo. The boxes are convex and the
motion of a rigid body is affine in the point, so their corners stand for all points.

Where the flange moves with the frame as a whole and the joints are proven to stay in a box for
every shift (`motion.enclosed`), `straybox` bounds the rest too; there the larger of both counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from cellsim.collision.items import Item
from cellsim.collision.pads import largest_in
from cellsim.collision.paths import Path
from cellsim.collision.straybox import arm_of, strayed_in
from cellsim.collision.strayloop import FRAME, WORLD, measure
from cellsim.collision.support import Ints
from cellsim.domain.cell import Cell
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array, Solid
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.frameshift import unit_shifts, world_shifts
from cellsim.motion.enclosed import Enclosed, enclosed

# Knots are looked at where a motion begins and after each such turn [rad | m] of any joint.
LOOK_EVERY = math.radians(1.0)
_STILL = 1e-12
Ask = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Strays:
    """How far the bodies of one arm stray for one frame.

    Attributes:
        rows: (id of an item, WORLD, FRAME or a link) to how far its points move, seen from there,
            at every knot [m], shape (n,). Seen from the frame it is inf where the arm stands as it
            would without a shift.
    """

    rows: Mapping[Ask, Array]
    _known: dict[tuple[Ask, float, float, bool], float] = field(default_factory=dict)
    _finite: dict[Ask, Array] = field(default_factory=dict)

    def over(self, ask: Ask, u0: float, u1: float, strayed: bool = True) -> float:
        """Return the most over knots u0..u1 [m]; of those alone where it strays, or of all."""
        row = self.rows.get(ask)
        if row is None:
            return 0.0
        key = ask, u0, u1, strayed
        if key not in self._known:
            values = self._values(ask, row, strayed)
            most = values[math.floor(u0) : math.ceil(u1) + 1].max(initial=0.0)
            self._known[key] = float(most)
        return self._known[key]

    def rows_over(self, ask: Ask, u: Array, strayed: bool = True) -> Array:
        """Return what `over` says of each of some ranges of knots, shape (n, 2) to (n,)."""
        row = self.rows.get(ask)
        if row is None:
            return np.zeros(len(u))
        first, last = np.floor(u[:, 0]).astype(np.int64), np.ceil(u[:, 1]).astype(np.int64)
        return np.maximum(largest_in(self._values(ask, row, strayed), first, last + 1), 0.0)

    def _values(self, ask: Ask, row: Array, strayed: bool) -> Array:
        if strayed and ask not in self._finite:
            self._finite[ask] = np.where(np.isfinite(row), row, 0.0)
        return self._finite[ask] if strayed else row


ByFrame = Mapping[str, Strays]


def strays_of(
    cell: Cell, track: GroupTrack, path: Path, items: Sequence[Item]
) -> Mapping[str, Strays]:
    """Return frame name to how far the bodies of an arm stray, for each frame it follows.

    Bodies whose arm stands on the frame itself are left out: they ride on it.
    """
    mine = [i for i in items if i.group == track.group and i.link >= 0]
    found = {}
    for name, q in track.shifted.items():
        strayed = np.abs(q - track.q).max(axis=(0, 2)) > _STILL
        knots = _looked_at(track, strayed)
        if not len(knots):
            continue
        rows = strays_at(cell, name, path, q[:, knots], knots, mine)
        full = {ask: _spread(row, knots, strayed, ask[1]) for ask, row in rows.items()}
        if name in track.follows:
            full = _certified(cell, track, path, name, mine, full)
        found[name] = Strays(full)
    return found


def enclosed_by(cell: Cell, track: GroupTrack, name: str) -> Enclosed:
    """Return where an arm is proven to stay in joint boxes for every shift of a frame.

    track: With its tubes driven all through.
    """
    frame = cell.frames[name]
    ball = (world_T_frame(cell, name).p, frame.range_m, frame.range_rad)
    chain, follow = chain_of(cell, track.group), track.follows[name]
    return enclosed(chain, ball, follow, track.q, track.dev_path)


def _certified(
    cell: Cell, track: GroupTrack, path: Path, name: str, mine: Sequence[Item],
    sampled: Mapping[Ask, Array],
) -> dict[Ask, Array]:  # fmt: skip
    """Return rows that are no less than the sampled ones, and what is proven for each stretch."""
    told, asks = enclosed_by(cell, track, name).of_rigid(), list(_asks(mine))
    frame = cell.frames[name]
    arm = arm_of(path, world_T_frame(cell, name).p, frame.range_m, frame.range_rad)
    boxes = strayed_in(path, arm, told, *_bodies(mine), np.array(asks, dtype=np.int64))
    rows = {}
    for (i, ref), values in zip(asks, boxes, strict=True):
        row = sampled[(id(mine[i]), ref)].copy()
        for first, last, value in zip(told.first, told.last, values, strict=True):
            row[first : last + 1] = np.maximum(row[first : last + 1], value)
        rows[(id(mine[i]), ref)] = row
    return rows


def _bodies(mine: Sequence[Item]) -> tuple[Ints, Array]:
    """Return the link of each body, and the corners of its box there, shape (bodies, 8, 3)."""
    links = np.array([item.link for item in mine], dtype=np.int64)
    return links, np.array([_corners(item) for item in mine])


def strays_at(
    cell: Cell, frame: str, path: Path, shifted: Array, knots: Ints, mine: Sequence[Item]
) -> Mapping[Ask, Array]:
    """Return how far bodies of one arm stray at some knots of its path for one frame [m].

    Args:
        shifted: Joint values there for each sampled shift, shape (m, k, dof). knots: Shape (k,).
        mine: Bodies on the links of the arm.

    Returns:
        (id of an item, WORLD, FRAME or a link) to how far its points move, seen from there, (k,).
    """
    asks, shares = list(_asks(mine)), unit_shifts()
    shifts = np.ascontiguousarray(world_shifts(cell, frame)[:, :3])
    links, bodies = _bodies(mine)
    out = np.zeros((len(asks), len(knots)))
    measure(path, np.ascontiguousarray(shifted), knots, shares, shifts, links, bodies,
             np.array(asks, dtype=np.int64), out)  # fmt: skip
    return {(id(mine[i]), ref): row for (i, ref), row in zip(asks, out, strict=True)}


def _asks(mine: Sequence[Item]) -> Iterator[Ask]:
    """Yield (number of a body, from where it is seen): world, frame, links of larger bodies."""
    for number, item in enumerate(mine):
        yield number, WORLD
        yield number, FRAME
        seen = {i.link for i in mine if i.link != item.link and first_of(item, i)}
        for link in sorted(seen):
            yield number, link


def first_of(a: Item, b: Item) -> bool:
    """Whether a is the one whose motion is looked at, seen from b: the smaller, or first named."""
    return (_size(a.solid), a.name) <= (_size(b.solid), b.name)


@lru_cache(maxsize=1024)
def _size(solid: Solid) -> float:
    low, high = _box(solid)
    return float(np.linalg.norm(high - low))


def _looked_at(track: GroupTrack, strayed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """Return the knots to look at: ends of motions, and after each LOOK_EVERY of a joint."""
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(track.q, axis=0)).max(axis=1))])
    turn = np.flatnonzero(np.diff(np.floor(way / LOOK_EVERY)) > 0) + 1
    ends = [k for m in track.motions for k in (m.first, m.last)]
    edge = np.flatnonzero(np.diff(strayed.astype(int)) != 0)
    knots = np.unique(np.concatenate([turn, np.array(ends, dtype=int), edge, edge + 1]))
    found: Ints = knots[strayed[knots]].astype(np.int64)
    return found


def _spread(
    row: Array, knots: Ints, strayed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], ref: int
) -> Array:
    """Return a row at all knots: between two that were looked at the larger of both."""
    at = np.arange(len(strayed))
    after = np.clip(np.searchsorted(knots, at), 0, len(knots) - 1)
    before = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 1)
    full = np.maximum(row[before], row[after])
    return np.where(strayed, full, math.inf if ref == FRAME else 0.0)


def _corners(item: Item) -> Array:
    """Return the corners of a body's box in the frame of its link [m], shape (8, 3)."""
    low, high = _box(item.solid)
    box = np.array([low, high])
    corners = np.array([[box[i, 0], box[j, 1], box[k, 2]]
                        for i in (0, 1) for j in (0, 1) for k in (0, 1)])  # fmt: skip
    return np.asarray(corners @ item.link_T_body[:, :3].T + item.link_T_body[:, 3])


def _box(solid: Solid) -> tuple[Array, Array]:
    lows, highs = [], []
    for piece in solid.pieces:
        core = piece.core()
        # The disc of a cylinder reaches |e x axis| of its radius along e.
        out = core.radius + core.disc_radius * np.sqrt(np.maximum(1.0 - core.disc_axis**2, 0.0))
        lows.append(core.points.min(axis=0) - out)
        highs.append(core.points.max(axis=0) + out)
    return np.min(lows, axis=0), np.max(highs, axis=0)
