"""Write HRScript job files for Hi6: UTF-8 with a byte order mark, CRLF, one job file a routine.

Source: HRScript manual (hyundai-robotics/doc-hrscript) 2.1-3.8, 5.1-5.7, 6.1; header and byte
order mark from real job files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cellsim.controllers.hyundai.digits import AXIS_DIGITS, TIME_DIGITS
from cellsim.controllers.hyundai.expression import say
from cellsim.controllers.hyundai.motion import rules
from cellsim.controllers.hyundai.phrases import label_text, speed_text, time_parts
from cellsim.controllers.hyundai.words import RESERVED
from cellsim.controllers.text import TextFile, TextProgram
from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.lines import all_statements, output_of, refuse, trailing, variables
from cellsim.controllers.writing.numbers import fixed, row
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.targets import group_of, measured
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    Return,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.errors import Refused, UnknownName

HEADER = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }'
MAX_STEPS = 999
STOP_LABEL = "timeout_stop"
COUNTER = "counter"
_INTERPOLATION = {"joint": "P", "linear": "L", "circular": "C"}
_QUIET = Comment(text="")


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the job files of a lowered and quantised program.

    Raises:
        Refused: A statement, unit or length HRScript has no words for.
        UnknownName: A tool, signal or routine without a number on this controller.
    """
    group = group_of(program, cell)
    number = group.controller.program_number
    if not 1 <= number <= 9999 - len(program.routines):
        raise Refused("hyundai", f"program number {number}; job numbers are 1..9999")
    names = {
        routine.name: f"{number + i}_{identifier(routine.name, 60)}"
        for i, routine in enumerate(program.routines)
    }
    files = tuple(
        _file(routine, f"{number + i:04d}_{identifier(routine.name, 60)}.job", names, cell, group)
        for i, routine in enumerate(program.routines)
    )
    conventions = rules(group.controller).conventions
    return TextProgram("hyundai", files, _notes(program, cell), conventions)


def _notes(program: Program, cell: Cell) -> tuple[str, ...]:
    frames = {
        s.frame
        for r in program.routines
        for s in all_statements(r.body)
        if isinstance(s, Move) and measured(cell, s.frame)
    }
    numbers = cell.groups[program.group].controller.frames
    return tuple(
        f"sft_u{numbers[f]} must hold the measured shift of frame '{f}' before this job starts"
        for f in sorted(frames)
    )


def _file(
    routine: Routine, name: str, names: dict[str, str], cell: Cell, group: MotionGroup
) -> TextFile:
    taken = set(variables(routine.body)) | RESERVED
    taken |= {s.name for s in all_statements(routine.body) if isinstance(s, Label)}
    job = _Job(cell, group, names, taken=taken)
    job.body(routine.body, 0)
    if job.steps > MAX_STEPS:
        raise Refused("hyundai", f"{job.steps} steps in '{routine.name}'; a job holds S1..S999")
    lines = [HEADER, *_head(routine, job), *job.lines]
    lines.append("     end")
    if job.stop_used:
        lines += [f"     *{STOP_LABEL}", "     stop", "     end"]
    text = "\r\n".join(lines) + "\r\n"
    return TextFile(name, text.encode("utf-8-sig"))


def _head(routine: Routine, job: _Job) -> list[str]:
    """Return the declarations: variables of the routine, measured shifts, named poses."""
    names = variables(routine.body)
    names += [f"{COUNTER}{i + 1}" for i in range(job.loops)]
    lines = [f"     var {name}" for name in names]
    lines += [
        f"     global {shift}  # measured shift of frame {frame}"
        for shift, frame in sorted(job.shifts.items())
    ]
    return lines + [f"     var {name}=Pose({values})" for name, values in job.poses.items()]


