"""How far frames that may stand off can bring two bodies nearer to one another.

A frame that stands off by (dt, dtheta) moves a point at distance r from its origin by at most
|dt| + |dtheta| r. Its tolerance counts where it carries one of two bodies and not the other. Of a
frame measured at run time the whole range counts where one body follows it and the other does
not, or either follows it in part: an arm follows it while its motions are programmed in it, and in
part while a motion leads into it or out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cellsim.domain.cell import Cell, Frame
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.frames import chain_of, frame_ball
from cellsim.proofcheck.bodies import Hung, tolerant_frames
from cellsim.proofcheck.course import SLIDES, Course, Ints, links_of, stand
from cellsim.proofcheck.jit import machine
from cellsim.proofcheck.shapes import MIDDLE, ROUND, Pieces

_NONE, _ALL = np.zeros(1), np.ones(1)


@dataclass(frozen=True, eq=False)
class Stages:
    """Stretches of a track in which its arm follows the same measured frames.

    Attributes:
        first: First knot of each, shape (n,). follows: frame name to 1, 0.5 or 0 of each, (n,).
    """

    first: Array
    follows: Mapping[str, Array]

    def part(self, name: str, middles: Array) -> Array:
        """Return how far the arm follows a frame at fractional knots: 1, 0.5 or 0, shape (n,)."""
        if name not in self.follows:
            return np.zeros(len(middles))
        # A middle on an edge belongs to the stretch before it.
        at = np.maximum(np.searchsorted(self.first, middles, side="left") - 1, 0)
        return self.follows[name][at]


def stages_of(cell: Cell, track: GroupTrack) -> Stages:
    """Return the stretches of a track by the measured frames its motions are programmed in."""
    moving = {name for name, f in cell.frames.items() if f.range_m or f.range_rad}
    before: frozenset[str] = frozenset()
    rows: list[tuple[int, frozenset[str], frozenset[str]]] = []
    for motion in track.motions if moving else ():
        now = before
        if motion.kind != "stand":
            inside = motion.frame in cell.frames
            now = tolerant_frames(cell, motion.frame) & moving if inside else frozenset()
        row = (motion.first, now & before, now ^ before)
        if not rows or rows[-1][1:] != row[1:]:
            rows.append(row)
        before = now
    rows = rows or [(0, frozenset(), frozenset())]
    first = np.array([0.0, *(float(row[0]) for row in rows[1:])])
    follows = {
        name: np.array([1.0 if name in full else 0.5 if name in half else 0.0
                        for _, full, half in rows])
        for name in sorted(moving)
    }  # fmt: skip
    return Stages(first, follows)


@dataclass(frozen=True, eq=False)
class Distances:
    """How far a body is from the origins of the frames that may turn.

    Attributes:
        rows: Distance of its middle at every knot [m], shape (frames, n); n = 1 where it stands.
        steps: What its middle may go from a knot to the next, halved [m], shape (n - 1,).
        radius: About its middle [m].
    """

    rows: Array
    steps: Array
    radius: float

    @cached_property
    def _ended(self) -> tuple[Array, Array]:
        """Rows and steps with ends to read beyond."""
        rows = np.concatenate([self.rows, self.rows[:, :1]], axis=1)
        return rows, np.concatenate([self.steps, np.zeros(2)])

    def over(self, knots: Array) -> Array:
        """Return the farthest distance of any point in ranges of knots [m], (frames, n).

        Args:
            knots: From, to of each, shape (n, 2).
        """
        low, high = np.floor(knots[:, 0]).astype(int), np.ceil(knots[:, 1]).astype(int)
        if self.rows.shape[1] == 1:
            return np.repeat(self.rows + self.radius, len(low), axis=1)
        rows, steps = self._ended
        # Every second range: from each low up to each high.
        far = np.maximum.reduceat(rows, np.stack([low, high + 1], axis=1).ravel(), axis=1)[:, ::2]
        step = np.maximum.reduceat(steps, np.stack([low, high], axis=1).ravel())[::2]
        return np.asarray(far + np.where(high > low, step, 0.0) + self.radius)


def distances_of(
    cell: Cell, hung: Sequence[Hung], courses: Mapping[str, Course], s: Pieces
) -> tuple[tuple[str, ...], list[Distances]]:
    """Return the names of the frames that may turn, and the distances of every body from them."""
    names = tuple(n for n, f in cell.frames.items() if f.tolerance_rad or f.range_rad)
    balls = [frame_ball(cell, n) for n in names]
    origins = np.array([centre for centre, _ in balls]).reshape(-1, 3)
    sizes = np.array([size for _, size in balls])[:, None]
    found: list[Distances] = []
    tables = {g: _table(g, c, hung, s, origins) for g, c in courses.items() if names}
    for h in hung:
        radius = float(s.bodies[h.body, ROUND])
        if not names or h.link >= 0:
            rows, steps = tables[h.group][id(h)] if names else (np.zeros((0, 1)), np.zeros(0))
        else:
            middle = h.link_T_body[:, :3] @ s.bodies[h.body, MIDDLE:ROUND] + h.link_T_body[:, 3]
            rows, steps = np.linalg.norm(origins - middle, axis=1)[:, None], np.zeros(0)
        found.append(Distances(_on_link(cell, names, h, s, rows + sizes), steps, radius))
    return names, found


def _on_link(cell: Cell, names: Sequence[str], h: Hung, s: Pieces, rows: Array) -> Array:
    """Return the distances with those of frames on the body's own link, which do not change."""
    if h.link < 0:
        return rows
    link = links_of(chain_of(cell, h.group))[0][h.link]
    middle = h.link_T_body[:, :3] @ s.bodies[h.body, MIDDLE:ROUND] + h.link_T_body[:, 3]
    for k, name in enumerate(names):
        anchor, link_T_frame = anchor_of(cell, name)
        if anchor == link:
            rows[k] = np.linalg.norm(middle - link_T_frame.p)
    return rows


