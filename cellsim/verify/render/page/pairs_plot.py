"""Clearance over time: a row for each of the nearest pairs, what is certified and what is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np

from cellsim.domain.report import ClearanceCourse, PairClearance, Report
from cellsim.geometry import Array
from cellsim.messages import fill, word
from cellsim.simulate.tracks import BodyTracks
from cellsim.verify.render.numbers import by_slack, clearance_text, need_text
from cellsim.verify.render.page.svg import Frame, polyline, text

ROWS = 12
_LOOKED_AT = 48
# Millimetres at the top of a row; heights grow with the root, so that what is near is seen.
_TOP_MM = 100.0
_MARKS_MM = (10.0, 50.0)
_WIDE, _LEFT, _RIGHT, _TALL, _HIGH, _UNDER = 1100.0, 236.0, 150.0, 50.0, 38.0, 26.0
_MOST_LETTERS = 32
Curve = tuple[PairClearance, Array, Array]


def pairs_plot(report: Report, tracks: BodyTracks | None, lang: str) -> str:
    """Return a row for each of the twelve pairs that are nearest to what they must keep.

    With tracks, of those that move against each other or fall short. A row has the distance at
    sample times as a curve, the certified clearance as an area, and what the pair must keep.
    """
    curves = _nearest(report, tracks)
    if not curves:
        return ""
    end = max(float(str(report.cycle["nominal"])), *(p.t for p, _, _ in curves), 1e-3)
    frame = Frame(_WIDE, _TALL * len(curves) + _UNDER, _LEFT, 0.0, _RIGHT, _UNDER, 0.0, end, 0, 1)
    inside = frame.time_axis()
    for number, (pair, t, apart) in enumerate(curves):
        inside += _row(frame, number, pair, report.courses, (t, apart), lang)
    svg = frame.drawing(inside, word(lang, "clearance_plot"), "plot pairs")
    left = len(report.clearances) - len(curves)
    more = fill(word(lang, "pairs_left"), {"count": left}) if left > 0 else ""
    note = f"{word(lang, 'rows_note')} {more}".strip()
    return f'<div class="scroll">{svg}</div><p class="small">{escape(note)}</p>'


def _nearest(report: Report, tracks: BodyTracks | None) -> list[Curve]:
    """Return the pairs to draw with (times, distances [m]); without tracks these are empty."""
    near = by_slack(report.clearances)
    none = np.zeros(0)
    if tracks is None:
        return [(pair, none, none) for pair in near[:ROWS]]
    from cellsim.verify.profile import profiles

    found: list[Curve] = []
    for pair, t, apart in profiles(tracks, near[:_LOOKED_AT]):
        if np.ptp(apart) > 1e-4 or pair.clearance < pair.required:
            found.append((pair, t, apart))
        if len(found) == ROWS:
            break
    return found


def _row(
    frame: Frame, number: int, p: PairClearance, courses: Sequence[ClearanceCourse],
    seen: tuple[Array, Array], lang: str,
) -> str:  # fmt: skip
    """Return one row: names, marks of the scale, area, curve, what is to be kept, least, value."""
    low = _TALL * number + _TALL - 5.0
    right = frame.width - _RIGHT
    short = p.clearance < p.required
    name = escape(f"{p.a} / {p.b}")
    jump = f'data-t="{p.t:.4f}" data-pair="{name}"'
    out = f'<g class="jump" tabindex="0" {jump}><title>{name}</title>'
    out += text(_LEFT - 34, low - 20, _cut(p.a), "label", "end")
    out += text(_LEFT - 34, low - 5, _cut(p.b), "label", "end")
    out += text(right + 8, low - 20, clearance_text(p.clearance, lang), "label")
    out += text(right + 8, low - 5, need_text(p, lang), "tick") + "</g>"
    for mark in (0.0, *_MARKS_MM):
        y = low - _height(1e-3 * mark)
        out += f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        out += text(_LEFT - 5, y + 4, f"{mark:g}", "tick", "end")
    kind = "short" if short else "kept"
    out += _area(frame, low, _envelope(courses, p), kind)
    out += _curve(frame, low, *seen)
    need = low - _height(max(p.required, 0.0))
    out += f'<line class="limit" x1="{_LEFT}" x2="{right}" y1="{need:.1f}" y2="{need:.1f}"/>'
    told = f"{name}: {escape(clearance_text(p.clearance, lang))}, t={p.t:.2f} s"
    return out + (
        f'<circle class="{kind} jump" cx="{frame.x(p.t):.1f}" cy="{low - _height(p.clearance):.1f}"'
        f' r="4" {jump}><title>{told}</title></circle>'
    )


def _cut(name: str) -> str:
    """Return a name that fits beside its row: the end tells bodies apart."""
    return name if len(name) <= _MOST_LETTERS else f"…{name[1 - _MOST_LETTERS :]}"


def _height(clearance: float) -> float:
    """Return the pixels above the foot of a row of a clearance [m]; none for an overlap."""
    share = min(max(1e3 * clearance, 0.0) / _TOP_MM, 1.0) if not math.isnan(clearance) else 0.0
    return _HIGH * math.sqrt(share)


def _envelope(
    courses: Sequence[ClearanceCourse], pair: PairClearance
) -> list[tuple[float, float, float]]:
    """Return (from, to [s], least certified clearance [m]) of a pair, whatever its spans overlap.

    A pair of two groups has spans on the time of each; over a time the least of all is drawn.
    """
    rows = [r for c in courses if (c.a, c.b) == (pair.a, pair.b) for r in c.rows if r[1] > r[0]]
    if not rows:
        return []
    table = np.array([(t0, t1, clearance) for t0, t1, clearance, _ in rows])
    cuts = np.unique(table[:, :2])
    out: list[tuple[float, float, float]] = []
    for a, b in pairwise(cuts):
        over = table[(table[:, 0] < b) & (table[:, 1] > a), 2]
        if len(over):
            out.append((float(a), float(b), float(over.min())))
    return out


def _area(frame: Frame, low: float, spans: Sequence[tuple[float, float, float]], kind: str) -> str:
    """Return what is certified over time as one filled shape, one path for all spans."""
    parts = [
        f"M{frame.x(a):.1f} {low:.1f}V{low - _height(value):.1f}H{frame.x(b):.1f}V{low:.1f}z"
        for a, b, value in spans
        if _height(value) > 0.0
    ]
    return f'<path class="area {kind}" d="{"".join(parts)}"/>' if parts else ""


def _curve(frame: Frame, low: float, t: Array, apart: Array) -> str:
    """Return the distance at sample times as a line, cut at the top of its row."""
    if not len(t):
        return ""
    return polyline([frame.x(v) for v in t], [low - _height(v) for v in apart], "line")
