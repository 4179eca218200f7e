"""Margins of shapes and tolerances of frames, as pads on the clearance of a pair.

A frame that stands off by (dt, dtheta) moves a point at distance r from its origin by at most
|dt| + |dtheta| r. It counts for a pair when it carries one body and not the other. A frame that is
measured at run time also moves the arm in motions that are programmed in it: during these the arm
follows the frame. A motion that comes from elsewhere into the frame, or leaves it, follows it in
part; then the arm is taken to follow neither it nor the world.

That moves the arm as if it were rigid. How it bends, its base standing and its tool following, is
in `strays`, proven where joints are enclosed and from sampled shifts elsewhere; what a pair gets is
the larger of both. Pairs of one arm get what `strays` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from cellsim.collision.items import Item, frames_of
from cellsim.collision.paths import Path, tabulated, tree_of
from cellsim.collision.support import BOUND, CENTRE, Ints, Shapes
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.frames import chain_of, frame_ball


@dataclass(frozen=True, eq=False)
class Stretch:
    """Knots first..last of a track in which the arm follows the same measured frames.

    Attributes:
        full: Frames it follows; half: frames it goes into or out of.
    """

    first: int
    last: int
    full: frozenset[str]
    half: frozenset[str]


def stretches_of(cell: Cell, track: GroupTrack) -> tuple[Stretch, ...]:
    """Return the stretches of a track by the measured frames its motions are programmed in."""
    last = len(track.t) - 1
    measured = {name for name, frame in cell.frames.items() if frame.range_m or frame.range_rad}
    if not measured or not track.motions:
        return (Stretch(0, last, frozenset(), frozenset()),)
    found: list[Stretch] = []
    before: frozenset[str] = frozenset()
    for motion in track.motions:
        names = (motion.frame,) if motion.frame in cell.frames else ()
        now = frozenset(f for name in names for f in frames_of(cell, name) if f in measured)
        if motion.kind == "stand":
            now = before
        found.append(Stretch(motion.first, motion.last, now & before, now ^ before))
        before = now
    return _joined(found, last)


def _joined(stretches: list[Stretch], last: int) -> tuple[Stretch, ...]:
    """Return the stretches with equal neighbours joined and gaps closed up to the last knot."""
    joined: list[Stretch] = []
    for one in stretches:
        if joined and (joined[-1].full, joined[-1].half) == (one.full, one.half):
            joined[-1] = Stretch(joined[-1].first, one.last, one.full, one.half)
        else:
            joined.append(one)
    edges = [0, *(s.first for s in joined[1:]), last]
    return tuple(
        Stretch(edges[k], edges[k + 1], s.full, s.half) for k, s in enumerate(joined)
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Far:
    """How far a body is from the origins of the toleranced frames.

    Attributes:
        knots: Frame name to the distance of the body's middle at every knot of its path [m],
            shape (n,); one value for a standing body.
        bound: Radius about the middle [m].
        steps: Half the way of the middle between two knots, at most [m], shape (n - 1,).
    """

    knots: Mapping[str, Array]
    bound: float
    steps: Array
    _known: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict)

    def over(self, u0: float, u1: float) -> dict[str, float]:
        """Return frame name to the farthest distance over knots u0..u1 [m]."""
        first, last = math.floor(u0), math.ceil(u1)
        if not self.knots:
            return {}
        if (first, last) not in self._known:
            bound = self.bound + float(self.steps[first:last].max(initial=0.0))
            self._known[(first, last)] = {
                name: float((row if len(row) == 1 else row[first : last + 1]).max()) + bound
                for name, row in self.knots.items()
            }
        return self._known[(first, last)]


def largest_in(row: Array, first: Ints, stop: Ints) -> Array:
    """Return the largest value of each range first..stop - 1 of a row, shape (n,).

    Of an empty range any value.
    """
    ends = np.stack([first, stop], axis=1).ravel()
    return np.asarray(np.maximum.reduceat(np.append(row, -np.inf), ends)[::2])


PadOf = Callable[
    [Stretch | None, Stretch | None, dict[str, float], dict[str, float], Mapping[str, float]], float
]


def stands_off(frame: Frame) -> bool:
    """Whether a frame may stand elsewhere than where it is said to be."""
    off = frame.tolerance_m, frame.tolerance_rad, frame.range_m, frame.range_rad
    return any(value != 0.0 for value in off)


def margins(a: Item, b: Item) -> float:
    """Return the outer deviations and grade margins of both shapes [m]."""
    return a.solid.epsilon + b.solid.epsilon


def frame_pad(
    cell: Cell,
    a: Item,
    b: Item,
    follows_a: Stretch | None,
    follows_b: Stretch | None,
    far_a: dict[str, float],
    far_b: dict[str, float],
    strays: Mapping[str, float] | None = None,
) -> float:
    """Return how far frames may move two bodies toward one another [m].

    Args:
        follows_a, follows_b: What the arm that carries the body follows, None for standing bodies.
        far_a, far_b: Frame name to the farthest distance of the body from its origin [m].
        strays: Measured frame to how far the bodies move as arms follow it, see `strays` [m].
    """
    return pad_of(cell, a, b)(follows_a, follows_b, far_a, far_b, strays or {})


def pad_of(cell: Cell, a: Item, b: Item) -> PadOf:
    """Return what tells `frame_pad` of two bodies, for many places of theirs."""
    off = list(off_of(cell, a, b))
    measured = [(name, frame) for name, frame in sorted(cell.frames.items()) if frame.measured]

    def pad(
        follows_a: Stretch | None, follows_b: Stretch | None, far_a: dict[str, float],
        far_b: dict[str, float], strays: Mapping[str, float],
    ) -> float:  # fmt: skip
        found = _tolerance(off, far_a, far_b)
        for name, frame in measured:
            rigid = rigid_pad(frame, a, b, (follows_a, follows_b), (far_a, far_b))
            found += max(rigid, strays.get(name, 0.0))
        return found

    return pad


def rigid_pad(
    frame: Frame,
    a: Item,
    b: Item,
    follows: tuple[Stretch | None, Stretch | None],
    far: tuple[dict[str, float], dict[str, float]],
) -> float:
    """Return how far a measured frame moves two bodies whose arms follow it as rigid ones [m]."""
    if a.group and a.group == b.group:
        return 0.0
    part_a, part_b = (
        follows_in_part(frame.name, item, stretch)
        for item, stretch in zip((a, b), follows, strict=True)
    )
    return _range_pad(frame, part_a, part_b, *far)


def tolerance_pad(
    cell: Cell, a: Item, b: Item, far_a: dict[str, float], far_b: dict[str, float]
) -> float:
    """Return what frames that nobody measures, or that are off after it, move two bodies [m].

    Args:
        far_a, far_b: Frame name to the farthest distance of the body from its origin [m].
    """
    return _tolerance(off_of(cell, a, b), far_a, far_b)


def off_of(cell: Cell, a: Item, b: Item) -> Iterator[tuple[str, Frame, bool]]:
    """Yield the frames that carry one of two bodies only, and whether that is the first."""
    for name, frame in sorted(cell.frames.items()):
        on_a, on_b = name in a.frames, name in b.frames
        if on_a != on_b:
            yield name, frame, on_a


def _tolerance(
    off: Iterable[tuple[str, Frame, bool]], far_a: dict[str, float], far_b: dict[str, float]
) -> float:
    pad = 0.0
    for name, frame, on_a in off:
        r = far_a[name] if on_a else far_b[name]
        pad += frame.tolerance_m + frame.tolerance_rad * r
    return pad


def _range_pad(
    frame: Frame,
    part_a: float,
    part_b: float,
    far_a: dict[str, float],
    far_b: dict[str, float],
) -> float:
    """Return the pad for how far a measured frame itself may stand off [m]."""
    if part_a == part_b and part_a != 0.5:
        return 0.0
    r = max(far_a[frame.name] if part_a else 0.0, far_b[frame.name] if part_b else 0.0)
    return frame.range_m + frame.range_rad * r


def follows_in_part(name: str, item: Item, follows: Stretch | None) -> float:
    """Return 1 for a body that follows a frame, 0 for one that does not, 0.5 for in part.

    follows: What its arm follows; a body that stands follows none but those it stands in.
    """
    if name in item.frames or (item.group and follows is not None and name in follows.full):
        return 1.0
    return 0.5 if item.group and follows is not None and name in follows.half else 0.0


def far_from_frames(cell: Cell, item: Item, shapes: Shapes, path: Path | None) -> Far:
    """Return how far a body is from the origin of each toleranced frame along its path."""
    names = [n for n, f in cell.frames.items() if f.tolerance_rad or f.range_rad]
    sphere = shapes.bodies[item.number]
    centre, bound = sphere[CENTRE:BOUND], float(sphere[BOUND])
    if not names:
        return Far({name: np.zeros(1) for name in cell.frames}, 0.0, np.zeros(0))
    steps = np.zeros(0)
    if path is None or item.link < 0:
        places = (item.link_T_body[:, :3] @ centre + item.link_T_body[:, 3])[None]
    else:
        places = _places(item, path, centre)
        steps = _between_knots(item, path, centre)
    found = {name: np.zeros(1) for name in cell.frames}
    for name in names:
        anchor, link_T_frame = anchor_of(cell, name)
        if item.group and anchor == tree_of(chain_of(cell, item.group))[0][item.link]:
            middle = item.link_T_body[:, :3] @ centre + item.link_T_body[:, 3]
            found[name] = np.array([np.linalg.norm(middle - link_T_frame.p)])
            continue
        origin, off = frame_ball(cell, name)
        found[name] = np.linalg.norm(places - origin, axis=1) + off
    return Far(found, bound, steps)


def _places(item: Item, path: Path, centre: Array) -> Array:
    local = item.link_T_body[:, :3] @ centre + item.link_T_body[:, 3]
    if len(path.table) != len(path.t):
        path = tabulated(path, len(path.t))
    links = path.table[:, item.link]
    return np.asarray(links[:, :, :3] @ local + links[:, :, 3])


def _between_knots(item: Item, path: Path, centre: Array) -> Array:
    """Return a bound of half the way of a body's middle between two knots [m], shape (n - 1,)."""
    reach = float(np.linalg.norm(path.frames[1:, [3, 7, 11]], axis=1).sum())
    reach += float(np.linalg.norm(item.link_T_body[:, :3] @ centre + item.link_T_body[:, 3]))
    turning = np.flatnonzero(path.links[:, 1] == 1)
    for link in np.flatnonzero(path.links[:, 1] == 2):
        if len(turning) and link > turning[0]:
            reach += float(np.abs(path.knots[0][:, path.links[link, 2]]).max())
    steps = np.diff(path.knots[1], axis=0)
    if path.deviation.shape[1]:
        steps = steps + 2.0 * path.deviation[0]
    lengths = np.where([_slides(path, j) for j in range(steps.shape[1])], 1.0, reach)
    return np.asarray(steps @ lengths) / 2


def _slides(path: Path, j: int) -> bool:
    return bool(np.any((path.links[:, 2] == j) & (path.links[:, 1] == 2)))
