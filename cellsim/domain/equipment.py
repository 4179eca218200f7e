"""Equipment of a cell: tools and grippers, parts on hinges, fixtures on joints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cellsim.domain.feature import Feature
from cellsim.domain.wiring import TimeRange
from cellsim.geometry import Array, Pose, Solid


@dataclass(frozen=True, eq=False)
class Gripper:
    """How a tool grips: signals, times, and what it can hold.

    Attributes:
        close, open: Output signals (open may be "" = close set False).
        closed, opened: Confirming input signals ("" = none).
        time: Closing and opening time.
        capacity_kg: Largest part mass it holds; None = not given.
        position_m, angle_rad: How exactly the TCP must stand on the grip feature to catch a part.
        state0: "open" or "closed" at the start.
    """

    close: str
    open: str
    closed: str
    opened: str
    time: TimeRange
    capacity_kg: float | None
    position_m: float = 0.003
    angle_rad: float = 0.02
    state0: Literal["open", "closed"] = "open"


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool on a flange.

    Attributes:
        name: Tool name.
        solid: In the flange frame.
        mass: [kg]; com: [m] in the flange frame; inertia: about com, shape (3, 3) [kg m2].
        tcps: TCP name to `flange_T_tcp`; the first is the default. z is the approach axis.
        gripper: None for a tool that grips nothing.
        process_torque: Torque the process puts on the wrist about the TCP z axis [N m].
        reaction_arm: The process torque is taken by the tool, not by the wrist.
    """

    name: str
    solid: Solid
    mass: float
    com: tuple[float, float, float]
    inertia: Array
    tcps: Mapping[str, Pose]
    gripper: Gripper | None = None
    process_torque: float = 0.0
    reaction_arm: bool = False


@dataclass(frozen=True, eq=False)
class Hinge:
    """How a part hangs on something until it is freed (read from its URDF).

    Attributes:
        parent: Frame it hangs on.
        origin: `parent_T_hinge`; the part's own frame coincides with the hinge frame at angle 0.
        axis: Unit axis in the hinge frame.
        lower, upper: [rad]; angle: where it stands in this cell [rad].
        fasteners: Feature name of the part whose members must all be removed to free it.
        urdf: File it came from.
    """

    parent: str
    origin: Pose
    axis: Array
    lower: float
    upper: float
    angle: float
    fasteners: str
    urdf: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """A workpiece: solid, mass, where it starts, and its computed features.

    Attributes:
        name: Full name as tasks use it ("door.front_left").
        solid: In the part frame.
        mass: [kg]; com [m] in the part frame; inertia about com [kg m2].
        frame: Name of the frame it starts in, with `frame_T_part` = pose (after hinge, if any).
        hinge: None for a loose part.
        features: Feature name to Feature, computed from its mesh.
        grip: Feature names a gripper may hold it by.
        seat: Feature it rests on when placed ("" = none). Mating: the seat and the place (hook,
            pocket, pallet face, chuck) coincide with z opposed and x the same, see `facing`.
    """

    name: str
    solid: Solid
    mass: float
    com: tuple[float, float, float]
    inertia: Array
    frame: str
    pose: Pose
    hinge: Hinge | None = None
    features: Mapping[str, Feature] = field(default_factory=dict)
    grip: tuple[str, ...] = ()
    seat: str = ""


@dataclass(frozen=True, eq=False)
class FixtureJoint:
    """What a fixture slides or turns on; devices move it, between places that they name.

    Attributes:
        origin: A point of the axis, in the fixture's frame [m], shape (3,).
        axis: Unit vector, in the fixture's frame.
        lower, upper: [rad | m]; start: where it stands before any device moves it. At 0 the
            fixture is where its frame and pose say.
    """

    kind: Literal["revolute", "prismatic"]
    origin: Array
    axis: Array
    lower: float
    upper: float
    start: float

    @property
    def unit(self) -> Literal["rad", "m"]:
        """Unit of its values."""
        return "rad" if self.kind == "revolute" else "m"


@dataclass(frozen=True, eq=False)
class Fixture:
    """Something that stands (body of the car, fence, pallet, machine) or that a device moves.

    Attributes:
        frame: Frame it stands in; pose: `frame_T_fixture`, of one that moves: at 0 of its joint.
        features: Computed features (hooks, pockets, chuck axis).
        joint: None for one that stands.
    """

    name: str
    solid: Solid
    frame: str
    pose: Pose
    features: Mapping[str, Feature] = field(default_factory=dict)
    joint: FixtureJoint | None = None
