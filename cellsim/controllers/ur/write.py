"""Write URScript: one .script file, a function a routine inside the program, LF, ASCII.

Source: URScript manual 5.x: movej, movel, movec, set_tcp, set_target_payload, flow of control;
its circles take mode=0 (orientation from start to end).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cellsim.controllers.text import TextFile, TextProgram
from cellsim.controllers.ur.digits import (
    ACCEL_DIGITS,
    ANGLE_DIGITS,
    JOINT_ACCEL,
    LENGTH_DIGITS,
    LINE_ACCEL,
    RADIUS_DIGITS,
    SPEED_DIGITS,
    TIME_DIGITS,
    joint_radians,
    pose_numbers,
)
from cellsim.controllers.ur.expression import port_name, say
from cellsim.controllers.ur.motion import rules
from cellsim.controllers.ur.words import RESERVED
from cellsim.controllers.writing.lines import code_of, output_of, trailing, variables
from cellsim.controllers.writing.numbers import fixed, row, short
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.statements import QUIET, Blocks, Phrases, say_all
from cellsim.controllers.writing.targets import base_frame, group_written, tcp_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Assign,
    Expr,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.errors import Refused, UnknownName

_FUNCTIONS = {"joint": "movej", "linear": "movel", "circular": "movec"}


def write(program: Program, cell: Cell) -> TextProgram:
    """Return the script of a lowered and quantised program.

    Raises:
        Refused: A jump, a timeout that jumps, external axes, or a unit without words.
        UnknownName: A tool, signal or routine the cell does not have.
    """
    group = group_written(program, cell)
    if group.externals:
        raise Refused("ur", f"external axes of group '{group.name}'")
    names = {routine.name: routine.name for routine in program.routines}
    for name in names:
        if identifier(name, 40) != name or name.lower() in RESERVED:
            raise Refused("ur", f"function name '{name}'")
    main, *others = program.routines
    # A name without global or local is a global one's wherever there is one: each is given once.
    taken = {name for routine in program.routines for name in variables(routine.body)}
    lines = [f"def {main.name}():"]
    for routine in others:
        body = _body(routine, 2, cell, group, names, taken)
        lines += [f"  def {routine.name}():", *body, "  end", ""]
    lines += [*_body(main, 1, cell, group, names, taken), "end"]
    data = ("\n".join(lines) + "\n").encode("ascii", "replace")
    file = TextFile(f"{main.name}.script", data)
    return TextProgram("ur", (file,), (), rules(group.controller).conventions)


def _body(
    routine: Routine,
    depth: int,
    cell: Cell,
    group: MotionGroup,
    names: dict[str, str],
    taken: set[str],
) -> list[str]:
    script = _Script(cell, group, names, taken)
    script.body(routine.body, depth)
    return script.lines


def _output(statement: SetSignal, group: MotionGroup) -> str:
    number = output_of("ur", group, statement.signal, statement.line)
    kind, index = port_name(number, statement.line)
    return f"set_{kind}_digital_out({index}, {bool(statement.value)})"


def _assign(statement: Assign, group: MotionGroup) -> str:
    name, line = statement.name, statement.line
    if identifier(name, 40) != name or name.lower() in RESERVED:
        raise Refused("ur", f"variable name '{name}'", line=line)
    return f"global {name} = {say(statement.value, group, line)}"


def _no_number(statement: SetSignal, group: MotionGroup) -> str:
    code_of("ur", group, statement)
    what = "a group of outputs; URScript sets one at a time, other numbers would stand in between"
    raise Refused("ur", what, line=statement.line, source="URScript manual, interfaces")


def _no_jump(_name: str, line: int) -> str:
    raise Refused("ur", "a jump; URScript has none", line=line)


_BLOCKS = Blocks(
    branch="if {condition}:",
    otherwise="else:",
    end_branch="end",
    joins=True,
    during="while {condition}:",
    end_during="end",
    before_count="{counter} = 0",
    count="while {counter} < {count}:",
    step="{counter} = {counter} + 1",
    end_count="end",
)
_PHRASES = Phrases(
    brand="ur",
    blocks=_BLOCKS,
    condition=say,
    output=_output,
    assign=_assign,
    delay=lambda seconds, _: [f"sleep({fixed(seconds, TIME_DIGITS)})"],
    call=lambda name, _: f"{name}()",
    back="return None",
    goto=_no_jump,
    label=_no_jump,
    remarks=lambda text: [f"# {one_line(text)}".rstrip()],
    kept=lambda text: f"# {one_line(text)}",
    number=_no_number,
)


@dataclass
class _Script:
    """One function while it is being written; the TCP is modal and set where it changes."""

    cell: Cell
    group: MotionGroup
    names: dict[str, str]
    taken: set[str]
    lines: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)
    counters: int = 0

    def put(self, text: str, depth: int, statement: Statement = QUIET) -> None:
        self.lines.append(f"{'  ' * depth}{text}{trailing(statement, '#')}")

    def body(self, body: Iterable[Statement], depth: int) -> None:
        say_all(self, _PHRASES, body, depth)

    def counter(self, _line: int) -> str:
        return self.fresh("counter")

    def fresh(self, kind: str) -> str:
        """Return a name of our own that no variable of the program has."""
        while True:
            self.counters += 1
            name = f"{kind}_{self.counters}"
            if name not in self.taken:
                self.taken.add(name)
                return name

    def wait(self, statement: Wait, depth: int) -> None:
        """Write a polling loop; with a timeout it counts time steps and halts the program."""
        if statement.on_timeout:
            raise Refused("ur", "a timeout that jumps; URScript has no goto", line=statement.line)
        condition = statement.condition
        if condition.op == "not":
            text = say(condition.args[0], self.group, statement.line)
        else:
            text = say(Expr("not", (condition,)), self.group, statement.line)
        if statement.timeout_s is None:
            self.put(f"while {text}:", depth, statement)
            self.put("sync()", depth + 1)
            self.put("end", depth)
            return
        name, limit = self.fresh("waited"), fixed(statement.timeout_s, TIME_DIGITS)
        self.put(f"{name} = 0", depth)
        self.put(f"while {text}:", depth, statement)
        self.put(f"if {name} >= {limit}:", depth + 1)
        self.put('popup("timeout", error=True, blocking=True)', depth + 2)
        self.put("halt", depth + 2)
        self.put("end", depth + 1)
        self.put("sync()", depth + 1)
        self.put(f"{name} = {name} + get_steptime()", depth + 1)
        self.put("end", depth)

    def move(self, move: Move, depth: int) -> None:
        if self.modal.get("tool") != move.tool:
            self.set_tool(move, depth)
        if move.kind == "joint":
            target = self.joints(move)
            accel = JOINT_ACCEL
        else:
            if move.frame != base_frame(self.group):
                raise Refused("ur", f"pose in frame '{move.frame}'", line=move.line)
            target = self.pose(move.to, move.line)
            accel = LINE_ACCEL
            if move.via is not None:
                target = f"{self.pose(move.via, move.line)}, {target}"
        percent = 100.0 if move.accel is None else move.accel
        words = [target, f"a={short(accel * percent / 100.0, ACCEL_DIGITS)}", _speed(move)]
        if move.zone.kind == "radius":
            words.append(f"r={fixed(move.zone.value / 1000.0, RADIUS_DIGITS)}")
        elif move.zone.kind != "fine":
            raise Refused("ur", f"corner '{move.zone}'", line=move.line)
        if move.kind == "circular":
            words.append("mode=0")
        self.put(f"{_FUNCTIONS[move.kind]}({', '.join(words)})", depth, move)

    def set_tool(self, move: Move, depth: int) -> None:
        """Write TCP and payload of a tool: m and rad, kg, m and kg m2 at the flange."""
        tool = move.tool.partition(".")[0]
        if tool and tool not in self.cell.tools:
            raise UnknownName("tool", tool, self.cell.tools, line=move.line)
        numbers = pose_numbers(tcp_of(move.tool, self.cell))
        self.put(
            f"set_tcp(p[{row(numbers, LENGTH_DIGITS, ', ')}])",
            depth,
            replace(QUIET, comment=move.tool or "flange"),
        )
        if tool:
            found = self.cell.tools[tool]
            inertia = found.inertia
            six = [inertia[i, j] for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))]
            com, terms = row(found.com, 4, ", "), row([float(v) for v in six], 4, ", ")
            self.put(f"set_target_payload({fixed(found.mass, 3)}, [{com}], [{terms}])", depth)
        self.modal["tool"] = move.tool

    def joints(self, move: Move) -> str:
        if move.to.q is None:
            raise Refused("ur", "movej target without joints", line=move.line)
        angles = joint_radians(self.group.controller.axes, move.to.q)
        return f"[{row(angles, ANGLE_DIGITS, ', ')}]"

    def pose(self, target: Target, line: int) -> str:
        if target.pose is None:
            raise Refused("ur", "line or circle target without a pose", line=line)
        return f"p[{row(pose_numbers(target.pose), LENGTH_DIGITS, ', ')}]"


def _speed(move: Move) -> str:
    speed = move.speed
    if speed.unit == "s":
        return f"t={fixed(speed.value, TIME_DIGITS)}"
    wanted = "rad/s" if move.kind == "joint" else "m/s"
    if speed.unit != wanted:
        raise Refused("ur", f"speed {speed} of a {move.kind} motion", line=move.line)
    return f"v={fixed(speed.value, SPEED_DIGITS)}"
