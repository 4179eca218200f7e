"""Write TP as ASCII: one NAME.LS a routine, CRLF, as a backup of an R-30iB prints it.

Source: R-30iB operator's manual (program instructions); line layout from robot backups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellsim.controllers.fanuc.digits import seconds
from cellsim.controllers.fanuc.expression import KINDS, mixed, signal, switched, value
from cellsim.controllers.fanuc.motion import rules
from cellsim.controllers.fanuc.motiontext import in_passing, motion_text
from cellsim.controllers.fanuc.naming import LABELS, REGISTERS, number_of, place
from cellsim.controllers.fanuc.passing import action, option, pulse_s
from cellsim.controllers.fanuc.pointtext import PointTexts
from cellsim.controllers.fanuc.programtext import program_text, remarks
from cellsim.controllers.fanuc.words import RESERVED
from cellsim.controllers.text import TextFile, TextProgram
from cellsim.controllers.writing.lines import code_of, port_of, variables
from cellsim.controllers.writing.passing import on_the_way
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.statements import QUIET, Blocks, Phrases, say_statement
from cellsim.controllers.writing.targets import group_written
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.ports import is_group
from cellsim.domain.program import (
    Assign,
    Comment,
    Label,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import Refused

LONGEST_NAME = 36
DEEPEST = 10


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the .LS files of a lowered and quantised program, the main program first.

    Raises:
        Refused: A statement, unit or name TP has no words for.
        UnknownName: A tool, frame, signal or routine without a number or name.
    """
    group = group_written(program, cell)
    names = {routine.name: routine.name for routine in program.routines}
    used = {number_of(v, "r") for r in program.routines for v in variables(r.body)}
    counters = _Counters(used)
    files = tuple(_file(r, group, names, counters) for r in program.routines)
    for name in names:
        _check(name)
    notes = [f"R[{number}] counts a loop: nothing else may use it" for number in counters.given[:3]]
    return TextProgram("fanuc", files, tuple(notes), rules(group.controller).conventions)


def _check(name: str) -> None:
    """Refuse a program name that is not of 36 upper-case letters, digits, underscores."""
    plain = identifier(name, LONGEST_NAME) == name and name == name.upper()
    if not plain or name in RESERVED:
        raise Refused("fanuc", f"program name '{name}'", source="R-30iB operator's manual")


def _file(
    routine: Routine, group: MotionGroup, names: dict[str, str], counters: _Counters
) -> TextFile:
    statements = within(routine.body)
    labels = {number_of(s.name, "lbl") for s in statements if isinstance(s, Label)}
    text = _Text(group, names, counters, labels, PointTexts(group))
    text.body(routine.body, 0)
    text.end()
    data = program_text(routine.name, text.lines, text.points.texts)
    return TextFile(f"{routine.name}.LS", data)


@dataclass
class _Counters:
    """Registers that count loops: those that no variable has, one a loop."""

    used: set[int]
    given: list[int] = field(default_factory=list)

    def next(self, line: int) -> int:
        """Return a register that nothing uses yet."""
        number = next((n for n in range(1, REGISTERS + 1) if n not in self.used), 0)
        if not number:
            raise Refused("fanuc", f"a loop needs a register; all {REGISTERS} are used", line=line)
        self.used.add(number)
        self.given.append(number)
        return number


def _output(statement: SetSignal, group: MotionGroup) -> str:
    """Return DO[1:name]=ON; Refused for an input."""
    port = port_of("fanuc", group, statement.signal, statement.line, KINDS)
    if is_group(port):
        raise Refused("fanuc", f"on or off of group '{statement.signal}'", line=statement.line)
    if port.kind not in ("do", "ro"):
        raise Refused("fanuc", f"setting input '{statement.signal}'", line=statement.line)
    said = signal(statement.signal, group, statement.line)
    return f"{said}={'ON' if statement.value else 'OFF'}"


def _number(statement: SetSignal, group: MotionGroup) -> str:
    """Return GO[1:name]=5."""
    _, value = code_of("fanuc", group, statement)
    return f"{signal(statement.signal, group, statement.line)}={value}"


def _assign(statement: Assign, group: MotionGroup) -> str:
    said = value(statement.value, group, statement.line)
    return f"{place(statement.name, statement.line)}={said}   "


