"""What a RAPID text says of its own cell, for lint without one: tools, work objects, signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from cellsim.controllers.abb.acts import Function
from cellsim.controllers.abb.modules import Modules, lines_of, module_names, take
from cellsim.controllers.abb.places import NotKnown, pose_of
from cellsim.controllers.abb.values import Value
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.controller import Port
from cellsim.domain.equipment import Tool
from cellsim.domain.program import Expr
from cellsim.geometry import Pose, Solid

_OUTPUTS = frozenset({"setdo", "set", "reset", "waitdo", "pulsedo"})
_CORNERS = frozenset({"movejdo", "moveldo", "movecdo"})


_READS: dict[str, Literal["do", "di"]] = {"dinput": "di", "doutput": "do"}


def with_declared(cell: Cell, files: Mapping[str, bytes]) -> Cell:
    """Return a stand-in cell with the tools, frames and signals that RAPID files name.

    Raises:
        BadInput: The files are no RAPID modules.
    """
    text = Modules()
    for name in module_names(files):
        take(name, *lines_of(name, files[name]), text, Collector())
    tools = {t.name: t for node in text.shared if (t := _tool(node)) is not None}
    frames = {f.name: f for node in text.shared if (f := _frame(node)) is not None}
    signals: dict[str, Port] = {}
    for nodes in text.routines.values():
        for node in flat(nodes):
            for kind, name in _signals(node):
                signals.setdefault(name, Port(kind, len(signals) + 1))
    (group,) = cell.groups.values()
    controller = replace(
        group.controller,
        tools={name: i for i, name in enumerate(tools, 1)},
        frames={name: i for i, name in enumerate(frames, 1)},
        signals=signals,
    )
    groups = {group.name: replace(group, controller=controller)}
    return replace(cell, groups=groups, tools=tools, frames=frames)


def _declared(node: Node, kind: str, parts: int) -> tuple[str, Value] | None:
    """Return the name and value of declared data of a type."""
    if not isinstance(node.act, Act) or node.act.word != "declare":
        return None
    _, found, name, _, value, _ = node.act.data
    fits = found == kind and isinstance(value, tuple) and len(value) == parts
    return (name, value) if fits else None


def _tool(node: Node) -> Tool | None:
    found = _declared(node, "tooldata", 3)
    if found is None:
        return None
    name, (_, frame, load) = found
    try:
        mass, cog, turn, *moments = load
        if max(float(m) for m in (mass, *moments)) > 1e6:
            return None
        R = pose_of(((0.0, 0.0, 0.0), turn), "axes").R
        inertia = R @ np.diag([float(m) for m in moments]) @ R.T
        x, y, z = (float(v) / 1000.0 for v in cog)
        tcps = {"tcp": pose_of(frame, name)}
        solid = Solid(name, ())
        return Tool(name, solid, float(mass), (x, y, z), inertia, tcps)
    except (NotKnown, TypeError, ValueError):
        return None


def _frame(node: Node) -> Frame | None:
    found = _declared(node, "wobjdata", 5)
    if found is None:
        return None
    name, (_, _, _, user, inner) = found
    try:
        pose: Pose = pose_of(user, name) @ pose_of(inner, name)
    except NotKnown:
        return None
    return Frame(name, "world", pose)


def _signals(node: Node) -> Iterator[tuple[Literal["do", "di"], str]]:
    """Yield (do or di, name) of the signals that a line can only mean as such."""
    act = node.act
    conditions = [] if node.condition is None else [node.condition]
    if isinstance(act, Act) and act.word not in {"declare", "label", "goto"}:
        items = act.data[1] if len(act.data) == 2 and isinstance(act.data[1], tuple) else ()
        values = [item.value for item in items]
        if act.word in _OUTPUTS and values and values[0].op == "var":
            yield "do", values[0].name
        elif act.word in _CORNERS and len(values) > 1 and values[-2].op == "var":
            yield "do", values[-2].name
        elif act.word in {"triggio", "triggequip"} and values:
            dop = [v for item in items for o, v in item.options if o == "dop" and v is not None]
            yield from (("do", v.name) for v in dop if v.op == "var")
        elif act.word == "waitdi" and values and values[0].op == "var":
            yield "di", values[0].name
        elif act.word in {"waituntil", "assign"}:
            conditions += values or [d for d in act.data if isinstance(d, Expr)]
    for condition in conditions:
        yield from _read(condition)


def _read(expr: Expr) -> Iterator[tuple[Literal["do", "di"], str]]:
    if isinstance(expr, Function) and expr.args and expr.args[0].op == "var":
        kind = _READS.get(expr.name.lower())
        if kind is not None:
            yield kind, expr.args[0].name
    for arg in expr.args:
        yield from _read(arg)
