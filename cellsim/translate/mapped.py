"""The statements of a program in another language's measures, with what is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Comment,
    Delay,
    Expr,
    If,
    Loop,
    Move,
    Program,
    Raw,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
)
from cellsim.domain.walk import statements_of
from cellsim.errors import CellsimError
from cellsim.motion.caps import ramp_time
from cellsim.simulate.expression import leaves
from cellsim.translate.cornertime import Leg
from cellsim.translate.into import Into
from cellsim.translate.losses import Loss
from cellsim.translate.measures import corner, seconds_of, speed
from cellsim.translate.retarget import Aim
from cellsim.translate.switched import sayable
from cellsim.translate.ways import Way

Names = Mapping[str, str]


@dataclass(eq=False)
class Mapper:
    """What a translation maps by, and the losses so far.

    Attributes:
        source: Cell and group the text was read for. rules: Of its brand.
        into: What is written. ways: How the source moves, by line.
        targets: New targets by source line (another arm); None keeps the source's.
        signals, tools: Old names to new ones; others keep their names.
        approximate: A corner in time may be said as a distance near to it, and a distance so.
        moves: Of the source, by line.
    """

    source: Cell
    group: str
    rules: MotionRules
    into: Into
    ways: Mapping[int, Way]
    targets: Mapping[int, Aim] | None
    signals: Names
    tools: Names
    approximate: bool = False
    losses: list[Loss] = field(default_factory=list)
    moves: dict[int, Move] = field(default_factory=dict)

    def program(self, program: Program) -> Program:
        """Return the program in the other language's measures; what it cannot say is left out."""
        self.moves |= {s.line: s for s in statements_of(program) if isinstance(s, Move)}
        mapped = [replace(r, body=self.body(r.body)) for r in program.routines]
        routines = tuple(replace(r, body=sayable(r.body, self.into, self.lose)) for r in mapped)
        return replace(program, group=self.into.group, routines=routines, source="file", file="")

    def body(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Return statements, those that cannot be said as comments."""
        return tuple(new for s in body for new in self.statement(s))

    def statement(self, s: Statement) -> Iterator[Statement]:
        """Yield what stands in a statement's place."""
        if isinstance(s, Raw):
            yield from self.raw(s)
        elif isinstance(s, Move):
            yield from self.move(s)
        elif isinstance(s, If):
            condition = self.expression(s.condition)
            then, otherwise = self.body(s.then), self.body(s.otherwise)
            yield replace(s, condition=condition, then=then, otherwise=otherwise)
        elif isinstance(s, Loop):
            until = None if s.condition is None else self.expression(s.condition)
            yield replace(s, condition=until, body=self.body(s.body))
        elif isinstance(s, SetSignal):
            yield from self.said(replace(s, signal=self.signals.get(s.signal, s.signal)))
        elif isinstance(s, Wait):
            yield from self.said(replace(s, condition=self.expression(s.condition)))
        else:
            yield from self.said(s)

    def said(self, s: Statement) -> Iterator[Statement]:
        """Yield a statement if the language has words for it, else count it as lost."""
        why = self.refusal(s)
        if why:
            self.losses.append(Loss("lost", s.line, type(s).__name__.lower(), why))
            yield Comment(f"not translated: line {s.line}", line=s.line)
        else:
            yield s

    def lose(self, s: SetSignal) -> None:
        """Count an output as lost whose place the language cannot say."""
        why = f"output at {s.at}, without a stop"
        self.losses.append(Loss("lost", s.line, type(s).__name__.lower(), why))

    def refusal(self, s: Statement) -> str:
        """Return why a statement cannot be said, "" where it can."""
        ports = self.into.cell.groups[self.into.group].controller.signals
        names = [s.signal] if isinstance(s, SetSignal) else []
        names += (
            list(leaves(s.condition, "signal"))
            if isinstance(s, Wait | If | Loop) and s.condition
            else []
        )
        missing = [name for name in names if name not in ports]
        if missing:
            return f"signal {missing[0]} has no number on the controller of {self.into.group}"
        number = isinstance(s, SetSignal) and not isinstance(s.value, bool)
        if number or isinstance(s, Wait | Delay):
            return _asked(self.into, s)
        return ""

    def expression(self, expr: Expr) -> Expr:
        """Return an expression with the signals' new names."""
        if expr.op == "signal":
            return replace(expr, name=self.signals.get(expr.name, expr.name))
        return replace(expr, args=tuple(self.expression(arg) for arg in expr.args))

    def raw(self, s: Raw) -> Iterator[Statement]:
        """Count text that was not understood as lost, text without effect as left out."""
        if s.harmless:
            self.losses.append(Loss("left out", s.line, s.text.strip(), "changes nothing here"))
            return
        self.losses.append(Loss("lost", s.line, s.text.strip(), "not understood"))
        yield Comment(f"not translated: line {s.line}", line=s.line)

    def move(self, move: Move) -> Iterator[Statement]:
        """Yield a motion with the other language's corner, speed and acceleration.

        One that is not known to run with its tool, frame or speed is not written.
        """
        if move.doubts:
            states = ", ".join(dict.fromkeys(d.state for d in move.doubts))
            why = f"{states} not known since line {min(d.line for d in move.doubts)}"
            self.losses.append(Loss("lost", move.line, f"{move.kind} move", why))
            yield Comment(f"not translated: line {move.line}", line=move.line)
            return
        way = self.ways.get(move.line)
        arm = self.source.groups[self.group].robot
        limits = np.array([np.inf if j.speed is None else j.speed for j in arm.joints])
        pace, why = speed(move, way, limits, self.into)
        if pace is None:
            why = self.into.cannot(move) or why
            self.losses.append(Loss("lost", move.line, f"{move.kind} move", why))
            yield Comment(f"not translated: line {move.line}", line=move.line)
            return
        if why:
            self.losses.append(Loss("changed", move.line, f"speed {move.speed}", why))
        near = self.legs(move, way, limits) if self.approximate else None
        zone, why = corner(move, way, self.rules, self.into, near)
        if why:
            self.losses.append(Loss("changed", move.line, f"corner {move.zone}", why))
        tool = self.tools.get(move.tool, move.tool)
        new = replace(move, speed=pace, zone=zone, tool=tool, accel=self.accel(move, pace))
        placed = self.placed(new, way)
        if placed is None:
            return
        aim = None if self.targets is None else self.targets[move.line]
        for joints in aim.before if aim is not None else ():
            yield replace(placed, to=Target(q=joints), via=None, zone=FINE, frame="world")
        yield placed

    def legs(
        self, move: Move, way: Way | None, limits: np.ndarray
    ) -> tuple[tuple[Leg, Leg], float] | None:
        """Return both legs of a corner and the arm's ramp [s], None where one is not known."""
        after = None if way is None else self.ways.get(way.next_line)
        following = None if way is None else self.moves.get(way.next_line)
        if way is None or after is None or following is None:
            return None
        seconds = seconds_of(move, way, limits), seconds_of(following, after, limits)
        if not all(s is not None and s > 0.0 for s in seconds) or not way.length * after.length:
            return None
        legs = Leg(way.length, seconds[0] or 0.0), Leg(after.length, seconds[1] or 0.0)
        return legs, ramp_time(self.source.groups[self.group].joints)

    def accel(self, move: Move, pace: Speed) -> float | None:
        """Return the acceleration in per cent, None with a loss where it cannot be said."""
        if move.accel is None or move.accel == 100.0:
            return None
        if self.into.says(replace(move, speed=pace)) is not None:
            return move.accel
        what = f"acceleration {move.accel:g} %"
        self.losses.append(Loss("changed", move.line, what, "the language has none: 100 %"))
        return None

    def placed(self, move: Move, way: Way | None) -> Move | None:
        """Return a motion with its target: the joints it is driven to, or those of the new arm."""
        if self.targets is None:
            if move.to.q is None and way is not None:
                q = tuple(round(float(v), 9) + 0.0 for v in way.end)
                move = replace(move, to=replace(move.to, q=q, ext=()))
            return self.framed(move)
        if move.line not in self.targets:
            why = "never driven, so no joints of the other arm were chosen"
            self.losses.append(Loss("lost", move.line, f"{move.kind} move", why))
            return None
        aim = self.targets[move.line]
        return replace(move, to=aim.to, via=aim.via, frame=aim.frame)

    def framed(self, move: Move) -> Move:
        """Return a line in a frame that the language can say: joints name none."""
        if move.kind == "joint" or move.to.pose is not None:
            return move
        if self.into.says(move, move.frame) is not None:
            return move
        for frame in self.into.frames:
            if self.into.says(move, frame) is not None:
                what, why = (
                    f"frame {move.frame}",
                    f"a line of this group is said in {frame}",
                )
                self.losses.append(Loss("changed", move.line, what, why))
                return replace(move, frame=frame)
        return move


def _asked(into: Into, s: Statement) -> str:
    from cellsim.domain.program import Routine, Speed

    home = Target(q=into.cell.groups[into.group].home)
    first = Move(kind="joint", to=home, speed=Speed(10.0, "%"))
    bare = replace(s, on_timeout="") if isinstance(s, Wait) else s
    program = Program("tried", into.group, (Routine("tried", (first, bare)),))
    try:
        into.brand.write(into.brand.quantise(program, into.cell), into.cell)
    except CellsimError as error:
        return str(error)
    return ""


def of_source(job: Job, source: Job) -> Job:
    """Return a translation whose findings name the file that its lines are of: the source."""
    (one,) = source.programs.values()
    named = {group: replace(program, file=one.file) for group, program in job.programs.items()}
    return replace(job, programs=named)
