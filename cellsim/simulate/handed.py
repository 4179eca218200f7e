"""What must be over before something else begins, whatever each device takes of its time.

A run takes the least, the typical or the longest times of all devices alike. But one may be slow
while another is quick: a part is safe only if its next holder has it before the last one may let it
go, and an arm may move only when its gripper has certainly acted. What says so is the order of
signals, or the times of the cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.simulate.hazards import Deed, before
from cellsim.simulate.order import Change, Counts, Log, wire

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
class Setting:
    """The first motion of a group behind an act of its gripper.

    Attributes:
        node: Log position of the last sync of the group before it.
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
        last = {d.group if takes == "grip" else "": d for d in own}
        holding = [d for d in last.values() if d.kind == takes]
        if not holding or any(_first(h, deed, log, stamps, times) for h in holding):
            continue
        file, line = (deed.index.file, deed.index.line) if deed.index else ("", 0)
        facts = {"gripped": str(holding[0].index), "group": deed.group}
        if takes == "clamp":
            facts["case"] = "clamped"
        yield Finding(
            "part-falls", Severity.UNDECIDED, deed.part, file=file, line=line, facts=facts
        )


def _first(
    held: Deed, gone: Deed, log: Log, stamps: Sequence[Counts], times: Bounds
) -> bool:  # fmt: skip
    if before(held, gone, log, stamps):
        return True
    over = (held.start, held.takes[1]) if held.done is None else (held.done, 0.0)
    return times.over_before(
        over, (gone.start, gone.takes[0]) if gone.done is None else (gone.done, 0.0)
    )


def set_out_early(
    settings: Sequence[Setting], log: Log, stamps: Sequence[Counts], times: Bounds
) -> Iterator[Finding]:
    """Yield the motions that may begin before the gripper has acted."""
    for one in settings:
        act = one.act
        over = (act.start, act.takes[1]) if act.done is None else (act.done, 0.0)
        if act.done is not None and one.node >= 0:
            told = log[act.done]
            assert isinstance(told, Change)
            key = wire(told.signal)
            if stamps[one.node].get(key, 0) >= stamps[act.done][key]:
                continue
        if times.over_as_it_moves(over, one.group, one.segment):
            continue
        file, line = (act.index.file, act.index.line) if act.index else ("", 0)
        yield Finding(
            "gripper-acts-in-motion", Severity.UNDECIDED, one.group, file=file, line=line,
            facts={"act": act.kind}, help="fine-before-grip",
        )  # fmt: skip
