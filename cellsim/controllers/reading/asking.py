"""What a condition does that nobody can say the value of, as finding it may move the robot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.domain.program import If, Loop, Raw, Statement, Wait

_ASKING = (If, Loop, Wait)


def with_asked(line: Line, made: Sequence[Statement], moves: Callable[[], bool]) -> list[Statement]:
    """Return the statements of a line or block, its text before a condition that is not known.

    A branch on it may be taken both ways, and a function in it that moves, or that is not given,
    is called on both: the text stands for that call, of a loop behind each pass too.

    Args:
        line: The line. made: Its statements. moves: Whether the line may move the robot.
    """
    if not any(_asks(s, line) for s in made) or not moves():
        return list(made)
    out: list[Statement] = []
    for s in made:
        if not _asks(s, line):
            out.append(s)
            continue
        text = Raw(line.verbatim.strip(), line=line.number, moves=True)
        again = replace(s, body=(*s.body, replace(text))) if isinstance(s, Loop) else s
        out += [text, again]
    return out


def _asks(statement: Statement, line: Line) -> bool:
    """Return whether a statement of this line has a condition that is not known."""
    if not isinstance(statement, _ASKING) or statement.line != line.number:
        return False
    condition = statement.condition
    return condition is not None and any(part.op == "unknown" for part in every(condition))
