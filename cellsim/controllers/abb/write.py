"""Write RAPID: name.mod with data and routines, and name.pgf that lists it; CRLF, ASCII.

Source: RAPID kernel 3HAC050946 and RAPID instructions, functions and data types 3HAC050917.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from cellsim.controllers.abb.corners import sets_in_corner
from cellsim.controllers.abb.data import Data
from cellsim.controllers.abb.digits import TIME_DIGITS
from cellsim.controllers.abb.eventtext import (
    TRIGGERED,
    delayed_text,
    event_text,
    events_at,
    is_event,
    pulse_of,
    pulse_text,
    trigger_arguments,
)
from cellsim.controllers.abb.expression import awaited_code, say, type_of
from cellsim.controllers.abb.motion import rules
from cellsim.controllers.abb.names import checked, refuse_twice, signal_name
from cellsim.controllers.abb.phrases import PHRASES, output_name
from cellsim.controllers.text import TextProgram
from cellsim.controllers.writing.lines import (
    crlf_file,
    kinds_of,
    numbers_in,
    port_of,
    refuse,
    variables,
)
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.statements import QUIET, say_statement
from cellsim.controllers.writing.targets import group_written
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Expr,
    Label,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused

_WORDS = {"joint": "MoveAbsJ", "linear": "MoveL", "circular": "MoveC"}
_COUNTERS = "ijklmn"


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the .mod and .pgf file of a lowered and quantised program.

    Raises:
        Refused: A statement, unit or name RAPID has no words for.
        UnknownName: A tool, signal or routine without a number or name.
    """
    group = group_written(program, cell)
    name = checked(program.name, "module")
    names = {r.name: r.name for r in program.routines}
    everything = [s for r in program.routines for s in within(r.body)]
    taken = {name, *names, *(v for r in program.routines for v in variables(r.body))}
    taken |= {signal_name(s, group, 0) for s in group.controller.signals}
    taken |= {s.name for s in everything if isinstance(s, Label)}
    lowered = {t.lower() for t in taken}
    refuse_twice(
        [r.name for r in program.routines],
        [*group.controller.signals, *taken - set(names) - {name}],
    )
    data = Data(cell, group, lowered | set(_COUNTERS))
    source = _Source(group, names, lowered, data, _modal_words(everything))
    routines = [line for r in program.routines for line in source.routine(r)]
    lines = [f"MODULE {name}", *_indented([*source.data.lines(), *source.declared(program)])]
    lines += ["", *_indented(routines)[:-1], "ENDMODULE"]
    listing = [
        '<?xml version="1.0" encoding="ISO-8859-1" ?>',
        "<Program>",
        f"\t<Module>{name}.mod</Module>",
        "</Program>",
    ]
    files = (crlf_file(f"{name}.mod", lines), crlf_file(f"{name}.pgf", listing))
    return TextProgram("abb", files, (), rules(group.controller).conventions)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _modal_words(statements: Iterable[Statement]) -> frozenset[str]:
    """Return which modal settings a program needs at all; the others keep their defaults."""
    words = set()
    for s in statements:
        if isinstance(s, Move):
            words |= {"AccSet"} if s.accel is not None else set()
            words |= {"ConfL"} if s.kind != "joint" and not s.to.config else set()
    return frozenset(words)


