"""Who waits for what when nobody can go on, now or in another timing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.simulate.actions import Action, Await, Go
from cellsim.simulate.actor import Actor
from cellsim.simulate.explore import MAX_STATES, stuck_states
from cellsim.simulate.expression import say
from cellsim.simulate.order import Log, Sync
from cellsim.simulate.readings import Readings

MAX_TIME_S = 24 * 3600.0


def stranded(actors: Iterable[Actor], readings: Readings) -> bool:
    """Whether a program stands for what is taken to come, and never does: that is no course."""
    assert readings.choices is not None
    for actor in actors:
        wait = actor.waiting and readings.waits.get(actor.waiting[0])
        if actor.asking is not None or (wait and wait.value):
            readings.choices.impossible = True
    return readings.choices.impossible


def endless(actor: Actor, action: Action) -> Finding:
    """Return the finding of a program that still goes on after MAX_TIME_S, where it is not run."""
    index = action.moves[0][1] if isinstance(action, Go) else action.index
    return Finding(
        "endless-loop", Severity.ERROR, actor.group, file=index.file, line=index.line,
        facts={"limit": round(MAX_TIME_S), "unit": "s"},
    )  # fmt: skip


def deadlocks(actors: Sequence[Actor], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for each group that waits for ever.

    A group that waits for a signal that nothing sets has its own finding already.
    """
    waits = [(actor, *actor.waiting) for actor in actors if actor.waiting is not None]
    never = {(f.file, f.line) for f in findings if f.rule == "signal-never-set"}
    who = "; ".join(
        f"{actor.group} {_place(wait.index)} waits for {say(wait.condition)}"
        for actor, wait, _ in waits
    )
    for actor, wait, since in waits:
        if (wait.index.file, wait.index.line) not in never:
            facts = {"condition": say(wait.condition), "who": who}
            yield _finding("deadlock", Severity.ERROR, actor.group, wait.index, since, facts)


def overdue(wait: Await, group: str, now: float) -> Finding:
    """Return the finding of a wait that took too long, ended at a time [s]."""
    limit, index = wait.timeout_s, wait.index
    return Finding(
        "wait-timeout", Severity.ERROR, say(wait.condition), limit, limit, "s",
        index.file, index.line, now, now, {"group": group},
    )  # fmt: skip


def possible_deadlocks(
    log: Log, initial: Mapping[str, bool | float], polls: Collection[int] = ()
) -> Iterator[Finding]:
    """Yield a finding for each group that some other timing would leave waiting for ever.

    Timing is all that keeps such programs going: a signal that is taken back before the other
    group looks at it is lost if that group comes later than it does here. Where there are more
    states than can be looked at, the rest is not checked.

    Args:
        polls: Log positions of branches that are waits: see `raced.polls_met`.
    """
    found, whole = stuck_states(log, initial, polls=polls)
    if not whole:
        groups = ", ".join(dict.fromkeys(s.group for s in log if isinstance(s, Sync)))
        yield Finding(
            "deadlock-possible",
            Severity.NOT_CHECKED,
            groups,
            facts={"figure": "other timings", "states": MAX_STATES},
            help="too-many-timings",
        )
    for stuck in found:
        who = "; ".join(
            f"{group} {_place(index)} waits for {_needs(needs)}"
            for group, (index, needs) in stuck.waits.items()
        )
        for group, (index, needs) in stuck.waits.items():
            facts = {"condition": _needs(needs), "who": who}
            yield _finding("deadlock-possible", Severity.UNDECIDED, group, index, None, facts)


def _finding(
    rule: str, severity: Severity, group: str, index: Index | None, t: float | None,
    facts: Mapping[str, object],
) -> Finding:  # fmt: skip
    file, line = (index.file, index.line) if index else ("", 0)
    return Finding(rule, severity, group, file=file, line=line, t0=t, t1=t, facts=facts)


def _place(index: Index | None) -> str:
    return f"{index.file}:{index.line}" if index else ""


def _needs(needs: tuple[tuple[str, bool | float], ...]) -> str:
    return " and ".join(
        f"{signal} == {value:g}"
        if not isinstance(value, bool)
        else (signal if value else f"not {signal}")
        for signal, value in needs
    )
