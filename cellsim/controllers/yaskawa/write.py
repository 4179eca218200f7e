"""Write INFORM III jobs: one .JBI file a job, CRLF, Shift-JIS.

Source: DX100 manual 156191-1CD 4.1 Job Data Format; INFORM manuals of FS100, DX200 and YRC1000.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cellsim.controllers.text import TextFile, TextProgram
from cellsim.controllers.writing.lines import code_of, crlf_file, output_of
from cellsim.controllers.writing.numbers import fixed, short
from cellsim.controllers.writing.passing import on_the_way
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.statements import QUIET, Blocks, Phrases, phrase, say_statement
from cellsim.controllers.writing.targets import group_written, pose_in
from cellsim.controllers.yaskawa.digits import SPEED_DIGITS, TIME_DIGITS, VJ_DIGITS
from cellsim.controllers.yaskawa.expression import assignment, group_text, say
from cellsim.controllers.yaskawa.logic import opposite, plain
from cellsim.controllers.yaskawa.motion import rules
from cellsim.controllers.yaskawa.passing import outputs, said
from cellsim.controllers.yaskawa.positions import Positions
from cellsim.controllers.yaskawa.registers import REGISTER, calls_of, reached, registers_of
from cellsim.controllers.yaskawa.structure import stops
from cellsim.controllers.yaskawa.wording import LONGEST_COMMENT, checked, label_text, remarks
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Return,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.errors import Refused

LONGEST_NAME = 32
MOST_LINES = 9_999
# Positions and jobs carry no time of writing: the same program is the same bytes.
_DATE = "2000/01/01 00:00"


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the jobs of a lowered and quantised program.

    Raises:
        Refused: A statement, unit or length INFORM has no words for.
        UnknownName: A tool, frame, signal or job without a number or name.
    """
    group = group_written(program, cell)
    names = {r.name: r.name for r in program.routines}
    files = _jobs(program.routines, names, cell, group)
    relative = [f.name for f in files if b",RJ" in f.data]
    notes = [f"{', '.join(relative)}: relative jobs, an optional function of the controller"]
    conventions = rules(group.controller).conventions
    return TextProgram("yaskawa", files, tuple(notes) if relative else (), conventions)


def _jobs(
    routines: Sequence[Routine], names: dict[str, str], cell: Cell, group: MotionGroup
) -> tuple[TextFile, ...]:
    """Return the jobs; those that run inside of each other count loops with other registers."""
    used = {name for routine in routines for name in registers_of(routine.body)}
    below = reached({r.name: calls_of(r.body) for r in routines})
    counters: dict[str, set[str]] = {}
    files = []
    for routine in routines:
        own = routine.name
        near = (c for o, c in counters.items() if o in below[own] or own in below[o])
        taken = used.union(*near)
        job = _Job(cell, group, names, Positions(group), set(taken))
        files.append(_job(routine, job, cell))
        counters[own] = job.registers - taken
    return tuple(files)


def _job(routine: Routine, job: _Job, cell: Cell) -> TextFile:
    name = checked(routine.name, LONGEST_NAME, "job")
    job.body(routine.body, 0)
    if len(job.lines) + 2 > MOST_LINES:
        raise Refused("yaskawa", f"{len(job.lines)} lines in '{name}'; a job holds {MOST_LINES}")
    lines = ["/JOB", f"//NAME {name}", *job.positions.text(), *_head(cell, job)]
    return crlf_file(f"{name}.JBI", [*lines, "NOP", *job.lines, "END"], "cp932")


def _head(cell: Cell, job: _Job) -> list[str]:
    """Return the //INST head: date, comment, attributes, frame, groups."""
    comment = identifier(cell.name, LONGEST_COMMENT).upper()
    lines = ["//INST", f"///DATE {_DATE}", f"///COMM {comment}"]
    frame = job.positions.frame
    lines.append("///ATTR SC,RW,RJ" if frame else "///ATTR SC,RW")
    if frame:
        user = job.positions.modal.get("USER")
        lines.append(f"////FRAME USER {user}" if user else "////FRAME BASE")
    carried = {e.carries for e in job.group.externals}
    lines.append("///GROUP1 RB1,BS1" if "arm" in carried else "///GROUP1 RB1")
    return [*lines, "///GROUP2 ST1"] if "part" in carried else lines


