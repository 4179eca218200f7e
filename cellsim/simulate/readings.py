"""Readings of signals that programs go two ways on, and what each is taken to be.

A branch on a signal, and a wait that goes on elsewhere after its timeout, go one way on the clock
of this run. Where another timing of the cell may send them the other way (`unsettled` says where)
that is a course too. Then a wait ends by its timeout though its signal has come; and what has not
come yet is stood and waited for, as a group that comes later would find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellsim.domain.program import Expr, Index, Program
from cellsim.domain.timeline import Choice
from cellsim.simulate.actions import Ask, Await
from cellsim.simulate.choices import Choices, plain
from cellsim.simulate.expression import (
    UNKNOWN,
    Value,
    agrees,
    evaluate,
    is_plain,
    leaves,
    literals,
    say,
)
from cellsim.simulate.order import Sync, clocks, passed, spells_of
from cellsim.simulate.raced import asks_again
from cellsim.simulate.wires import Wires


@dataclass(eq=False)
class Reading:
    """One evaluation of a condition that a program goes two ways on.

    Attributes:
        group, index: Whose, and where. at: How many of the group were before it.
        expr: What is asked. timeout_s: Of a wait, None of a branch.
        clock: What it is on the clock of this run. value: What it is taken to be.
        node: Log position of the sync that it is, -1 while it stands.
    """

    group: str
    index: Index
    at: int
    expr: Expr
    timeout_s: float | None
    clock: bool
    value: bool
    node: int = -1

    @property
    def choice(self) -> Choice:
        """What it is taken to be, as a choice of the course."""
        text, negated = (say(self.expr), False) if self.timeout_s is not None else plain(self.expr)
        kind = "if" if self.timeout_s is None else "wait"
        where = self.group, self.index.file, self.index.line
        return Choice(*where, kind, text, self.value is not negated, self.at)


@dataclass(frozen=True, eq=False)
class Told:
    """The answer to a branch that is a reading: it holds until time goes on."""

    value: bool


@dataclass(eq=False)
class Moment:
    """What a program was told of signals since time went on: it holds when it is asked again.

    Attributes:
        values: Of signals, and of what is not known. bound: Of these what the cell determines: an
            output that the program sets may change it at once.
    """

    values: dict[str, bool | float] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)

    def take(self, told: Iterable[tuple[str, bool | float]]) -> None:
        """Keep what the cell told of its signals."""
        known = dict(told)
        self.values |= known
        self.bound.update(known)

    def choose(self, name: str, value: bool | float, expr: Expr, choices: Choices | None) -> None:
        """Keep what a name of an expression was taken to be."""
        self.values[name] = value
        free = choices is not None and name in choices.free
        if name in leaves(expr, "signal") and not free:
            self.bound.add(name)

    def output(self, signal: str) -> None:
        """Ask anew for an output that is set, and for all that it may change."""
        for name in (signal, *self.bound):
            self.values.pop(name, None)


@dataclass(eq=False)
class Readings:
    """All readings of a run.

    Attributes:
        choices: What is taken otherwise than on this clock; None: nothing is.
        chosen: Waits on what nothing determines, and what they are taken to be.
        met: Readings in the order they were decided. waits: Those that are waits.
    """

    wires: Wires
    programs: Mapping[str, Program]
    choices: Choices | None = None
    chosen: dict[Await, bool] = field(default_factory=dict)
    met: list[Reading] = field(default_factory=list)
    waits: dict[Await, Reading] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.again = asks_again(self.programs)

    def open(self, name: str) -> Value:
        """Return a signal's value; UNKNOWN too where nothing in the cell determines it."""
        free = self.choices is not None and name in self.choices.free
        return UNKNOWN if free else self.wires.read(name)

    def needs(self, condition: Expr, value: bool = True) -> tuple[tuple[str, bool | float], ...]:
        """Return what others must have done for a condition to hold; the open is not of them."""
        pairs = literals(condition, value)
        return tuple(pair for pair in pairs if self.open(pair[0]) is not UNKNOWN)

    def awaited(self, group: str, wait: Await) -> Value:
        """Return whether a wait is over; one on the unknown ends at once or, chosen, times out."""
        value = evaluate(wait.condition, self.wires.read)
        if self.choices is None or evaluate(wait.condition, self.open) is not UNKNOWN:
            return value
        if wait in self.waits:
            return value
        if wait not in self.chosen:
            met: bool | None = True
            if wait.branches:
                where = (group, wait.index.file, wait.index.line)
                met = self.choices.choose(*where, "wait", say(wait.condition), True)
            if met is None:
                return UNKNOWN
            self.chosen[wait] = met
        return self.chosen[wait]

    def ends(self, group: str, wait: Await, held: bool) -> bool:
        """Return whether a wait that is over on the clock is taken to have held."""
        if not wait.branches or wait in self.chosen or wait.timeout_s is None:
            return held
        if wait not in self.waits:
            known = group, wait.index, wait.condition, wait.timeout_s
            self.waits[wait] = self._decide(*known, held)
        return self.waits[wait].value

    def asked(self, group: str, ask: Ask, value: object) -> Reading | None:
        """Return the reading that a branch is; None if it only asks again, or is no yes or no."""
        if not isinstance(value, bool) or self.again(group, ask.index):
            return None
        return self._decide(group, ask.index, ask.expr, None, value)

    def _decide(
        self, group: str, index: Index, expr: Expr, timeout_s: float | None, clock: bool
    ) -> Reading:
        at = self.counts.get(group, 0)
        self.counts[group] = at + 1
        reading = Reading(group, index, at, expr, timeout_s, clock, clock)
        if self.choices is not None:
            given = self.choices.timed.get((group, at))
            there = reading.choice
            if given is not None and given.alike(there):
                reading.value = clock if given == there else not clock
            self.choices.met.append(reading.choice)
        self.met.append(reading)
        return reading

    def has_come(self, group: str, expr: Expr, value: bool) -> bool:
        """Whether a condition is, or was since what the group knows, what it is taken to be."""
        if evaluate(expr, self.wires.read) is value:
            return True
        needs = self.needs(expr, value)
        if not is_plain(expr, value):
            return self.begun_as(expr) is value
        log, begun = self.wires.log, self.wires.begun
        stamps = clocks(log, begun)
        known = [s for s, e in zip(stamps, log, strict=True)
                 if isinstance(e, Sync) and e.group == group]  # fmt: skip
        wires = spells_of(log, begun)
        for signal, worth in needs:
            spells = wires[signal].spells if signal in wires else []
            ends = [start for _, start in spells[1:]]
            alike = [k for k, (v, _) in enumerate(spells) if agrees(v, worth)]
            before = known[-1] if known else {}
            if all(
                k < len(ends) and passed(log, ends[k], k + 1, before, stamps) for k in alike
            ):  # fmt: skip
                return False
        return True

    def begun_as(self, expr: Expr) -> Value:
        """Return what a condition is as the programs begin."""
        return evaluate(expr, lambda name: self.wires.begun.get(name, UNKNOWN))

    @property
    def taken(self) -> int:
        """How much was chosen so far, or taken otherwise than on the clock."""
        unknown = [] if self.choices is None else [c for c in self.choices.met if c.at is None]
        return len(unknown) + sum(r.value is not r.clock for r in self.met)

    def either(self, reading: Reading) -> bool:
        """Whether a run can take a reading the other way than it was taken."""
        other = not reading.value
        if reading.timeout_s is not None and not other:
            return True
        return is_plain(reading.expr, other) or self.begun_as(reading.expr) is other

    def ran_out(self, wait: Await, held: bool) -> bool:
        """Whether a wait came to its timeout on the clock of this run."""
        reading = self.waits.get(wait)
        on_clock = held if reading is None else reading.clock
        return not on_clock and wait not in self.chosen


def log_positions(readings: Readings) -> Mapping[int, Reading]:
    """Return the readings by the log position of what they are."""
    return {reading.node: reading for reading in readings.met if reading.node >= 0}
