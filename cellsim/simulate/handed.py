"""What must be over before something else begins, whatever each device takes of its time.

A run takes the least, the typical or the longest times of all devices alike. But one may be slow
while another is quick: a part is safe only if its next holder has it before the last one may let it
go, and an arm may move only when its gripper has certainly acted. What says so is the order of
signals, or the times of the cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cellsim.domain.program import Index
from cellsim.domain.report import Finding
from cellsim.simulate.hazards import Deed, before, known_at, undecided
from cellsim.simulate.order import Counts, Log

_HOLDS = {"unclamp": ("grip", "release"), "release": ("clamp", "unclamp")}


@dataclass(frozen=True, eq=False)
class Act:
    """A gripper that has closed or opened.

    Attributes:
        kind, index: "close" or "open", at which line.
        start: Log position of its command. done: Of its confirmation, None for none.
        takes: Least and most time [s].
    """

    kind: str
    index: Index | None
    start: int
    done: int | None
    takes: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Departure:
    """The first motion of a group behind an act of its gripper.

    Attributes:
        node: Log position of the last sync of the group before it, -1 for none.
        segment: Which one of what the group did it is.
    """

    group: str
    act: Act
    node: int
    segment: int


class Bounds(Protocol):
    """What times prove, see `unsettled.Times`."""

    def over_before(self, first: tuple[int, float], then: tuple[int, float]) -> bool:
        """Whether (log position, most time after it) is never later than (another, least time)."""
        ...

    def over_as_it_moves(self, first: tuple[int, float], group: str, segment: int) -> bool:
        """Whether (log position, most time after it) is never later than a motion of a group."""
        ...


def loosened(
    deeds: Sequence[Deed], log: Log, stamps: Sequence[Counts], times: Bounds
) -> Iterator[Finding]:
    """Yield what may be let go before that has it which alone holds it then."""
    for number, deed in enumerate(deeds):
        if not deed.bare:
            continue
        takes, gives = _HOLDS[deed.kind]
        own = [d for d in deeds[:number] if d.part == deed.part and d.kind in (takes, gives)]
        last = {(d.group, d.mover): d for d in own}
        holding = [d for d in last.values() if d.kind == takes]
        if not holding or any(_first(h, deed, log, stamps, times) for h in holding):
            continue
        facts = {"gripped": str(holding[0].index), "group": deed.group}
        if takes == "clamp":
            facts["case"] = "clamped"
        yield undecided("part-falls", deed.part, deed.index, facts)


def _first(
    held: Deed, gone: Deed, log: Log, stamps: Sequence[Counts], times: Bounds
) -> bool:  # fmt: skip
    """Whether one deed is done before the other one is, in every timing."""
    latest = (held.start, held.takes[1]) if held.done is None else (held.done, 0.0)
    soonest = (gone.start, gone.takes[0]) if gone.done is None else (gone.done, 0.0)
    return before(held, gone, log, stamps) or times.over_before(latest, soonest)


def early_departures(
    departures: Sequence[Departure], log: Log, stamps: Sequence[Counts], times: Bounds
) -> Iterator[Finding]:
    """Yield the motions that may begin before the gripper has acted."""
    for one in departures:
        act, latest = one.act, (one.act.start, one.act.takes[1])
        if known_at(log, stamps, act.done, one.node):
            continue
        if not times.over_as_it_moves(latest, one.group, one.segment):
            facts = {"act": act.kind}
            found = undecided("gripper-acts-in-motion", one.group, act.index, facts)
            yield replace(found, help="fine-before-grip")
