"""What carries a part that no gripper holds: a hook or pocket, a clamp, or something under it."""

from __future__ import annotations

import math
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
TIP_M = 0.001
_OPPOSED = math.cos(math.radians(45.0))
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def seat_distance(
    cell: Cell,
    part: str,
    world_T_part: Pose,
    q: Mapping[str, Array],
    kinds: frozenset[str] = SEATS,
) -> tuple[float, str, str]:
    """Return the distance [m] of the part from the nearest seat, its fixture and its name.

    A part sits where its seat meets the place of a hook, pocket, seat (or, if asked for, chuck) of
    a fixture, their axes opposed within 45 degrees; one without a seat where its origin or a place
    of any feature is there; (inf, "", "") where there is none.

    Args:
        q: Where the moving fixtures are, by "fixture:NAME"; at their start where not given.
    """
    own, axes = _own_seats(cell.parts[part], world_T_part)
    best = (np.inf, "", "")
    for fixture, seat, place in _seats(cell, kinds, q):
        off = np.linalg.norm(own - place.p, axis=1)
        if axes is not None:
            off = np.where(axes @ place.R[:, 2] <= -_OPPOSED, off, np.inf)
        if np.isfinite(off.min()):
            best = min(best, (float(off.min()), fixture, seat))
    return best


def _own_seats(part: Part, world_T_part: Pose) -> tuple[Array, Array | None]:
    """Return where a part may sit, shape (n, 3), and the axes there if it has a seat."""
    if part.seat in part.features:
        places = [world_T_part @ p for p in part.features[part.seat].places]
        return np.array([p.p for p in places]), np.array([p.R[:, 2] for p in places])
    features = [world_T_part @ p for f in part.features.values() for p in f.places]
    return np.array([world_T_part.p, *(p.p for p in features)]), None


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

    Boxes along the axes of the world, and along the heading of either body: all three overlap. The
    centre of mass is above what all bodies under it span together, or the part tips over.

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
    under = [(n, o, T) for n, o, T in bodies if _under(solid, place, o, T).any()]
    centre = place @ np.array(cell.parts[part].com, dtype=np.float64)
    for heading in {_heading(T) for T in (place, *(T for _, _, T in under))}:
        turn = Pose.from_xyz_rpy((0, 0, 0), (0, 0, -heading))
        corners = [c for _, o, T in under for c in _corners(solid, turn @ place, o, turn @ T)]
        if not _spanned((turn @ centre)[:2], np.array(corners)):
            return ""
    return under[0][0] if under else ""


def is_under(cell: Cell, part: str, world_T_part: Pose, others: Mapping[str, Pose]) -> bool:
    """Whether one of other parts, with their poses in the world, is right under a part."""
    solid = cell.parts[part].solid
    return any(_under(solid, world_T_part, cell.parts[n].solid, T).any() for n, T in others.items())


def _heading(world_T_body: Pose) -> float:
    return float(np.arctan2(world_T_body.R[1, 0], world_T_body.R[0, 0]))


def _under(upper: Solid, world_T_upper: Pose, lower: Solid, world_T_lower: Pose) -> Flags:
    """Return which pieces of a body the other one may lie on, shape (pieces,)."""
    headings = (0.0, _heading(world_T_upper), _heading(world_T_lower))
    under = np.ones(len(lower.pieces), dtype=bool)
    for heading in headings:
        turn = Pose.from_xyz_rpy((0, 0, 0), (0, 0, -heading))
        low, high = _box(upper, turn @ world_T_upper)
        for k, (below, above) in enumerate(_piece_boxes(lower, turn @ world_T_lower)):
            beside = np.any(above[:2] < low[:2]) or np.any(below[:2] > high[:2])
            under[k] &= not beside and abs(low[2] - above[2]) <= REST_GAP_M
    return under


def _corners(
    upper: Solid, world_T_upper: Pose, lower: Solid, world_T_lower: Pose
) -> Iterator[Array]:
    """Yield (x, y) of the corners of what pieces of both bodies share where one lies on the other.

    Of the upper one only what reaches its lowest point, of the lower one what that may lie on.
    """
    bottom = _box(upper, world_T_upper)[0][2]
    feet = [b for b in _piece_boxes(upper, world_T_upper) if b[0][2] <= bottom + REST_GAP_M]
    tops = _piece_boxes(lower, world_T_lower)
    for below, above in (
        b for b, there in zip(tops, _under(upper, world_T_upper, lower, world_T_lower), strict=True)
        if there
    ):  # fmt: skip
        for low, high in feet:
            x = max(below[0], low[0]), min(above[0], high[0])
            y = max(below[1], low[1]), min(above[1], high[1])
            if x[0] <= x[1] and y[0] <= y[1]:
                yield from (np.array([a, b]) for a in x for b in y)


def _spanned(point: Array, corners: Array) -> bool:
    """Whether a point (2,) lies in the convex hull of others (n, 2), or 1 mm beside it at most.

    It does not where some direction has all of them more than that behind it.
    """
    if not len(corners):
        return False
    angles = np.linspace(0.0, 2.0 * np.pi, 720, endpoint=False)
    ways = np.stack([np.cos(angles), np.sin(angles)])
    return bool(((corners - point) @ ways).max(axis=0).min() >= -TIP_M)


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
