"""Scenes whose arm bends after measured frames along a known way: what `strays` adds to their pads.

The pads of a scene hold for an arm that is moved with a measured frame as a rigid body. Where the
way is known, and solved for sampled shifts, each pair gets what it strays beyond that, as the
verifier counts it; a body that another group holds is taken not to bend with its arm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from cellsim.collision.bending import strayed_apart
from cellsim.collision.items import Item, cell_bodies, frames_of, item_of, trees_of
from cellsim.collision.pads import Stretch, rigid_pad
from cellsim.collision.paths import path_of
from cellsim.collision.strays import ByFrame, Strays, strays_at
from cellsim.domain.cell import Cell
from cellsim.geometry import Array
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.frameshift import world_shifts
from cellsim.motion.onto import Flags, moved_onto


@dataclass(frozen=True, eq=False)
class Ground:
    """What the pads of a scene rest on.

    Attributes:
        cell, group: Whose scene. items: All bodies. pairs: Those of each pair, by their places.
        far: Frame name to the farthest distance of each body [m]. follows: Of the motion.
        others: Where the other groups stand, and the measured frames that they stand in.
    """

    cell: Cell
    group: str
    items: tuple[Item, ...]
    pairs: tuple[tuple[int, int], ...]
    far: tuple[dict[str, float], ...]
    follows: Stretch | None
    others: Mapping[str, tuple[Array, frozenset[str]]]


def more_pads(ground: Ground, q: Array, shifted: Mapping[str, Array], cuts: Sequence[int]) -> Array:
    """Return what each pair strays beyond its pad between rows of a way [m], (cuts - 1, pairs).

    Args:
        q: Joint values along the way [rad | m], shape (n, dof).
        shifted: Measured frame to the same for each sampled shift, shape (m, n, dof).
        cuts: Rows of q where stretches begin and end.
    """
    strays: dict[str, ByFrame] = {}
    if shifted:
        strays[ground.group] = _strays(ground.cell, ground.group, ground.items, q, shifted)
    items = list(ground.items)
    for name, (at, frames) in ground.others.items():
        if frames:
            strays[name], arm = _standing(ground.cell, name, at.tobytes(), frames)
            items = [arm.get(item.number, item) for item in items]
    out = np.zeros((len(cuts) - 1, len(ground.pairs)))
    for row, ends in enumerate(pairwise(cuts) if strays else ()):
        for p, (i, k) in enumerate(ground.pairs):
            out[row, p] = _more(ground, strays, (i, k), (items[i], items[k]), ends)
    return out


def shifted_onto(cell: Cell, group: str, frame: str, q: Array) -> tuple[Array, Flags]:
    """Return joint values that follow each sampled shift of a measured frame, and which do.

    Args:
        q: Joint values without a shift [rad | m], shape (n, dof).

    Returns:
        (shape (m, n, dof); whether the shifted pose is reached near by, shape (m, n)).
    """
    poses = link_poses(chain_of(cell, group), q)[:, chain_of(cell, group).flange]
    return moved_onto(chain_of(cell, group), world_shifts(cell, frame)[:, None] @ poses, q)


def followable(cell: Cell, group: str, frames: Iterable[str]) -> list[str]:
    """Return those of some frames whose shift in the world bends the arm of a group."""
    rides = frames_of(cell, f"group:{group}")
    return sorted(
        name
        for name in frames
        if (cell.frames[name].range_m or cell.frames[name].range_rad)
        and anchor_of(cell, name)[0] == WORLD
        and name not in rides
    )


@lru_cache(maxsize=256)
def _standing(
    cell: Cell, group: str, at: bytes, frames: frozenset[str]
) -> tuple[ByFrame, Mapping[int, Item]]:
    """Return what the bodies of a group that stands in frames stray, and these by their numbers.

    at: Its joint values as bytes of floats.
    """
    trees, q = trees_of(cell), np.frombuffer(at)[None]
    arm = {
        number: item_of(cell, trees, number, body)
        for number, body in enumerate(cell_bodies(cell))
        if not body.name.startswith("part:")
    }
    arm = {number: item for number, item in arm.items() if item.group == group}
    shifted = {
        name: shifted_onto(cell, group, name, q)[0] for name in followable(cell, group, frames)
    }
    return _strays(cell, group, tuple(arm.values()), q, shifted), arm


def _strays(
    cell: Cell, group: str, items: Sequence[Item], q: Array, shifted: Mapping[str, Array]
) -> ByFrame:
    """Return what the bodies of an arm stray at rows q of its way, for each frame."""
    mine = [i for i in items if i.group == group and i.link >= 0]
    path = path_of(chain_of(cell, group), np.arange(float(len(q))), q)
    knots = np.arange(len(q), dtype=np.int64)
    return {
        name: Strays(strays_at(cell, name, path, rows, knots, mine))
        for name, rows in shifted.items()
    }


def _more(
    ground: Ground,
    strays: Mapping[str, ByFrame],
    places: tuple[int, int],
    pair: tuple[Item, Item],
    ends: tuple[int, int],
) -> float:
    """Return what a pair strays beyond the pad of a rigid arm between two rows [m]."""
    us, vs = (ends if item.group == ground.group else (0, 0) for item in pair)
    apart = strayed_apart(*pair, strays, us, vs)
    if not any(apart.values()):
        return 0.0
    a, b = (ground.items[n] for n in places)
    follows = [ground.follows if i.group == ground.group else None for i in (a, b)]
    far = (ground.far[places[0]], ground.far[places[1]])
    more = 0.0
    for name, value in apart.items():
        frame = ground.cell.frames[name]
        more += max(0.0, value - rigid_pad(frame, a, b, (follows[0], follows[1]), far))
    return more
