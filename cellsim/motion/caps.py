"""What the joints allow: speed, acceleration and jerk per joint for one acceleration class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Joint
from cellsim.geometry import Array

AccelClass = Literal["slow", "typical", "fast"]

# Stand-ins for figures that the maker does not give; each use is a not_checked finding.
SPEED_REVOLUTE, SPEED_PRISMATIC = math.pi / 2, 1.0
ACCELERATION_PER_SPEED = (1.5, 6.0)


@dataclass(frozen=True, eq=False)
class Caps:
    """Joint limits in the order of q.

    Attributes:
        names: Joint names.
        speed: [rad/s | m/s], acceleration: [rad/s2 | m/s2], shape (dof,).
        jerk_time: Time to build up full acceleration [s], shape (dof,).
        revolute: True where the joint turns, shape (dof,).
        ramp: Time [s] from rest to joint speed, jerk included, of the slowest joint in the typical
            class: corners that follow it are one way in every class.
        slow_ramp: The same of the slow class.
    """

    names: tuple[str, ...]
    speed: Array
    acceleration: Array
    jerk_time: Array
    revolute: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    ramp: float
    slow_ramp: float


def caps_of(joints: Sequence[Joint], accel: AccelClass) -> tuple[Caps, tuple[Finding, ...]]:
    """Return the caps of one acceleration class; typical = geometric mean of slow and fast.

    A missing speed or acceleration is replaced by a stand-in and reported as
    `joint-figure-missing` (not_checked): a time made of it is not a verdict.
    """
    speed, acceleration, findings = [], [], []
    ramps, slow_ramps = [], []
    for joint in joints:
        missing = [n for n in ("speed", "acceleration") if getattr(joint, n) is None]
        v = joint.speed
        if v is None:
            v = SPEED_REVOLUTE if joint.kind == "revolute" else SPEED_PRISMATIC
        slow, fast = joint.acceleration or tuple(v * f for f in ACCELERATION_PER_SPEED)
        speed.append(v)
        acceleration.append({"slow": slow, "fast": fast}.get(accel, math.sqrt(slow * fast)))
        ramps.append(v / math.sqrt(slow * fast) + joint.jerk_time)
        slow_ramps.append(v / slow + joint.jerk_time)
        findings += [
            Finding(
                "joint-figure-missing",
                Severity.NOT_CHECKED,
                joint.name,
                facts={"figure": name, "assumed": v if name == "speed" else acceleration[-1]},
            )
            for name in missing
        ]
    caps = Caps(
        tuple(j.name for j in joints),
        np.array(speed),
        np.array(acceleration),
        np.array([j.jerk_time for j in joints]),
        np.array([j.kind == "revolute" for j in joints]),
        max(ramps),
        max(slow_ramps),
    )
    return caps, tuple(findings)


def ramp_time(joints: Sequence[Joint]) -> float:
    """Return the time [s] from rest to joint speed of the typical class, see `Caps.ramp`."""
    return caps_of(joints, "typical")[0].ramp
