"""A switch with cases that do not fall through, said as IF and ELSEIF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr
from cellsim.errors import BadInput


class Worded(Protocol):
    """A statement of any brand: its word and what belongs to it."""

    @property
    def word(self) -> str: ...

    @property
    def data(self) -> tuple[Any, ...]: ...


@dataclass(frozen=True)
class Switch:
    """What a brand says.

    Attributes:
        begin, end: The words of the text, for messages.
        kind: Its acts, "switch", "case", "default" and "endswitch" among them.
        nothing: Stands for the end of a switch without any case.
    """

    begin: str
    end: str
    kind: type[Worded]
    nothing: Worded


def as_branches(
    acts: Iterable[tuple[Line, object]], brand: Switch
) -> Iterator[tuple[Line, object]]:
    """Yield lines with cases said as IF and ELSEIF. Errors: BadInput where a switch has no end."""
    open_ones: list[tuple[Expr, bool]] = []
    last: Line | None = None
    for line, act in acts:
        last = line
        word, data = (act.word, act.data) if isinstance(act, brand.kind) else ("", ())
        if word == "switch":
            open_ones.append((data[0], True))
            continue
        said = act
        if word == "endswitch" and open_ones:
            said = brand.nothing if open_ones.pop()[1] else Close(frozenset({"if"}))
        elif word in {"case", "default"} and open_ones:
            value, first = open_ones[-1]
            open_ones[-1] = (value, False)
            if word == "case":
                condition = is_one_of(value, data)
                said = Open("if", condition) if first else Middle(condition)
            else:
                said = NotUnderstood("DEFAULT before any CASE") if first else Middle()
        yield line, said
    if open_ones and last is not None:
        raise no_end(last, brand.begin, brand.end)


def no_end(last: Line, begin: str, end: str) -> BadInput:
    """Return the error of a switch that is still open at the last line."""
    said = f"{begin} has no end; the text is truncated"
    return BadInput(said, file=last.file, line=last.number, expected=end)


def is_one_of(value: Expr, constants: Sequence[Expr]) -> Expr:
    """Return value = a or value = b or ..."""
    condition = Expr("==", (value, constants[0]))
    for constant in constants[1:]:
        condition = Expr("or", (condition, Expr("==", (value, constant))))
    return condition
