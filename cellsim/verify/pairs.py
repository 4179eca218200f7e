"""Findings from the certified clearance of pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Timeline
from cellsim.kinematics.frameshift import said
from cellsim.kinematics.movers import MOVER
from cellsim.verify.known import known_bound

if TYPE_CHECKING:
    from cellsim.collision.result import PairResult, Violation


_HELP = {"collision": "make-room"}


def _shift(violation: Violation, cell: Cell) -> dict[str, object]:
    """Return the shift of a frame that makes the pair short: mm and degrees about its axes; and
    the clearance that is certified without it and seen with it [mm], rounded down."""
    if violation.shift is None:
        return {}
    shift, frame = violation.shift, cell.frames[violation.shift.frame]
    return {
        "frame": frame.name,
        "shift": said(frame, np.array(shift.share)),
        "shift_mm": [round(1e3 * frame.range_m * v, 2) for v in shift.share[:3]],
        "shift_deg": [round(math.degrees(frame.range_rad * v), 3) for v in shift.share[3:]],
        "nominal_mm": math.floor(1e5 * shift.nominal_m) / 100,
        "shifted_mm": math.floor(1e5 * shift.shifted_m) / 100,
        "shifted_s": round(shift.t, 4),
    }


def worst_by_line(pair: PairResult, status: str) -> tuple[Violation, ...]:
    """Return the worst violation of a status on each program line, every collision, by time.

    Of the many corners of one tube only the worst is told.
    """
    worst: dict[tuple[str | int, ...], Violation] = {}
    for violation in pair.violations:
        if violation.status != status:
            continue
        index = violation.motion
        line: tuple[str | int, ...] = (index.file, index.line) if index else ("", 0)
        spare = violation.value_m - violation.required_m
        if status == "collision" and not violation.tube:
            line = (*line, len(worst))
        if line not in worst or spare < worst[line].value_m - worst[line].required_m:
            worst[line] = violation
    return tuple(sorted(worst.values(), key=lambda v: v.t0))


def finding(
    rule: str, severity: Severity, pair: PairResult, violation: Violation, timeline: Timeline
) -> Finding:
    """Return the finding of one violation of a pair, in millimetres; without a value where the
    certified clearance says nothing, see `known.py`."""
    deep, cell = rule == "collision", timeline.job.cell
    moving = _on_its_way(violation, timeline)
    bound = known_bound(float(violation.value_m), pair.a, pair.b, cell)
    value = -violation.value_m if deep else bound
    limit = max(0.0, -violation.required_m) if deep else violation.required_m
    index = violation.motion
    return Finding(
        rule,
        severity,
        f"{pair.a} / {pair.b}",
        1e3 * float(value) if math.isfinite(value) else None,
        1e3 * float(limit),
        "mm",
        index.file if index else "",
        index.line if index else 0,
        float(violation.t0),
        float(violation.t1),
        _facts(violation) | _shift(violation, cell) | moving,
        "fixture-on-its-way" if moving else _help(rule, violation),
    )


def _on_its_way(violation: Violation, timeline: Timeline) -> dict[str, object]:
    """Return the fixture that may be moving at the worst instant, its device, and what tells done;
    nothing where all fixtures of the pair stand."""
    devices = timeline.job.cell.devices
    at = [(violation.group, violation.t), *((one.group, one.t) for one in violation.others)]
    for name, t in at:
        if not name.startswith(MOVER):
            continue
        track = timeline.fixtures.get(name)
        here = [p for p in track.phases if p.t0 <= t <= p.t1] if track else []
        if here and all(p.kind == "stands" for p in here):
            continue
        device = devices.get(next((p.device for p in here if p.device), ""))
        told = {"device": device.name, "done": device.done} if device else {}
        return {"fixture": name.removeprefix(MOVER), **told}
    return {}


def _help(rule: str, violation: Violation) -> str:
    from cellsim.collision.result import BY_MESH

    if violation.tube:
        return "tube-corner"
    if violation.cause.startswith(BY_MESH):
        return "fit-pieces"
    return "frame-off" if violation.shift else _HELP.get(rule, "more-clearance")


def _facts(violation: Violation) -> dict[str, object]:
    """Return where it is worst: points [mm], time [s], group and its joints [rad | m], pieces.

    `witness_mm` lies in both bodies where they overlap, else between them; `witness_a_mm` on a and
    `witness_b_mm` on b. `others`: time and joints of a group on a clock of its own. `geometry`: the
    meshes keep what only the convex pieces that stand for them do not ("overlap", "near").
    """
    from cellsim.collision.result import BY_MESH

    facts: dict[str, object] = {"cause": violation.cause} if violation.cause else {}
    if violation.tube:
        facts["corner"] = "tube"
    if violation.cause.startswith(BY_MESH):
        facts["geometry"] = "overlap" if violation.value_m < 0.0 else "near"
    facts["witness_mm"] = _mm(violation.witness)
    for side, point in zip("ab", violation.points, strict=False):
        facts[f"witness_{side}_mm"] = _mm(point)
    facts["worst_s"] = round(violation.t, 4)
    if violation.group and violation.q:
        facts["group"] = violation.group
        facts["q"] = [round(v, 6) for v in violation.q]
    if violation.others:
        facts["others"] = [
            {"group": at.group, "s": round(at.t, 4), "q": [round(v, 6) for v in at.q]}
            for at in violation.others
        ]
    if any(violation.pieces):
        facts["pieces"] = list(violation.pieces)
    return facts


def _mm(point: tuple[float, float, float]) -> list[float]:
    return [round(1e3 * v, 2) for v in point]
