"""Hand-written programs against numbers read off their text by a person."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Goto,
    If,
    Label,
    Loop,
    Move,
    SetSignal,
    Statement,
    Target,
    Wait,
)
from cellsim.domain.walk import within

PROGRAMS = Path(__file__).parent / "programs"
FIRST = {
    "hyundai": ("0102_front_door.job", "0110_wipe.job"),
    "kuka": ("unload.dat", "unload.src"),
    "ur": ("tend.script",),
}


def read_program(brand: str, *names: str) -> ReadResult:
    """Return what the files of a hand-written program mean in the test cell."""
    files = {Path(name).name: (PROGRAMS / brand / name).read_bytes() for name in names}
    return BRANDS[brand].read(files, cell_of(brand), "arm")


def read(brand: str, files: Mapping[str, bytes] | None = None) -> ReadResult:
    """Return what the first hand-written program of a brand means, or given files."""
    if files is None:
        return read_program(brand, *FIRST[brand])
    return BRANDS[brand].read(files, cell_of(brand), "arm")


def said(brand: str, result: ReadResult) -> list[str]:
    """Return motions, outputs, waits, calls and loops in order, in the units of the pendant."""
    bodies = [within(r.body) for r in result.program.routines]
    return [text for body in bodies for s in body if (text := _line(brand, s))]


def _line(brand: str, s: Statement) -> str:
    if isinstance(s, Move):
        where = f"{s.tool}/{s.frame}" if s.to.pose is not None else s.tool
        via = f" over {_target(brand, s.via)}" if s.via is not None else ""
        return f"{s.line} {s.kind} {_target(brand, s.to)}{via} {where} {s.speed} {s.zone}"
    if isinstance(s, SetSignal):
        return f"{s.line} {s.signal}={s.value}" + (f" at {s.at}" if s.at else "")
    if isinstance(s, Wait):
        return f"{s.line} wait {s.timeout_s} {s.on_timeout}".rstrip()
    if isinstance(s, Delay):
        return f"{s.line} delay {s.seconds:g}"
    if isinstance(s, Call):
        return f"{s.line} call {s.routine}"
    if isinstance(s, Loop):
        return f"{s.line} loop {s.count if s.condition is None else 'while'}"
    if isinstance(s, Goto) and s.label.startswith(("exit_", "next_")):
        return f"{s.line} goto {s.label}"
    if isinstance(s, Label) and s.name.startswith(("exit_", "next_")):
        return f"{s.line} {s.name}:"
    if isinstance(s, Assign):
        return f"{s.line} {s.name}="
    return f"{s.line} if" if isinstance(s, If) else ""


def _target(brand: str, target: Target) -> str:
    """Return axis values [deg], or x y z [mm] and rz ry rx [deg], three digits."""
    axes = cell_of(brand).groups["arm"].controller.axes
    if target.q is not None:
        values = [(v - a.offset) / a.factor for v, a in zip(target.q, axes, strict=True)]
        return "J(" + " ".join(_short(v) for v in values) + ")"
    assert target.pose is not None
    turns = reversed([math.degrees(v) for v in target.pose.rpy()])
    return "X(" + " ".join(_short(v) for v in (*(1e3 * target.pose.p), *turns)) + ")"


def _short(value: float) -> str:
    return f"{round(float(value), 3) + 0.0:g}"
