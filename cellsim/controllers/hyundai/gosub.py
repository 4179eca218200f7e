"""gosub: the lines from a label to its retsub as a routine of their own.

Source: HRScript manual 3.3.2: gosub branches to the address, retsub returns behind the gosub.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.hyundai.acts import Addressed
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Open

_JUMPS = frozenset({"goto", "jump_if", "wait"})
_LEAVES = frozenset({"end", "return", "retsub", "goto", "stop"})


def parted(lines: Sequence[Addressed]) -> tuple[list[Addressed], dict[str, list[Addressed]]]:
    """Return a job's own lines, and the lines of every label that gosub alone reaches.

    A label stays in the job, and gosub to it is not understood, where lines run or jump into it,
    or where its lines jump out or have no retsub at their end.
    """
    wanted = {str(a.act.data[0]) for a in lines if _word(a) == "gosub" and isinstance(a.act, Act)}
    left = list(lines)
    found: dict[str, list[Addressed]] = {}
    for name in sorted(wanted):
        span = _span(left, name)
        if span is not None:
            begin, end = span
            inner = left[begin + 1 : end]
            found[name] = [_returned(a) for a in inner]
            left = left[:begin] + left[end + 1 :]
    return left, found


def _word(addressed: Addressed) -> str:
    return addressed.act.word if isinstance(addressed.act, Act) else ""


def _returned(addressed: Addressed) -> Addressed:
    early = _word(addressed) == "retsub"
    return replace(addressed, act=Act("return")) if early else addressed


def _span(lines: Sequence[Addressed], name: str) -> tuple[int, int] | None:
    """Return the place of a label and of the retsub that ends its lines; None where not closed."""
    places = [i for i, a in enumerate(lines) if _is_label(a, name)]
    if len(places) != 1:
        return None
    begin, depth, end = places[0], 0, -1
    for i in range(begin + 1, len(lines)):
        depth += isinstance(lines[i].act, Open) - isinstance(lines[i].act, Close)
        if depth < 0:
            return None
        if depth == 0 and _word(lines[i]) == "retsub":
            end = i
            break
    before = [_word(a) for a in lines[:begin] if _word(a) != "comment"]
    if end < 0 or not before or before[-1] not in _LEAVES:
        return None
    inside, outside = lines[begin + 1 : end], [*lines[:begin], *lines[end + 1 :]]
    own = {str(a.act.data[0]) for a in inside if isinstance(a.act, Act) and _word(a) == "label"}
    own |= {a.address for a in inside if a.address}
    enters = _targets(outside) & (own | {name})
    leaves = _targets(inside) - own
    return None if enters or leaves else (begin, end)


def _is_label(addressed: Addressed, name: str) -> bool:
    act = addressed.act
    return isinstance(act, Act) and act.word == "label" and act.data[0] == name


def _targets(lines: Sequence[Addressed]) -> set[str]:
    """Return the addresses that lines jump to."""
    found = set()
    for a in lines:
        if isinstance(a.act, Act) and a.act.word in _JUMPS and a.act.data[-1] is not None:
            found.add(str(a.act.data[-1]))
    return found
