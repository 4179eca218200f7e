"""Clearance over time: curves of the nearest pairs, and what is certified of every pair."""

from __future__ import annotations

import math
from html import escape

import numpy as np

from cellsim.domain.report import PairClearance, Report
from cellsim.geometry import Array
from cellsim.messages import word
from cellsim.simulate.tracks import BodyTracks
from cellsim.verify.render.numbers import by_slack, clearance_mm
from cellsim.verify.render.page.svg import Frame, polyline, text, ticks

_NEAR_MM = 200.0
_CURVES = 6


def pairs_plot(report: Report, tracks: BodyTracks | None, lang: str) -> str:
    """Return a dot for each pair at its least certified clearance, and a line at what it must keep.

    With tracks, the six nearest moving pairs get a curve of their distance at sample times, and
    bars at what is certified of them over each motion.
    """
    near = [p for p in report.clearances if 1e3 * p.clearance < _NEAR_MM]
    if not near:
        return ""
    end = max(float(str(report.cycle["nominal"])), *(p.t for p in near), 1e-3)
    low = min(0.0, *(1e3 * p.clearance for p in near if math.isfinite(p.clearance)), 0.0)
    high = min(_NEAR_MM, max(*(1e3 * max(p.clearance, p.required) for p in near), 40.0))
    frame = Frame(1100, 240, 60, 16, 20, 24, 0.0, end, 1.1 * low, 1.1 * high)
    inside, key = frame.time_axis(), ""
    for value in ticks(frame.y0, frame.y1, 5):
        y = frame.y(value)
        inside += f'<line class="grid" x1="60" x2="1080" y1="{y:.1f}" y2="{y:.1f}"/>'
        inside += text(54, y + 4, f"{value:g} mm", "tick", "end")
    for number, (pair, t, apart) in enumerate(_curves(report, tracks)):
        inside += _curve(frame, t, 1e3 * apart, f"line curve-{number}")
        inside += _steps(frame, report, pair, f"line certified curve-{number}")
        name = f"{pair.a} / {pair.b}"
        key += (
            f'<span class="key curve-{number} jump" tabindex="0" data-t="{pair.t:.4f}" '
            f'data-pair="{escape(name)}">{escape(name)}</span>'
        )
    inside += "".join(_dot(frame, p, low) for p in near)
    svg = frame.drawing(inside, word(lang, "clearance_plot"))
    note = escape(word(lang, "curves_note" if key else "dots_note"))
    return f'<div class="scroll">{svg}</div><p>{key}</p><p class="small">{note}</p>'


def _curves(report: Report, tracks: BodyTracks | None) -> list[tuple[PairClearance, Array, Array]]:
    """Return the curves of the nearest pairs that move against each other."""
    if tracks is None:
        return []
    from cellsim.verify.profile import profiles

    found: list[tuple[PairClearance, Array, Array]] = []
    for pair, t, apart in profiles(tracks, by_slack(report.clearances)[: 4 * _CURVES]):
        if np.ptp(apart) > 1e-4 and len(found) < _CURVES:
            found.append((pair, t, apart))
    return found


def _curve(frame: Frame, t: Array, mm: Array, kind: str) -> str:
    """Return the parts of a curve inside the frame."""
    inside = np.flatnonzero(mm <= frame.y1)
    pieces = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1) if len(inside) else []
    return "".join(
        polyline([frame.x(v) for v in t[k]], [frame.y(max(v, frame.y0)) for v in mm[k]], kind)
        for k in pieces
        if len(k) > 1
    )


def _steps(frame: Frame, report: Report, pair: PairClearance, kind: str) -> str:
    """Return the certified clearance of a pair as a bar for each span of time, where it is near."""
    bars = []
    for course in report.courses:
        if (course.a, course.b) != (pair.a, pair.b):
            continue
        for t0, t1, clearance, _ in course.rows:
            y = 1e3 * clearance
            if math.isfinite(y) and y <= frame.y1 and t1 > t0:
                height = frame.y(max(y, frame.y0))
                bars.append(polyline([frame.x(t0), frame.x(t1)], [height, height], kind))
    return "".join(bars)


def _dot(frame: Frame, p: PairClearance, low: float) -> str:
    x, need = frame.x(p.t), frame.y(1e3 * p.required)
    y = frame.y(max(1e3 * p.clearance, low))
    kind = "short" if p.clearance < p.required else "kept"
    pair = escape(f"{p.a} / {p.b}")
    return (
        f'<line class="limit" x1="{x - 7:.1f}" x2="{x + 7:.1f}" y1="{need:.1f}" y2="{need:.1f}"/>'
        f'<circle class="{kind} jump" cx="{x:.1f}" cy="{y:.1f}" r="4.5" data-t="{p.t:.4f}" '
        f'data-pair="{pair}"><title>{pair}: {clearance_mm(p)} mm, t={p.t:.2f} s</title></circle>'
    )
