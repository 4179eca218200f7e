"""The text of a program: one statement a line, blocks indented."""

from __future__ import annotations

from cellsim.domain.cell import MotionGroup
from cellsim.domain.doubt import Doubt
from cellsim.domain.files.expression import expression_text
from cellsim.domain.files.flow import flow, number, shortest, word
from cellsim.domain.files.onfeature import ON_FEATURE
from cellsim.domain.files.posetext import pose_data
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Goto,
    Grip,
    If,
    Label,
    Loop,
    Move,
    Process,
    Program,
    Raw,
    Release,
    Return,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.units import deg, mm

_VERBS = {"joint": "move_j", "linear": "move_l", "circular": "move_c"}


def program_text(program: Program, group: MotionGroup | None) -> str:
    """Return the file text; see `program.dump_program`."""
    lines = [
        "format: cellsim/program@1",
        f"name: {word(program.name)}",
        f"group: {word(program.group)}",
        f"source: {word(program.source or 'file')}",
    ]
    if program.notes:
        lines += ["notes:", *(f"- {word(note)}" for note in program.notes)]
    lines.append("routines:")
    for routine in program.routines:
        body = _block(routine.body, "  ", group)
        lines += [f"  {word(routine.name)}:" + ("" if body else " []"), *body]
    return "\n".join(lines) + "\n"


def _block(body: tuple[Statement, ...], indent: str, group: MotionGroup | None) -> list[str]:
    lines = []
    for statement in body:
        verb, data = _statement(statement, group)
        if statement.comment:
            data["comment"] = statement.comment
        lines.append(f"{indent}- {verb}: {flow(data)}")
        for key, inner in _inner(statement):
            text = _block(inner, indent + "  ", group)
            lines += [f"{indent}  {key}:" + ("" if text else " []"), *text]
    return lines


def _inner(statement: Statement) -> list[tuple[str, tuple[Statement, ...]]]:
    if isinstance(statement, If):
        return [("then", statement.then), ("else", statement.otherwise)]
    return [("body", statement.body)] if isinstance(statement, Loop) else []


def _statement(statement: Statement, group: MotionGroup | None) -> tuple[str, dict[str, object]]:
    match statement:
        case Move():
            return _VERBS[statement.kind], _move(statement, group)
        case SetSignal():
            return "set", {"signal": statement.signal, "to": statement.value} | _along(statement)
        case Wait():
            data: dict[str, object] = {"until": expression_text(statement.condition)}
            if statement.timeout_s is not None:
                data["timeout_s"] = statement.timeout_s
            return "wait", data | _given(on_timeout=statement.on_timeout)
        case Delay():
            return "delay", {"time_s": statement.seconds}
        case Grip():
            data = {"part": statement.part} | _given(tool=statement.tool)
            return "grip", data | {"timeout_s": statement.timeout_s}
        case Release():
            data = {"part": statement.part} | _given(tool=statement.tool, at=statement.at)
            return "release", data | {"timeout_s": statement.timeout_s}
        case Process():
            return "process", {"device": statement.device, "timeout_s": statement.timeout_s}
        case If():
            return "if", {"when": expression_text(statement.condition)}
        case Loop():
            if statement.condition is not None:
                return "loop", {"while": expression_text(statement.condition)}
            return "loop", {"count": statement.count}
    return _name(statement)


def _along(statement: SetSignal) -> dict[str, object]:
    at = statement.at
    if at is None:
        return {}
    shown = {"path_mm": shortest(at.path, mm), "delay_s": at.delay, "after_s": at.after}
    return {"along": {"of": at.of} | {k: v for k, v in shown.items() if v}}


def _name(statement: Statement) -> tuple[str, dict[str, object]]:
    match statement:
        case Call():
            return "call", {"name": statement.routine}
        case Return():
            return "return", {}
        case Label():
            return "label", {"name": statement.name}
        case Goto():
            return "goto", {"name": statement.label}
        case Assign():
            said = {"name": statement.name, "value": expression_text(statement.value)}
            return "assign", said | ({"holds": list(statement.holds)} if statement.holds else {})
        case Comment():
            return "comment", {"text": statement.text}
        case Raw():
            plain = {"text": statement.text, "harmless": statement.harmless}
            moves = {"moves": True} if statement.moves else {}
            return "raw", plain | moves | _doubts(statement.doubts)
    raise TypeError(f"no text for {type(statement).__name__}")


def _given(**items: str) -> dict[str, object]:
    return {key: value for key, value in items.items() if value}


def _move(move: Move, group: MotionGroup | None) -> dict[str, object]:
    data: dict[str, object] = {}
    if move.via is not None:
        data["via"] = _target(move.via, group)
    data["to"] = _target(move.to, group)
    if move.to.config == ON_FEATURE and move.to.pose is not None and any(move.to.pose.p):
        data["offset_mm"] = [shortest(float(v), mm) for v in move.to.pose.p]
    data["speed"] = f"{number(move.speed.value)} {move.speed.unit}"
    zone = move.zone
    measure = f"{number(zone.value)} {zone.unit}".rstrip()
    data["zone"] = zone.kind if zone.kind == "fine" else f"{zone.kind} {measure}"
    data |= _given(tool=move.tool, frame="" if move.frame == "world" else move.frame)
    data |= {} if move.accel is None else {"accel_percent": move.accel}
    return data | _doubts(move.doubts)


def _doubts(doubts: tuple[Doubt, ...]) -> dict[str, object]:
    shown = [{"state": d.state, "line": d.line} | _given(file=d.file) for d in doubts]
    return {"doubts": shown} if shown else {}


def _target(target: Target, group: MotionGroup | None) -> object:
    if target.config == ON_FEATURE:
        return target.feature
    data = _joints(target, group)
    if target.pose is not None:
        data |= pose_data(target.pose)
    data |= _given(config=target.config, feature=target.feature, name=target.name)
    if target.tolerance is not None:
        free = target.tolerance
        data["free"] = _given(free_axis=free.free_axis or "") | {
            "cone_deg": shortest(free.cone, deg),
            "position_mm": shortest(free.position, mm),
        }
    return data


def _joints(target: Target, group: MotionGroup | None) -> dict[str, object]:
    if target.q is not None and (group is None or len(target.q) != group.dof):
        return {"q_si": list(target.q)}
    arm = 0 if group is None or target.q is None else group.robot.dof
    if group is not None and any(j.kind == "prismatic" for j in group.robot.joints[:arm]):
        return {"q_si": list(target.q or ())}
    q = target.q or ()
    data: dict[str, object] = {"q_deg": [shortest(v, deg) for v in q[:arm]]} if arm else {}
    kinds = [j.kind for e in (group.externals if group else ()) for j in e.robot.joints]
    for i, value in enumerate(q[arm:] or target.ext):
        kind = kinds[i] if i < len(kinds) else "revolute"
        key, unit = (f"e{i + 1}_mm", mm) if kind == "prismatic" else (f"e{i + 1}_deg", deg)
        data[key] = shortest(value, unit)
    return data
