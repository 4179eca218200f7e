"""Feature: a place computed from geometry, never typed in as coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cellsim.geometry import Pose

_HALF_TURN = np.diag([1.0, -1.0, -1.0])


@dataclass(frozen=True, eq=False)
class Feature:
    """A hole, edge, rim, face, hinge axis or grip of a part or fixture.

    Attributes:
        name: Name in the part ("hinge_bolts", "window_rim").
        kind: "holes", "rim", "edge", "face", "axis", "grip", "hook".
        places: `body_T_feature` of each member; z points out of the material (against the
            approach), x along the feature's longest direction.
        size: Characteristic sizes [m] (hole diameter; rim width, height).
        source: How it was computed, from which file.
    """

    name: str
    kind: str
    places: tuple[Pose, ...]
    size: tuple[float, ...] = ()
    source: str = ""
    members: tuple[str, ...] = field(default_factory=tuple)


def facing(place: Pose) -> Pose:
    """Return the frame that meets a place face to face: same origin, same x, z opposed.

    A TCP on a feature (`body_T_tcp = facing(body_T_feature)`), and the seat of a part on a hook,
    pocket or chuck (`fixture_T_seat = facing(fixture_T_hook)`), so that
    `fixture_T_part = facing(fixture_T_hook) @ part_T_seat.inverse()`.
    """
    return place @ Pose(_HALF_TURN, np.zeros(3))
