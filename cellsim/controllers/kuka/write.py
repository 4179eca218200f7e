"""Write KRL: name.src with all routines and name.dat with points and variables, CRLF, ASCII.

Source: KSS 8.2 SI manual: files, motion, $VEL, $APO, $TOOL, $BASE, WAIT, $TIMER.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from cellsim.controllers.kuka.digits import (
    LENGTH_DIGITS,
    TIME_DIGITS,
    VEL_DIGITS,
)
from cellsim.controllers.kuka.expression import checked, say, span, type_of
from cellsim.controllers.kuka.motion import rules
from cellsim.controllers.kuka.pointtext import PointTexts
from cellsim.controllers.kuka.triggertext import is_back, text_of
from cellsim.controllers.text import TextProgram
from cellsim.controllers.writing.lines import (
    code_of,
    crlf_file,
    groups_used,
    kinds_of,
    new_counter,
    numbers_in,
    output_of,
    trailing,
    variables,
)
from cellsim.controllers.writing.numbers import fixed, short
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.statements import QUIET, Blocks, Phrases, say_statement
from cellsim.controllers.writing.targets import base_frame, group_written
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Assign, Move, Program, Routine, SetSignal, Statement, Wait
from cellsim.errors import Refused, UnknownName

_HEAD = ("&ACCESS RVP", "&REL 1")
_TEMPLATE = (
    "&PARAM EDITMASK = *",
    "&PARAM TEMPLATE = C:\\KRC\\Roboter\\Template\\vorgabe",
)
_START = (
    "GLOBAL INTERRUPT DECL 3 WHEN $STOPMESS==TRUE DO IR_STOPM( )",
    "INTERRUPT ON 3",
    "BAS(#INITMOV,0)",
)
_WORDS = {"joint": "PTP", "linear": "LIN", "circular": "CIRC"}


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the .src and .dat file of a lowered and quantised program.

    Raises:
        Refused: A statement, unit or name KRL has no words for.
        UnknownName: A tool, signal or routine without a number or name.
    """
    group = group_written(program, cell)
    names = {r.name: r.name for r in program.routines}
    taken = {*names, *(v for r in program.routines for v in variables(r.body))}
    taken = {name.lower() for name in taken}
    groups = {name.lower() for name in numbers_in(group)}
    source = _Source(group, names, taken, PointTexts(group, taken | groups))
    lines: list[str] = [*_HEAD, *_TEMPLATE]
    for number, routine in enumerate(program.routines):
        lines += source.routine(routine, _START if number == 0 else ())
    name = program.routines[0].name
    data = [*_HEAD, f"DEFDAT {name}", *source.declarations(program), "ENDDAT"]
    files = (crlf_file(f"{name}.src", lines[:-1]), crlf_file(f"{name}.dat", data))
    return TextProgram("kuka", files, (), rules(group.controller).conventions)


def _output(statement: SetSignal, group: MotionGroup) -> str:
    number = output_of("kuka", group, statement.signal, statement.line)
    return f"$OUT[{number}]={'TRUE' if statement.value else 'FALSE'}"


def _number(statement: SetSignal, group: MotionGroup) -> str:
    """Return code=5, of a name that the data list declares as SIGNAL."""
    port, value = code_of("kuka", group, statement)
    span(statement.signal, port, statement.line)
    return f"{statement.signal}={value}"


def _assign(statement: Assign, group: MotionGroup) -> str:
    return f"{statement.name}={say(statement.value, group, statement.line)}"


_BLOCKS = Blocks(
    branch="IF {condition} THEN",
    otherwise="ELSE",
    end_branch="ENDIF",
    during="WHILE {condition}",
    end_during="ENDWHILE",
    count="FOR {counter}=1 TO {count}",
    end_count="ENDFOR",
)
_PHRASES = Phrases(
    brand="kuka",
    blocks=_BLOCKS,
    condition=say,
    output=_output,
    assign=_assign,
    delay=lambda seconds, _: [f"WAIT SEC {fixed(seconds, TIME_DIGITS)}"],
    call=lambda name, _: f"{name}( )",
    back="RETURN",
    goto=lambda name, _: f"GOTO {name}",
    label=lambda name, line: f"{checked(name, 'label', line)}:",
    remarks=lambda text: [f"; {one_line(text)}".rstrip()],
    kept=lambda text: f"; {one_line(text)}",
    label_at_margin=True,
    number=_number,
)


