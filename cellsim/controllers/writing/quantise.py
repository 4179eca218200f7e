"""What every brand's quantiser does alike: times, expressions, frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.targets import measured
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Assign,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Speed,
    Statement,
    Wait,
    Zone,
)
from cellsim.errors import Refused

CONST_DIGITS = 6


def grid_speed(speed: Speed, unit: str, scale: float, digits: int) -> Speed:
    """Return a speed in another unit (value * scale), rounded; never down to zero."""
    value = max(on_grid(speed.value * scale, digits), on_grid(10.0**-digits, digits))
    return Speed(value, unit)


def grid_accel(accel: float | None, digits: int = 1) -> float | None:
    """Return the acceleration percentage rounded; None for the usual 100 %."""
    if accel is None or on_grid(accel, digits) == 100.0:
        return None
    return on_grid(accel, digits)


def is_fine(zone: Zone) -> bool:
    """Return whether a zone is an exact stop in any brand's words."""
    return zone.kind == "fine" or (zone.value == 0.0 and zone.kind in {"accu", "distance"})


def grid_zone(zone: Zone, kind: str, unit: str, digits: int) -> Zone:
    """Return a zone of another kind of the same value, rounded down; FINE where nothing is left."""
    value = on_grid(zone.value - 0.5 * 10.0**-digits, digits)
    value = on_grid(zone.value, digits) if on_grid(zone.value, digits) <= zone.value else value
    return Zone(kind, value, unit) if value > 0.0 else FINE


def numbered_frame(group: MotionGroup, frame: str) -> str | None:
    """Return the frame's name if the controller has a number for it, else None."""
    return frame if frame in group.controller.frames else None


def refuse_measured_joints(brand: str, frame: str, cell: Cell, line: int) -> None:
    """Refuse a joint target in a measured frame where the language cannot shift it.

    Such a target would stay where it is while the frame is measured somewhere else.
    """
    if measured(cell, frame):
        raise Refused(
            brand, f"joint target in measured frame '{frame}' would not follow it", line=line
        )


def grid_expr(expr: Expr) -> Expr:
    """Return the expression with its numbers on the printed grid."""
    if expr.op == "const" and isinstance(expr.value, float | int):
        if isinstance(expr.value, bool):
            return expr
        value = on_grid(float(expr.value), CONST_DIGITS)
        if value < 0.0:
            return Expr("neg", (Expr("const", value=-value),))
        return Expr("const", value=value)
    if expr.op == "neg" and expr.args[0].op == "const":
        inner = grid_expr(expr.args[0])
        return inner.args[0] if inner.op == "neg" else Expr("neg", (inner,))
    if expr.op == "not" and expr.args[0].op == "not":
        return grid_expr(expr.args[0].args[0])
    return replace(expr, args=tuple(grid_expr(a) for a in expr.args))


def grid_common(statement: Statement, time_digits: int) -> Statement:
    """Return a statement other than a motion with its times and numbers on the grid."""
    match statement:
        case Wait():
            timeout = statement.timeout_s
            return replace(
                statement,
                condition=grid_expr(statement.condition),
                timeout_s=None if timeout is None else on_grid(timeout, time_digits),
            )
        case Delay():
            return replace(statement, seconds=on_grid(statement.seconds, time_digits))
        case If():
            return replace(statement, condition=grid_expr(statement.condition))
        case Loop() if statement.condition is not None:
            return replace(statement, condition=grid_expr(statement.condition))
        case Assign():
            return replace(statement, value=grid_expr(statement.value))
        case Comment():
            return replace(statement, text=one_line(statement.text))
    return statement


def ascii_comment(statement: Statement) -> Statement:
    """Return the statement with its comment in ASCII, which every 8-bit text reads alike."""
    if isinstance(statement, Comment) and not statement.text.isascii():
        return replace(statement, text=statement.text.encode("ascii", "replace").decode())
    if not statement.comment.isascii():
        return replace(statement, comment=statement.comment.encode("ascii", "replace").decode())
    return statement


def loop_as_jump(loop: Loop, name: str, time_digits: int) -> tuple[Statement, ...]:
    """Return `label; if condition ... goto label`, for a language with loops by number only."""
    assert loop.condition is not None
    again = Goto(label=name, line=loop.line)
    block = If(condition=loop.condition, then=(*loop.body, again), line=loop.line)
    label = Label(name=name, line=loop.line, comment=loop.comment)
    return (label, grid_common(block, time_digits))


def whole_percent(speed: Speed) -> Speed:
    """Return a speed in whole per cent, 1..100."""
    return Speed(min(max(on_grid(speed.value, 0), 1.0), 100.0), "%")


def level_within(table: Sequence[float], mm: float) -> int:
    """Return the highest level of a corner that is not larger than `mm`; 0 where none is."""
    fits = [level for level, size in enumerate(table) if level > 0 and size <= mm]
    return fits[-1] if fits else 0


def one_line(text: str) -> str:
    """Return a comment's text without line breaks and outer blanks."""
    return " ".join(text.split())
