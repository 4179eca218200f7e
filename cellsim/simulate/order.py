"""What signals order between groups: vector clocks, and what they leave free to happen at once.

A wait needs its signals at a value. A signal has one source, whose writes come in one order in
every timing, so that its values form one sequence of spells. The wait falls into some spell of
the right value that was not over, in every timing, when its group arrived; it therefore comes
after the beginning of the first such spell. Nothing else orders two groups.

Source: Lamport 1978; Fidge 1988 (vector clocks).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from cellsim.domain.program import Index
from cellsim.domain.timeline import Concurrent
from cellsim.simulate.expression import agrees

Counts = dict[str, int]


@dataclass(frozen=True, eq=False)
class Sync:
    """One thing a group did that others can see, or that waited for them.

    Attributes:
        group: Who. needs: (signal, value) pairs that held at once. asked: Signals a branch read.
        awaited: Signals of a wait that goes on elsewhere after its timeout.
        index: Where in its program.
        ends: What came to an end here: "" nothing, it took no time; "wait" a wait that lasts until
            its needs hold and no longer; "open" one that may last as long as it likes.
        told: What a branch was told, None where that is not known or nothing was asked.
    """

    group: str
    needs: tuple[tuple[str, bool | float], ...] = ()
    asked: tuple[str, ...] = ()
    index: Index | None = None
    ends: Literal["", "wait", "open"] = ""
    told: bool | None = None
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Change:
    """A signal that changes.

    Attributes:
        signal, value: What. cause: Position in the log of the Sync or Change that brought it
            about, -1 for the cell itself. delayed: It comes a time after its cause, not with it.
        takes: Least and most of that time [s]; None where it is not known.
    """

    signal: str
    value: bool | float
    cause: int
    delayed: bool = False
    takes: tuple[float, float] | None = (0.0, 0.0)


Log = Sequence[Sync | Change]


@dataclass(eq=False)
class Spells:
    """The values a signal goes through: (value, position in the log of its beginning)."""

    spells: list[tuple[bool | float, int]]
    sources: set[str] = field(default_factory=set)


def clocks(log: Log, initial: Mapping[str, bool | float]) -> list[Counts]:
    """Return the vector clock of each log entry: how much of every process came before it.

    Processes are the groups (counting their syncs) and the signals (counting their changes).
    """
    wires = spells_of(log, initial)
    result: list[Counts] = []
    last: dict[str, Counts] = {}
    changed: dict[str, int] = {}
    for position, entry in enumerate(log):
        if isinstance(entry, Change):
            changed[entry.signal] = changed.get(entry.signal, 0) + 1
            clock = dict(result[entry.cause]) if entry.cause >= 0 else {}
            _raise(clock, wire(entry.signal), changed[entry.signal])
        else:
            clock = dict(last.get(entry.group, {}))
            before = dict(clock)
            for need in entry.needs:
                start = first_spell(wires, need, before, position, log, result)
                _join(clock, result[start] if 0 <= start < position else {})
            clock[entry.group] = clock.get(entry.group, 0) + 1
            last[entry.group] = clock
        result.append(clock)
    return result


def spells_of(log: Log, initial: Mapping[str, bool | float]) -> dict[str, Spells]:
    """Return the values that each signal goes through."""
    wires = {name: Spells([(value, -1)]) for name, value in initial.items()}
    for position, entry in enumerate(log):
        if isinstance(entry, Change):
            wire = wires.setdefault(entry.signal, Spells([(False, -1)]))
            wire.spells.append((entry.value, position))
            wire.sources.add(root(log, entry))
    return wires


def root(log: Log, entry: Change) -> str:
    """Return the group whose program is behind a change, "" for the cell."""
    cause: Sync | Change = entry
    while isinstance(cause, Change):
        if cause.cause < 0:
            return ""
        cause = log[cause.cause]
    return cause.group


def first_spell(
    wires: Mapping[str, Spells],
    need: tuple[str, bool | float],
    before: Counts,
    position: int,
    log: Log,
    result: Sequence[Counts],
) -> int:
    """Return the log position at which the first spell begins that a wait can fall into.

    -1 where that is the start, or where nothing is known.
    """
    signal, value = need
    wire = wires.get(signal)
    if wire is None or len(wire.sources) > 1:
        return -1
    spells = wire.spells
    for number, (worth, start) in enumerate(spells):
        end = spells[number + 1][1] if number + 1 < len(spells) else None
        over = end is not None and end < position and passed(log, end, number + 1, before, result)
        if agrees(worth, value) and not over:
            return start
    return -1


def passed(log: Log, end: int, count: int, before: Counts, result: Sequence[Counts]) -> bool:
    """Whether a change has happened wherever `before` has: with its cause, or by its own count."""
    entry = log[end]
    assert isinstance(entry, Change)
    if before.get(wire(entry.signal), 0) >= count:
        return True
    cause = entry.cause
    while not entry.delayed and cause >= 0:
        origin = log[cause]
        if isinstance(origin, Sync):
            return before.get(origin.group, 0) >= result[cause][origin.group]
        entry, cause = origin, origin.cause
    return False


def wire(signal: str) -> str:
    """Return the process name of a signal in vector clocks."""
    return f"signal:{signal}"


def _raise(clock: Counts, key: str, value: int) -> None:
    clock[key] = max(clock.get(key, 0), value)


def _join(clock: Counts, other: Counts) -> None:
    for key, value in other.items():
        _raise(clock, key, value)


def free_blocks(
    log: Log,
    stamps: Sequence[Counts],
    a: str,
    b: str,
    moved: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Iterator[tuple[int, int, int]]:
    """Yield (block of a, first block of b, last block of b) that may happen at the same time.

    Block k of a group lies between its k-th and its next sync (block 0 before the first).

    Args:
        moved: Name of what moves without a program (a fixture) to the log positions of the
            changes that part its blocks, -1 for the beginning.
    """
    known_b = _known(log, stamps, a, b, moved)
    known_a = _known(log, stamps, b, a, moved)
    last = 0
    for block, first in enumerate(known_b):
        while last + 1 < len(known_a) and known_a[last + 1] <= block:
            last += 1
        if first <= last:
            yield block, first, last


def _known(
    log: Log, stamps: Sequence[Counts], group: str, other: str, moved: Mapping[str, Sequence[int]]
) -> list[int]:
    """Return, per block of `group`, how many syncs of `other` came before its beginning."""
    if group in moved:
        own = [stamps[node] if node >= 0 else {} for node in moved[group]]
    else:
        own = [
            stamp
            for entry, stamp in zip(log, stamps, strict=True)
            if isinstance(entry, Sync) and entry.group == group
        ]
    if other not in moved:
        return [0, *(stamp.get(other, 0) for stamp in own)]
    parted = [_as_count(log, stamps, node) for node in moved[other]]
    begun = sum(key == "" for key, _ in parted)
    return [begun, *(sum(s.get(key, 0) >= n for key, n in parted) for s in own)]


def _as_count(log: Log, stamps: Sequence[Counts], node: int) -> tuple[str, int]:
    """Return (process, count) of a change, which a clock holds that comes after it."""
    if node < 0:
        return "", 0
    entry = log[node]
    assert isinstance(entry, Change)
    return wire(entry.signal), stamps[node][wire(entry.signal)]


def rectangles(
    log: Log,
    stamps: Sequence[Counts],
    knots: Mapping[str, Sequence[tuple[int, int]]],
    moved: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> tuple[Concurrent, ...]:
    """Return the knot ranges of all pairs of groups that nothing orders.

    Args:
        knots: Group name to (first knot, last knot) of each of its blocks.
        moved: See `free_blocks`.
    """
    found: list[Concurrent] = []
    names = list(knots)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            rows: list[list[int]] = []
            for block, first, last in free_blocks(log, stamps, a, b, moved):
                if rows and rows[-1][1] == block - 1 and rows[-1][2:] == [first, last]:
                    rows[-1][1] = block
                else:
                    rows.append([block, block, first, last])
            for a0, a1, b0, b1 in rows:
                A, B = knots[a], knots[b]
                found.append(Concurrent(a, b, A[a0][0], A[a1][1], B[b0][0], B[b1][1]))
    return tuple(found)


def delayed(log: Log, change: Change) -> bool:
    """Whether a time lies between what a group did and the change that comes of it."""
    entry: Sync | Change = change
    while isinstance(entry, Change) and not entry.delayed and entry.cause >= 0:
        entry = log[entry.cause]
    return isinstance(entry, Change) and entry.delayed


def ordered(log: Log, stamps: Sequence[Counts], before: Counts, sync: int, change: int) -> bool:
    """Whether a sync and a change come in one order in every timing.

    Args:
        before: What the group of the sync knew before it.
    """
    asker, entry = log[sync], log[change]
    assert isinstance(asker, Sync)
    assert isinstance(entry, Change)
    key = wire(entry.signal)
    if before.get(key, 0) >= stamps[change][key]:
        return True
    return stamps[change].get(asker.group, 0) >= stamps[sync][asker.group]
