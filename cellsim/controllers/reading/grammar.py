"""Load a brand's grammar: Lark, LALR, one logical line at a time, built while parsing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cellsim.controllers.reading.source import MAX_LINE
from cellsim.controllers.reading.tables import NOT_WALKED, Tables

_SHORT = 60
_REMEMBERED = 5_000
# Versions of Lark whose tables are walked: those with which the walk was held against Lark's own.
_WALKED = ("1.3.",)


class LineParser:
    """Parses a line with the start rule of its statement."""

    def __init__(self, grammar: Path, starts: tuple[str, ...], transformer: Any) -> None:
        from lark import Lark, __version__

        self._lark = Lark(
            grammar.read_text(encoding="utf-8"),
            parser="lalr",
            start=list(starts),
            transformer=transformer,
            maybe_placeholders=True,
        )
        self._known: dict[tuple[str, str], Any] = {}
        self._tables = Tables(self._lark) if __version__.startswith(_WALKED) else None

    def parse(self, text: str, start: str) -> Any:
        """Return what the transformer makes of the text; None if the grammar does not say it.

        Short lines repeat (speeds, tools, signals); what they mean is remembered.
        """
        if len(text) > _SHORT:
            return self._made(text, start)
        key = (start, text)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._made(text, start)
        return self._known[key]

    def _made(self, text: str, start: str) -> Any:
        from lark.exceptions import LarkError

        if len(text) > MAX_LINE:
            return None
        try:
            made = NOT_WALKED if self._tables is None else self._tables.walk(text, start)
            return self._lark.parse(text, start=start) if made is NOT_WALKED else made
        except (LarkError, ValueError, OverflowError):
            return None


def groups_of(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """Return the groups of a pattern at the start of what a terminal of it has matched."""
    match = pattern.match(text)
    assert match is not None, f"{text!r} is no {pattern.pattern}"
    return tuple(match.groups())
