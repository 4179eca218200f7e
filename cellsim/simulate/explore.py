"""Other timings: every order in which waits, outputs and answers can follow each other.

The programs keep their course (the same branches); only the time between their steps is free.
A state is how far each group is and how far each signal; late answers of devices come whenever
they like, or never where their command was taken back before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellsim.domain.program import Index
from cellsim.simulate.expression import agrees
from cellsim.simulate.order import Change, Log, Sync

MAX_STATES = 50_000
State = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Stuck:
    """A state in which nobody can go on: group name to (where it waits, signals it needs)."""

    waits: Mapping[str, tuple[Index | None, tuple[tuple[str, bool | float], ...]]]


@dataclass(frozen=True, eq=False)
class _Course:
    """The syncs of each group and the changes of each signal, in order.

    Attributes:
        syncs: Per group, log positions. changes: Per signal, log positions.
        at_once: Log position of a sync to the (signal number, number of the change) that come
            with it.
    """

    groups: tuple[str, ...]
    signals: tuple[str, ...]
    syncs: tuple[tuple[int, ...], ...]
    changes: tuple[tuple[int, ...], ...]
    at_once: Mapping[int, tuple[tuple[int, int], ...]]


def stuck_states(
    log: Log,
    initial: Mapping[str, bool | float],
    most: int = MAX_STATES,
    polls: Collection[int] = (),
) -> tuple[tuple[Stuck, ...], bool]:
    """Return the states, without doubles, in which some timing leaves the programs stuck.

    Args:
        polls: Log positions of branches that stand until their needs hold, as waits do; all others
            go on in any case.

    Returns:
        What was found, and whether every state was looked at: no more than `most`.
    """
    course = _course(log)
    start: State = ((0,) * len(course.groups), (0,) * len(course.signals))
    seen, todo, ends = {start}, [start], []
    while todo and len(seen) <= most:
        state = todo.pop()
        following = list(_steps(log, course, state, initial, polls))
        if not following and _for_ever(log, course, state[0]):
            ends.append(state)
        for new in following:
            if new not in seen:
                seen.add(new)
                todo.append(new)
    stuck = sorted({positions for positions, _ in ends})
    return tuple(_stuck(log, course, at) for at in stuck), not todo


def _for_ever(log: Log, course: _Course, positions: Sequence[int]) -> bool:
    """Whether somebody has not ended, and nobody stands where a timeout leads on.

    That way on is another course, which is looked at for itself.
    """
    here = [syncs[at] for at, syncs in zip(positions, course.syncs, strict=True) if at < len(syncs)]
    return bool(here) and not any(_sync(log, k).awaited for k in here)


def _stuck(log: Log, course: _Course, positions: Sequence[int]) -> Stuck:
    """Return where each group that has not ended waits."""
    return Stuck(
        {
            group: (_sync(log, syncs[at]).index, _sync(log, syncs[at]).needs)
            for group, at, syncs in zip(course.groups, positions, course.syncs, strict=True)
            if at < len(syncs)
        }
    )


def _course(log: Log) -> _Course:
    groups = tuple(dict.fromkeys(e.group for e in log if isinstance(e, Sync)))
    signals = tuple(dict.fromkeys(e.signal for e in log if isinstance(e, Change)))
    syncs = tuple(
        tuple(k for k, e in enumerate(log) if isinstance(e, Sync) and e.group == g) for g in groups
    )
    changes = tuple(
        tuple(k for k, e in enumerate(log) if isinstance(e, Change) and e.signal == s)
        for s in signals
    )
    at_once: dict[int, list[tuple[int, int]]] = {}
    for number, positions in enumerate(changes):
        for count, position in enumerate(positions, start=1):
            root = _with(log, position)
            if root is not None:
                at_once.setdefault(root, []).append((number, count))
    return _Course(groups, signals, syncs, changes, {k: tuple(v) for k, v in at_once.items()})


def _with(log: Log, position: int) -> int | None:
    """Return the sync or late change that a change comes together with, None for a late one."""
    entry = log[position]
    assert isinstance(entry, Change)
    if entry.delayed or entry.cause < 0:
        return None
    cause = log[entry.cause]
    if isinstance(cause, Sync) or cause.delayed:
        return entry.cause
    return _with(log, entry.cause)


def _steps(
    log: Log,
    course: _Course,
    state: State,
    initial: Mapping[str, bool | float],
    polls: Collection[int],
) -> Iterator[State]:
    positions, spells = state
    for number, at in enumerate(positions):
        if at < len(course.syncs[number]):
            here = course.syncs[number][at]
            sync = _sync(log, here)
            free = sync.asked and here not in polls
            if free or _holds(log, course, sync.needs, spells, initial):
                moved = (*positions[:number], at + 1, *positions[number + 1 :])
                yield moved, _with_it(course, here, spells)
    for number, count in enumerate(spells):
        if count < len(course.changes[number]):
            late = course.changes[number][count]
            if _with(log, late) is None and _has_happened(log, course, late, state):
                changed = (*spells[:number], count + 1, *spells[number + 1 :])
                yield positions, _with_it(course, late, changed)


def _with_it(course: _Course, position: int, spells: tuple[int, ...]) -> tuple[int, ...]:
    """Return the spells after what comes together with a log entry; skipped answers are lost."""
    result = list(spells)
    for number, count in course.at_once.get(position, ()):
        result[number] = max(result[number], count)
    return tuple(result)


def _holds(
    log: Log,
    course: _Course,
    needs: tuple[tuple[str, bool | float], ...],
    spells: tuple[int, ...],
    initial: Mapping[str, bool | float],
) -> bool:
    for signal, value in needs:
        now = initial.get(signal, False)
        if signal in course.signals:
            number = course.signals.index(signal)
            if spells[number]:
                entry = log[course.changes[number][spells[number] - 1]]
                assert isinstance(entry, Change)
                now = entry.value
        if not agrees(now, value):
            return False
    return True


def _has_happened(log: Log, course: _Course, late: int, state: State) -> bool:
    """Whether the cause of a late change has happened in a state."""
    entry = log[late]
    assert isinstance(entry, Change)
    if entry.cause < 0:
        return True
    cause = log[entry.cause]
    if isinstance(cause, Sync):
        number = course.groups.index(cause.group)
        return course.syncs[number].index(entry.cause) < state[0][number]
    number = course.signals.index(cause.signal)
    return course.changes[number].index(entry.cause) < state[1][number]


def _sync(log: Log, position: int) -> Sync:
    entry = log[position]
    assert isinstance(entry, Sync)
    return entry
