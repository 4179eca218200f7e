"""What `read` says of motions with states that are not known: one line for all that lost alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cellsim.domain.program import Program

_NAMES = 6


def lost_lines(program: Program, lang: str) -> Iterator[str]:
    """Yield a line for each line that lost states: which, and on which lines motions lack them."""
    from cellsim.domain.program import Move, Raw
    from cellsim.domain.walk import statements_of
    from cellsim.messages import fill, said, word

    found: dict[tuple[str, int], tuple[set[str], list[int]]] = {}
    for s in statements_of(program):
        for doubt in s.doubts if isinstance(s, Move | Raw) else ():
            own = doubt.line == s.line and doubt.file == program.file
            place = ("", 0) if own else (doubt.file, doubt.line)
            states, lines = found.setdefault(place, (set(), []))
            states.add(doubt.state)
            if s.line not in lines:
                lines.append(s.line)
    for (file, line), (states, lines) in sorted(found.items()):
        shown = ", ".join(map(str, lines[:_NAMES])) + (" ..." if lines[_NAMES:] else "")
        facts = {
            "states": ", ".join(said(lang, state) for state in sorted(states)),
            "place": f"{file or program.file}:{line}" if line else program.file,
            "count": len(lines),
            "lines": shown,
        }
        yield fill(word(lang, "states_lost"), facts)
