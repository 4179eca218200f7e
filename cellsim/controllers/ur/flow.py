"""From the lines of one URScript function to complete statements with the TCP they run with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined
from cellsim.controllers.ur.fold import Waiting
from cellsim.controllers.ur.lines import Act, Numbers, folded, output_port
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    If,
    Loop,
    Move,
    Raw,
    Return,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
)
from cellsim.geometry import Pose

_MOVES = {"movej": "joint", "movel": "linear", "movec": "circular"}
_PLACES = {
    "movej": ("q", "a", "v", "t", "r"),
    "movel": ("q", "a", "v", "t", "r"),
    "movec": ("via", "q", "a", "v", "r", "mode"),
}
# acceleration that URScript takes by itself, and that counts as 100 %: rad/s2, m/s2
_FULL_ACCELERATION = {"movej": 1.4, "movel": 1.2, "movec": 1.2}
_DEFAULT_SPEED = {"movej": (1.05, "rad/s"), "movel": (0.25, "m/s"), "movec": (0.25, "m/s")}
_PRINT_GRID = 2e-6
_HARMLESS = frozenset({"sync", "textmsg", "popup"})


@dataclass(kw_only=True)
class Function(Walker):
    """One function on its way from lines to statements; `tcp` is the modal state."""

    cell: Cell
    group: MotionGroup
    names: Names
    collector: Collector
    waypoints: Mapping[str, Numbers | None]

    def settings(self, node: Node) -> Settings:
        """Return the TCP that a line sets, or those of the function it calls."""
        act = node.act
        if isinstance(act, Open) and act.kind == "raw":
            return {"tcp": frozenset({UNKNOWN})}
        if not isinstance(act, Act) or act.word != "call":
            return {}
        if act.data[0] == "set_tcp":
            return {"tcp": frozenset({self._tcp(act) or UNKNOWN})}
        return self.routines.get(act.data[0], {})

    def block(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        assert isinstance(act, Open)
        if act.kind not in {"if", "while", "count"}:
            self.state = joined(self.state, self.settings(node))
            inner = list(flat([node]))
            return [self.collector.keep(n.line, "block not understood") for n in inner]
        condition = None if node.condition is None else self.names.bound(node.condition)
        if act.kind == "if":
            assert condition is not None
            then, otherwise = self.branches(node)
            return [If(condition, then, otherwise, line=line.number, comment=line.comment)]
        body = self.repeated(node.body)
        return [Loop(body, act.count, condition, line=line.number, comment=line.comment)]

    def leaf(self, node: Node) -> list[Statement]:
        act, line = node.act, node.line
        if isinstance(act, NotUnderstood):
            return [self.collector.keep(line, act.reason)]
        if isinstance(act, Waiting):
            condition = self.names.bound(act.condition)
            return [Wait(condition, act.timeout_s, line=line.number, comment=line.comment)]
        assert isinstance(act, Act)
        if act.word == "comment":
            return [Comment(text=line.comment, line=line.number)]
        if act.word == "return":
            self.leave()
            return [Return(line=line.number, comment=line.comment)]
        if act.word == "call":
            return self._call(line, act)
        if act.word == "assign":
            return self._assign(line, *act.data)
        return [self.collector.keep(line, f"'{act.word}'")]

    def _assign(self, line: Line, name: str, value: object) -> list[Statement]:
        if isinstance(value, Numbers) and self.waypoints.get(name) is not None:
            return []
        if not isinstance(value, Expr) or any(e.op == "unknown" for e in _all(value)):
            return [self.collector.keep(line, f"value of '{name}'")]
        bound = self.names.bound(value)
        return [Assign(name, bound, line=line.number, comment=line.comment)]

    def _call(self, line: Line, act: Act) -> list[Statement]:
        name, arguments = act.data
        if name in _MOVES:
            return [self._move(line, name, arguments)]
        if name == "set_tcp":
            return self._set_tcp(line, act)
        if name in {"set_target_payload", "set_payload"}:
            return self._payload(line, arguments)
        if name in _HARMLESS and not any(_is_true(v) for _, v in arguments):
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]
        values = [v for _, v in arguments]
        if name in self.routines and not values:
            self.call(name)
            return [Call(name, line=line.number, comment=line.comment)]
        if name == "sleep" and len(values) == 1 and isinstance(values[0], Expr):
            seconds = folded(values[0])
            if seconds is not None:
                return [Delay(seconds, line=line.number, comment=line.comment)]
        made = self._output(line, name, values)
        return [made or self.collector.keep(line, f"function '{name}' is not understood")]

    def _output(self, line: Line, name: str, values: list[object]) -> Statement | None:
        if len(values) != 2 or not all(isinstance(v, Expr) for v in values):
            return None
        index, value = values
        assert isinstance(index, Expr)
        assert isinstance(value, Expr)
        at = folded(index)
        port = None if at is None else output_port(name, at)
        if port is None or value.op != "const" or not isinstance(value.value, bool):
            return None
        signal = self.names.signal("do", port)
        return SetSignal(signal, value.value, line=line.number, comment=line.comment)

    def _tcp(self, act: Act) -> str | None:
        """Return the cell's name of the TCP that set_tcp sets; "" for a flange without a tool."""
        values = [v for _, v in act.data[1]]
        if len(values) != 1 or not isinstance(values[0], Numbers):
            return None
        pose = _pose(values[0])
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
            return []
        return [self.collector.keep(line, "payload is not that of the tool")]

    def _move(self, line: Line, name: str, arguments: tuple[tuple[str, object], ...]) -> Statement:
        given = _by_name(name, arguments)
        tool = (self.state or {}).get("tcp", UNKNOWN)
        if given is None:
            return self.collector.keep(line, f"arguments of {name}")
        if tool == UNKNOWN:
            return self.collector.keep(line, "the TCP is not known here")
        kind = _MOVES[name]
        target = self._target(given.get("q"))
        via = self._target(given.get("via")) if kind == "circular" else None
        numbers = {k: _value(given.get(k)) for k in ("a", "v", "t", "r", "mode") if k in given}
        if target is None or (kind == "circular" and via is None):
            return self.collector.keep(line, "target is not six numbers")
        if None in numbers.values() or numbers.get("mode", 0.0) != 0.0:
            return self.collector.keep(line, "argument that is no number, or mode")
        known: dict[str, float] = {k: v for k, v in numbers.items() if v is not None}
        joints = target.pose is None and via is None
        return Move(
            kind=kind,  # type: ignore[arg-type]
            to=target,
            speed=_speed(name, known),
            zone=_zone(known.get("r", 0.0)),
            tool=str(tool),
            frame="world" if joints else f"group:{self.group.name}.base",
            via=via,
            accel=_accel(name, known),
            line=line.number,
            comment=line.comment,
        )

    def _target(self, value: object) -> Target | None:
        """Return the target of joint values or of a pose in the robot's base."""
        if isinstance(value, Expr) and value.op == "var":
            value = self.waypoints.get(value.name)
        if not isinstance(value, Numbers):
            return None
        if value.is_pose:
            pose = _pose(value)
            return None if pose is None else Target(pose=pose)
        axes = self.group.controller.axes
        if len(value.values) != len(axes):
            return None
        return Target(q=joint_values(axes, [float(np.degrees(v)) for v in value.values]))


