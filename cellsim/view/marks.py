"""Findings as places in time and space, for the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.ports import width_of
from cellsim.domain.report import Finding, Report, Severity
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.simulate.tracks import BodyTracks
from cellsim.simulate.wires import start_values

COLORS = {
    Severity.ERROR: (200, 30, 30),
    Severity.UNDECIDED: (220, 140, 0),
    Severity.NOT_CHECKED: (120, 120, 200),
    Severity.WARNING: (200, 180, 0),
    Severity.NOTE: (110, 110, 110),
}

MOMENT_S, MOST_TOLD = 0.005, 3


@dataclass(frozen=True, eq=False)
class Mark:
    """A finding with a time [s] and a place in the world [m], shape (3,)."""

    finding: Finding
    t: float
    place: Array
    text: str


def marks_of(timeline: Timeline, bodies: BodyTracks, report: Report | None) -> tuple[Mark, ...]:
    """Return the findings that have a time or a line, worst first, at the bodies they name."""
    from cellsim.messages import sentence

    findings = report.findings if report is not None else timeline.findings
    found = []
    for finding in findings:
        t = finding.t0 if finding.t0 is not None else _time_of_line(timeline, finding)
        if t is None or finding.severity is Severity.NOTE:
            continue
        fields = {**finding.facts, "subject": finding.subject}
        for key in ("value", "limit"):
            number = getattr(finding, key)
            fields[key] = "" if number is None else f"{number:.4g} {finding.unit}".strip()
        text = sentence("en", finding.rule, str(finding.severity), fields)
        found.append(Mark(finding, t, _place(finding, t, bodies), text))
    order = list(COLORS)
    return tuple(sorted(found, key=lambda m: (order.index(m.finding.severity), m.t)))


def _time_of_line(timeline: Timeline, finding: Finding) -> float | None:
    """Return when the line of a finding was first carried out [s]."""
    times = [
        float(track.t[motion.first])
        for track in timeline.tracks.values()
        for motion in track.motions
        if (motion.index.file, motion.index.line) == (finding.file, finding.line)
    ]
    return min(times, default=None)


def _place(finding: Finding, t: float, bodies: BodyTracks) -> Array:
    """Return where the first body is that the subject names; the last link of a named group."""
    k = int(np.clip(np.searchsorted(bodies.t, t), 0, len(bodies.t) - 1))
    named = [n for n, name in enumerate(bodies.names) if _names(finding.subject, name)]
    if not named:
        group = finding.subject.partition(" ")[0]
        named = [n for n, name in enumerate(bodies.names) if name.startswith(f"{group}/")][-1:]
    if not named:
        return np.zeros(3)
    vertices = bodies.meshes[named[0]][0]
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2 if len(vertices) else np.zeros(3)
    world_T_body = bodies.poses[k, named[0]]
    return np.array(world_T_body[:3, :3] @ middle + world_T_body[:3, 3])


def _names(subject: str, body: str) -> bool:
    return body in subject or body.removeprefix("part:") in subject.split(" ")


def line_at(timeline: Timeline, t: float) -> Sequence[str]:
    """Return one line of text per group: what it does at t [s]; then the signals that are on."""
    rows = []
    for group, track in timeline.tracks.items():
        k = int(np.clip(np.searchsorted(track.t, t, side="right") - 1, 0, len(track.t) - 2))
        motion = track.motions[int(track.motion[k])]
        place = str(motion.index) if motion.index.line else "no program"
        speed = f" {1e3 * motion.speed:.0f} mm/s" if motion.speed else ""
        what = motion.note if motion.kind == "stand" else f"{motion.kind}{speed}"
        rows.append(f"**{group}** {place}: {what}")
    on = signals_on(timeline, t)
    return [*rows, f"on: {', '.join(on)}" if on else "no signal is on"]


def told_at(marks: Sequence[Mark], t: float) -> Sequence[str]:
    """Return what the findings say that go on at t [s], worst first; at most MOST_TOLD of them."""
    now = [m for m in marks if m.t - MOMENT_S <= t <= max(m.finding.t1 or m.t, m.t) + MOMENT_S]
    rows = [f"{m.finding.severity}[{m.finding.rule}] {m.text}" for m in now[:MOST_TOLD]]
    return [*rows, f"and {len(now) - MOST_TOLD} more"] if len(now) > MOST_TOLD else rows


def signals_on(timeline: Timeline, t: float) -> Sequence[str]:
    """Return the names of the signals that are on at t [s], of groups with their number."""
    start = start_values(timeline.job.cell, timeline.job.inputs)
    values: dict[str, float] = {name: float(value) for name, value in start.items()}
    values |= {e.name: e.value for e in timeline.events if e.kind == "signal" and e.t <= t + 1e-9}
    cell = timeline.job.cell
    return sorted(
        f"{name}={value:g}" if width_of(cell, name) else name
        for name, value in values.items()
        if value
    )
