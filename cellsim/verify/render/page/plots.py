"""What happened when: a bar chart of each group, and each joint within its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np

from cellsim.domain.report import Report
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.messages import word
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.loads import device_runs
from cellsim.verify.render.cycle import (
    NO_TIME,
    block_text,
    critical_blocks,
    longest_blocks,
    share_rows,
)
from cellsim.verify.render.numbers import cycle_text
from cellsim.verify.render.page.svg import Frame, polyline, text

_ROW = 30.0
_SAMPLES = 400
_MARKS = ("grip", "release", "unhinged")


def gantt(report: Report, timeline: Timeline, lang: str) -> str:
    """Return the bars of every group and device, the critical path marked, and where time goes."""
    devices = device_runs(timeline)
    rows = [*timeline.tracks, *devices]
    end = max(timeline.duration, 1e-3)
    height = _ROW * len(rows) + 34
    frame = Frame(1100, height, 150, 8, 20, 24, 0.0, end, 0.0, 1.0)
    inside = frame.time_axis()
    for number_, name in enumerate(rows):
        top = 8 + _ROW * number_
        inside += text(140, top + 19, name, "label", "end")
        if name in timeline.tracks:
            bars: Iterator[tuple[float, float, str, str]] = _bars(timeline.tracks[name])
            inside += _event_marks(timeline, frame, name, top)
        else:
            bars = ((a, b, "process", name) for a, b in devices[name])
        inside += "".join(_bar(frame, top, *bar) for bar in bars)
    carriers = {g.tool: name for name, g in timeline.job.cell.groups.items()}
    inside += _critical(report, frame, rows, carriers, lang)
    svg = frame.drawing(inside, word(lang, "timeline"), "plot gantt")
    caption = f"{word(lang, 'cycle')}: {cycle_text(report.cycle, lang)}"
    key = "".join(
        f'<span class="key {k}">{escape(word(lang, k))}</span>'
        for k in ("move", "wait", "grip", "process", "stand", "critical_path")
    )
    return (
        f'<section class="timeline"><h2>{escape(word(lang, "timeline"))}</h2><p>{key}'
        f'<span class="caption">{escape(caption)}</span></p><div class="scroll">{svg}</div>'
        f"{_shares(report, lang)}{_path(report, lang)}</section>"
    )


def _bars(track: GroupTrack) -> Iterator[tuple[float, float, str, str]]:
    for motion in track.motions:
        kind = motion.kind if motion.kind in ("stand", "corner") else "move"
        if kind == "stand" and motion.note in ("wait", "process", "grip"):
            kind = motion.note
        yield float(track.t[motion.first]), float(track.t[motion.last]), kind, str(motion.index)


def _bar(frame: Frame, top: float, t0: float, t1: float, kind: str, label: str) -> str:
    x, wide = frame.x(t0), max(frame.x(t1) - frame.x(t0), 0.5)
    return (
        f'<rect class="bar {kind}" x="{x:.1f}" y="{top + 4:.1f}" width="{wide:.1f}" height="20" '
        f'data-t="{t0:.4f}"><title>{escape(label)} {t0:.2f} – {t1:.2f} s</title></rect>'
    )


def _event_marks(timeline: Timeline, frame: Frame, group: str, top: float) -> str:
    marks = []
    for event in timeline.events:
        if event.group != group or event.kind not in _MARKS:
            continue
        x = frame.x(event.t)
        marks.append(
            f'<path class="mark {event.kind}" d="M{x:.1f} {top + 3:.1f}l4 -5h-8z">'
            f"<title>{escape(event.kind)} {escape(event.name)} {event.t:.2f} s</title></path>"
        )
    return "".join(marks)


def _critical(
    report: Report, frame: Frame, rows: Sequence[str], carriers: Mapping[str, str], lang: str
) -> str:
    """Return a line under each critical step; grippers stand in the row of their group."""
    lines = []
    for b in critical_blocks(report.steps):
        row = b.who if b.who in rows else carriers.get(b.who, "")
        if row not in rows:
            continue
        y = 8 + _ROW * rows.index(row) + 27
        tip = escape(f"{b.who} {word(lang, b.kind)} {b.t0:.2f} – {b.t1:.2f} s")
        lines.append(
            f'<line class="critical" x1="{frame.x(b.t0):.1f}" x2="{frame.x(b.t1):.1f}" '
            f'y1="{y:.1f}" y2="{y:.1f}"><title>{tip}</title></line>'
        )
    return "".join(lines)


def _shares(report: Report, lang: str) -> str:
    """Return where the time of each group goes, as a small table."""
    rows = list(share_rows(report, lang))
    if not rows:
        return ""
    spent = {kind for _, cells, _ in rows for kind, seconds in cells if seconds != NO_TIME}
    rows = [(group, [c for c in cells if c[0] in spent], slack) for group, cells, slack in rows]
    slacks = [slack for _, _, slack in rows if slack != NO_TIME]
    head = "".join(f"<th>{escape(kind)}</th>" for kind, _ in rows[0][1])
    body = "".join(
        f"<tr><td>{escape(group)}</td>"
        + "".join(f'<td class="n">{seconds}</td>' for _, seconds in cells)
        + (f'<td class="n">{slack}</td></tr>' if slacks else "</tr>")
        for group, cells, slack in rows
    )
    label = escape(word(lang, "group"))
    later = f"<th>{escape(word(lang, 'slack'))}</th>" if slacks else ""
    return (
        f'<div class="scroll"><table class="shares"><thead><tr><th>{label}</th>{head}'
        f"{later}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _path(report: Report, lang: str) -> str:
    """Return the critical path as a folded list, longest steps only, in order of time."""
    blocks, left = longest_blocks(report)
    if not blocks:
        return ""
    items = "".join(
        f'<li class="jump" tabindex="0" data-t="{b.t0:.4f}">{escape(block_text(b, lang))}</li>'
        for b in blocks
    )
    more = f"<li>{escape(word(lang, 'shorter').format(count=left))}</li>" if left else ""
    heading = escape(word(lang, "critical_path"))
    return f"<details><summary>{heading}</summary><ol>{items}{more}</ol></details>"


def joint_plots(timeline: Timeline, lang: str) -> str:
    """Return one small plot of each joint with its limits, folded by group."""
    parts = []
    for group, track in timeline.tracks.items():
        axes = axes_of(timeline.job.cell.groups[group])
        plots = "".join(_joint(track, axis, k, lang) for k, axis in enumerate(axes))
        parts.append(f'<h3 class="name">{escape(group)}</h3><div class="joints">{plots}</div>')
    heading = escape(word(lang, "joints"))
    return f'<section class="joint-plots"><h2>{heading}</h2>{"".join(parts)}</section>'


def _joint(track: GroupTrack, axis: Axis, column: int, lang: str) -> str:
    end = max(float(track.t[-1]), 1e-3)
    t = np.linspace(0.0, end, _SAMPLES)
    q = track.traj(t)[:, column] / axis.scale
    lower, upper = axis.shown(axis.joint.lower), axis.shown(axis.joint.upper)
    low, high = min(lower, float(q.min())), max(upper, float(q.max()))
    room = 0.06 * (high - low) or 1.0
    frame = Frame(520, 130, 52, 20, 10, 20, 0.0, end, low - room, high + room)
    inside = frame.time_axis()
    for limit in (lower, upper):
        y = frame.y(limit)
        inside += f'<line class="limit" x1="52" x2="510" y1="{y:.1f}" y2="{y:.1f}"/>'
        inside += text(48, y + 4, f"{limit:.0f}", "tick", "end")
    inside += polyline([frame.x(v) for v in t], [frame.y(v) for v in q], "line")
    title = f"{axis.joint.name} [{axis.unit}] {q.min():.1f} … {q.max():.1f}"
    inside += text(52, 13, title, "label")
    return frame.drawing(inside, f"{word(lang, 'position')} {axis.joint.name}")
