"""What changed between two programs, in mm, degrees, seconds and names, not in text lines."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

ANGLE_TOL = 1e-9
LENGTH_TOL = 1e-9


@dataclass(frozen=True)
class Difference:
    """One change: what ("moved", "speed", "zone", "missing", ...), the lines, and the amount."""

    kind: str
    line_a: int
    line_b: int
    text: str


def diff_programs(a: Program, b: Program, cell: Cell) -> tuple[Difference, ...]:
    """Return the differences of meaning from `a` to `b`; comments and layout are none.

    Args:
        a, b: Lowered programs of one group. cell: Their cell, for poses and names.

    Returns:
        In the order of the statements; empty when both mean the same.
    """
    flat_a, flat_b = list(_flatten(a)), list(_flatten(b))
    return tuple(_diff_lists(flat_a, flat_b, cell, a.group))


@dataclass(frozen=True)
class _Item:
    statement: Statement
    path: str


def _flatten(program: Program) -> Iterator[_Item]:
    for number, routine in enumerate(program.routines):
        name = "main" if number == 0 else routine.name
        yield from _flatten_body(routine.body, name)


def _flatten_body(body: Sequence[Statement], path: str) -> Iterator[_Item]:
    for statement in body:
        if isinstance(statement, Comment) or (isinstance(statement, Raw) and statement.harmless):
            continue
        yield _Item(statement, path)
        if isinstance(statement, If):
            yield from _flatten_body(statement.then, path + "/then")
            yield from _flatten_body(statement.otherwise, path + "/else")
        elif isinstance(statement, Loop):
            yield from _flatten_body(statement.body, path + "/loop")


def _key(item: _Item) -> tuple[object, ...]:
    """Return what identifies a statement well enough to pair it with its counterpart."""
    s = item.statement
    if isinstance(s, Move):
        q = _target_q(s)
        return ("move", s.kind, q or _rounded_pose(s.to.pose))
    return (type(s).__name__, item.path, describe(s))


def _target_q(move: Move) -> tuple[float, ...] | None:
    return None if move.to.q is None else tuple(round(v, 6) for v in move.to.q)


def _rounded_pose(pose: Pose | None) -> tuple[float, ...]:
    return () if pose is None else tuple(np.round(pose.matrix.ravel(), 5).tolist())


def _diff_lists(a: list[_Item], b: list[_Item], cell: Cell, group: str) -> Iterator[Difference]:
    keys_a = [_key(item) for item in a]
    keys_b = [_key(item) for item in b]
    matcher = difflib.SequenceMatcher(a=keys_a, b=keys_b, autojunk=False)
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        if tag == "equal":
            for x, y in zip(a[i0:i1], b[j0:j1], strict=True):
                yield from _compare(x, y, cell, group)
            continue
        yield from _diff_block(a[i0:i1], b[j0:j1], cell, group)


def _diff_block(a: list[_Item], b: list[_Item], cell: Cell, group: str) -> Iterator[Difference]:
    """Pair the statements of a changed block by kind, in order; the rest came or went."""
    kinds_a, kinds_b = [_kind(i) for i in a], [_kind(i) for i in b]
    matcher = difflib.SequenceMatcher(a=kinds_a, b=kinds_b, autojunk=False)
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        if tag == "equal":
            for x, y in zip(a[i0:i1], b[j0:j1], strict=True):
                yield from _compare(x, y, cell, group)
            continue
        for x in a[i0:i1]:
            yield Difference("missing", x.statement.line, 0, f"{describe(x.statement)} is gone")
        for y in b[j0:j1]:
            yield Difference("added", 0, y.statement.line, f"{describe(y.statement)} is new")


def _kind(item: _Item) -> str:
    return type(item.statement).__name__


def _compare(x: _Item, y: _Item, cell: Cell, group: str) -> Iterator[Difference]:
    s, t = x.statement, y.statement
    if isinstance(s, Move) and isinstance(t, Move):
        for kind, text in _compare_moves(s, t, cell, group):
            yield Difference(kind, s.line, t.line, text)
    elif describe(s) != describe(t):
        yield Difference("changed", s.line, t.line, f"{describe(s)} became {describe(t)}")


def _compare_moves(s: Move, t: Move, cell: Cell, group: str) -> Iterator[tuple[str, str]]:
    for name in ("kind", "tool", "frame"):
        if getattr(s, name) != getattr(t, name):
            yield name, f"{name} {getattr(s, name)} became {getattr(t, name)}"
    for name in ("speed", "zone"):
        old, new = getattr(s, name), getattr(t, name)
        if _amount(old) != _amount(new):
            yield name, f"{name} {old} became {new}"
    if s.accel != t.accel:
        yield "acceleration", f"acceleration {s.accel} became {t.accel}"
    yield from _compare_targets(s, t, s.to, t.to, cell, group)
    if (s.via is None) != (t.via is None):
        yield "via", "the via point came or went"
    elif s.via is not None and t.via is not None:
        yield from _compare_targets(s, t, s.via, t.via, cell, group)


def _amount(value: object) -> tuple[object, ...]:
    kind = getattr(value, "kind", "")
    return kind, round(float(getattr(value, "value", 0.0)), 9), getattr(value, "unit", "")


def _compare_targets(
    s: Move, t: Move, a: Target, b: Target, cell: Cell, group: str
) -> Iterator[tuple[str, str]]:
    joints = cell.groups[group].joints
    if a.q is not None and b.q is not None:
        if len(a.q) != len(b.q):
            yield "axes", f"{len(a.q)} axis values became {len(b.q)}"
            return
        changed = [
            (joint.name, new - old, joint.kind)
            for joint, old, new in zip(joints, a.q, b.q, strict=False)
            if abs(new - old) > ANGLE_TOL
        ]
        if changed:
            axes = ", ".join(_axis_shift(*change) for change in changed)
            yield "moved", f"target moved by {axes}{_tcp_shift(s, t, a, b, cell, group)}"
    elif a.pose is not None and b.pose is not None:
        shift, turn = a.pose.distance(b.pose)
        if shift > LENGTH_TOL or turn > 1e-7:
            yield "moved", f"target moved by {1e3 * shift:.3f} mm and {math.degrees(turn):.4f} deg"
        if tuple(a.ext) != tuple(b.ext):
            yield "moved", f"external axes {a.ext} became {b.ext}"
        if a.config != b.config:
            yield "configuration", f"configuration {a.config} became {b.config}"
    else:
        yield "target", "a joint target became a pose target or the reverse"


def _axis_shift(name: str, shift: float, kind: str) -> str:
    if kind == "revolute":
        return f"{name} {math.degrees(shift):+.4f} deg"
    return f"{name} {1e3 * shift:+.3f} mm"


def _tcp_shift(s: Move, t: Move, a: Target, b: Target, cell: Cell, group: str) -> str:
    chain = chain_of(cell, group)
    poses = [_flange_T_tcp(cell, group, move.tool) for move in (s, t)]
    if a.q is None or b.q is None or len(a.q) != cell.groups[group].dof:
        return ""
    old, new = tcp_pose(chain, np.array(a.q), poses[0]), tcp_pose(chain, np.array(b.q), poses[1])
    shift, turn = old.distance(new)
    return f" (tcp {1e3 * shift:.3f} mm, {math.degrees(turn):.4f} deg)"


def _flange_T_tcp(cell: Cell, group: str, tool: str) -> Pose:
    name, _, tcp = (tool or cell.groups[group].tool).partition(".")
    found = cell.tools.get(name)
    if found is None:
        return Pose.identity()
    return found.tcps[tcp] if tcp in found.tcps else next(iter(found.tcps.values()))


def world_target(move: Move, cell: Cell, group: str) -> Pose | None:
    """Return `world_T_tcp` of a move's target, None where it cannot be told."""
    if move.to.q is not None:
        chain = chain_of(cell, group)
        return tcp_pose(chain, np.array(move.to.q), _flange_T_tcp(cell, group, move.tool))
    if move.to.pose is None:
        return None
    return world_T_frame(cell, move.frame) @ move.to.pose


