"""The load sheet: what the person at the controller enters and checks before the first run."""

from __future__ import annotations

import hashlib
import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.domain.cell import Cell, MotionGroup, Part, Tool
from cellsim.domain.job import Job
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.messages import said
from cellsim.release.textjob import GroupText
from cellsim.verify.render.numbers import band_numbers

Rows = Sequence[tuple[str, ...]]
Table = tuple[str, tuple[str, ...], Rows]

_LOAD = ("mass kg", "centre mm", "inertia xx yy zz kg m2 about it")
_LOADS = (
    "the text does not switch the payload when a part is gripped: enter the load of the tool with"
    " its heaviest part, or switch it on the controller",
    "arms stand in their start pose and signals have their value before start: nothing else is"
    " proven",
)
_BY_BRAND: Mapping[str, tuple[str, ...]] = {
    "ur": (
        "a script of URScript only defines its program: call it from a Script node, or send it"
        " whole",
    )
}
FIRST_RUN = (
    "Compare the controller's type, version and options with this sheet.",
    "Load the files; compare their SHA-256 with the table above.",
    "Enter tool, load and frame values from the tables above; read them back on the pendant.",
    "Check every signal number above at the terminal strip, by hand, in both directions.",
    "Move each axis by hand at 10 %: does it turn the way, and show the value, that the start pose"
    " above asks for?",
    "Bring the arms to the start pose and every signal to its value before start; load no part.",
    "First run: manual reduced speed (at most 250 mm/s), single step, enabling switch in hand."
    " Waits for a grip time out without parts: set their inputs by hand.",
    "Second run: automatic at 10 % override, then 30 %; timeouts are proven within the override"
    " range above; where that begins higher, a wait may time out and stop the program.",
    "After a wait that timed out, cancel the program: going on from there is not proven.",
    "Compare the measured cycle time with the band above; outside it, stop and ask why.",
)