@dataclass
class _Source:
    """Both files while they are being written; modal values are written where they change."""

    group: MotionGroup
    names: dict[str, str]
    taken: set[str]
    points: PointTexts
    lines: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)

    def routine(self, routine: Routine, start: Iterable[str]) -> list[str]:
        self.lines, self.modal = [], {}
        self.body(routine.body, 0)
        return [f"DEF {checked(routine.name, 'routine')}( )", *start, *self.lines, "END", ""]

    def declarations(self, program: Program) -> list[str]:
        """Return the points, counters and variables of all routines."""
        typed = partial(type_of, numbers=numbers_in(self.group))
        kinds = kinds_of("kuka", program, typed)
        initial = {"REAL": "0.0", "BOOL": "FALSE"}
        lines = [f"DECL {k} {checked(n, 'variable')}={initial[k]}" for n, k in kinds.items()]
        lines += [f"DECL INT {name}=0" for name in self.counters]
        ports = self.group.controller.signals
        used = groups_used(program, self.group)
        for name in used:
            if name.lower() in self.taken:
                raise Refused("kuka", f"'{name}' as the name of a signal and of something else")
        lines += [span(name, ports[name], 0) for name in used]
        kind_of = {"A": "E6AXIS", "X": "E6POS"}
        return lines + [f"DECL {kind_of[v[1]]} {n}={v}" for n, v in self.points.texts.items()]

    def put(self, text: str, depth: int, statement: Statement = QUIET) -> None:
        self.lines.append(f"{'  ' * depth}{text}{trailing(statement, ';')}")

    def body(self, body: Iterable[Statement], depth: int) -> None:
        statements = tuple(body)
        at = 0
        while at < len(statements):
            first, after = statements[at], (*statements[at + 1 : at + 2], None)[0]
            if isinstance(first, SetSignal) and (first.at is not None or is_back(first, after)):
                text, said = text_of(statements, at, self.action)
                self.put(text, depth, first)
                at += said
                continue
            say_statement(self, _PHRASES, first, depth)
            at += 1

    def action(self, statement: SetSignal) -> str:
        """Return what sets an output or a group of them, without its place."""
        if isinstance(statement.value, bool):
            return _output(statement, self.group)
        return _number(replace(statement, at=None), self.group)

    def counter(self, _line: int) -> str:
        """Return a counter of our own that no variable or routine is named."""
        return new_counter("counter_", self.counters, self.taken)

    def wait(self, statement: Wait, depth: int) -> None:
        """Write WAIT FOR; with a timeout also a timer that counts milliseconds from zero."""
        condition = say(statement.condition, self.group, statement.line)
        if statement.timeout_s is None:
            self.put(f"WAIT FOR ({condition})", depth, statement)
            return
        late = f"$TIMER[1] >= {round(statement.timeout_s * 1000.0)}"
        jump = f"GOTO {statement.on_timeout}" if statement.on_timeout else "HALT"
        self.put("$TIMER_STOP[1]=TRUE", depth)
        self.put("$TIMER[1]=0", depth)
        self.put("$TIMER_STOP[1]=FALSE", depth)
        self.put(f"WAIT FOR ({condition}) OR ({late})", depth, statement)
        self.put("$TIMER_STOP[1]=TRUE", depth)
        self.put(f"IF {late} THEN", depth)
        self.put(jump, depth + 1)
        self.put("ENDIF", depth)

    def set(self, name: str, text: str, depth: int, comment: str = "") -> None:
        """Write a modal value if it is not the one already set."""
        if self.modal.get(name) != text:
            self.modal[name] = text
            self.put(text, depth, replace(QUIET, comment=comment))

    def move(self, move: Move, depth: int) -> None:
        self.frames(move, depth)
        self.speed(move, depth)
        points = [] if move.via is None else [self.points.name(move.via, move)]
        points.append(self.points.name(move.to, move))
        words = [_WORDS[move.kind], ",".join(points), *self.corner(move, depth)]
        self.put(" ".join(words), depth, move)

    def frames(self, move: Move, depth: int) -> None:
        tools, frames = self.group.controller.tools, self.group.controller.frames
        if move.tool and move.tool not in tools:
            raise UnknownName("kuka tool number for", move.tool, tools, line=move.line)
        if move.tool:
            number = tools[move.tool]
            self.set("tool", f"$TOOL=TOOL_DATA[{number}]", depth, move.tool)
            self.set("load", f"$LOAD=LOAD_DATA[{number}]", depth)
        else:
            self.set("tool", "$TOOL=$NULLFRAME", depth, "flange")
        if move.frame in frames:
            self.set("base", f"$BASE=BASE_DATA[{frames[move.frame]}]", depth, move.frame)
        elif move.kind == "joint" or move.frame == base_frame(self.group):
            self.set("base", "$BASE=$NULLFRAME", depth)
        else:
            raise UnknownName("kuka base number for", move.frame, frames, line=move.line)

    def speed(self, move: Move, depth: int) -> None:
        unit, value = move.speed.unit, move.speed.value
        if move.kind == "joint" and unit == "%":
            self.set("ptp", f"BAS(#VEL_PTP,{short(value, 0)})", depth)
            percent = 100.0 if move.accel is None else move.accel
            self.set("acc", f"BAS(#ACC_PTP,{short(percent, 0)})", depth)
        elif move.kind != "joint" and unit == "m/s" and move.accel is None:
            self.set("cp", f"$VEL.CP={fixed(value, VEL_DIGITS)}", depth)
        else:
            raise Refused("kuka", f"speed {move.speed} of a {move.kind} motion", line=move.line)

    def corner(self, move: Move, depth: int) -> list[str]:
        zone = move.zone
        if zone.kind == "fine":
            return []
        if move.kind == "joint" and zone.kind == "cptp":
            self.set("cptp", f"$APO.CPTP={short(zone.value, 0)}", depth)
            return ["C_PTP"]
        if move.kind != "joint" and zone.kind == "distance":
            self.set("cdis", f"$APO.CDIS={short(zone.value, LENGTH_DIGITS)}", depth)
            return ["C_DIS"]
        raise Refused("kuka", f"corner '{zone}' of a {move.kind} motion", line=move.line)
