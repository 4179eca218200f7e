"""The verbs of a task and their arguments: an explicit table that teach builds to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from cellsim.domain.files.yamltext import Strict

Distance = Annotated[float, Field(gt=0, le=5000)]
Rate = Annotated[float, Field(gt=0, le=5000)]


class Verb(Strict):
    """What every verb has: the group that does it (empty: that of the step before)."""

    group: str | None = None


class Unscrew(Verb):
    """Drive a device at every member of a feature, one after the other."""

    at: str
    device: str | None = None
    approach_mm: Distance = 60.0
    speed_mm_s: Rate = 100.0


class GripStep(Verb):
    """Take hold of a part at one of its features."""

    part: str
    at: str
    approach_mm: Distance = 120.0
    speed_mm_s: Rate = 100.0
    depart_mm: Distance | None = None


class PullOff(Verb):
    """Move the held part straight: along a feature normal, or up."""

    along: Literal["hinge_normal", "hinge_axis", "up", "approach"]
    distance_mm: Distance
    speed_mm_s: Rate = 80.0


class Place(Verb):
    """Bring the held part to a feature of a fixture and let go; first run `device` (a clamp)."""

    part: str
    at: str
    device: str | None = None
    approach_mm: Distance = 100.0
    speed_mm_s: Rate = 100.0
    depart_mm: Distance = 120.0


class SetStep(Verb):
    """Set a signal: on or off, a group to a number."""

    signal: str
    to: bool | Annotated[float, Field(ge=0)] = True


class WaitStep(Verb):
    """Wait for a signal to be on or off, for the number of a group."""

    signal: str
    to: bool | Annotated[float, Field(ge=0)] = True
    timeout_s: Annotated[float, Field(gt=0, le=3600)] | None = None


class ProcessStep(Verb):
    """Run a device where the group stands: start it, wait until it is done."""

    device: str
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 10.0


class Home(Verb):
    """Go to the home position."""


VERBS: Mapping[str, type[Verb]] = {
    "unscrew": Unscrew,
    "grip": GripStep,
    "pull_off": PullOff,
    "place": Place,
    "set": SetStep,
    "wait": WaitStep,
    "process": ProcessStep,
    "home": Home,
}
