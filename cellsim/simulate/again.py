"""The next cycle: does it go as the first one, from the state in which that one ends?

Every job is run from the state that the cell file gives. A signal that is left on is a wait that
ends at once in the next cycle, or a device that does not start again. So where something that
programs, devices and grippers go by ends otherwise than it began, the job is run once more from
there, with new parts, and must take the same course: the same waits, grips and processes on the
same lines, the same moves, and no more that may happen at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cellsim.cache import Cache
from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Gripper
from cellsim.domain.job import Job
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.domain.strokes import KNOTS
from cellsim.domain.timeline import Timeline
from cellsim.domain.walk import statements_of
from cellsim.simulate.choices import Choices
from cellsim.simulate.lower import lower
from cellsim.simulate.run import simulate
from cellsim.simulate.shifts import RULE as FOLLOWED
from cellsim.simulate.wires import signals_read, start_values

RULE = "next-cycle-differs"
_SAME = 1e-9
_COURSE = frozenset({"grip", "release", "unfasten", "unhinged", "process", "wait", "done"})
Values = Mapping[str, bool | float]


@dataclass(frozen=True, eq=False)
class Left:
    """The state in which a cycle ends, where it is another than it began in.

    Attributes:
        job: The job from there on, with new parts. names: What is otherwise, for people.
        at: The line that left it so, None where no program did.
    """

    job: Job
    names: tuple[str, ...]
    at: Index | None

    @property
    def key(self) -> object:
        """What tells states of one job apart."""
        cell = self.job.cell
        signals = tuple((n, s.initial) for n, s in cell.signals.items())
        grippers = tuple((n, t.gripper.state0) for n, t in cell.tools.items() if t.gripper)
        stands = tuple((n, f.joint.start) for n, f in cell.fixtures.items() if f.joint)
        return signals, grippers, stands


def next_cycle(
    job: Job, timeline: Timeline, cache: Cache | None, choices: Choices | None
) -> Iterator[Finding]:
    """Yield a finding where the next cycle begins in another state and goes another way.

    A cell with a takt repeats its cycle: there it is undecided, else a warning.

    Args:
        timeline: The cycle that was run. choices: What its unknown readings are taken to be.
    """
    left = left_by(job, timeline)
    if left is None:
        return
    again = simulate(left.job, cache=cache, choices=choices, paces=True)
    possible = choices is None or not choices.impossible
    if not (possible and _stops(again) == _stops(timeline) and goes_as(timeline, again)):
        yield differs(job, left)


def differs(job: Job, left: Left) -> Finding:
    """Return the finding that what a cycle leaves sends the next one another way."""
    return Finding(
        RULE, Severity.WARNING if job.cell.takt_s is None else Severity.UNDECIDED, job.name,
        file=left.at.file if left.at else "", line=left.at.line if left.at else 0,
        facts={"left": ", ".join(left.names)}, help="reset-at-end",
    )  # fmt: skip


def left_by(job: Job, timeline: Timeline) -> Left | None:
    """Return what a cycle leaves otherwise than it found it; None for nothing, or after an error.

    Only what programs, devices or grippers go by counts.
    """
    if any(f.severity is Severity.ERROR for f in timeline.findings):
        return None
    begun, ended = start_values(job.cell, job.inputs), _values_at_end(job, timeline)
    matters = _gone_by(job)
    left = {n: v for n, v in ended.items() if n in matters and v != begun[n]}
    tools = _turned(job.cell, timeline)
    cell = _as_left(job.cell, left, tools, timeline)
    if cell is job.cell:
        return None
    names = [f"{n} = {float(v):g}" for n, v in sorted(left.items())]
    by_pulse = {n: g for n, g in tools.items() if left.keys().isdisjoint((g.close, g.open))}
    names += [*(f"tool:{n}" for n in by_pulse), *_moved(timeline)]
    pulses = {n for g in by_pulse.values() for n in (g.close, g.open)}
    at = _last_change(timeline, {*left, *pulses})
    return Left(replace(job, cell=cell), tuple(names), at)


def goes_as(first: Timeline, then: Timeline) -> bool:
    """Whether a cycle takes the course of one that was verified, and stops nowhere else."""
    same = _course(first) == _course(then) and _stops(then) <= _stops(first)
    return same and _stand_alike(first, then)


def _values_at_end(job: Job, timeline: Timeline) -> dict[str, bool | float]:
    """Return every signal of the cell as the timeline leaves it."""
    values = start_values(job.cell, job.inputs)
    for event in timeline.events:
        if event.kind == "signal" and event.name in values:
            single = isinstance(values[event.name], bool)
            values[event.name] = bool(event.value) if single else event.value
    return values


def _gone_by(job: Job) -> set[str]:
    """Return the signals that a program reads, or that a device or gripper answers."""
    programs = [lower(p, job.cell) for p in job.programs.values()]
    names = {n for p in programs for s in statements_of(p) for n in signals_read(s)}
    names |= {d.start for d in job.cell.devices.values()}
    grippers = [t.gripper for t in job.cell.tools.values() if t.gripper is not None]
    return names | {n for g in grippers for n in (g.close, g.open)}


def _as_left(cell: Cell, left: Values, turned: Mapping[str, Gripper], timeline: Timeline) -> Cell:
    """Return the cell as a cycle leaves it, but for its parts; where nothing differs, the same."""
    goals = _moved(timeline)
    if not (left or goals or turned):
        return cell
    signals = {n: replace(s, initial=left.get(n, s.initial)) for n, s in cell.signals.items()}
    tools = {n: replace(t, gripper=turned.get(n, t.gripper)) for n, t in cell.tools.items()}
    fixtures = {
        n: replace(f, joint=replace(f.joint, start=goals[f"fixture:{n}"]))
        if f.joint is not None and f"fixture:{n}" in goals
        else f
        for n, f in cell.fixtures.items()
    }
    return replace(cell, signals=signals, tools=tools, fixtures=fixtures)


def _turned(cell: Cell, timeline: Timeline) -> dict[str, Gripper]:
    """Return the grippers that end in another state than they began in, as they end.

    Their signals may be as they were: a valve that a pulse has moved stays where it is.
    """
    found = {n: t.gripper for n, t in cell.tools.items() if t.gripper is not None}
    ends = {n: replace(g, state0=_state_at_end(g, timeline)) for n, g in found.items()}
    return {n: g for n, g in ends.items() if g.state0 != found[n].state0}


def _state_at_end(gripper: Gripper, timeline: Timeline) -> Literal["open", "closed"]:
    """Return how the last command of a gripper leaves it."""
    shut = gripper.state0 == "closed"
    for e in timeline.events:
        if e.kind == "signal" and e.name == gripper.close and e.value:
            shut = True
        elif e.kind == "signal" and e.name == (gripper.open or gripper.close):
            shut = shut and bool(e.value) is not bool(gripper.open)
    return "closed" if shut else "open"


def _moved(timeline: Timeline) -> dict[str, float]:
    """Return the moving fixtures that end elsewhere than they began, and where [rad | m]."""
    ends = {name: (float(t.q[0]), float(t.q[-1])) for name, t in timeline.fixtures.items()}
    return {name: last for name, (first, last) in ends.items() if abs(last - first) > _SAME}


def _course(timeline: Timeline) -> tuple[object, ...]:
    """Return what must be the same in the next cycle."""
    groups = {
        name: (
            [(e.kind, e.name, e.value, e.index) for e in timeline.events
             if e.kind in _COURSE and e.group == name],
            [(m.kind, m.index) for m in track.motions if m.kind != "stand"],
        )
        for name, track in timeline.tracks.items()
    }  # fmt: skip
    others = [(e.kind, e.name, e.group) for e in timeline.events
              if e.kind == "process" and e.group not in timeline.tracks]  # fmt: skip
    return groups, sorted(others), timeline.skipped, _at_once(timeline)


def _stops(timeline: Timeline) -> set[tuple[object, ...]]:
    """Return what was found; shifts of measured frames are solved for in the first cycle alone."""
    return {(f.rule, f.severity, f.subject, f.file, f.line)
            for f in timeline.findings if f.rule != FOLLOWED}  # fmt: skip


def _stand_alike(first: Timeline, then: Timeline) -> bool:
    """Whether moving fixtures are in the next cycle where the first one had them.

    In each phase within the range of the first cycle; or no group moves while that phase may last.
    """
    for name, track in first.fixtures.items():
        phases, others = track.phases, then.fixtures[name].phases
        if len(phases) != len(others):
            return False
        for k, (a, b) in enumerate(zip(phases, others, strict=True)):
            within = a.low - _SAME <= b.low and b.high <= a.high + _SAME
            if not within and _moves_in(first, name, k):
                return False
    return True


def _moves_in(timeline: Timeline, fixture: str, phase: int) -> bool:
    """Whether a group may move while a fixture is in a phase."""
    for c in timeline.concurrent:
        if fixture not in (c.a, c.b):
            continue
        (own, group) = ((c.a0, c.a1), c.b) if c.a == fixture else ((c.b0, c.b1), c.a)
        first, last = (c.b0, c.b1) if c.a == fixture else (c.a0, c.a1)
        there = own[0] // KNOTS <= phase <= max(own[1] - 1, own[0]) // KNOTS
        track = timeline.tracks.get(group)
        if there and track is not None:
            rows = track.q[first : last + 1]
            if len(rows) and float(np.ptp(rows, axis=0).max()) > _SAME:
                return True
    return False


def _at_once(timeline: Timeline) -> set[tuple[object, ...]]:
    """Return what may happen at the same time, by the blocks between syncs of each group."""

    def block(name: str, knot: int) -> int:
        track = timeline.tracks.get(name)
        return knot if track is None else int(track.block[min(knot, len(track.block) - 1)])

    return {
        (c.a, block(c.a, c.a0), block(c.a, c.a1 - 1), c.b, block(c.b, c.b0), block(c.b, c.b1 - 1))
        for c in timeline.concurrent
        if c.a0 < c.a1 and c.b0 < c.b1
    }


def _last_change(timeline: Timeline, left: Collection[str]) -> Index | None:
    """Return the line that changed what is left otherwise last."""
    lines = [e.index for e in timeline.events
             if e.kind == "signal" and e.name in left and e.index]  # fmt: skip
    return lines[-1] if lines else None
