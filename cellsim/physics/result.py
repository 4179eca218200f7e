"""What a replay gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.domain.report import Finding


@dataclass(frozen=True)
class Tracking:
    """How well the motors of a group followed.

    Attributes:
        joint: The joint with the largest error.
        largest: Largest |q - asked| of that joint [rad | m] and when [s]; unit: rad or m.
        rms: Root mean square over time of the worst joint [rad | m].
    """

    joint: str
    largest: float
    t: float
    rms: float
    unit: str


@dataclass(frozen=True)
class Slip:
    """How far a gripped part moved in its grip: [m], [rad], and when [s]."""

    part: str
    distance: float
    angle: float
    t: float


@dataclass(frozen=True, eq=False)
class PhysicsResult:
    """A replay of a timeline on motors.

    Attributes:
        findings: physics-* warnings; PyBullet is the physics and the camera, never the judge.
        tracking: Group name to Tracking.
        slips: One per grip. hinge_force: Part name to the largest force in its hinge [N].
        pictures: PNG bytes, one per time asked for.
        step_s, steps: Step [s] and number of steps. assumptions: What was taken for granted.
    """

    findings: tuple[Finding, ...]
    tracking: Mapping[str, Tracking]
    slips: tuple[Slip, ...]
    hinge_force: Mapping[str, float]
    pictures: tuple[bytes, ...]
    step_s: float
    steps: int
    assumptions: tuple[str, ...] = ()
