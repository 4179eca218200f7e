"""What is certain of a moving fixture, in every timing: where it stands, or between what it is.

From a start signal until its device tells done a fixture may be anywhere between where it was and
where it goes; if done is never told, from then on. Done counts only where whatever comes next to
the fixture comes after it in every timing, and where no other device may still be moving it. Marks
that no signal orders leave the fixture anywhere that these devices bring it, all the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.domain.report import Finding, Severity
from cellsim.domain.strokes import reach_of
from cellsim.domain.timeline import Phase
from cellsim.kinematics.movers import MOVER
from cellsim.simulate.choices import free_signals
from cellsim.simulate.movers import Mark, Movers
from cellsim.simulate.order import Change, Counts, Log, Sync, clocks, wire
from cellsim.simulate.wires import Wires, initial_of


@dataclass(frozen=True, eq=False)
class Known:
    """The phases of one fixture, and what came of two devices that move it.

    Attributes:
        nodes: Log position of what begins each phase but the first; -1 is the beginning.
        findings: Devices that may move it at the same time.
    """

    phases: tuple[Phase, ...]
    nodes: tuple[int, ...]
    findings: tuple[Finding, ...] = ()


def before(log: Log, stamps: Sequence[Counts], node: int, at: int | None) -> bool:
    """Return whether a change of a signal has come, in every timing, by another log entry.

    By its own count, or with what brought it about, where it does not come a time after that.
    """
    if node < 0:
        return True
    if at is None or at < 0:
        return False
    entry = log[node]
    assert isinstance(entry, Change)
    key = wire(entry.signal)
    if stamps[at].get(key, 0) >= stamps[node][key]:
        return True
    while isinstance(entry, Change) and not entry.delayed and entry.cause >= 0:
        node, entry = entry.cause, log[entry.cause]
    return isinstance(entry, Sync) and (stamps[at].get(entry.group, 0) >= stamps[node][entry.group])


def known_of(
    name: str,
    start: float,
    marks: Sequence[Mark],
    log: Log,
    stamps: Sequence[Counts],
    end: float,
) -> Known:
    """Return what is certain of a fixture until `end` [s].

    Args:
        name: Of the fixture. start: Where it stands at the beginning [rad | m].
    """
    told = [m for m in marks if m.node is not None]
    afters = [m.node for m in told[1:]]
    kept = [
        m
        for k, m in enumerate(told)
        if m.kind != "done" or k == len(afters) or before(log, stamps, _node(m), afters[k])
    ]
    ordered = all(before(log, stamps, _node(a), b.node) for a, b in pairwise(kept))
    if not ordered:
        goals = [start, *(m.goal for m in told)]
        phase = Phase("free", 0.0, end, min(goals), max(goals))
        facts = {"devices": ", ".join(sorted({m.device for m in told}))}
        found = Finding("fixture-moved-by-two", Severity.UNDECIDED, name, facts=facts)
        return Known((phase,), (), (found,))
    steps = list(_steps(name, start, told, kept, log, stamps))
    opened = [phase for phase, _ in steps]
    closed = [replace(one, t1=after.t0) for one, after in pairwise(opened)]
    phases = (*closed, replace(opened[-1], t1=max(end, opened[-1].t0)))
    findings = tuple(f for _, f in steps if f is not None)
    return Known(phases, tuple(_node(m) for m in kept), findings)


def _node(mark: Mark) -> int:
    assert mark.node is not None
    return mark.node


def _steps(
    name: str,
    start: float,
    told: Sequence[Mark],
    kept: Sequence[Mark],
    log: Log,
    stamps: Sequence[Counts],
) -> Iterator[tuple[Phase, Finding | None]]:
    """Yield the phases with open ends, each with what is to be said of the mark that began it.

    Args:
        told: All marks. kept: Those that begin a phase; the others are dones that tell nothing.
    """
    now = Phase("stands", 0.0, 0.0, start, start)
    yield now, None
    running: set[str] = set()
    ends: dict[str, int] = {}
    for mark in told:
        if mark not in kept:
            ends[mark.device] = _node(mark)
            continue
        over = {d for d in running if d in ends and before(log, stamps, ends[d], mark.node)}
        running -= over
        others = running - {mark.device}
        low, high, finding = now.low, now.high, None
        if mark.kind in ("start", "back"):
            low, high = min(low, mark.goal), max(high, mark.goal)
            kind = "moves" if mark.kind == "start" else "free"
            if mark.kind == "start" and others:
                finding = _by_two(name, mark, others, nominal=not others <= ends.keys())
            running.add(mark.device)
            ends.pop(mark.device, None)
        elif mark.kind == "done" and not others:
            low, high, kind = mark.goal, mark.goal, "stands"
            running.clear()
        else:
            kind = "free" if mark.kind == "off" else now.kind
        if mark.kind != "start":
            running.discard(mark.device)
        now = Phase(
            "stands" if kind == "stands" else "moves" if kind == "moves" else "free",
            mark.t, mark.t, low, high, mark.device, mark.index,
        )  # fmt: skip
        yield now, finding


def _by_two(name: str, mark: Mark, others: set[str], *, nominal: bool) -> Finding:
    file, line = (mark.index.file, mark.index.line) if mark.index else ("", 0)
    facts = {"devices": ", ".join(sorted({mark.device, *others}))}
    severity = Severity.ERROR if nominal else Severity.UNDECIDED
    return Finding(
        "fixture-moved-by-two", severity, name, file=file, line=line, t0=mark.t, t1=mark.t,
        facts=facts,
    )  # fmt: skip


def stands_at(
    known: Known, log: Log, stamps: Sequence[Counts], began: int, told: int | None
) -> bool:
    """Return whether a fixture stands still, in every timing, while something is done on it.

    Args:
        began: Log position of what commands it. told: of the change that confirms it, None where
            nothing does.
    """
    count = 0
    while count < len(known.nodes) and before(log, stamps, known.nodes[count], began):
        count += 1
    if known.phases[count].kind != "stands":
        return False
    if count == len(known.nodes):
        return True
    return told is not None and before(log, stamps, told, known.nodes[count])


def by_fixture(
    movers: Movers,
    log: Log,
    stamps: Sequence[Counts],
    end: float,
    loose: Mapping[str, tuple[float, float]] = MappingProxyType({}),
) -> Mapping[str, Known]:
    """Return what is certain of every moving fixture, by "fixture:NAME".

    Args:
        loose: Fixtures of which nothing in the job says when they move, with where they may be.
    """
    found = {
        name: known_of(name, mover.q[0], mover.marks, log, stamps, end)
        for name, mover in movers.of.items()
        if name not in loose
    }
    return found | {
        name: Known((Phase("free", 0.0, end, low, high),), ())
        for name, (low, high) in loose.items()
    }


def loose_in(job: Job, programs: Mapping[str, Program]) -> Mapping[str, tuple[float, float]]:
    """Return the fixtures of which nothing in a job says when they move, with where they may be.

    A device of theirs starts by a signal that neither the user, a program nor a device determines.

    Args:
        programs: Of the groups, lowered.
    """
    cell, free = job.cell, set(free_signals(job, programs))
    while True:
        more = {d.done for d in cell.devices.values() if d.start in free and d.done not in free}
        if not more:
            break
        free |= more
    names = dict.fromkeys(
        d.target for d in cell.devices.values() if d.effect == "move" and d.start in free
    )
    return {f"{MOVER}{name}": reach_of(cell, name) for name in names}


def certain(movers: Movers, wires: Wires, at: int) -> tuple[object, ...]:
    """Return what a log entry knows of the moving fixtures, as something to compare.

    Of each its nominal place, kind and range of its last phase, and whether that had begun, in
    every timing, by the entry.
    """
    if not movers.of:
        return ()
    stamps = clocks(wires.log, initial_of(wires.log, wires.begun))
    found: list[object] = []
    for name, known in by_fixture(movers, wires.log, stamps, 0.0).items():
        last = known.phases[-1]
        begun = not known.nodes or before(wires.log, stamps, known.nodes[-1], at)
        found.append((name, movers.of[name].q[-1], last.kind, last.low, last.high, begun))
    return tuple(found)
