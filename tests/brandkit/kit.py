"""What a brand tells the table tests: its robot, what it can say, what it refuses, its edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cellsim.domain.along import Along
from cellsim.domain.controller import Port
from cellsim.domain.program import Move, Speed, Statement, Target, Zone
from cellsim.units import deg

Edit = Callable[[str], str]
_NOTHING: Mapping[str, object] = MappingProxyType({})
Joints = tuple[float, ...]
GROUPS: Mapping[str, Port] = MappingProxyType(
    {"code": Port("go", 2, 9, 8), "kind": Port("gi", 3, 17, 8)}
)


@dataclass(frozen=True, kw_only=True)
class Kit:
    """One brand in the tests.

    Attributes:
        brand: Its name in BRANDS. robot: Folder under robots/.
        home_deg, over_deg: Two joint positions [deg], upright and reaching; no wrist singularity.
        zones: Corners it can say of "joint" and "linear" motions; the first is the usual one.
        speeds: Speeds at both ends of what it can say of "joint" and "linear" motions.
        main: Name of a main file. frame: Text before and after the statements of a program in it.
        bare: A whole program whose motion has no tool (the flange); the cell has tool 1 mounted.
        edits: Kind of edit to edit of the text of `plain_program(cell, brand, 1)`.
        refused: Statement and what its refusal says. linted: Statement and the rule that finds it.
        words: Words for the fuzzer that no written program holds.
        jumps: It has labels. track: External axes can be said.
        world_lines: Lines in the world frame can be said on a track.
        numbers_tools: A tool without a number is refused.
        crlf, mark: Line ends and byte order mark of its files.
        golden_frame, golden_corner: Of the lines and of the joint motions of the golden program.
        along: Places of outputs that it can say before a line; a pulse takes them back after 0.5 s.
        one_along: It can say one output a motion. stops_along: Only of motions that stop.
        rises: Its pulses only switch on.
        along_once: Such places of outputs that it cannot take back after a time.
        delayed: Such places where the program is. events: Its plain program has them all.
        controller: Changes to the controller of the test cell (tables, axes, pulses).
        groups: Groups of signals it can say: "code" of outputs, "kind" of inputs.
    """

    brand: str
    robot: str
    golden_corner: Zone
    home_deg: Joints
    over_deg: Joints
    zones: Mapping[str, tuple[Zone, ...]]
    speeds: Mapping[str, tuple[Speed, ...]]
    main: str
    frame: tuple[str, str]
    bare: str
    edits: Mapping[str, Edit]
    refused: tuple[tuple[Statement, str], ...]
    linted: tuple[tuple[Statement, str], ...]
    words: tuple[str, ...] = ()
    jumps: bool = True
    track: bool = True
    world_lines: bool = True
    numbers_tools: bool = True
    crlf: bool = True
    mark: bool = False
    golden_frame: str = "body"
    along: tuple[Along, ...] = ()
    one_along: bool = False
    rises: bool = False
    stops_along: bool = False
    along_once: tuple[Along, ...] = ()
    delayed: tuple[Along, ...] = ()
    events: bool = False
    controller: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    groups: Mapping[str, Port] = field(default_factory=lambda: GROUPS)

    @property
    def home(self) -> Joints:
        """Joint values of home [rad]."""
        return radians(self.home_deg)

    def joint(self, **changes: object) -> Move:
        """Return a joint motion to home, of line 7."""
        return joint(self.home_deg, **changes)

    def line(self, **changes: object) -> Move:
        """Return a line to home, of line 7."""
        return line(self.home_deg, **changes)


def radians(degrees: Joints) -> Joints:
    """Return joint values [rad]."""
    return tuple(v * deg for v in degrees)


def joint(home_deg: Joints, **changes: object) -> Move:
    """Return a joint motion at 50 %, of line 7, with changes."""
    to = Target(q=radians(home_deg))
    return replace(Move(kind="joint", to=to, speed=Speed(50.0, "%"), line=7), **changes)  # type: ignore[arg-type]


def line(home_deg: Joints, **changes: object) -> Move:
    """Return a line at 100 mm/s, of line 7, with changes."""
    return joint(home_deg, **{"kind": "linear", "speed": Speed(100.0, "mm/s"), **changes})
