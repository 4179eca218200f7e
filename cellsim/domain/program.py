"""Program: routines of statements, each complete in itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cellsim.domain.along import Along
from cellsim.domain.doubt import Doubt, SetAt
from cellsim.geometry import Pose


@dataclass(frozen=True)
class Index:
    """Where in a program something happens: file, line, call path, loop iterations.

    part: Which of several moves on one line, from 0.
    """

    file: str
    line: int
    calls: tuple[str, ...] = ()
    iteration: tuple[int, ...] = ()
    part: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + "".join(f"#{i}" for i in self.iteration)


@dataclass(frozen=True)
class Speed:
    """A speed as it was written.

    unit: "%" (of joint speed), "mm/s", "m/s", "deg/s", "rad/s", "s" (time of the move).
    """

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


@dataclass(frozen=True)
class Zone:
    """A corner as it was written.

    kind: "fine", "accu" (Hyundai level), "distance" (mm, KUKA C_DIS, ABB z), "cptp" (KUKA %),
    "radius" (mm, UR r), "cnt" (FANUC), "pl" (Yaskawa). unit: "", "mm", "%", "level".
    """

    kind: str
    value: float = 0.0
    unit: str = ""

    def __str__(self) -> str:
        return (
            self.kind if self.kind == "fine" else f"{self.kind} {self.value:g} {self.unit}".rstrip()
        )


FINE = Zone("fine")


@dataclass(frozen=True, eq=False)
class Tolerance:
    """Freedom of a target: axis ("x" | "y" | "z" free turn or None), cone [rad], position [m]."""

    free_axis: str | None = None
    cone: float = 0.0
    position: float = 0.0


@dataclass(frozen=True, eq=False)
class Target:
    """Where a motion ends.

    Attributes:
        q: Joint values [rad | m] in the order of the group's q, or None when only a pose is known.
        pose: `frame_T_tcp`, or None when only joints are known.
        config: The configuration data that was written or asked for ("" = nearest); with q it
            must agree with q.
        ext: External axis values [rad | m] for a pose target.
        feature: The feature it came from, "" if typed or read.
        tolerance: Freedom left to the resolver.
        name: Point name in the text, "" where none.
    """

    q: tuple[float, ...] | None = None
    pose: Pose | None = None
    config: str = ""
    ext: tuple[float, ...] = ()
    feature: str = ""
    tolerance: Tolerance | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class Expr:
    """Expression tree: op in {"const", "var", "signal", "not", "neg", "and", "or", "==", "!=",
    "<", "<=", ">", ">=", "+", "-", "*", "/", "unknown"}; leaves carry `value` or `name`."""

    op: str
    args: tuple[Expr, ...] = ()
    value: float | bool | str | None = None
    name: str = ""


def signal_is(name: str, value: bool) -> Expr:
    """Return the condition that a boolean signal has a value."""
    leaf = Expr("signal", name=name)
    return leaf if value else Expr("not", (leaf,))


@dataclass(frozen=True, eq=False, kw_only=True)
class Statement:
    """Base: the line it stands on (1-based, 0 = not in a file) and its comment."""

    line: int = 0
    comment: str = ""


@dataclass(frozen=True, eq=False)
class Move(Statement):
    """A motion, complete in itself.

    kind: "joint", "linear" or "circular" (needs `via`). `tool` names a TCP as "tool" or
    "tool.tcp"; `frame` names the frame that `to.pose` is in. accel: percent of the class.
    doubts: What it is not known to run with. set_at: Lines before it that set what it runs with.
    """

    kind: Literal["joint", "linear", "circular"]
    to: Target
    speed: Speed
    zone: Zone = FINE
    tool: str = ""
    frame: str = "world"
    via: Target | None = None
    accel: float | None = None
    doubts: tuple[Doubt, ...] = ()
    set_at: tuple[SetAt, ...] = ()


@dataclass(frozen=True, eq=False)
class SetSignal(Statement):
    """Set a digital (bool) or group (number) output; with `at`, without a stop of the motion."""

    signal: str
    value: bool | float
    at: Along | None = None


@dataclass(frozen=True, eq=False)
class Wait(Statement):
    """Wait for a condition; after timeout_s goes to label `on_timeout`, or stops if "" ."""

    condition: Expr
    timeout_s: float | None = None
    on_timeout: str = ""


@dataclass(frozen=True, eq=False)
class Delay(Statement):
    """Wait for a time [s]."""

    seconds: float


@dataclass(frozen=True, eq=False)
class Grip(Statement):
    """Close the gripper of `tool` on `part`; lowered to its signals before writing."""

    part: str
    tool: str = ""
    timeout_s: float = 2.0


@dataclass(frozen=True, eq=False)
class Release(Statement):
    """Open the gripper of `tool` and leave `part` at `at`; lowered to its signals."""

    part: str
    tool: str = ""
    at: str = ""
    timeout_s: float = 2.0


@dataclass(frozen=True, eq=False)
class Process(Statement):
    """Run a device (nutrunner, clamp, chuck): start, wait until done; lowered to its signals."""

    device: str
    timeout_s: float = 10.0


@dataclass(frozen=True, eq=False)
class Call(Statement):
    """Call a routine of the program."""

    routine: str


@dataclass(frozen=True, eq=False)
class Return(Statement):
    """Leave the routine."""


@dataclass(frozen=True, eq=False)
class If(Statement):
    """Branch on a condition."""

    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True, eq=False)
class Loop(Statement):
    """Repeat `body` count times, or while `condition` holds; exactly one of the two is given."""

    body: tuple[Statement, ...]
    count: int | None = None
    condition: Expr | None = None


@dataclass(frozen=True, eq=False)
class Label(Statement):
    """A place to go to."""

    name: str


@dataclass(frozen=True, eq=False)
class Goto(Statement):
    """Go to a label of the same routine."""

    label: str


@dataclass(frozen=True, eq=False)
class Assign(Statement):
    """Assign an expression to a variable.

    holds: Least and most that the variable can hold, where its controller says so; what it is
    behind a value beyond them is not known.
    """

    name: str
    value: Expr
    holds: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Comment(Statement):
    """A comment line of its own."""

    text: str


@dataclass(frozen=True, eq=False)
class Raw(Statement):
    """Text kept verbatim. harmless: understood to change nothing that the verdict depends on.

    doubts: Of a motion, the states it would run with that are not known where it stands.
    moves: It may leave the robot elsewhere.
    """

    text: str
    harmless: bool = False
    doubts: tuple[Doubt, ...] = ()
    moves: bool = False


@dataclass(frozen=True, eq=False)
class Routine:
    """A named sequence of statements. file: That its lines are of, "" where the program's."""

    name: str
    body: tuple[Statement, ...]
    file: str = ""


@dataclass(frozen=True, eq=False)
class Program:
    """One group's program; routines[0] is the entry.

    Attributes:
        name: Program name (file stem).
        group: Motion group it is for.
        file: File it was read from, for findings ("holder.program.yaml", "olp.src").
        source: "teach", "file" or the brand it was read from.
        notes: What the reader or the teacher wants said (assumptions, choices).
    """

    name: str
    group: str
    routines: tuple[Routine, ...]
    file: str = ""
    source: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