def describe(statement: Statement) -> str:
    """Return a statement in one short phrase, values included."""
    s = statement
    if isinstance(s, Move):
        return f"{s.kind} move ({s.speed}, {s.zone})"
    if isinstance(s, SetSignal):
        return f"set {s.signal} = {s.value}"
    if isinstance(s, Wait):
        limit = "" if s.timeout_s is None else f" for at most {s.timeout_s:g} s"
        other = f", else {s.on_timeout}" if s.on_timeout else ""
        return f"wait {show(s.condition)}{limit}{other}"
    if isinstance(s, Delay):
        return f"delay {s.seconds:g} s"
    if isinstance(s, Call):
        return f"call {s.routine}"
    if isinstance(s, If):
        return f"if {show(s.condition)}"
    if isinstance(s, Loop):
        return f"loop {s.count if s.condition is None else show(s.condition)}"
    if isinstance(s, Label):
        return f"label {s.name}"
    if isinstance(s, Goto):
        return f"goto {s.label}"
    if isinstance(s, Assign):
        return f"{s.name} = {show(s.value)}"
    if isinstance(s, Raw):
        return f"text not understood: {s.text.strip()}"
    return type(s).__name__.lower()


def show(expr: Expr) -> str:
    """Return an expression tree as text."""
    if expr.op == "const":
        return f"{expr.value}"
    if expr.op in ("var", "signal"):
        return expr.name
    if len(expr.args) == 1:
        return f"{expr.op} {show(expr.args[0])}"
    if len(expr.args) == 2:
        return f"({show(expr.args[0])} {expr.op} {show(expr.args[1])})"
    return expr.op