def load_sheets(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> Mapping[str, str]:
    """Return the load sheet by file name, as plain text and as a page.

    Args:
        job: The job read back. texts: The written files. body: The certificate.
        lang: A further language; the English sheet is always there.
    """
    found: dict[str, str] = {}
    for each in dict.fromkeys(("en", lang)):
        mark = "" if each == "en" else f".{each}"
        found[f"load_sheet{mark}.txt"] = load_sheet_text(job, texts, body, each)
        found[f"load_sheet{mark}.html"] = load_sheet_html(job, texts, body, each)
    return found


def load_sheet_text(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> str:
    """Return the load sheet as plain text."""
    name = f"{body['cell']} / {body['variant']} / {body['job']}"
    lines = [f"{_said(lang, 'Load sheet').upper()}  {name}", _said(lang, _claim(body)), ""]
    for title, head, rows in _told_tables(job, texts, lang):
        lines += [title.upper(), *_columns(head, rows), ""]
    for title, items in _told_lists(body, lang):
        lines += [title.upper(), *(f"  - {item}" for item in items), ""]
    steps = (f"  [ ] {_said(lang, item)}" for item in FIRST_RUN)
    return "\n".join([*lines, _said(lang, "First run").upper(), *steps, ""])


def load_sheet_html(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> str:
    """Return the load sheet as one HTML page, offline, made to be printed."""
    name = f"{_e(body['cell'])} / {_e(body['variant'])} / {_e(body['job'])}"
    sheet = _e(_said(lang, "Load sheet"))
    out = [f"<h1>{sheet}: {name}</h1>", f"<p>{_e(_said(lang, _claim(body)))}</p>"]
    for title, head, rows in _told_tables(job, texts, lang):
        cells = "".join(f"<th>{_e(h)}</th>" for h in head)
        lines = "".join("<tr>" + "".join(_cell(c) for c in row) + "</tr>" for row in rows)
        out.append(f"<h2>{_e(title)}</h2><table><tr>{cells}</tr>{lines}</table>")
    for title, items in _told_lists(body, lang):
        out.append(f"<h2>{_e(title)}</h2><ul>{''.join(f'<li>{_e(i)}</li>' for i in items)}</ul>")
    boxes = "".join(f"<li><input type=checkbox> {_e(_said(lang, item))}</li>" for item in FIRST_RUN)
    out.append(f"<h2>{_e(_said(lang, 'First run'))}</h2><ol class=check>{boxes}</ol>")
    return (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{sheet}</title>"
        f"<style>{_STYLE}</style></head><body>{''.join(out)}</body></html>\n"
    )


def _told_tables(job: Job, texts: tuple[GroupText, ...], lang: str) -> Iterator[Table]:
    """Yield the tables in a language: titles, heads, and the cells that are words of ours."""
    for title, head, rows in _tables(job, texts):
        told = [
            tuple(_said(lang, c) if h in _SPOKEN else c for h, c in zip(head, row, strict=True))
            for row in rows
        ]
        yield _said(lang, title), tuple(_said(lang, h) for h in head), told


def _told_lists(body: Mapping[str, Any], lang: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lists in a language, each with how many rows it has; an empty one says none."""
    for title, items in _lists(body):
        told = [_said(lang, item) for item in items] or [_said(lang, "none")]
        yield f"{_said(lang, title)} ({len(items)})", told


def _said(lang: str, text: str) -> str:
    """Return a sentence of the sheet, or one it repeats from the report, in a language."""
    told = said(lang, text, "sheet")
    return said(lang, text) if told == text else told


_SPOKEN = frozenset({"orientation", "before start", "version", "size"})
_STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;color:#1a1d21}"
    "h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:1.6rem}table{border-collapse:collapse;"
    "width:100%}th,td{border:1px solid #c9ced6;padding:.25rem .5rem;text-align:left;"
    "font-variant-numeric:tabular-nums}th{background:#eef1f5}td.hash{word-break:break-all;"
    "font-family:monospace;font-size:.8em}"
    "ol.check{list-style:none;padding:0}@media print{body{margin:0}}"
)


def _cell(text: str) -> str:
    """Return a cell of a table; a hash may break anywhere, a name behind its dots, no number."""
    if len(text) == 64 and " " not in text:
        return f"<td class=hash>{_e(text)}</td>"
    return f"<td>{_JOINT.sub('<wbr>', _e(text))}</td>"


_JOINT = re.compile(r"(?<=[a-z][._])(?=[a-z])")


def _e(text: object) -> str:
    return html.escape(str(text))


def _claim(body: Mapping[str, Any]) -> str:
    cycle, waivers = body["cycle"], len(body["waivers"])
    but = f" except what {waivers} waivers accept (below)" if waivers else ""
    nominal, low, high = band_numbers(*(float(cycle[key]) for key in ("nominal", "low", "high")))
    return (
        f"verdict {body['verdict']}{but}; cycle {nominal} s, between {low} and {high} s"
        f" ({cycle['model']}); certificate {body['sha256'][:16]}"
    )


def _tables(job: Job, texts: tuple[GroupText, ...]) -> Iterator[Table]:
    rows = [
        (str(order), t.group, t.brand, name, f"{len(data)} bytes", hashlib.sha256(data).hexdigest())
        for order, (t, name, data) in enumerate(
            ((t, name, t.files[name]) for t in texts for name in sorted(t.files)), start=1
        )
    ]
    yield "Files, in this order", ("order", "group", "controller", "file", "size", "SHA-256"), rows
    for group in sorted(job.programs):
        yield from _group_tables(job.cell, job.cell.groups[group])
    yield "Signals", ("signal", "before start", "from", "to", "ports"), _signals(job.cell)


def _group_tables(cell: Cell, group: MotionGroup) -> Iterator[Table]:
    c = group.controller
    override = f"{c.override[0]:g} to {c.override[1]:g} %"
    axes = " ".join(axis.name for axis in c.axes)
    rows = [
        (
            group.robot.model,
            c.type,
            c.version or "any",
            str(c.program_number or "-"),
            override,
            axes,
        )
    ]
    head: tuple[str, ...] = ("robot", "controller", "version", "program number", "override", "axes")
    yield f"{group.name}: controller", head, rows
    tools = [
        (str(c.tools.get(name, "-")), name, *_values(pose, c.brand), *_load(tool))
        for tool in ([cell.tools[group.tool]] if group.tool else [])
        for name, pose in _tcps(tool)
    ]
    columns: tuple[str, ...] = ("number", "tool.tcp", "xyz mm", "orientation", *_LOAD)
    yield f"{group.name}: tools and loads", columns, tools
    parts = [("-", part.name, "-", "-", *_load(part)) for part in cell.parts.values() if part.grip]
    if cell.tools.get(group.tool) and cell.tools[group.tool].gripper:
        yield f"{group.name}: parts it may carry, in the part's own frame", columns, parts
    yield f"{group.name}: start pose (the program begins here)", ("axis", "value"), _start(group)
    base_T_world = _base(cell, group).inverse()
    frames = [
        (str(number), name, *_values(base_T_world @ world_T_frame(cell, name), c.brand))
        for name, number in sorted(c.frames.items(), key=lambda item: item[1])
        if name in cell.frames
    ]
    if frames:
        head = ("number", "frame", "xyz mm in the controller's base, tracks at 0", "orientation")
        yield f"{group.name}: frames", head, frames
    if c.accu_mm:
        levels = [(str(level), f"{value:g}") for level, value in enumerate(c.accu_mm)]
        yield f"{group.name}: accu levels", ("accu", "corner mm"), levels
    if c.pl_mm:
        levels = [(str(level), f"{value:g}") for level, value in enumerate(c.pl_mm)]
        yield f"{group.name}: position levels, S1CxG33..40", ("PL", "corner mm"), levels
    if c.pulses:
        ratios = [(a.name, f"{p:g}", a.unit) for a, p in zip(c.axes, c.pulses, strict=True)]
        yield f"{group.name}: pulses, as in ALL.PRM", ("axis", "pulses per", "unit"), ratios


def _start(group: MotionGroup) -> Rows:
    """Return the start pose as the pendant shows it."""
    axes = group.controller.axes
    shown = zip(axes, printed_values(axes, group.home), strict=True)
    return [(axis.name, f"{value + 0.0:.3f} {axis.unit}") for axis, value in shown]


def _base(cell: Cell, group: MotionGroup) -> Pose:
    """Return `world_T_base` of what the controller calls its base."""
    world_T_base = world_T_frame(cell, f"group:{group.name}.base")
    return world_T_base @ group.robot.controller_base


def _tcps(tool: Tool) -> Iterator[tuple[str, Pose]]:
    for number, (name, pose) in enumerate(tool.tcps.items()):
        yield (tool.name if number == 0 else f"{tool.name}.{name}"), pose


def _values(pose: Pose, brand: str) -> tuple[str, str]:
    xyz = " ".join(f"{1e3 * v + 0.0:.3f}" for v in pose.p)
    return xyz, _orientation(pose, brand)


def _orientation(pose: Pose, brand: str) -> str:
    """Return an orientation as it is typed in; as a quaternion where the brand's order is open."""
    roll, pitch, yaw = (f"{math.degrees(v) + 0.0:.4f}" for v in pose.rpy())
    if brand == "kuka":
        return f"A {yaw} B {pitch} C {roll}"
    if brand == "fanuc":
        return f"W {roll} P {pitch} R {yaw}"
    if brand == "abb":
        return "q1 q2 q3 q4 " + " ".join(f"{v + 0.0:.8f}" for v in pose.quat_wxyz())
    if brand == "yaskawa":
        return f"Rx {roll} Ry {pitch} Rz {yaw}"
    if brand == "ur":
        return "rotation vector rad " + " ".join(f"{v + 0.0:.6f}" for v in pose.rotvec())
    if pose.distance(Pose(np.eye(3), pose.p))[1] < 1e-9:
        return "not turned"
    quat = " ".join(f"{v + 0.0:.6f}" for v in pose.quat_wxyz())
    return f"order of angles not proven, teach by three points; quaternion w x y z {quat}"


def _load(body: Tool | Part) -> tuple[str, str, str]:
    principal = " ".join(f"{body.inertia[i, i]:.3f}" for i in range(3))
    return f"{body.mass:.1f}", " ".join(f"{1e3 * v:.0f}" for v in body.com), principal


def _signals(cell: Cell) -> Rows:
    rows = []
    for name, signal in sorted(cell.signals.items()):
        ports = ", ".join(
            f"{group.name} {port.kind}{port.number}"
            for group in cell.groups.values()
            for port in [group.controller.signals.get(name)]
            if port is not None
        )
        begins = "on" if signal.initial else "off"
        rows.append((name, begins, signal.source, ", ".join(signal.readers) or "-", ports or "-"))
    return rows


def _lists(body: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Conventions assumed (no manual or file seen; check on the controller)",
        list(body["assumed_conventions"]),
    )
    if body.get("confirmed_conventions"):
        yield "Conventions confirmed by readings", list(body["confirmed_conventions"])
    fixed = [
        f"input {name} is {'on' if value else 'off'}, and stays so: nothing else is proven"
        for name, value in sorted(body.get("inputs", {}).items())
    ]
    brands = sorted(set(body["groups"].values()))
    own = [line for brand in brands for line in _BY_BRAND.get(brand, ())]
    yield "To be true before the start", [*fixed, *map(str, body["notes"]), *_LOADS, *own]
    yield "Assumptions", list(body["assumptions"])
    yield "Exceptions", list(body["exceptions"])
    yield "Waivers", list(body["waivers"])
    yield "Limits", list(body["limits"])


def _columns(head: tuple[str, ...], rows: Rows) -> list[str]:
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