@dataclass
class _Source:
    """The module while it is being written; modal values are written where they change."""

    group: MotionGroup
    names: dict[str, str]
    taken: set[str]
    data: Data
    words: frozenset[str]
    lines: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)
    flag: str = ""
    depth_of_loops: int = 0

    def routine(self, routine: Routine) -> list[str]:
        main = routine.name == next(iter(self.names))
        self.lines = []
        self.modal = {"AccSet": "AccSet 100, 100;", "ConfL": "ConfL\\On;"} if main else {}
        self.body(routine.body, 1)
        name = "main" if main else checked(routine.name, "routine")
        return [f"PROC {name}()", *self.lines, "ENDPROC", ""]

    def declared(self, program: Program) -> list[str]:
        """Return the variables of all routines."""
        typed = partial(type_of, numbers=numbers_in(self.group))
        kinds = kinds_of("abb", program, typed, read="num")
        spelled: dict[str, str] = {}
        for name in kinds:
            if spelled.setdefault(name.lower(), name) != name:
                raise Refused("abb", f"'{name}' and '{spelled[name.lower()]}' are one name")
        lines = [f"VAR {kind} {checked(name, 'variable')};" for name, kind in kinds.items()]
        return [*lines, *([f"VAR bool {self.flag};"] if self.flag else [])]

    def put(self, text: str, depth: int, statement: Statement = QUIET) -> None:
        comment = one_line(statement.comment)
        self.lines.append(f"{'  ' * depth}{text}{f'  ! {comment}' if comment else ''}")

    def body(self, body: Iterable[Statement], depth: int) -> None:
        waiting = list(body)
        at = 0
        while at < len(waiting):
            at += self.said(waiting, at, depth)

    def said(self, body: list[Statement], at: int, depth: int) -> int:
        """Write what stands at a place of a body; return how many statements that are."""
        statement = body[at]
        after = body[at + 1] if at + 1 < len(body) else None
        if is_event(statement):
            events = events_at(body, at)
            move = body[at + len(events)]
            assert isinstance(move, Move)
            self.move(move, depth, events=events)
            return len(events) + 1
        if isinstance(statement, Move) and after is not None and sets_in_corner(statement, after):
            assert isinstance(after, SetSignal)
            self.move(statement, depth, after)
            return 2
        if isinstance(statement, SetSignal) and (seconds := pulse_of(statement, after)):
            self.put(pulse_text(statement, seconds, self.output(statement)), depth, statement)
            self.load(statement, depth)
            return 2
        if isinstance(statement, SetSignal) and statement.at is not None:
            self.put(delayed_text(statement, self.output(statement)), depth, statement)
            return 1
        self.statement(statement, depth)
        return 1

    def output(self, statement: SetSignal) -> str:
        """Return the name of the output that a statement switches; Refused for numbers."""
        if not isinstance(statement.value, bool):
            raise refuse("abb", statement)
        return output_name(statement, self.group)

    def switched(self, event: SetSignal) -> str:
        """Return the name of the output, or group of them, that is set along a motion."""
        if isinstance(event.value, bool):
            return self.output(event)
        assert PHRASES.number is not None
        PHRASES.number(replace(event, at=None), self.group)  # refuses what SetGO does not say
        return signal_name(event.signal, self.group, event.line)

    def load(self, statement: Statement, depth: int) -> None:
        """Write the load in the hand behind an output that changes it."""
        if isinstance(statement, SetSignal) and (load := self.data.load(statement)):
            self.put(f"GripLoad {load};", depth)

    def statement(self, statement: Statement, depth: int) -> None:
        counted = isinstance(statement, Loop) and statement.condition is None
        self.depth_of_loops += counted
        say_statement(self, PHRASES, statement, depth)
        self.depth_of_loops -= counted
        self.load(statement, depth)

    def counter(self, _line: int) -> str:
        """Return the counter of a loop, another one for every loop around it."""
        level = self.depth_of_loops - 1
        name = _COUNTERS[level] if level < len(_COUNTERS) else f"i{level}"
        while name in self.taken:
            name += "_n"
        return name

    def wait(self, statement: Wait, depth: int) -> None:
        """Write a wait; a timeout without a label stops at it, with a label it sets a flag."""
        text = self.waiting(statement.condition, statement.line, bool(statement.on_timeout))
        if statement.timeout_s is None:
            self.put(f"{text};", depth, statement)
            return
        text += f"\\MaxTime:={short(statement.timeout_s, TIME_DIGITS)}"
        if not statement.on_timeout:
            self.put(f"{text};", depth, statement)
            return
        self.flag = self.flag or self.data.free("bTimeOut", 32, "bool")
        self.put(f"{text}\\TimeFlag:={self.flag};", depth, statement)
        self.put(f"IF {self.flag} GOTO {statement.on_timeout};", depth)

    def waiting(self, condition: Expr, line: int, flagged: bool = False) -> str:
        """Return WaitDI or WaitDO for one signal, WaitGI for a group, else WaitUntil.

        flagged: A TimeFlag comes behind it, which WaitGI does not take (3HAC050917, WaitGI).
        """
        code = None if flagged else awaited_code(condition, self.group)
        if code is not None:
            return f"WaitGI {signal_name(code[0], self.group, line)}, {code[1]}"
        leaf = condition.args[0] if condition.op == "not" else condition
        if leaf.op != "signal":
            return f"WaitUntil {say(condition, self.group, line)}"
        word = "WaitDO" if port_of("abb", self.group, leaf.name, line).kind == "do" else "WaitDI"
        value = int(condition.op != "not")
        return f"{word} {signal_name(leaf.name, self.group, line)}, {value}"

    def set(self, word: str, text: str, depth: int) -> None:
        """Write a modal setting if the program needs it and it is not the one already set."""
        if word in self.words and self.modal.get(word) != text:
            self.modal[word] = text
            self.put(text, depth)

    def events(self, events: Sequence[SetSignal], depth: int) -> list[str]:
        """Write what sets the triggdata of outputs along a motion; return how it names them."""
        names = []
        for event in events:
            word, text = event_text(event, self.switched(event))
            name = self.data.trigger(event.signal, f"{word} {text}")
            names.append(name)
            if self.modal.get(f"trigger {name}") != text:
                self.modal[f"trigger {name}"] = text
                self.put(f"{word} {name}, {text};", depth, event)
        return [trigger_arguments(names)] if names else []

    def move(
        self,
        move: Move,
        depth: int,
        output: SetSignal | None = None,
        events: Sequence[SetSignal] = (),
    ) -> None:
        """Write a motion with an output in its corner, or with outputs along it."""
        percent = 100.0 if move.accel is None else move.accel
        self.set("AccSet", f"AccSet {short(percent, 0)}, 100;", depth)
        if move.kind != "joint":
            self.set("ConfL", f"ConfL\\{'On' if move.to.config else 'Off'};", depth)
        points = [] if move.via is None else [self.data.point(move.via, move)]
        points.append(self.data.point(move.to, move))
        if move.kind == "joint":
            points[-1] += "\\NoEOffs"
        word = (TRIGGERED if events else _WORDS)[move.kind] + ("" if output is None else "DO")
        triggers = self.events(events, depth)
        tool, frame = self.data.tool(move), self.data.frame(move)
        tool += f"\\WObj:={frame}" if frame else ""
        zone = self.data.zone(move.zone, move.line)
        parts = [*points, self.data.speed(move.speed), *triggers, zone, tool]
        if output is not None:
            parts += [output_name(output, self.group), str(int(bool(output.value)))]
        remarked = move if output is None or move.comment else output
        self.put(f"{word} {', '.join(parts)};", depth, remarked)
