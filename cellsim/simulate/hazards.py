"""What must come in one order in every timing: grip before the last fastener, that before moving.

The course of this run may be right by luck. A part is safe only if signals hold the order: the
command that takes its last fastener out comes after the gripper's confirmation, and its holder
moves only after it knows that the fastener is out. What one robot puts down the next one takes only
once it is let go, and from hand to hand it is let go only once the next one has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.simulate.order import Change, Counts, Log, wire
from cellsim.simulate.phases import Known, stands_at


@dataclass(frozen=True, eq=False)
class Deed:
    """Something done to a part.

    Attributes:
        kind: "grip", "release", "unhinged", "clamp", "unclamp", "leave" (the first motion after a
            grip) or "touch" (something done on a moving fixture).
        part, group, index: To what, by whom, at which line.
        start: Log position of what commanded it, or of the last sync before it (-1 = none).
        done: Log position of the change that confirms it, None where nothing does.
        mover: The moving fixture on which it is done, with kind "touch"; what clamps.
        takes: Least and most time of what does it [s].
        bare: Only one other thing holds the part then: the gripper where a clamp opens, or the
            clamp where a gripper opens.
    """

    kind: str
    part: str
    group: str
    index: Index | None
    start: int
    done: int | None = None
    mover: str = ""
    takes: tuple[float, float] = (0.0, 0.0)
    bare: bool = False


def hazards(
    deeds: Sequence[Deed], log: Log, stamps: Sequence[Counts], movers: Mapping[str, Known]
) -> Iterator[Finding]:
    """Yield what no signal orders: a part unhinged before its grip, a holder that moves early.

    And what is gripped, let go or clamped on a fixture that may be moving then.
    """
    yield from _handovers(deeds, log, stamps)
    for number, deed in enumerate(deeds):
        others = [d for d in deeds if d.part == deed.part]
        if deed.kind == "unhinged":
            grips = [d for d in others if d.kind == "grip"]
            if grips and not any(before(g, deed, log, stamps) for g in grips):
                facts = {"gripped": str(grips[0].index), "group": deed.group}
                yield undecided("part-falls", deed.part, deed.index, facts)
        elif deed.kind == "leave":
            freed = [d for d in others if d.kind == "unhinged"]
            if freed and not any(before(f, deed, log, stamps) for f in freed):
                facts = {"freed": str(freed[0].index)}
                subject = f"{deed.group} {deed.part}"
                yield undecided("holder-moves-while-fastened", subject, deed.index, facts)
            opened = [d for d in deeds[:number] if (d.part, d.kind) == (deed.part, "unclamp")]
            if opened and not _comes_after(opened[-1], deed, log, stamps):
                facts = {"freed": str(opened[-1].index), "group": deed.group}
                yield undecided("moved-while-clamped", deed.part, deed.index, facts)
        elif deed.kind == "touch" and not stands_at(
            movers[deed.mover], log, stamps, deed.start, deed.done
        ):
            subject = f"{deed.part} / {deed.mover}"
            yield undecided("fixture-not-standing", subject, deed.index, {"group": deed.group})


def _handovers(deeds: Sequence[Deed], log: Log, stamps: Sequence[Counts]) -> Iterator[Finding]:
    """Yield the grips and releases of a part that two groups do, and that no signal orders."""
    for part in dict.fromkeys(d.part for d in deeds):
        mine = [d for d in deeds if d.part == part and d.kind in ("grip", "release")]
        for k, deed in enumerate(mine):
            # Another one's grip or release right before it must be done when this one begins.
            other = next((d for d in reversed(mine[:k]) if d.group != deed.group), None)
            if other is None or _comes_after(other, deed, log, stamps):
                continue
            facts = {"case": deed.kind, "other": other.group, "first": str(other.index)}
            yield undecided("handover-not-ordered", f"{deed.group} {part}", deed.index, facts)


def _comes_after(first: Deed, then: Deed, log: Log, stamps: Sequence[Counts]) -> bool:
    """Whether `then` starts after `first` is confirmed; where nothing does, after its command."""
    if first.done is not None:
        return before(first, then, log, stamps)
    if first.start < 0 or then.start < 0:
        return False
    return stamps[then.start].get(first.group, 0) >= stamps[first.start].get(first.group, 0)


def before(first: Deed, then: Deed, log: Log, stamps: Sequence[Counts]) -> bool:
    """Whether `then` starts only after `first` is confirmed, in every timing."""
    return known_at(log, stamps, first.done, then.start)


def known_at(log: Log, stamps: Sequence[Counts], done: int | None, node: int) -> bool:
    """Whether a confirmation has come wherever a log entry has; None, -1: neither is known."""
    if done is None or node < 0:
        return False
    confirmed = log[done]
    assert isinstance(confirmed, Change)
    key = wire(confirmed.signal)
    return stamps[node].get(key, 0) >= stamps[done][key]


def undecided(
    rule: str, subject: str, index: Index | None, facts: Mapping[str, object]
) -> Finding:  # fmt: skip
    """Return the finding that nothing orders what happens at a line."""
    file, line = (index.file, index.line) if index else ("", 0)
    return Finding(rule, Severity.UNDECIDED, subject, file=file, line=line, facts=facts)
