"""Which way a hinged part comes off: the direction across the hinge that frees it soonest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from cellsim.collision.gjk import pair_distance
from cellsim.collision.support import Shapes, gap_of_spheres, pack
from cellsim.domain.cell import Cell
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.kinematics import world_T_fixture

TURNS = 24
STEPS = 6
NEAR_M = 0.15
GROWTH = 0.45


def free_direction(
    cell: Cell,
    part: str,
    world_T_part: Pose,
    axis: Array,
    normal: Array,
    distance: float,
    fixtures: Mapping[str, Array] = MappingProxyType({}),
) -> Array:
    """Return the unit direction across `axis` along which the part gains room soonest.

    Args:
        axis: Hinge axis, unit, world. normal: Direction that is asked first, world.
        distance: How far the part is pulled [m].
        fixtures: Where moving fixtures stand, by "fixture:NAME"; at their start where not given.

    Returns:
        Of TURNS directions the one whose least distance to any fixture keeps most above
        GROWTH times the way; the one nearest to `normal` where several are as good.
    """
    flat = normal - (normal @ axis) * axis
    flat = flat / np.linalg.norm(flat)
    near = _near_pieces(cell, part, world_T_part, distance, fixtures)
    if not near:
        return np.asarray(flat, dtype=np.float64)
    ways = np.arange(1, STEPS + 1) / STEPS * distance
    best, chosen = -math.inf, flat
    for turn in sorted(range(TURNS), key=lambda k: (min(k, TURNS - k), k)):
        direction = rotation_axis(axis, 2.0 * math.pi * turn / TURNS) @ flat
        score = min(_gap(near, world_T_part, way * direction) - GROWTH * way for way in ways)
        if score > best + 1e-4:
            best, chosen = score, direction
    return np.asarray(chosen, dtype=np.float64)


_Near = list[tuple[Shapes, int, int, Pose]]


def _near_pieces(
    cell: Cell, part: str, world_T_part: Pose, distance: float, fixtures: Mapping[str, Array]
) -> _Near:
    """Return the piece pairs of part and fixtures that come near within the distance."""
    names = list(cell.fixtures)
    shapes = pack([cell.parts[part].solid, *(cell.fixtures[name].solid for name in names)])
    near: _Near = []
    for number, name in enumerate(names, start=1):
        fixture_T_world = world_T_fixture(cell, name, fixtures).inverse()
        T = np.ascontiguousarray((fixture_T_world @ world_T_part).matrix[:3])
        for i in range(*shapes.own[number]):
            for j in range(*shapes.own[0]):
                if gap_of_spheres(shapes.cores.rows, i, j, T) > NEAR_M:
                    continue
                if pair_distance(shapes, i, j, T)[0] < NEAR_M + distance:
                    near.append((shapes, i, j, fixture_T_world))
    return near


def _gap(near: _Near, world_T_part: Pose, shift: Array) -> float:
    """Return the least distance of the part, shifted in the world, from the near pieces [m]."""
    moved = Pose(world_T_part.R, world_T_part.p + shift)
    return min(
        pair_distance(shapes, i, j, np.ascontiguousarray((fixture_T_world @ moved).matrix[:3]))[0]
        for shapes, i, j, fixture_T_world in near
    )
