"""From the lines of one URScript function to complete statements with the TCP they run with."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.reading.acts import Act, not_followed
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open
from cellsim.controllers.reading.losing import kept, lost_at
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN, Settings, union
from cellsim.controllers.ur import losing
from cellsim.controllers.ur.fold import Waiting
from cellsim.controllers.ur.lines import (
    Numbers,
    PoseCall,
    folded,
    names_before,
    output_port,
)
from cellsim.controllers.ur.loops import Loops
from cellsim.controllers.ur.motions import ASSUMED_IK, KINDS, Motions
from cellsim.controllers.ur.poses import pose_of
from cellsim.controllers.ur.threads import Schedule
from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Move,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.geometry import Pose

_PRINT_GRID = 2e-6
_MOVED: Settings = {"stands": frozenset({UNKNOWN})}
_HARMLESS = frozenset({"sync", "textmsg", "popup"})
# What PolyScope writes before every program: input and output modes, no motion and no TCP.
_PREAMBLE = frozenset(
    {
        "set_safety_mode_transition_hardness",
        "set_standard_analog_input_domain",
        "set_tool_analog_input_domain",
        "set_analog_outputdomain",
        "set_input_actions_to_default",
        "set_payload_cog",
        "set_tool_communication",
        "set_tool_output_mode",
        "set_tool_digital_output_mode",
        "set_tool_voltage",
    }
)


@dataclass(kw_only=True)
class Function(Loops):
    """One function on its way from lines to statements; `tcp` is the modal state."""

    STATES = losing.STATES
    cell: Cell
    group: MotionGroup
    motions: Motions
    is_main: bool = False

    def settings(self, node: Node) -> Settings:
        """Return the TCP and values that a line sets, or those of the function it calls."""
        own, modal = self.value_settings(node), self._modal_settings(node)
        return union([own, modal]) if own else modal

    def may_lose(self, node: Node) -> tuple[str, ...]:
        """Return the states that a line may have set to what nobody can say."""
        return losing.may_lose(node, self.known_functions, self.threads.opaque)

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:  # noqa: ARG002 - as the walk asks
        """Return the states that a move runs with."""
        return tuple(losing.STATES) if losing.moves(node) else ()

    def _modal_settings(self, node: Node) -> Settings:
        act = node.act
        if isinstance(act, Open) and act.kind == "raw":
            return {"tcp": frozenset({UNKNOWN})}
        if not isinstance(act, Act) or act.word != "call":
            return {}
        if act.data[0] == "set_tcp":
            return {"tcp": frozenset({self._tcp(act) or UNKNOWN})}
        if act.data[0] in KINDS:
            return _MOVED
        if act.data[0] in self.threads.opaque and act.data[0] not in self.signatures:
            return {"tcp": frozenset({UNKNOWN})}
        return self.routines.get(act.data[0], {})

    def leaf(self, node: Node) -> list[Statement]:
        made = self._one(node)
        runs = isinstance(node.act, Act) and node.act.word == "run"
        return made if runs else [*self.missed(node.line, made), *made]

    def _one(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, NotUnderstood):
            lost = {f"is {n}": UNKNOWN for n in names_before(line.text)}
            self.state = {**(self.state or {}), **lost}
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Waiting):
            condition = self.names.bound(act.condition)
            return [Wait(condition, act.timeout_s, line=line.number, comment=line.comment)]
        assert isinstance(act, Act)
        if act.word == "comment":
            return [Comment(text=line.comment, line=line.number)]
        if act.word == "shown" or (act.word == "run" and act.data[0] in self.threads.counters):
            return [self.quiet(line)]
        if act.word == "run" and act.data[0] in self.threads.switching:
            return self._started(line, self.threads.switching[act.data[0]])
        if act.word in {"break", "continue"}:
            return self.leave_loop(line, act.word)
        if act.word == "return" or (act.word == "halt" and self.is_main):
            return self._return(node, act)
        if act.word == "call":
            return self._call(line, act)
        if act.word == "assign":
            return self._assign(line, *act.data)
        if act.word == "element":
            return self._element(line, *act.data)
        return [self.collector.keep(line, not_followed(act.word, "function"))]

    def _assign(self, line: Line, name: str, value: object) -> list[Statement]:
        if isinstance(value, PoseCall) and value.name == "get_inverse_kin":
            self.collector.note(ASSUMED_IK)
        if not isinstance(value, Expr):
            known = self.keep_value(name, value)
            return [] if known else [self.collector.keep(line, f"value of '{name}'")]
        calls, plain = self.asked(line, value)
        known = self.keep_value(name, plain)
        number = self.places.number(plain)
        if number is None and known:
            return [*calls, self.quiet(line)] if calls else []
        if number is None and any(e.op == "unknown" for e in every(plain)):
            told = self.told(line, name, plain) if not calls else None
            return told or [*calls, self.collector.keep(line, f"value of '{name}'")]
        if name in self.threads.sets:
            plain = Expr("unknown", name=f"{name}, which more than these lines set")
            return [*calls, Assign(name, plain, line=line.number, comment=line.comment)]
        odd = any(e.op == "unknown" for e in every(plain))
        bound = Expr("const", value=number) if odd else self.names.bound(plain)
        return [*calls, Assign(name, bound, line=line.number, comment=line.comment)]

    def _element(self, line: Line, name: str, index: object, value: object) -> list[Statement]:
        """Return nothing for an element that is followed; what is not known stays text."""
        changed = self.places.with_element(name, index, value)
        if name in self.untracked or changed is None:
            self.state = {**(self.state or {}), f"is {name}": UNKNOWN}
            return [self.collector.keep(line, f"element of '{name}'")]
        self.state = {**(self.state or {}), f"is {name}": changed}
        return []

    def _return(self, node: Node, act: Act) -> list[Statement]:
        """Return from here; a function whose value may be asked for sets it first.

        A function that is not given is called for its value, and may do anything before that.
        """
        made: list[Statement] = []
        line, value = node.line, act.data[0] if act.data else None
        if isinstance(value, Expr):
            made, value = self.asked(line, value)
        if self.may_lose(node):
            made = [*made, self.collector.keep(line, "the value of a function that is not read")]
            self.lose(node)
        if self.own is not None and value is not None:
            name = self.own.value
            self.keep_value(name, value)
            if isinstance(value, Expr):
                number = self.places.number(value)
                bound = self.names.bound(value) if number is None else Expr("const", value=number)
                made = [*made, Assign(name, bound, line=line.number)]
        self.leave()
        return [*made, Return(line=line.number, comment=line.comment)]

    def _started(self, line: Line, schedule: Schedule) -> list[Statement]:
        """Return what a thread of outputs sets from here on, while the program goes on."""
        self.collector.note("threads of outputs: see convention ur.threads (assumed)")
        return [
            SetSignal(self.names.signal("do", port), on, Along(after=seconds), line=line.number)
            for seconds, port, on in schedule
        ]

    def _call(self, line: Line, act: Act) -> list[Statement]:
        name, arguments = act.data
        if name in KINDS:
            move = self.motions.motion(line, name, arguments, self._tcp_now(), self.places)
            stands = isinstance(move, Move) and move.zone.kind == "fine"
            self.state = {**(self.state or {}), "stands": stands}
            return [move]
        if name in {"stopj", "stopl"} and (self.state or {}).get("stands") is True:
            return [self.quiet(line)]
        if name == "popup" and any(_is_true(v) for _, v in arguments):
            self.collector.note("popup that waits: a person lets it go on; counted as no time")
            return [Delay(0.0, line=line.number, comment=line.comment or "popup")]
        if name == "set_tcp":
            return self._set_tcp(line, act)
        if name in {"set_target_payload", "set_payload", "set_payload_mass"}:
            return self._payload(line, arguments)
        if name in _HARMLESS and not any(_is_true(v) for _, v in arguments):
            return [self.quiet(line)]
        if name in _PREAMBLE or (name == "set_gravity" and _is_upright(arguments)):
            return [self.quiet(line)]
        signature = self.signatures.get(name)
        if signature is not None and not any(key for key, _ in arguments):
            made = self.handed_over(line, signature, [v for _, v in arguments])
            if made is not None:
                return made
        if name in self.threads.opaque:
            self.state = {**(self.state or {}), "tcp": UNKNOWN}
        values = [v for _, v in arguments]
        if name in self.routines and not values:
            self.call(name)
            return [Call(name, line=line.number, comment=line.comment)]
        if name == "sleep" and len(values) == 1 and isinstance(values[0], Expr):
            seconds = self.places.number(values[0])
            if seconds is not None:
                return [Delay(seconds, line=line.number, comment=line.comment)]
        output = self._output(line, name, values)
        return [output or self.collector.keep(line, f"function '{name}' is not understood")]

    def _output(self, line: Line, name: str, values: list[object]) -> Statement | None:
        if len(values) != 2 or not all(isinstance(v, Expr) for v in values):
            return None
        index, value = values
        assert isinstance(index, Expr)
        assert isinstance(value, Expr)
        at = self.places.number(index)
        port = None if at is None else output_port(name, at)
        if port is None or value.op != "const" or not isinstance(value.value, bool):
            return None
        signal = self.names.signal("do", port)
        return SetSignal(signal, value.value, line=line.number, comment=line.comment)

    def _tcp_now(self) -> object:
        return (self.state or {}).get("tcp", UNKNOWN)

    def _tcp(self, act: Act) -> str | None:
        """Return the cell's name of the TCP that set_tcp sets; "" for a flange without a tool."""
        values = [v for _, v in act.data[1]]
        if len(values) != 1 or not isinstance(values[0], Numbers):
            return None
        pose = pose_of(values[0])
        if pose is None:
            return None
        for name, known in self._known_tcps():
            distance, angle = known.distance(pose)
            if distance < _PRINT_GRID and angle < _PRINT_GRID:
                return name
        return None

    def _known_tcps(self) -> list[tuple[str, Pose]]:
        """Return all TCPs by name; the group's own tool first, then those with numbers."""
        mine, numbered = self.group.tool, self.group.controller.tools
        found: list[tuple[str, Pose]] = []
        for tool, data in self.cell.tools.items():
            for i, (tcp, pose) in enumerate(data.tcps.items()):
                full = f"{tool}.{tcp}"
                found.append((full if full in numbered or i > 0 else tool, pose))
        found.sort(key=lambda f: (f[0].partition(".")[0] != mine, f[0] not in numbered))
        return found if mine else [*found, ("", Pose.identity())]

    def _set_tcp(self, line: Line, act: Act) -> list[Statement]:
        name = self._tcp(act)
        self.state = {**(self.state or {}), "tcp": UNKNOWN if name is None else name}
        if name is None:
            return [self.collector.keep(line, "no tool of the cell has this TCP")]
        return []

    def _payload(self, line: Line, arguments: tuple[tuple[str, object], ...]) -> list[Statement]:
        """Drop a payload that is the current tool's (0.1 kg); keep any other as not understood."""
        values = [v for _, v in arguments]
        mass = folded(values[0]) if values and isinstance(values[0], Expr) else None
        tool = str((self.state or {}).get("tcp", UNKNOWN)).partition(".")[0]
        mine = self.cell.tools.get(tool)
        if mass is not None and mine is not None and abs(mine.mass - mass) < 0.1:
            self.state = kept(self.state or {}, ["payload"])
            return []
        self.state = lost_at(self.state or {}, ["payload"], line)
        return [self.collector.keep(line, "payload is not that of the tool")]


def _is_upright(arguments: tuple[tuple[str, object], ...]) -> bool:
    """Return whether set_gravity says that the robot stands upright, as by default."""
    values = [v.values for _, v in arguments if isinstance(v, Numbers) and not v.is_pose]
    return len(values) == len(arguments) == 1 and values[0] == (0.0, 0.0, 9.82)


def _is_true(value: object) -> bool:
    """Return whether an argument is True: a popup that blocks waits for a person."""
    return isinstance(value, Expr) and value.op == "const" and value.value is True
