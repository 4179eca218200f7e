"""Where the cycle time goes: every step of every group, how much later it could end, what decides.

A step that stands because something else was not done yet is given its cause: the group that set
the signal, or the device or gripper that confirmed. The latest end of each step follows backwards
from the end of the cycle over the order within each group and over these causes; the steps that
cannot end later make the critical path.

Source: critical path method, Kelley and Walker 1959.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

import numpy as np

from cellsim.domain.report import CycleStep
from cellsim.domain.timeline import Event, Timeline

SAME_S = 1e-6
STANDING = ("wait", "process", "grip")
KINDS = ("move", "process", "grip", "wait_robot", "wait_signal", "delay")


@dataclass(eq=False)
class _Node:
    """A step while its latest end is looked for.

    Attributes:
        standing: It waits for something. cause: When that came [s], None where it was there.
        after: (step, lag): this step ends at least `lag` before the latest end of that one.
        late: Latest end [s].
    """

    who: str
    kind: str
    t0: float
    t1: float
    file: str
    line: int
    standing: bool = False
    cause: float | None = None
    after: list[tuple[_Node, float]] = field(default_factory=list)
    late: float = np.inf


def cycle_steps(timeline: Timeline) -> tuple[CycleStep, ...]:
    """Return the steps of all groups, devices and grippers, in order of time."""
    rows = {group: list(_nodes(timeline, group)) for group in timeline.tracks}
    makers = _makers(timeline)
    devices: dict[tuple[str, float], _Node] = {}
    for row in rows.values():
        for node in row:
            if node.standing:
                _explain(timeline, node, rows, makers, devices)
    for row in rows.values():
        for node, then in pairwise(row):
            start = then.t0 if then.cause is None else then.cause
            node.after.append((then, then.t1 - start))
    nodes = [node for row in rows.values() for node in row] + list(devices.values())
    _set_latest(nodes)
    return tuple(sorted(map(_step, nodes), key=lambda s: (s.t0, s.t1, s.who)))


def _set_latest(nodes: list[_Node]) -> None:
    """Set the latest end of each step; again where steps end at the same time, until it stays."""
    end = max((node.t1 for node in nodes), default=0.0)
    backwards = sorted(nodes, key=lambda n: -n.t1)
    for _ in nodes:
        changed = False
        for node in backwards:
            late = min([end, *(then.late - lag for then, lag in node.after)])
            changed |= late < node.late
            node.late = late
        if not changed:
            return


def shares(
    steps: tuple[CycleStep, ...], groups: tuple[str, ...]
) -> Mapping[str, Mapping[str, float]]:
    """Return group to seconds by kind: move, process, grip, wait for a robot or signal, delay."""
    found = {group: dict.fromkeys(KINDS, 0.0) for group in groups}
    for step in steps:
        if step.who in found:
            found[step.who][step.kind] += step.t1 - step.t0
    return found


def _step(node: _Node) -> CycleStep:
    slack = max(node.late - node.t1, 0.0)
    led = node.cause is not None
    return CycleStep(
        node.who, node.kind, node.t0, node.t1, node.file, node.line, slack,
        slack < SAME_S and not led,
    )  # fmt: skip


def _nodes(timeline: Timeline, group: str) -> Iterator[_Node]:
    """Yield the steps of a group up to the end of its program."""
    track = timeline.tracks[group]
    for motion in track.motions:
        t0, t1 = float(track.t[motion.first]), float(track.t[motion.last])
        if t1 <= t0 or (motion.kind == "stand" and motion.note == "done"):
            continue
        kind = motion.note or "wait" if motion.kind == "stand" else "move"
        standing = kind in STANDING
        kind = "wait_signal" if kind == "wait" else kind
        yield _Node(group, kind, t0, t1, motion.index.file, motion.index.line, standing)


def _explain(
    timeline: Timeline,
    node: _Node,
    rows: Mapping[str, list[_Node]],
    makers: Mapping[str, tuple[str, str]],
    devices: dict[tuple[str, float], _Node],
) -> None:
    """Give a standing step its cause, and link it to the step that brought the cause about."""
    event = _ended_by(timeline, node)
    if event is None:
        return
    node.cause = event.t
    lag = node.t1 - event.t
    if event.name in makers:
        who, kind = makers[event.name]
        start = _started(timeline, who, event)
        device = devices.setdefault(
            (who, start.t), _Node(who, kind, start.t, event.t, node.file, node.line)
        )
        device.after.append((node, lag))
        _link(rows, start, device, event.t - start.t)
    elif event.group and event.group != node.who:
        node.kind = "wait_robot" if node.kind == "wait_signal" else node.kind
        _link(rows, event, node, lag)


def _ended_by(timeline: Timeline, node: _Node) -> Event | None:
    """Return the last change of a signal that a wait looked at, None where it came before."""

    def ends(e: Event) -> bool:
        return e.kind == "wait" and e.group == node.who and abs(e.t - node.t1) < SAME_S

    wait = next(filter(ends, timeline.events), None)
    if wait is None:
        return None
    names = set(re.findall(r"[\w.]+", wait.name))
    within = [
        e
        for e in takewhile(lambda e: e is not wait, timeline.events)
        if e.kind == "signal" and e.name in names and e.t > node.t0 + SAME_S
    ]
    return within[-1] if within else None


def _makers(timeline: Timeline) -> Mapping[str, tuple[str, str]]:
    """Return confirming signal to (device or tool, kind of step)."""
    cell = timeline.job.cell
    found = {d.done: (d.name, "process") for d in cell.devices.values() if d.done}
    for tool in cell.tools.values():
        if tool.gripper is not None:
            for name in (tool.gripper.closed, tool.gripper.opened):
                found |= {name: (tool.name, "grip")} if name else {}
    return found


def _started(timeline: Timeline, who: str, done: Event) -> Event:
    """Return what started the device or gripper that confirmed with `done`."""
    cell = timeline.job.cell
    commands = {d.start for d in cell.devices.values() if d.name == who}
    gripper = cell.tools[who].gripper if who in cell.tools else None
    commands |= {gripper.close, gripper.open} if gripper else set()
    earlier = takewhile(lambda e: e is not done, timeline.events)
    before = [e for e in earlier if e.kind == "signal" and e.name in commands - {""}]
    return before[-1] if before else done


def _link(rows: Mapping[str, list[_Node]], cause: Event, node: _Node, lag: float) -> None:
    """Let the step in which a group caused something end in time for what waits for it."""
    for step in rows.get(cause.group, ()):
        if step.t0 < cause.t - SAME_S and cause.t <= step.t1 + SAME_S:
            step.after.append((node, lag - (step.t1 - cause.t)))
