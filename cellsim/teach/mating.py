"""Where a part goes when it is placed on a feature of a fixture."""

from __future__ import annotations

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.feature import facing
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Array, Pose
from cellsim.teach.places import Place


def goal_of(cell: Cell, part: str, place: Place) -> tuple[Pose, Array]:
    """Return (`world_T_part` when placed, unit direction out of the place [world]).

    The part's seat and the place meet face to face; a part without a seat has its own frame there.
    """
    if len(place.poses) != 1:
        raise BadInput(f"'{place.name}' has {len(place.poses)} members; name one of them")
    world_T_place, found = place.poses[0], cell.parts[part]
    away = np.array(world_T_place.R[:, 2])
    if not found.seat:
        return world_T_place, away
    if found.seat not in found.features:
        raise UnknownName(f"feature of {part}", found.seat, found.features)
    part_T_seat = found.features[found.seat].places[0]
    return facing(world_T_place) @ part_T_seat.inverse(), away
