"""Robot: joints, links, flange and the maker's figures, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cellsim.domain.controller import AxisMap
from cellsim.geometry import Array, Pose, Solid


@dataclass(frozen=True, eq=False)
class Joint:
    """One axis; SI and radians (prismatic: metres).

    Attributes:
        name: As on the maker's pendant (S H V R2 B R1, A1..A6, J1..J6).
        kind: revolute or prismatic.
        origin: `parent_T_joint` at zero.
        axis: Unit axis in the joint frame, shape (3,).
        lower, upper: Soft limits [rad | m].
        speed: Largest speed [rad/s | m/s]; None where the maker gives none.
        acceleration: (slow, fast) class [rad/s2 | m/s2]; the band of the time model comes from it.
        jerk_time: Time to build up full acceleration [s] in the time model.
        torque: Largest torque [N m | N], None where unknown.
        jerk: Largest jerk [rad/s3 | m/s3], None where the maker gives none.
        torque_rms: Torque that may be asked for all the time [N m | N], None where unknown.
        torque_at_speed: (speed [rad/s | m/s], largest torque there) of the maker's curve, speeds
            ascending; () where there is none.
    """

    name: str
    kind: Literal["revolute", "prismatic"]
    origin: Pose
    axis: Array
    lower: float
    upper: float
    speed: float | None
    acceleration: tuple[float, float] | None
    jerk_time: float = 0.05
    torque: float | None = None
    jerk: float | None = None
    torque_rms: float | None = None
    torque_at_speed: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Link:
    """The body that follows a joint (the first link is the base).

    Attributes:
        name: Link name.
        solid: What it occupies, in the link frame; None for a link without a body.
        mass: [kg] or None; com: [m] in the link frame; inertia: shape (3, 3) about com [kg m2].
    """

    name: str
    solid: Solid | None
    mass: float | None = None
    com: tuple[float, float, float] | None = None
    inertia: Array | None = None


@dataclass(frozen=True)
class WristLimit:
    """Load limit of one wrist axis: static torque [N m] and inertia [kg m2]; None = not given."""

    joint: str
    torque: float | None
    inertia: float | None


@dataclass(frozen=True)
class CombinedLimit:
    """A limit on several axes together: lower <= sum of factor times joint value <= upper.

    Hoses and dress packs, and axes whose gears share a shaft. factors: (joint, factor);
    lower, upper: [rad | m]; why: What is limited, for people.
    """

    factors: tuple[tuple[str, float], ...]
    lower: float
    upper: float
    why: str


@dataclass(frozen=True, eq=False)
class Robot:
    """An arm, a track or a positioner: links[0], joints[0], links[1], ... , flange.

    Attributes:
        name: Folder name, `maker_model`.
        joints: In order from the base; len(links) == len(joints) + 1.
        flange: `lastlink_T_flange`; z points out of the flange.
        home: Joint values of a pose that does not touch itself [rad | m].
        touching: Link-name pairs that may overlap, each with a reason (adjacent links always may).
        couplings: (driven, driver, factor): q_driven = value_driven + factor * value_driver.
        sources: Figure name (e.g. "payload", "joints.speed") to where it was read.
        assumed: Names of figures that are recalled or estimated, printed in every certificate.
        axes: The maker's printed axis values to q, in joint order (couplings included).
        combined_limits: Limits on axes together; () where the maker gives none.
        mass: Mass of the whole device [kg]; None where the maker gives none.
        controller: The maker's controllers and language, as text.
        controller_base: `base_T_controllerbase`: where the maker's own base frame lies.
    """

    name: str
    maker: str
    model: str
    kind: Literal["arm", "track", "positioner"]
    joints: tuple[Joint, ...]
    links: tuple[Link, ...]
    flange: Pose
    home: tuple[float, ...]
    payload: float | None = None
    wrist_limits: tuple[WristLimit, ...] = ()
    reach: float | None = None
    reach_measured_to: str = ""
    touching: tuple[tuple[str, str, str], ...] = ()
    couplings: tuple[tuple[str, str, float], ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    axes: tuple[AxisMap, ...] = ()
    mass: float | None = None
    combined_limits: tuple[CombinedLimit, ...] = ()
    controller: str = ""
    controller_base: Pose = field(default_factory=Pose.identity)

    @property
    def dof(self) -> int:
        """Number of axes."""
        return len(self.joints)
