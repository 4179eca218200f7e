"""Which shift of a measured frame makes a pair come short, and by how much.

A pad holds for all shifts at once and for a stretch of the way (see `strays`); a person asks which
shift it is. At knots of the stretch the nearest pieces are measured for each sampled shift, and at
the worst knot for the shift that is worst by the slopes of these distances, where joint values are
taken from the ends by first and second differences. The nearest of all is told: it is seen, not
certified.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.items import Item
from cellsim.collision.pads import margins, tolerance_pad
from cellsim.collision.paths import carry, links_at, time_of
from cellsim.collision.result import FrameShift
from cellsim.collision.scope import Scope
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.frameshift import ENDS, unit_shifts, world_shift

Range = tuple[float, float]
Pieces = tuple[Piece, Piece]
_LEAST, _KNOTS = 1e-9, 9


@dataclass(frozen=True, eq=False)
class Short:
    """A pair that comes short.

    Attributes:
        items: Both bodies. group: Whose clock counts. at: Worst fractional knot for each body; for
            the first one on the clock of the group.
        over: Knots of each that the stretch covers.
        bare_m: Least certified clearance of the stretch before pads [m]. required_m: [m].
        pad_m: Pad of the worst interval [m].
        pieces: The nearest pieces there.
    """

    items: tuple[Item, Item]
    group: str
    at: tuple[float, ...]
    over: tuple[Range, ...]
    bare_m: float
    required_m: float
    pad_m: float
    pieces: Pieces


def shift_to_blame(short: Short, scope: Scope) -> FrameShift | None:
    """Return the worst shift of the frame that makes a pair short; None where it is short anyway.

    None too where no frame can be named: one that is carried by an axis, or whose arm was not
    solved for its shifts.
    """
    cell, (a, b) = scope.timeline.job.cell, short.items
    if not any(f.range_m or f.range_rad for f in cell.frames.values()):
        return None
    far_a, far_b = (
        scope.far[id(item)].over(*knots) for item, knots in zip((a, b), short.over, strict=True)
    )
    still = margins(a, b) + tolerance_pad(cell, a, b, far_a, far_b)
    nominal = short.bare_m - still
    if short.pad_m - still <= _LEAST or nominal < short.required_m:
        return None
    found = [_worst(short, scope, frame) for frame in _movers(cell, short, scope)]
    if not found:
        return None
    seen = min(found, key=lambda f: (f[1], f[0]))
    name, apart, share, at = seen
    t = time_of(scope.timeline.tracks[short.group].t, at[0])
    return FrameShift(name, tuple(float(v) for v in share), nominal, apart - still, t)


def _movers(cell: Cell, short: Short, scope: Scope) -> Iterator[Frame]:
    """Yield the measured frames whose shift is known to move a body of the pair."""
    for name, frame in sorted(cell.frames.items()):
        if not (frame.range_m or frame.range_rad) or anchor_of(cell, name)[0] != WORLD:
            continue
        standing = any(name in i.frames for i in short.items if not i.group)
        tracks = [scope.timeline.tracks[i.group] for i in short.items if i.group]
        rides = any(name in i.frames for i in short.items if i.group)
        if not rides and (standing or any(name in t.shifted for t in tracks)):
            yield frame


Seen = tuple[str, float, Array, tuple[float, ...]]


def _worst(short: Short, scope: Scope, frame: Frame) -> Seen:
    """Return (frame, distance [m], share, knots) of the shift that brings the bodies nearest."""
    shares, looks = unit_shifts(), list(_looks(short))
    apart = np.array(
        [[_apart(_places(short, scope, frame, s, at), short.pieces) for s in shares]
         for at in looks]
    )  # fmt: skip
    slope = (apart[:, 0:ENDS:2] - apart[:, 1:ENDS:2]) / 2.0
    middle = (apart[:, 0:ENDS:2] + apart[:, 1:ENDS:2]).mean(axis=1) / 2.0
    steep = np.linalg.norm(slope[:, :3], axis=1) + np.linalg.norm(slope[:, 3:], axis=1)
    k = int(np.argmin(np.minimum(apart.min(axis=1), middle - steep)))
    steepest = np.concatenate([_against(slope[k, :3]), _against(slope[k, 3:])])
    found = [
        (_nearest(short, _places(short, scope, frame, share, looks[k])), share)
        for share in (shares[int(np.argmin(apart[k]))], steepest)
    ]
    distance, share = min(found, key=lambda f: f[0])
    return frame.name, distance, share, looks[k]


def _looks(short: Short) -> Iterator[tuple[float, ...]]:
    """Yield knots to look at: the worst, and where one path alone moves, some of the stretch."""
    yield short.at
    (low, high), second = short.over
    if (low, high) == second:
        for u in np.unique(np.linspace(low, high, _KNOTS).round(3)):
            yield float(u), float(u)


def _against(slope: Array) -> Array:
    size = float(np.linalg.norm(slope))
    return np.zeros(3) if size < 1e-12 else np.asarray(-slope / size)


def _places(
    short: Short, scope: Scope, frame: Frame, share: Array, at: tuple[float, ...]
) -> tuple[Pose, Pose]:
    """Return `world_T_body` of both bodies at fractional knots for a shift."""
    cell, found = scope.timeline.job.cell, []
    for item, u in zip(short.items, at, strict=True):
        out = item.link_T_body.copy()
        if item.link >= 0:
            path, track = scope.paths[item.group], scope.timeline.tracks[item.group]
            links = np.zeros((len(path.links), 3, 4))
            links_at(path, _joints(track, frame.name, u, share), links)
            carry(links, item.link, item.link_T_body, out)
        pose = Pose(out[:, :3], out[:, 3])
        if not item.group and frame.name in item.frames:
            pose = world_shift(cell, frame, share) @ pose
        found.append(pose)
    return found[0], found[1]


def _joints(track: GroupTrack, frame: str, u: float, share: Array) -> Array:
    """Return the joint values at a fractional knot for a shift [rad | m], shape (dof,)."""
    k = min(int(u), len(track.t) - 1)
    after, part = min(k + 1, len(track.t) - 1), u - k
    plain = track.q[k] + part * (track.q[after] - track.q[k])
    if frame not in track.shifted:
        return np.asarray(plain)
    q = track.shifted[frame]
    change = q[:, k] + part * (q[:, after] - q[:, k]) - plain
    sampled = (unit_shifts() == share).all(axis=1)
    if sampled.any():
        return np.asarray(plain + change[sampled][0])
    first = (change[0:ENDS:2] - change[1:ENDS:2]) / 2.0
    second = (change[0:ENDS:2] + change[1:ENDS:2]) / 2.0
    return np.asarray(plain + share @ first + share**2 @ second)


def _apart(poses: tuple[Pose, Pose], pieces: Pieces) -> float:
    return float(kernel.contact(*pieces, *poses).distance)


def _nearest(short: Short, poses: tuple[Pose, Pose]) -> float:
    """Return the least distance of any two pieces [m], below 0: the depth of an overlap."""
    a, b = (item.solid.pieces for item in short.items)
    balls = [_balls(pieces, pose) for pieces, pose in zip((a, b), poses, strict=True)]
    least = _apart(poses, short.pieces)
    gaps = np.linalg.norm(balls[0][0][:, None] - balls[1][0][None], axis=2)
    gaps -= balls[0][1][:, None] + balls[1][1][None]
    for i, k in np.argwhere(gaps < least):
        least = min(least, _apart(poses, (a[i], b[k])))
    return least


def _balls(pieces: Sequence[Piece], pose: Pose) -> tuple[Array, Array]:
    """Return middles in the world [m], shape (n, 3), and radii of balls about the pieces."""
    middles, radii = [], []
    for piece in pieces:
        core = piece.core()
        middle = core.points.mean(axis=0)
        far = float(np.linalg.norm(core.points - middle, axis=1).max())
        middles.append(pose.R @ middle + pose.p)
        radii.append(far + core.disc_radius + core.radius)
    return np.array(middles), np.array(radii)