def _is_true(value: object) -> bool:
    """Return whether an argument is True: a popup that blocks waits for a person."""
    return isinstance(value, Expr) and value.op == "const" and value.value is True


def _all(expr: Expr) -> list[Expr]:
    found, waiting = [], [expr]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].args
    return found


def _pose(numbers: Numbers) -> Pose | None:
    """Return the pose of x, y, z [m] and a rotation vector [rad]."""
    if not numbers.is_pose or len(numbers.values) != 6:
        return None
    return Pose.from_rotvec(numbers.values[:3], numbers.values[3:])


def _by_name(name: str, arguments: tuple[tuple[str, object], ...]) -> dict[str, object] | None:
    """Return arguments by name; those by place first, each once; None if they do not fit."""
    given: dict[str, object] = {}
    named = False
    for place, (key, value) in enumerate(arguments):
        if key:
            named = True
        elif named or place >= len(_PLACES[name]):
            return None
        key = key or _PLACES[name][place]
        key = "q" if key in {"pose", "pose_to"} else "via" if key == "pose_via" else key
        if key in given or key not in _PLACES[name]:
            return None
        given[key] = value
    return given


def _value(value: object) -> float | None:
    return folded(value) if isinstance(value, Expr) else None


def _speed(name: str, known: Mapping[str, float]) -> Speed:
    """Return the speed; a time t above zero overrides it."""
    if known.get("t", 0.0) > 0.0:
        return Speed(known["t"], "s")
    default, unit = _DEFAULT_SPEED[name]
    return Speed(known.get("v", default), unit)


def _zone(radius: float) -> Zone:
    return Zone("radius", radius * 1000.0, "mm") if radius > 0.0 else FINE


def _accel(name: str, known: Mapping[str, float]) -> float | None:
    full = _FULL_ACCELERATION[name]
    accel = known.get("a", full)
    return None if accel == full else accel / full * 100.0