def _output(s: SetSignal, group: MotionGroup) -> str:
    number = output_of("yaskawa", group, s.signal, s.line)
    return f"DOUT OT#({number}) {'ON' if s.value else 'OFF'}"


def _number(s: SetSignal, group: MotionGroup) -> str:
    _, value = code_of("yaskawa", group, s)
    return f"DOUT {group_text(s.signal, group, s.line)} {value}"


def _assign(s: Assign, _group: MotionGroup) -> str:
    if not REGISTER.fullmatch(s.name):
        raise Refused("yaskawa", f"variable '{s.name}' is no register", line=s.line)
    return assignment(s.name, s.value, s.line)


_BLOCKS = Blocks(
    branch="IFTHENEXP {condition}",
    otherwise="ELSE",
    end_branch="ENDIF",
    during="WHILEEXP {condition}",
    end_during="ENDWHILE",
    count="FOR {counter} START=1 TO {count}",
    end_count="NEXT {counter}",
)
_PHRASES = Phrases(
    brand="yaskawa",
    blocks=_BLOCKS,
    condition=say,
    output=_output,
    assign=_assign,
    delay=lambda seconds, _: [f"TIMER T={fixed(seconds, TIME_DIGITS)}"],
    call=lambda name, line: f"CALL JOB:{checked(name, LONGEST_NAME, 'job', line)}",
    back="RET",
    goto=lambda name, line: f"JUMP {label_text(name, line)}",
    label=label_text,
    remarks=lambda text: remarks(text) if text else ["'"],
    kept=lambda text: f"'{one_line(text)[:LONGEST_COMMENT]}",
    number=_number,
)