@dataclass
class _Job:
    """One job file while it is being written."""

    cell: Cell
    group: MotionGroup
    names: dict[str, str]
    taken: set[str]
    lines: list[str] = field(default_factory=list)
    poses: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    loops: int = 0
    labels: int = 0
    stop_used: bool = False
    arc: bool = False

    def body(self, body: Iterable[Statement], depth: int) -> None:
        for statement in body:
            self.statement(statement, depth)
            self.arc = isinstance(statement, Move) and statement.kind == "circular"

    def put(self, text: str, depth: int, statement: Statement = _QUIET, prefix: str = "") -> None:
        self.lines.append(f"{prefix:<5}{'  ' * depth}{text}{trailing(statement, '#')}")

    def statement(self, statement: Statement, depth: int) -> None:
        match statement:
            case Move():
                self.move(statement, depth)
            case If() | Loop():
                self.block(statement, depth)
            case Comment():
                self.put(f"# {one_line(statement.text)}".rstrip(), depth, _QUIET)
            case Wait():
                self.wait(statement, depth)
            case Delay(seconds=seconds):
                for i, part in enumerate(time_parts(seconds, statement.line)):
                    last = statement if i == 0 else _QUIET
                    self.put(f"delay {fixed(part, TIME_DIGITS)}", depth, last)
            case Label():
                self.put(label_text(statement.name, statement.line), 0, statement)
            case _:
                self.put(self.plain(statement), depth, statement)

    def plain(self, statement: Statement) -> str:
        """Return the text of a statement of one line."""
        match statement:
            case SetSignal(signal=signal, value=bool(value), at=None):
                number = output_of("hyundai", self.group, signal, statement.line)
                return f"do{number}={int(value)}"
            case Call(routine=routine):
                if routine not in self.names:
                    raise UnknownName("routine", routine, self.names, line=statement.line)
                return f"call {self.names[routine]}"
            case Return():
                return "return"
            case Goto(label=label):
                return f"goto {label_text(label, statement.line)}"
            case Assign(name=name, value=value):
                if identifier(name, 128) != name or name in RESERVED:
                    raise Refused("hyundai", f"variable name '{name}'", line=statement.line)
                return f"{name}={say(value, self.group, statement.line)}"
            case Raw(text=text, harmless=True):
                return f"# {one_line(text)}"
        raise refuse("hyundai", statement)

    def wait(self, statement: Wait, depth: int) -> None:
        """Write a wait; one longer than the 60 s of the language goes on at the next line."""
        condition = say(statement.condition, self.group, statement.line)
        if statement.timeout_s is None:
            self.put(f"wait {condition}", depth, statement)
            return
        self.stop_used = self.stop_used or not statement.on_timeout
        last = label_text(statement.on_timeout or STOP_LABEL, statement.line)
        parts = time_parts(statement.timeout_s, statement.line)
        for i, part in enumerate(parts):
            label = last if i == len(parts) - 1 else self.fresh("longer")
            note = statement if i == 0 else _QUIET
            self.put(f"wait {condition},{fixed(part, TIME_DIGITS)},{label}", depth, note)
            if label != last:
                self.put(label, 0)

    def fresh(self, kind: str) -> str:
        """Return a label of our own that the program does not have."""
        while True:
            self.labels += 1
            name = f"{kind}_{self.labels}"
            if name not in self.taken:
                return f"*{name}"

    def block(self, statement: If | Loop, depth: int) -> None:
        if isinstance(statement, If):
            condition = say(statement.condition, self.group, statement.line)
            self.put(f"if {condition}", depth, statement)
            self.body(statement.then, depth + 1)
            if statement.otherwise:
                self.put("else", depth, _QUIET)
                self.body(statement.otherwise, depth + 1)
            self.put("endif", depth, _QUIET)
            return
        if statement.count is None:
            raise Refused("hyundai", "loop with a condition", line=statement.line)
        self.loops += 1
        self.put(f"for {COUNTER}{self.loops}=1 to {statement.count}", depth, statement)
        self.body(statement.body, depth + 1)
        self.put("next", depth, _QUIET)

    def move(self, move: Move, depth: int) -> None:
        if move.kind == "circular" and self.arc:
            raise Refused(
                "hyundai",
                "two arcs in a row: their steps would be read as one",
                line=move.line,
                source="Hi6 operation manual 2.3.1.1",
            )
        targets = [move.to] if move.via is None else [move.via, move.to]
        for target in targets:
            self.steps += 1
            last = target is move.to
            self.put(self.step(move, target), depth, move if last else _QUIET, f"S{self.steps}")

    def step(self, move: Move, target: Target) -> str:
        kind = _INTERPOLATION[move.kind]
        goal = self.pose(target, move.line)
        if measured(self.cell, move.frame):
            number = self.group.controller.frames[move.frame]
            self.shifts[f"sft_u{number}"] = move.frame
            goal += f"+sft_u{number}"
        accu = 0 if move.zone.kind == "fine" else int(move.zone.value)
        speed = speed_text(move.speed, move.line)
        return f"move {kind},tg={goal},spd={speed},accu={accu},tool={self.tool(move)}"

    def tool(self, move: Move) -> int:
        tools = self.group.controller.tools
        name = move.tool
        if not name:
            return 0
        if name not in tools:
            raise UnknownName("hyundai tool number for", name, tools, line=move.line)
        return tools[name]

    def pose(self, target: Target, line: int) -> str:
        """Return the name of a declared joint pose of this target."""
        if target.q is None:
            raise Refused("hyundai", "target without joints (Rx, Ry, Rz order is open)", line=line)
        values = row(printed_values(self.group.controller.axes, target.q), AXIS_DIGITS)
        base = identifier(target.name, 40) if target.name else f"p{len(self.poses) + 1}"
        name, count = base, 1
        while self.poses.get(name, values) != values or name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.poses[name] = values
        return name
