"""What carries a part that no gripper holds: a hook or pocket, a clamp, or something under it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part
from cellsim.domain.feature import Feature
from cellsim.geometry import Array, Pose, Solid
from cellsim.kinematics.frames import world_T_fixture

SEATS = frozenset({"hook", "pocket", "seat"})
CLAMPING = frozenset({"chuck"})
SEAT_REACH_M = 0.015
REST_GAP_M = 0.005


def seat_distance(
    cell: Cell,
    part: str,
    world_T_part: Pose,
    q: Mapping[str, Array],
    kinds: frozenset[str] = SEATS,
) -> tuple[float, str, str]:
    """Return the distance [m] of the part from the nearest seat, its fixture and its name.

    A part sits where its origin or a place of one of its features meets the place of a hook,
    pocket, seat (or, if asked for, chuck) of a fixture; (inf, "", "") where there is none.

    Args:
        q: Where the moving fixtures are, by "fixture:NAME"; at their start where not given.
    """
    own = np.array([world_T_part.p, *(p.p for p in _places(cell.parts[part], world_T_part))])
    best = (np.inf, "", "")
    for fixture, seat, place in _seats(cell, kinds, q):
        distance = float(np.linalg.norm(own - place.p, axis=1).min())
        best = min(best, (distance, fixture, seat))
    return best


def _places(part: Part, world_T_part: Pose) -> Iterator[Pose]:
    for feature in part.features.values():
        for part_T_place in feature.places:
            yield world_T_part @ part_T_place


def _seats(
    cell: Cell, kinds: frozenset[str], q: Mapping[str, Array]
) -> Iterator[tuple[str, str, Pose]]:
    for name, fixture in cell.fixtures.items():
        seats: list[Feature] = [f for f in fixture.features.values() if f.kind in kinds]
        if seats:
            world_T_body = world_T_fixture(cell, name, q)
            for feature in seats:
                for place in feature.places:
                    yield name, f"{name}.{feature.name}", world_T_body @ place


def rests_on(
    cell: Cell, part: str, world_T_parts: Mapping[str, Pose], q: Mapping[str, Array]
) -> str:
    """Return the body right under the part ("" = none): boxes overlap, gap at most 5 mm.

    Boxes along the axes of the world, and along the heading of either body: all three overlap.

    Args:
        world_T_parts: Where all parts stand that no gripper holds, this one included.
        q: Where the moving fixtures are, by "fixture:NAME"; at their start where not given.
    """
    solid, place = cell.parts[part].solid, world_T_parts[part]
    bodies = [
        (f"fixture:{n}", f.solid, world_T_fixture(cell, n, q)) for n, f in cell.fixtures.items()
    ]
    bodies += [
        (f"part:{n}", cell.parts[n].solid, pose) for n, pose in world_T_parts.items() if n != part
    ]
    for name, other, world_T_body in bodies:
        if _under(solid, place, other, world_T_body):
            return name
    return ""


def _under(upper: Solid, world_T_upper: Pose, lower: Solid, world_T_lower: Pose) -> bool:
    headings = (0.0, *(float(np.arctan2(T.R[1, 0], T.R[0, 0]))
                       for T in (world_T_upper, world_T_lower)))  # fmt: skip
    under = np.ones(len(lower.pieces), dtype=bool)
    for heading in headings:
        turn = Pose.from_xyz_rpy((0, 0, 0), (0, 0, -heading))
        low, high = _box(upper, turn @ world_T_upper)
        for k, (below, above) in enumerate(_piece_boxes(lower, turn @ world_T_lower)):
            beside = np.any(above[:2] < low[:2]) or np.any(below[:2] > high[:2])
            under[k] &= not beside and abs(low[2] - above[2]) <= REST_GAP_M
    return bool(under.any())


def _box(solid: Solid, world_T_solid: Pose) -> tuple[Array, Array]:
    boxes = list(_piece_boxes(solid, world_T_solid))
    if not boxes:
        return world_T_solid.p, world_T_solid.p
    lows, highs = zip(*boxes, strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def _piece_boxes(solid: Solid, world_T_solid: Pose) -> Iterator[tuple[Array, Array]]:
    """Yield (lowest, highest) world coordinates of each piece [m]."""
    for piece in solid.pieces:
        core = piece.core()
        points = world_T_solid @ core.points
        axis = world_T_solid.R @ core.disc_axis
        disc = core.disc_radius * np.sqrt(np.clip(1.0 - axis**2, 0.0, 1.0))
        reach = core.radius + (disc if core.disc_radius > 0.0 else np.zeros(3))
        yield points.min(axis=0) - reach, points.max(axis=0) + reach
