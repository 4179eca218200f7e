"""Feature: a place computed from geometry, never typed in as coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field

from cellsim.geometry import Pose


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
