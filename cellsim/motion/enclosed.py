"""The joint boxes of an arm that follows a frame measured at run time, stretch by stretch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cellsim.domain.follow import MIXED, RIGID, Follow
from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.bits import Asked, bits_of
from cellsim.kinematics.chain import Chain
from cellsim.motion.jointbox import JointBoxes, joint_boxes
from cellsim.motion.onto import Flags

# How wide the nominal values [rad | m] and the shares of a stretch may be; what is not proven then
# is halved, so often.
WIDE, SHARES, HALVED = math.radians(0.5), 0.05, 5
# Kept, for the arms and frames of a timeline.
_ARMS = 16
_Part = tuple[int, int]
_Question = tuple[Chain, tuple[Array, float, float], Follow, Array, Array]


@dataclass(frozen=True, eq=False)
class Enclosed:
    """Stretches of a track whose joints are proven to stay in a box for every shift of a frame.

    Attributes:
        first, last: Knots between which each lies, shape (c,).
        q, half: Middle and half widths of its nominal values, shape (c, dof) [rad | m].
        rigid: Whether the flange is moved with the frame as a whole, shape (c,).
        boxes: What the joints do, see `motion.jointbox`.
    """

    first: Ints
    last: Ints
    q: Array
    half: Array
    rigid: Ints
    boxes: JointBoxes

    def of_rigid(self) -> Enclosed:
        """Return the stretches in which the flange is moved with the frame as a whole."""
        held, boxes = self.rigid == 1, self.boxes
        kept = JointBoxes(boxes.slope[held], boxes.rest[held], boxes.most[held])
        return Enclosed(self.first[held], self.last[held], self.q[held], self.half[held],
                        self.rigid[held], kept)  # fmt: skip

    def most(self, intervals: int) -> Array:
        """Return how far joints may be from their nominal values in each interval, (m, dof).

        inf where that is not proven.
        """
        found = np.full((intervals, self.q.shape[1]), np.inf)
        for first, last, most in zip(self.first, self.last, self.boxes.most, strict=True):
            found[first:last] = most
        return found


def enclosed(
    chain: Chain, frame: tuple[Array, float, float], follow: Follow, q: Array, dev: Array
) -> Enclosed:
    """Return the stretches that are proven; clearance, limits and report ask for the same ones.

    Args:
        frame: Where its origin is in the world [m], how far it may be moved [m], turned [rad].
        q, dev: Knots of the track, shape (n, dof), and how far it may be off the chords between.
    """
    key = id(chain), bits_of((frame, follow, q, dev))
    return _enclosed(Asked(key, (chain, frame, follow, q, dev)))


@lru_cache(maxsize=_ARMS)
def _enclosed(ask: Asked[_Question]) -> Enclosed:
    chain, frame, follow, q, dev = ask.of
    places = joint_boxes(chain, *frame, follow.places, np.zeros_like(follow.places))
    todo = [p for p in _parts(follow, q) if np.isfinite(dev[p[0] : p[1]]).all()]
    found: list[tuple[list[_Part], Array, Array, JointBoxes]] = []
    for _ in range(HALVED):
        if not todo:
            break
        rows = [np.concatenate([q[a : b + 1].min(axis=0), q[a : b + 1].max(axis=0),
                                dev[a:b].max(axis=0)]) for a, b in todo]  # fmt: skip
        low, high, off = np.split(np.array(rows), 3, axis=1)
        middle, half = (low + high) / 2.0, (high - low) / 2.0 + off
        boxes = joint_boxes(chain, *frame, middle, half)
        for k, part in enumerate(todo):
            if follow.how[part[0]] == MIXED:
                _mixed(follow, part, places, boxes, k)
        held: Flags = np.asarray(np.isfinite(boxes.most).all(axis=1))
        kept = JointBoxes(boxes.slope[held], boxes.rest[held], boxes.most[held])
        parts = [p for p, h in zip(todo, held, strict=True) if h]
        found.append((parts, middle[held], half[held], kept))
        todo = [s for p, h in zip(todo, held, strict=True) if not h for s in _halves(p)]
    return _together(follow, found, q.shape[1])


def _together(
    follow: Follow, found: list[tuple[list[_Part], Array, Array, JointBoxes]], dof: int
) -> Enclosed:
    parts = np.array([p for row in found for p in row[0]], dtype=np.int64).reshape(-1, 2)
    none = np.zeros((0, dof))
    boxes = JointBoxes(
        np.concatenate([np.zeros((0, dof, 6)), *(row[3].slope for row in found)]),
        np.concatenate([none, *(row[3].rest for row in found)]),
        np.concatenate([none, *(row[3].most for row in found)]),
    )
    return Enclosed(
        parts[:, 0],
        parts[:, 1],
        np.concatenate([none, *(row[1] for row in found)]),
        np.concatenate([none, *(row[2] for row in found)]),
        (follow.how[parts[:, 0]] == RIGID).astype(np.int64),
        boxes,
    )


def _halves(part: _Part) -> list[_Part]:
    first, last = part
    if last - first < 2:
        return []
    middle = (first + last) // 2
    return [(first, middle), (middle, last)]


def _parts(follow: Follow, q: Array) -> Iterator[_Part]:
    """Yield knots from..to of stretches that follow alike and hardly move."""
    first = 0
    low, high = q[0], q[0]
    for k in range(len(follow.how)):
        low, high = np.minimum(low, q[k + 1]), np.maximum(high, q[k + 1])
        if k > first and not (_alike(follow, first, k) and (high - low).max() <= WIDE):
            if follow.how[first] in (RIGID, MIXED):
                yield first, k
            first = k
            low, high = np.minimum(q[k], q[k + 1]), np.maximum(q[k], q[k + 1])
    if len(follow.how) and follow.how[first] in (RIGID, MIXED):
        yield first, len(follow.how)


def _alike(follow: Follow, a: int, b: int) -> bool:
    """Whether interval b may stand in a stretch that begins with interval a."""
    if follow.how[a] != follow.how[b] or (follow.ends[a] != follow.ends[b]).any():
        return False
    span = np.maximum(follow.high[a], follow.high[b]) - np.minimum(follow.low[a], follow.low[b])
    own = np.maximum(follow.high[a] - follow.low[a], follow.high[b] - follow.low[b])
    return bool((span <= np.maximum(own, SHARES)).all())


def _mixed(follow: Follow, part: _Part, places: JointBoxes, boxes: JointBoxes, k: int) -> None:
    """Write the mean of what places do as box k of a part."""
    rows = slice(*part)
    low, high = follow.low[rows].min(axis=0), follow.high[rows].max(axis=0)
    boxes.slope[k], boxes.rest[k], boxes.most[k] = 0.0, 0.0, 0.0
    for end, least, most in zip(follow.ends[part[0]], low, high, strict=True):
        if end >= 0:
            share, wide = (least + most) / 2.0, (most - least) / 2.0
            boxes.slope[k] += share * places.slope[end]
            boxes.rest[k] += abs(share) * places.rest[end] + wide * places.most[end]
            boxes.most[k] += max(abs(least), abs(most)) * places.most[end]
    s = boxes.slope[k]
    first = np.linalg.norm(s[:, :3], axis=1) + np.linalg.norm(s[:, 3:], axis=1)
    boxes.most[k] = np.minimum(boxes.most[k], first + boxes.rest[k])
