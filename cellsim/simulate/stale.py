"""Answers of a device that are taken for new ones, though it was never started again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellsim.domain.report import Finding, Severity
from cellsim.domain.wiring import Device
from cellsim.simulate.order import Counts, Log, Sync, wire


@dataclass(frozen=True, eq=False)
class Taken:
    """A wait or branch that goes on by what a device told, while it is asked to start again.

    Attributes:
        asked: Log position of what asked the device again. node: Of the wait or branch.
        t: When it went on [s].
    """

    device: Device
    asked: int
    node: int
    t: float


def stale_answers(taken: Sequence[Taken], log: Log, stamps: Sequence[Counts]) -> Iterator[Finding]:
    """Yield a finding for each group that knows of the new start, and takes the old answer for it.

    Another group, which nothing tells of it, waits for the first answer: that one has come.
    """
    for one in taken:
        sync = log[one.node]
        assert isinstance(sync, Sync)
        if sync.index is None or not _knows(log, stamps, one):
            continue
        yield Finding(
            "answer-stale", Severity.ERROR, f"{sync.group} {one.device.name}",
            file=sync.index.file, line=sync.index.line, t0=one.t, t1=one.t,
            facts={"start": one.device.start, "done": one.device.done}, help="start-falls-first",
        )  # fmt: skip


def _knows(log: Log, stamps: Sequence[Counts], one: Taken) -> bool:
    """Whether a wait or branch comes after the device was asked again, in every timing."""
    if one.asked < 0:
        return True
    asked = log[one.asked]
    key = asked.group if isinstance(asked, Sync) else wire(asked.signal)
    return stamps[one.node].get(key, 0) >= stamps[one.asked][key]