def _table(
    group: str, c: Course, hung: Sequence[Hung], s: Pieces, origins: Array
) -> Mapping[int, tuple[Array, Array]]:
    mine = [h for h in hung if h.group == group and h.link >= 0]
    links = np.array([h.link for h in mine], dtype=np.int64)
    points = [h.link_T_body[:, :3] @ s.bodies[h.body, MIDDLE:ROUND] + h.link_T_body[:, 3]
              for h in mine]  # fmt: skip
    rows = _away(c, links, np.array(points).reshape(-1, 3), origins)
    step = 0.5 * np.abs(np.diff(c.q, axis=0))
    if c.off.shape[1]:
        step = step + c.off[0]
    beyond = _beyond(c)
    found = {}
    for k, h in enumerate(mine):
        lever = np.where(beyond < 0.0, 1.0, beyond + float(np.linalg.norm(points[k])))
        found[id(h)] = (rows[k], step @ lever)
    return found


def _beyond(c: Course) -> Array:
    """Return how far links may lie from the axis of each joint [m], -1 where it slides, (dof,)."""
    found = np.full(c.q.shape[1], -1.0)
    moving = c.links[:, 1] != 0
    slides = c.links[:, 1] == SLIDES
    length = np.sqrt((c.frames[:, 9:12] ** 2).sum(axis=1))
    length[slides] += np.abs(c.q[:, c.links[slides, 2]]).max(axis=0)
    for l in np.flatnonzero(moving & ~slides):
        found[c.links[l, 2]] = length[l + 1 :].sum()
    return found


@machine
def _away(c: Course, links: Ints, points: Array, origins: Array) -> Array:
    """Return distances [m] of points on links from origins at every knot, (points, origins, n)."""
    n = c.q.shape[0]
    out = np.empty((points.shape[0], origins.shape[0], n))
    poses = np.zeros((c.links.shape[0], 3, 4))
    for knot in range(n):
        stand(c, float(knot), poses)
        for i in range(points.shape[0]):
            T, p = poses[links[i]], points[i]
            x = T[0, 0] * p[0] + T[0, 1] * p[1] + T[0, 2] * p[2] + T[0, 3]
            y = T[1, 0] * p[0] + T[1, 1] * p[1] + T[1, 2] * p[2] + T[1, 3]
            z = T[2, 0] * p[0] + T[2, 1] * p[1] + T[2, 2] * p[2] + T[2, 3]
            for o in range(origins.shape[0]):
                dx, dy, dz = x - origins[o, 0], y - origins[o, 1], z - origins[o, 2]
                out[i, o, knot] = np.sqrt(dx * dx + dy * dy + dz * dz)
    return out


def standing_off(cell: Cell) -> tuple[tuple[str, Frame], ...]:
    """Return the frames that may stand elsewhere than where they are said to be, by name."""
    return tuple(
        (name, f) for name, f in sorted(cell.frames.items())
        if f.tolerance_m or f.tolerance_rad or f.measured
    )  # fmt: skip


def frame_pads(
    frames: Sequence[tuple[str, Frame]],
    names: Sequence[str],
    a: Hung,
    b: Hung,
    follows: tuple[Mapping[str, Array], Mapping[str, Array]],
    far: tuple[Array, Array],
) -> Array | float:
    """Return how far frames may bring two bodies nearer [m]; arrays broadcast against each other.

    Args:
        frames: See `standing_off`. names: Frames that may turn: the rows of `far`.
        follows: Measured frame to 1, 0.5 or 0, of the arm of a and of b.
        far: Farthest distance of each body from each frame's origin [m], (frames, ...).
    """
    pad: Array | float = 0.0
    for name, frame in frames:
        on_a, on_b = name in a.frames, name in b.frames
        k = names.index(name) if name in names else -1
        away_a, away_b = (far[0][k], far[1][k]) if k >= 0 else (_NONE, _NONE)
        if on_a != on_b:
            pad = pad + frame.tolerance_m + frame.tolerance_rad * (away_a if on_a else away_b)
        if not frame.measured or (a.group and a.group == b.group):
            continue
        part_a = _ALL if on_a else follows[0].get(name, _NONE)
        part_b = _ALL if on_b else follows[1].get(name, _NONE)
        apart = (part_a != part_b) | (part_a == 0.5)
        lever = np.maximum(np.where(part_a > 0, away_a, 0.0), np.where(part_b > 0, away_b, 0.0))
        pad = pad + np.where(apart, frame.range_m + frame.range_rad * lever, 0.0)
    return pad
