"""Program files: one statement a line, and the same program back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.doubt import Doubt
from cellsim.domain.files import statements as text
from cellsim.domain.files.expression import parse_expression
from cellsim.domain.files.onfeature import ON_FEATURE
from cellsim.domain.files.programtext import program_text
from cellsim.domain.files.yamltext import Lines, parse_yaml, read_text, shown, validate
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
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
    Routine,
    SetSignal,
    Statement,
    Target,
    Tolerance,
    Wait,
)
from cellsim.domain.robot import Joint
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.units import deg, mm

SUFFIX = ".program.yaml"
_KINDS = {"move_j": "joint", "move_l": "linear", "move_c": "circular"}
_MAX_NESTING = 20


def load_program(path: str | Path, cell: Cell | None = None) -> Program:
    """Return the program of a file; BadInput with line and column."""
    return parse_program(read_text(path), shown(path), cell)


def parse_program(source: str, file: str, cell: Cell | None = None) -> Program:
    """Return the program of a text; `file` is for messages, its last part for findings.

    Args:
        cell: Its cell: then `e1_mm` of an axis that turns, or `e1_deg` of one that slides, is bad
            input.
    """
    document = parse_yaml(source, file)
    data = validate(document, text.ProgramText)
    group = cell.groups.get(data.group) if cell else None
    reader = _Reader(document.lines, group.joints[group.robot.dof :] if group else None)
    routines = tuple(
        Routine(name, reader.block(body, ("routines", name)))
        for name, body in data.routines.items()
    )
    stem = Path(file).name.removesuffix(SUFFIX)
    return Program(
        data.name or stem, data.group, routines, Path(file).name, data.source, data.notes
    )


def dump_program(program: Program, group: MotionGroup | None = None) -> str:
    """Return the text of a program.

    Args:
        program: Any program.
        group: Its group; then joints are written as q_deg, e1_mm ... instead of q_si.

    Returns:
        Text that `parse_program` reads back as the same statements (numbers to half an ulp).
    """
    return program_text(program, group)


class _Reader:
    """Turns statement models into statements, each with its line."""

    def __init__(self, lines: Lines, externals: tuple[Joint, ...] | None = None) -> None:
        self.lines = lines
        self.externals = externals

    def block(
        self, body: tuple[text.StatementText, ...], path: tuple[str | int, ...]
    ) -> tuple[Statement, ...]:
        if len(path) > 2 * _MAX_NESTING:
            raise self.lines.error(f"nested deeper than {_MAX_NESTING} blocks", *path)
        return tuple(self.statement(item, (*path, i)) for i, item in enumerate(body))

    def statement(self, item: text.StatementText, path: tuple[str | int, ...]) -> Statement:
        verb = item.verb
        data: Any = getattr(item, verb)
        key = verb.rstrip("_")
        where: dict[str, Any] = {"line": self.lines.at(*path).line, "comment": data.comment}
        try:
            if verb in _KINDS:
                for target in (data.to, data.via) if self.externals is not None else ():
                    _refuse_other_units(target, self.externals or ())
                return _move(_KINDS[verb], data, where)
            if verb == "if_":
                then = self.block(item.then, (*path, "then"))
                otherwise = self.block(item.else_, (*path, "else"))
                return If(_condition(data.when), then, otherwise, **where)
            if verb == "loop":
                body = self.block(item.body, (*path, "body"))
                condition = _condition(data.while_) if data.while_ is not None else None
                return Loop(body, data.count, condition, **where)
            return _PLAIN[verb](data, where)
        except BadInput as error:
            file, line, column = self.lines.at(*path, key)
            raise error.at(file, line, column) from None


def _condition(source: str) -> Expr:
    return parse_expression(source)


def _move(kind: Any, data: text.MoveText, where: dict[str, Any]) -> Move:
    via = None if data.via is None else _target(data.via, None)
    return Move(
        kind,
        _target(data.to, data.offset_mm),
        text.parse_speed(data.speed),
        text.parse_zone(data.zone),
        data.tool,
        data.frame,
        via,
        data.accel_percent,
        _doubts(data.doubts),
        **where,
    )


def _doubts(given: tuple[text.DoubtText, ...]) -> tuple[Doubt, ...]:
    return tuple(Doubt(d.state, d.line, d.file) for d in given)


def _refuse_other_units(target: text.TargetText | str | None, axes: tuple[Joint, ...]) -> None:
    """Refuse degrees of an external axis that slides, and millimetres of one that turns."""
    if not isinstance(target, text.TargetText):
        return
    for i, joint in enumerate(axes, 1):
        good, bad = ("mm", "deg") if joint.kind == "prismatic" else ("deg", "mm")
        if getattr(target, f"e{i}_{bad}", None) is not None:
            what = "slides" if good == "mm" else "turns"
            raise BadInput(f"e{i}_{bad} of '{joint.name}', which {what}", expected=f"e{i}_{good}")


def _target(data: text.TargetText | str, offset_mm: tuple[float, float, float] | None) -> Target:
    """A bare feature name has its offset in the TCP frame that stands on the feature."""
    if isinstance(data, str):
        offset = Pose.translation(*(v * mm for v in offset_mm or (0.0, 0.0, 0.0)))
        return Target(pose=offset, feature=data, config=ON_FEATURE)
    ext = tuple(
        value * unit
        for i in (1, 2, 3)
        for key, unit in ((f"e{i}_mm", mm), (f"e{i}_deg", deg))
        if (value := getattr(data, key)) is not None
    )
    q = data.q_si
    if data.q_deg is not None:
        q = tuple(v * deg for v in data.q_deg) + ext
        ext = ()
    free = data.free
    return Target(
        q=q,
        pose=data.pose() if data.has_pose else None,
        config=data.config,
        ext=ext,
        feature=data.feature,
        tolerance=None if free is None else _tolerance(free),
        name=data.name,
    )


def _tolerance(free: text.ToleranceText) -> Tolerance:
    return Tolerance(free.free_axis, free.cone_deg * deg, free.position_mm * mm)


def _along(data: text.AlongText | None) -> Along | None:
    return None if data is None else Along(data.of, data.path_mm * mm, data.delay_s, data.after_s)


_PLAIN: dict[str, Callable[[Any, dict[str, Any]], Statement]] = {
    "set": lambda d, w: SetSignal(d.signal, d.to, _along(d.along), **w),
    "wait": lambda d, w: Wait(_condition(d.until), d.timeout_s, d.on_timeout, **w),
    "delay": lambda d, w: Delay(d.time_s, **w),
    "grip": lambda d, w: Grip(d.part, d.tool, d.timeout_s, **w),
    "release": lambda d, w: Release(d.part, d.tool, d.at, d.timeout_s, **w),
    "process": lambda d, w: Process(d.device, d.timeout_s, **w),
    "call": lambda d, w: Call(d.name, **w),
    "return_": lambda _, w: Return(**w),
    "label": lambda d, w: Label(d.name, **w),
    "goto": lambda d, w: Goto(d.name, **w),
    "assign": lambda d, w: Assign(d.name, _condition(d.value), d.holds, **w),
    "comment": lambda d, w: Comment(d.text, **w),
    "raw": lambda d, w: Raw(d.text, d.harmless, _doubts(d.doubts), d.moves, **w),
}