@dataclass
class _Job:
    """One job while it is being written; nothing in it is modal.

    `stands` is the motion that the robot stands after.
    """

    cell: Cell
    group: MotionGroup
    names: dict[str, str]
    positions: Positions
    registers: set[str]
    lines: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)
    stands: Move | None = None

    def body(self, body: Iterable[Statement], depth: int) -> None:
        self.stands = None
        statements = tuple(body)
        at = 0
        while at < len(statements):
            s = statements[at]
            if isinstance(s, SetSignal) and isinstance(s.value, bool):
                at += self.outputs(statements, at, depth)
                continue
            self.comment(s.comment, depth)
            self.statement(s, depth)
            if isinstance(s, Move):
                self.stands = s
            elif isinstance(s, If | Loop | Call | Label | Goto | Return):
                self.stands = None
            at += 1

    def outputs(self, body: tuple[Statement, ...], at: int, depth: int) -> int:
        """Write outputs from a place on, with the motion they are set along; return how many."""
        found, count = outputs(body, at)
        texts = [said(_output(s, self.group), width) for s, width in found]
        for s in body[at : at + count]:
            self.comment(s.text if isinstance(s, Comment) else s.comment, depth)
        if on_the_way(body[at]):
            move = body[at + count]
            assert isinstance(move, Move)
            self.comment(move.comment, depth)
            self.put(f"{self.step(move, move.to, f' PL={_level(move)}')} NWAIT", depth)
            texts.append("CWAIT")
            self.stands, count = move, count + 1
        for text in texts:
            self.put(text, depth)
        return count

    def put(self, text: str, depth: int, _statement: Statement = QUIET) -> None:
        self.lines.append("\t" * depth + text)

    def comment(self, text: str, depth: int) -> None:
        for line in remarks(text):
            self.put(line, depth)

    def statement(self, s: Statement, depth: int) -> None:
        """Write a statement; a tail IF where a jump, call or return is all a branch holds."""
        only = s.then[0] if isinstance(s, If) and len(s.then) == 1 and not s.otherwise else None
        if isinstance(s, If) and isinstance(only, Goto | Call | Return) and plain(s.condition):
            condition = say(s.condition, self.group, s.line)
            self.comment(only.comment, depth)
            self.put(f"{phrase(self, _PHRASES, only)} IF {condition}", depth)
        else:
            say_statement(self, _PHRASES, s, depth)

    def move(self, move: Move, depth: int) -> None:
        if move.kind == "circular":
            self.arc(move, depth)
        else:
            self.put(self.step(move, move.to, f" PL={_level(move)}"), depth)

    def wait(self, s: Wait, depth: int) -> None:
        """Write WAIT; after its time the job goes on, so what then is told by the next line."""
        if stops(s):
            self.put("ABORT", depth)
            return
        condition = say(s.condition, self.group, s.line)
        if s.timeout_s is None:
            self.put(f"WAIT {condition}", depth)
            return
        late = say(opposite(s.condition), self.group, s.line)
        away = f"JUMP {label_text(s.on_timeout, s.line)}" if s.on_timeout else "ABORT"
        self.put(f"WAIT {condition} T={fixed(s.timeout_s, TIME_DIGITS)}", depth)
        self.put(f"{away} IF {late}", depth)

    def counter(self, _line: int) -> str:
        """Return a register of our own that no job uses which runs around or inside of this one."""
        for number in range(99, -1, -1):
            name = f"I{number:03d}"
            if name not in self.registers:
                self.registers.add(name)
                return name
        raise Refused("yaskawa", "more loops than registers")

    def arc(self, s: Move, depth: int) -> None:
        """Write three MOVC steps; between arcs a MOVL at the same point keeps them apart."""
        if self.stands is None:
            raise Refused("yaskawa", "arc whose start does not stand right before it", line=s.line)
        if s.via is None:
            raise Refused("yaskawa", "arc without a point on it", line=s.line)
        start = self.start(s, self.stands)
        if self.stands.kind == "circular":
            self.put(self.step(replace(s, kind="linear", via=None), start, " PL=0"), depth)
        self.put(self.step(s, start, " PL=0"), depth)
        self.put(self.step(s, s.via, ""), depth)
        self.put(self.step(s, s.to, f" PL={_level(s)}"), depth)

    def start(self, s: Move, before: Move) -> Target:
        """Return where an arc begins: the end of the motion before it, said with its own tool."""
        pulses = before.to.pose is None
        if pulses or (before.tool, before.frame) == (s.tool, s.frame):
            return before.to
        if before.to.q is None:
            raise Refused("yaskawa", "arc after a motion of another tool", line=s.line)
        here = Target(q=before.to.q)
        pose = pose_in("yaskawa", s, here, s.frame, self.cell, self.group)
        return replace(here, pose=pose, config=before.to.config)

    def step(self, move: Move, target: Target, level: str) -> str:
        """Return one step with a position of its own."""
        word = {"joint": "MOVJ", "linear": "MOVL", "circular": "MOVC"}[move.kind]
        names = self.positions.name(target, move)
        ramp = "" if move.accel is None else f" ACC={move.accel:.0f} DEC={move.accel:.0f}"
        return f"{word} {names} {_speed(move)}{level}{ramp}"


def _level(move: Move) -> int:
    if move.zone.kind not in {"fine", "pl"}:
        raise Refused("yaskawa", f"corner '{move.zone}'", line=move.line)
    return 0 if move.zone.kind == "fine" else int(move.zone.value)


def _speed(move: Move) -> str:
    speed = move.speed
    if move.kind == "joint" and speed.unit == "%":
        return f"VJ={fixed(speed.value, VJ_DIGITS)}"
    if move.kind != "joint" and speed.unit == "mm/s":
        return f"V={fixed(speed.value, SPEED_DIGITS)}"
    if move.kind != "joint" and speed.unit == "deg/s":
        return f"VR={short(speed.value, SPEED_DIGITS)}"
    raise Refused("yaskawa", f"speed {speed} of a {move.kind} motion", line=move.line)
