"""Controller: what the controller of a group calls things, and how its language moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Evidence = Literal["manual", "real file", "public code", "measured", "assumed"]


@dataclass(frozen=True)
class Convention:
    """One convention of a brand with its evidence; assumed ones are listed by the certificate."""

    id: str
    text: str
    evidence: Evidence
    source: str


@dataclass(frozen=True)
class AxisMap:
    """Affine map of one axis: q = factor * (value + sum coupling_k * value_k) + offset.

    Attributes:
        name: Axis name in the controller (A1, S, J3, E1).
        unit: deg or mm, as printed.
        factor: q [rad | m] per printed unit, sign included.
        offset: q [rad | m] at printed zero.
        coupling: (other axis name, factor) pairs added to the printed value first.
    """

    name: str
    unit: Literal["deg", "mm"]
    factor: float
    offset: float = 0.0
    coupling: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Port:
    """A signal's place on a controller: one output or input, or a group of them read as a number.

    Attributes:
        kind: do or di (ro or ri at the wrist); go or gi of a group.
        number: Its number; of a group the group's own (GO[1]), 0 where it has none.
        first: Number of the do or di that is the lowest bit of a group; None where its bits are
            no numbered signals.
        width: How many bits a group has; 1 of a single signal.
    """

    kind: Literal["do", "di", "ro", "ri", "go", "gi"]
    number: int
    first: int | None = None
    width: int = 1


@dataclass(frozen=True)
class Controller:
    """One group's controller, as its programs see the cell.

    Attributes:
        brand: Folder name in `cellsim/controllers`.
        type: Controller type (Hi6, KRC4, e-Series); version: software version or "".
        axes: One AxisMap per axis of the group's q, same order (robot, then external axes).
        tools: Tool name to number. frames: frame name to number. signals: signal name to Port.
        program_number: Number of the main program (Hyundai job number), 0 where names are used.
        accu_mm: Corner distance per accu level [mm] of this controller; empty: brand's default.
        pl_mm: Corner distance of PL=0..8 [mm] of this controller; empty: not known.
        pulses: Encoder pulses per printed unit (deg, mm) of every axis, zero at the printed zero,
            sign included; empty: not known.
        override: (lowest, highest) override [%] that the programs may run at.
        sources: Figure name to where it was read.
        confirmed: Convention id to who confirmed it by readings on this controller.
    """

    brand: str
    type: str
    version: str
    axes: tuple[AxisMap, ...]
    tools: Mapping[str, int] = field(default_factory=dict)
    frames: Mapping[str, int] = field(default_factory=dict)
    signals: Mapping[str, Port] = field(default_factory=dict)
    program_number: int = 0
    accu_mm: tuple[float, ...] = ()
    override: tuple[float, float] = (100.0, 100.0)
    sources: Mapping[str, str] = field(default_factory=dict)
    pl_mm: tuple[float, ...] = ()
    pulses: tuple[float, ...] = ()
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MotionRules:
    """A brand's motion semantics as data (filled by `controllers/<brand>/motion.py`).

    Attributes:
        brand: Name.
        corner_linear, corner_joint: Corner law between path moves, and between joint moves.
        zone_distance_m: zone kind -> distance [m] per level (index = level) for table zones.
        zone_unit_m: zone kind -> metres per unit for distance zones ("radius": 1e-3 for mm).
        zone_fraction: zone kind -> fraction of the half path per unit (C_PTP percent: 0.01).
        tube: Laws whose form no manual gives, or which depend on the speed ("path": corner_linear,
            "joint": corner_joint): their corners are certified from no blend to the full corner.
        corner_convention: "path" and "joint" to the id of the convention that names the law.
        zone_reach_m: How much farther [m] from the taught point than its zone a corner may begin:
            where corners are certified as tubes, these begin there.
        half_limit: Corner distance is cut to half of the shorter neighbouring segment.
        overlap: What happens where two corners overlap: shrink, or error (a finding).
        stops: Statement kinds that stop the advance run: an exact stop before them.
        stops_known: A manual says so. Else a corner before them may be driven or not: undecided.
        outputs_at_zone: An output behind a corner is set as the zone is reached, even where the
            robot then stops: it does not wait until the robot stands.
        interpolation_s: Interpolation cycle [s] used to sample path moves.
        conventions: With evidence.
    """

    brand: str
    corner_linear: Literal["parabola", "overlap", "stop"]
    corner_joint: Literal["parabola", "overlap", "stop"]
    zone_distance_m: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    zone_unit_m: Mapping[str, float] = field(default_factory=dict)
    zone_fraction: Mapping[str, float] = field(default_factory=dict)
    tube: frozenset[str] = frozenset()
    corner_convention: Mapping[str, str] = field(default_factory=dict)
    zone_reach_m: float = 0.0
    half_limit: bool = True
    overlap: Literal["shrink", "error"] = "shrink"
    stops: frozenset[str] = frozenset({"set", "wait", "delay"})
    stops_known: bool = True
    outputs_at_zone: bool = False
    interpolation_s: float = 0.008
    conventions: tuple[Convention, ...] = ()
