"""The clearance map as a table (CSV) and as a picture (PNG)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from cellsim.errors import Unavailable
from cellsim.messages import titled
from cellsim.verify.clearmap import ClearanceMap, PairMap
from cellsim.verify.render.numbers import number

HEAD = ("kind", "variant", "job", "a", "b", "group", "file", "line", "t0_s", "t1_s",
        "certified_mm", "required_mm", "seen_mm", "worst_t_s")  # fmt: skip
_TOP_MM = 100.0


def map_csv(maps: Sequence[ClearanceMap]) -> str:
    """Return one row for each stretch of each pair, then one for each motion.

    certified_mm is rounded down: a lower bound over the whole stretch, empty where none is known;
    seen_mm is the least
    distance at a sample time in it (empty where none falls into it): an upper bound.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(HEAD)
    for one in maps:
        for pair in one.pairs:
            for course in pair.courses:
                for t0, t1, clearance, required in course.rows:
                    seen = _seen(one, pair, t0, t1)
                    rows.writerow(("stretch", one.variant, one.job, pair.a, pair.b, course.group,
                                   "", "", f"{t0:.4f}", f"{t1:.4f}", _mm(clearance, "down"),
                                   _mm(required), seen, ""))  # fmt: skip
        for m in one.moves:
            rows.writerow(("motion", one.variant, one.job, m.a, m.b, m.group, m.file, m.line,
                           f"{m.t0:.4f}", f"{m.t1:.4f}", _mm(m.clearance, "down"),
                           _mm(m.required), "", f"{m.t:.4f}"))  # fmt: skip
    return out.getvalue()


def _mm(value: float, toward: Any = "nearest") -> str:
    return number(1e3 * value, 3, toward) if math.isfinite(value) else ""


def _seen(one: ClearanceMap, pair: PairMap, t0: float, t1: float) -> str:
    inside = pair.seen[(one.times >= t0 - 1e-9) & (one.times <= t1 + 1e-9)]
    return _mm(float(inside.min())) if len(inside) else ""


def map_png(one: ClearanceMap) -> bytes:
    """Return the map as a picture: a panel for each of the nearest pairs, certified and seen.

    Its few words are English: matplotlib brings no Hangul.

    Errors: Unavailable without matplotlib.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise Unavailable("matplotlib is not installed (pip install matplotlib)") from None
    pairs = one.pairs[:8]
    figure: Any = Figure(figsize=(11, 1.2 + 1.35 * max(len(pairs), 1)), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.subplots(max(len(pairs), 1), 1, sharex=True, squeeze=False)[:, 0]
    for axis, pair in zip(axes, pairs, strict=False):
        _panel(axis, one, pair)
    axes[-1].set_xlabel("t [s]")
    figure.suptitle(f"{titled(one.cell, one.variant, one.job)}: mm", fontsize=10)
    labels = ("certified over the bar", "required", "seen at sample times")
    handles = [axes[0].plot([], [], **style)[0] for style in (_CERTIFIED, _REQUIRED, _SEEN)]
    figure.legend(handles, labels, loc="lower right", ncols=3, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0.02, 1, 1))
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


_CERTIFIED = {"color": "#1f5fbf", "linewidth": 2.2}
_REQUIRED = {"color": "#c0392b", "linewidth": 1.2, "linestyle": "--"}
_SEEN = {"color": "#777777", "linewidth": 0.9}


def _panel(axis: Any, one: ClearanceMap, pair: PairMap) -> None:
    """Draw one pair: certified bars, what is required, and what is seen at sample times."""
    values = [1e3 * r[2] for c in pair.courses for r in c.rows if np.isfinite(r[2])]
    needs = [1e3 * r[3] for c in pair.courses for r in c.rows]
    for course in pair.courses:
        for t0, t1, clearance, required in course.rows:
            if math.isfinite(clearance):
                axis.plot([t0, t1], [1e3 * clearance] * 2, **_CERTIFIED)
            axis.plot([t0, t1], [1e3 * required] * 2, **_REQUIRED)
    axis.plot(one.times, 1e3 * pair.seen, **_SEEN)
    low = min([0.0, *values, *needs])
    axis.set_ylim(
        low - 4.0, max(min(_TOP_MM, max([20.0, *values])), max([*needs, 1.0]) + 8.0) * 1.1
    )
    axis.set_xlim(float(one.times[0]), float(one.times[-1]))
    axis.set_title(f"{pair.a} / {pair.b}", fontsize=8, loc="left", pad=2)
    axis.tick_params(labelsize=7)
    axis.grid(alpha=0.3)
