"""Write HRScript job files for Hi6: UTF-8 with a byte order mark, CRLF, one job file a routine.

Source: HRScript manual (hyundai-robotics/doc-hrscript) 2.1-3.8, 5.1-5.7, 6.1; header and byte
order mark from real job files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cellsim.controllers.hyundai.digits import AXIS_DIGITS, TIME_DIGITS
from cellsim.controllers.hyundai.expression import group_text, say, signed
from cellsim.controllers.hyundai.motion import rules
from cellsim.controllers.hyundai.phrases import label_text, speed_text, time_parts
from cellsim.controllers.hyundai.words import RESERVED
from cellsim.controllers.text import TextFile, TextProgram
from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.lines import (
    code_of,
    crlf_file,
    new_counter,
    output_of,
    trailing,
    variables,
)
from cellsim.controllers.writing.numbers import fixed, row
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.statements import QUIET, Blocks, Phrases, say_statement
from cellsim.controllers.writing.targets import group_written, measured
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Assign,
    Label,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.domain.setfirst import read_first
from cellsim.domain.walk import within
from cellsim.errors import Refused, UnknownName

HEADER = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }'
MAX_STEPS = 999
STOP_LABEL = "timeout_stop"
COUNTER = "counter"
_INTERPOLATION = {"joint": "P", "linear": "L", "circular": "C"}


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the job files of a lowered and quantised program.

    Raises:
        Refused: A statement, unit or length HRScript has no words for.
        UnknownName: A tool, signal or routine without a number on this controller.
    """
    group = group_written(program, cell)
    number = group.controller.program_number
    if not 1 <= number <= 9999 - len(program.routines):
        raise Refused("hyundai", f"program number {number}; job numbers are 1..9999")
    names = {
        routine.name: f"{number + i}_{identifier(routine.name, 60)}"
        for i, routine in enumerate(program.routines)
    }
    shared = _shared(program)
    files = tuple(
        _file(
            routine,
            f"{number + i:04d}_{identifier(routine.name, 60)}.job",
            names,
            cell,
            group,
            shared,
        )
        for i, routine in enumerate(program.routines)
    )
    conventions = rules(group.controller).conventions
    return TextProgram("hyundai", files, _notes(program, cell), conventions)


def _notes(program: Program, cell: Cell) -> tuple[str, ...]:
    frames = {
        s.frame
        for r in program.routines
        for s in within(r.body)
        if isinstance(s, Move) and measured(cell, s.frame)
    }
    numbers = cell.groups[program.group].controller.frames
    return tuple(
        f"sft_u{numbers[f]} must hold the measured shift of frame '{f}' before this job starts"
        for f in sorted(frames)
    )


def _file(
    routine: Routine,
    name: str,
    names: dict[str, str],
    cell: Cell,
    group: MotionGroup,
    shared: frozenset[str],
) -> TextFile:
    taken = set(variables(routine.body)) | RESERVED
    taken |= {s.name for s in within(routine.body) if isinstance(s, Label)}
    job = _Job(cell, group, names, taken=taken)
    job.body(routine.body, 0)
    if job.steps > MAX_STEPS:
        raise Refused("hyundai", f"{job.steps} steps in '{routine.name}'; a job holds S1..S999")
    lines = [HEADER, *_head(routine, job, shared), *job.lines]
    lines.append("     end")
    if job.stop_used:
        lines += [f"     *{STOP_LABEL}", "     stop", "     end"]
    return crlf_file(name, lines, "utf-8-sig", "strict")


def _shared(program: Program) -> frozenset[str]:
    """Return the variables of several routines, and those that a called one keeps.

    `var` is of one job alone, and a new one at each call of it (manual 3.8).
    """
    uses = Counter(name for r in program.routines for name in set(variables(r.body)))
    kept = {name for routine in program.routines[1:] for name in read_first(routine.body)}
    return frozenset(name for name, times in uses.items() if times > 1 or name in kept)


def _head(routine: Routine, job: _Job, shared: frozenset[str]) -> list[str]:
    """Return the declarations: variables of the routine, measured shifts, named poses."""
    names = variables(routine.body)
    names += job.counters
    lines = [f"     {'global' if name in shared else 'var'} {name}" for name in names]
    lines += [
        f"     global {shift}  # measured shift of frame {frame}"
        for shift, frame in sorted(job.shifts.items())
    ]
    return lines + [f"     var {name}=Pose({values})" for name, values in job.poses.items()]


def _output(statement: SetSignal, group: MotionGroup) -> str:
    number = output_of("hyundai", group, statement.signal, statement.line)
    return f"do{number}={int(bool(statement.value))}"


def _number(statement: SetSignal, group: MotionGroup) -> str:
    """Return dob2=5: a byte, word or long of outputs, which has a sign."""
    port, value = code_of("hyundai", group, statement)
    text = group_text(statement.signal, port, statement.line)
    return f"{text}={signed(value, port.width)}"


def _assign(statement: Assign, group: MotionGroup) -> str:
    name, line = statement.name, statement.line
    if identifier(name, 128) != name or name in RESERVED:
        raise Refused("hyundai", f"variable name '{name}'", line=line)
    return f"{name}={say(statement.value, group, line)}"


def _delay(seconds: float, line: int) -> list[str]:
    """Return as many delays as the 60 s that one can last ask for."""
    return [f"delay {fixed(part, TIME_DIGITS)}" for part in time_parts(seconds, line)]


_BLOCKS = Blocks(
    branch="if {condition}",
    otherwise="else",
    end_branch="endif",
    count="for {counter}=1 to {count}",
    end_count="next",
)
_PHRASES = Phrases(
    brand="hyundai",
    blocks=_BLOCKS,
    condition=say,
    output=_output,
    assign=_assign,
    delay=_delay,
    call=lambda name, _: f"call {name}",
    back="return",
    goto=lambda name, line: f"goto {label_text(name, line)}",
    label=label_text,
    remarks=lambda text: [f"# {one_line(text)}".rstrip()],
    kept=lambda text: f"# {one_line(text)}",
    label_at_margin=True,
    number=_number,
)


@dataclass
class _Job:
    """One job file while it is being written; nothing in it is modal."""

    cell: Cell
    group: MotionGroup
    names: dict[str, str]
    taken: set[str]
    lines: list[str] = field(default_factory=list)
    poses: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, str] = field(default_factory=dict)
    modal: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    counters: list[str] = field(default_factory=list)
    labels: int = 0
    stop_used: bool = False
    arc: bool = False

    def body(self, body: Iterable[Statement], depth: int) -> None:
        for statement in body:
            say_statement(self, _PHRASES, statement, depth)
            self.arc = isinstance(statement, Move) and statement.kind == "circular"

    def put(self, text: str, depth: int, statement: Statement = QUIET, prefix: str = "") -> None:
        self.lines.append(f"{prefix:<5}{'  ' * depth}{text}{trailing(statement, '#')}")

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
            note = statement if i == 0 else QUIET
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

    def counter(self, _line: int) -> str:
        return new_counter(COUNTER, self.counters, self.taken)

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
            self.put(self.step(move, target), depth, move if last else QUIET, f"S{self.steps}")

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
            raise Refused("hyundai", "target without joints", line=line)
        values = row(printed_values(self.group.controller.axes, target.q), AXIS_DIGITS)
        base = identifier(target.name, 40) if target.name else f"p{len(self.poses) + 1}"
        name, count = base, 1
        while self.poses.get(name, values) != values or name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.poses[name] = values
        return name