_BLOCKS = Blocks(
    branch="IF ({condition}) THEN",
    otherwise="ELSE",
    end_branch="ENDIF",
    count="FOR {counter}=1 TO {count}",
    end_count="ENDFOR",
)
_PHRASES = Phrases(
    brand="fanuc",
    blocks=_BLOCKS,
    condition=mixed,
    output=_output,
    assign=_assign,
    delay=lambda time, _: [f"WAIT{seconds(time)}(sec)"],
    call=lambda name, _: f"CALL {name}   ",
    back="END",
    goto=lambda name, line: f"JMP {place(name, line).partition(':')[0].rstrip(']')}]",
    label=place,
    remarks=lambda text: remarks(text) or ["!"],
    kept=lambda text: (remarks(text) or ["!"])[0],
)


@dataclass
class _Text:
    """The /MN part of one program while it is written; modal values are written on change."""

    group: MotionGroup
    names: dict[str, str]
    counters: _Counters
    labels: set[int]
    points: PointTexts
    lines: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)
    stop_label: int = 0
    option: str = ""

    def put(self, text: str, _depth: int = 0, _statement: Statement = QUIET) -> None:
        self.lines.append(f"  {text} ;")

    def body(self, body: Sequence[Statement], depth: int) -> None:
        if depth > DEEPEST:
            line = body[0].line if body else 0
            raise Refused("fanuc", f"blocks nested deeper than {DEEPEST}", line=line)
        at = 0
        while at < len(body):
            statement = body[at]
            for remark in remarks(statement.comment):
                self.put(remark)
            if isinstance(statement, Move):
                taken = None if self.option else in_passing(statement, body[at + 1 : at + 3])
                self.move(statement, depth, taken)
                at += 1 if taken is not None else 0
            elif isinstance(statement, SetSignal):
                at += self.output(statement, body, at)
            else:
                say_statement(self, _PHRASES, statement, depth)
            at += 1

    def output(self, statement: SetSignal, body: Sequence[Statement], at: int) -> int:
        """Write an output or keep it for the motion it is set along; 1 if the next is its end."""
        if not isinstance(statement.value, bool):
            self.put(_number(statement, self.group))
            return 0
        width = pulse_s(statement, body[at + 1] if at + 1 < len(body) else None)
        said = action(_output(statement, self.group), width, statement)
        if not on_the_way(statement):
            self.put(said)
        elif self.option:
            raise Refused("fanuc", "two outputs along one motion", line=statement.line)
        else:
            behind = (body[i] for i in range(at + (2 if width else 1), len(body)))
            following = next((s for s in behind if not isinstance(s, Comment | SetSignal)), None)
            self.option = option(statement, said, following)
        return 1 if width else 0

    def counter(self, line: int) -> str:
        return f"R[{self.counters.next(line)}]"

    def wait(self, statement: Wait, _depth: int) -> None:
        """Write WAIT; with a timeout $WAITTMOUT first, and a label that stops where none is."""
        condition = switched(statement.condition, self.group, statement.line)
        if statement.timeout_s is None:
            self.put(f"WAIT {condition}   ")
            return
        if statement.on_timeout:
            label = number_of(statement.on_timeout, "lbl")
            if not label:
                raise Refused("fanuc", f"label '{statement.on_timeout}'", line=statement.line)
        else:
            label = self.stop_label = self.stop_label or self._free_label()
        self.put(f"$WAITTMOUT={round(100.0 * statement.timeout_s)}")
        self.put(f"WAIT {condition} TIMEOUT,LBL[{label}]")

    def _free_label(self) -> int:
        return next(n for n in range(900, LABELS) if n not in self.labels)

    def move(self, move: Move, _depth: int, taken: SetSignal | None = None) -> None:
        self.set("UFRAME_NUM", self.points.frame(move))
        tool = self.points.tool(move)
        if self.set("UTOOL_NUM", tool) and 1 <= tool <= 10:
            self.put(f"PAYLOAD[{tool}]")
        places = [self.points.place(t, move) for t in (move.via, move.to) if t is not None]
        passing = self.option or None
        if taken is not None:
            passing = f"TB   0.00sec,{_output(taken, self.group)}"
        self.option = ""
        self.lines.append(motion_text(move, places, passing))

    def set(self, name: str, number: int) -> bool:
        """Write a modal number if it is not the one already set."""
        if self.modal.get(name) == str(number):
            return False
        self.modal[name] = str(number)
        self.put(f"{name}={number}")
        return True

    def end(self) -> None:
        """Write where waits without a label of their own end: ABORT."""
        if self.stop_label:
            for text in ("END", f"LBL[{self.stop_label}:timeout_stop]", "ABORT"):
                self.put(text)
