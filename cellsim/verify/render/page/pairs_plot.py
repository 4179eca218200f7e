"""The least certified clearance of each pair, at its time, against what is required."""

from __future__ import annotations

import math
from html import escape

from cellsim.domain.report import PairClearance, Report
from cellsim.messages import word
from cellsim.verify.render.numbers import clearance_mm
from cellsim.verify.render.page.svg import Frame, text, ticks

_NEAR_MM = 200.0


def pairs_plot(report: Report, lang: str) -> str:
    """Return a dot for each pair below 200 mm, and a short line at what it has to keep."""
    near = [p for p in report.clearances if 1e3 * p.clearance < _NEAR_MM]
    if not near:
        return ""
    end = max(float(str(report.cycle["nominal"])), *(p.t for p in near), 1e-3)
    low = min(0.0, *(1e3 * p.clearance for p in near if math.isfinite(p.clearance)), 0.0)
    high = max(*(1e3 * max(p.clearance, p.required) for p in near), 1.0)
    frame = Frame(1100, 220, 60, 16, 20, 24, 0.0, end, 1.1 * low, 1.1 * high)
    inside = frame.time_axis()
    for value in ticks(frame.y0, frame.y1, 5):
        y = frame.y(value)
        inside += f'<line class="grid" x1="60" x2="1080" y1="{y:.1f}" y2="{y:.1f}"/>'
        inside += text(54, y + 4, f"{value:g} mm", "tick", "end")
    inside += "".join(_dot(frame, p, low) for p in near)
    return f'<div class="scroll">{frame.drawing(inside, word(lang, "clearance_plot"))}</div>'


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
