"""Signals: their values, who changed them because of what, and who never can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.ports import can_be, width_of
from cellsim.domain.program import If, Loop, Program, SetSignal, Statement, Wait
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import placed, statements_of
from cellsim.simulate.expression import UNKNOWN, Value, agrees, bind, leaves, literals
from cellsim.simulate.order import Change, Log, Sync


@dataclass(eq=False)
class Wires:
    """The signals of a cell while a job runs.

    Attributes:
        values: Signal name to its value now.
        fixed: Signals the user gave a value to; nothing changes them.
        begun: The values at the start.
        log: Every sync and change, in the order they happen.
        react: Called after each change with (signal, value before, value now, log position).
        same: Called where a signal is given the value that it has, with (signal, value, cause).
    """

    values: dict[str, bool | float]
    fixed: frozenset[str]
    log: list[Sync | Change] = field(default_factory=list)
    react: Callable[[str, bool | float, bool | float, int], None] | None = None
    same: Callable[[str, bool | float, int], None] | None = None
    begun: Mapping[str, bool | float] = field(init=False)

    def __post_init__(self) -> None:
        self.begun = dict(self.values)

    def read(self, name: str) -> Value:
        """Return a signal's value; UNKNOWN for a name the cell does not have."""
        return self.values.get(name, UNKNOWN)

    def sync(self, entry: Sync) -> int:
        """Log what a group did and return its position in the log."""
        self.log.append(entry)
        return len(self.log) - 1

    def change(
        self, signal: str, value: bool | float, cause: int, *, delayed: bool = False,
        takes: tuple[float, float] | None = (0.0, 0.0),
    ) -> int | None:  # fmt: skip
        """Give a signal a value; return the log position of the change, None for no change.

        takes: Least and most time since the cause [s], None where it is not known.
        """
        old = self.values.get(signal, False)
        if signal in self.fixed or old == value:
            if self.same is not None and old == value:
                self.same(signal, value, cause)
            return None
        position = len(self.log)
        self.values[signal] = value
        self.log.append(Change(signal, value, cause, delayed, takes))
        if self.react is not None:
            self.react(signal, old, value, position)
        return position

    def origin(self, node: int) -> Sync | None:
        """Return what a group did that brought a log entry about, None for the cell itself."""
        while node >= 0:
            entry = self.log[node]
            if isinstance(entry, Sync):
                return entry
            node = entry.cause
        return None

    def might_have(self, signal: str, cause: int) -> None:
        """Log that a late answer was called off; in another timing it would have come."""
        self.log.append(Change(signal, True, cause, delayed=True, takes=None))
        self.log.append(Change(signal, False, len(self.log) - 2))


def start_values(cell: Cell, inputs: Mapping[str, bool | float]) -> dict[str, bool | float]:
    """Return the signals as they are at the start: grippers confirm the state they are in."""
    values = {
        n: float(s.initial) if width_of(cell, n) else s.initial for n, s in cell.signals.items()
    }
    for tool in cell.tools.values():
        gripper = tool.gripper
        if gripper is not None:
            for name, state in ((gripper.closed, "closed"), (gripper.opened, "open")):
                if name:
                    values[name] = gripper.state0 == state
    return values | {k: v for k, v in inputs.items() if k in cell.signals}


def settable(job: Job, programs: Mapping[str, Program]) -> frozenset[str]:
    """Return the signals that some program, device, gripper or the cell itself can change."""
    names = {
        s.signal for p in programs.values() for s in statements_of(p) if isinstance(s, SetSignal)
    }
    signals = job.cell.signals
    names |= {
        device.done
        for device in job.cell.devices.values()
        if device.start in names
        or device.start in job.inputs
        or not (device.start in signals and signals[device.start].source.startswith("group:"))
    }
    for tool in job.cell.tools.values():
        if tool.gripper is not None:
            names |= {tool.gripper.closed, tool.gripper.opened}
    return frozenset(names) | job.inputs.keys()


def signals_read(statement: Statement) -> tuple[str, ...]:
    """Return the signals that a statement waits for or branches on."""
    if isinstance(statement, Wait | If | Loop) and statement.condition is not None:
        return tuple(leaves(statement.condition, "signal"))
    return ()


def never_set(
    job: Job, programs: Mapping[str, Program], free: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Yield a finding for each wait on a value that a signal can never take; free: may be any."""
    possible = settable(job, programs) | free
    start = start_values(job.cell, job.inputs)
    given = _values_given(programs)
    for group, program in programs.items():
        for file, statement in placed(program):
            if isinstance(statement, Wait):
                condition = bind(statement.condition, {}, job.inputs)
                for signal, value in literals(condition):
                    there = agrees(start.get(signal, False), value)
                    if isinstance(value, bool) or signal in free:
                        there = there or signal in possible
                    elif signal in possible and signal not in job.inputs:
                        there = there or value in given.get(signal, ())
                    if not there:
                        yield _finding("signal-never-set", file, statement, signal, group)


def _values_given(programs: Mapping[str, Program]) -> dict[str, set[bool | float]]:
    """Return every value that programs give each signal."""
    found: dict[str, set[bool | float]] = {}
    for program in programs.values():
        for s in statements_of(program):
            if isinstance(s, SetSignal):
                found.setdefault(s.signal, set()).add(s.value)
    return found


def wrong_wires(job: Job, programs: Mapping[str, Program]) -> Iterator[Finding]:
    """Yield a finding for each output that is unknown, another's, or set to what it cannot be."""
    for group, program in programs.items():
        seen: set[tuple[str, str, int]] = set()
        for file, statement in placed(program):
            if not isinstance(statement, SetSignal):
                continue
            place = (statement.signal, file, statement.line)
            if place in seen:
                continue
            seen.add(place)
            signal = job.cell.signals.get(statement.signal)
            if signal is None:
                yield _finding("signal-unknown", file, statement, statement.signal, group)
            elif signal.source != f"group:{group}":
                facts = {"source": signal.source}
                yield _finding("signal-of-another", file, statement, statement.signal, group, facts)
            elif not can_be(statement.value, width_of(job.cell, statement.signal)):
                width = width_of(job.cell, statement.signal)
                takes = f"0 to {2**width - 1}" if width else "on or off"
                facts = {"value": _said(statement.value), "takes": takes}
                yield _finding(
                    "signal-value-impossible", file, statement, statement.signal, group, facts
                )


def _said(value: bool | float) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else f"{value:g}"


def _finding(
    rule: str, file: str, statement: Statement, signal: str, group: str,
    facts: Mapping[str, object] | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        rule, Severity.ERROR, signal, file=file, line=statement.line,
        facts={"signal": signal, "group": group, **(facts or {})},
    )  # fmt: skip


def initial_of(log: Log, values: Mapping[str, bool | float]) -> dict[str, bool | float]:
    """Return the start values of every signal of the log."""
    names = {entry.signal for entry in log if isinstance(entry, Change)}
    return {name: values.get(name, False) for name in sorted(names | values.keys())}
