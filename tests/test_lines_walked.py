"""Lark's tables walked are Lark's answers; garbage is looked for as before after a read."""

from __future__ import annotations

import gc
import importlib
from functools import lru_cache
from typing import Any

import pytest
from brandkit import KITS
from controllers_fuzz import corpus
from controllers_support import cell_of
from lark.exceptions import LarkError

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.tables import NOT_WALKED
from cellsim.errors import BadInput

_ENDS = ("", ")", " and not x", " = 2")


@lru_cache(maxsize=8)
def parser_of(brand: str) -> LineParser:
    parser = importlib.import_module(f"cellsim.controllers.{brand}.lines")._parser()
    assert isinstance(parser, LineParser)
    return parser


def answer(parser: LineParser, text: str, start: str) -> str:
    """Return what Lark itself makes of a line, "" where it does not fit the grammar."""
    try:
        return repr(parser._lark.parse(text, start=start))
    except (LarkError, ValueError, OverflowError):
        return ""


def walked(parser: LineParser, text: str, start: str) -> str:
    """Return what the tables make of a line, "" where it is left to Lark to say why not."""
    assert parser._tables is not None
    try:
        made: Any = parser._tables.walk(text, start)
    except (ValueError, OverflowError):
        return ""
    return "" if made is NOT_WALKED else repr(made)


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_line_walked_is_what_lark_makes_of_it(brand: str) -> None:
    parser = parser_of(brand)
    texts = [data.decode("cp1252", "replace") for data in corpus(brand)]
    lines = {line.strip(" \t;") for text in texts for line in text.splitlines()}
    # words apart from what follows them: most rules begin behind the word of an instruction
    parts = {p for line in lines for p in (line, line.partition(" ")[2], line.rpartition("=")[2])}
    fitting = 0
    for text in sorted(parts)[:: max(1, len(parts) // 60)]:
        for start in parser._lark.options.start:
            for end in _ENDS:
                said = answer(parser, text + end, start)
                made = walked(parser, text + end, start)
                assert made == said, f"{start}: {text + end!r}"
                fitting += bool(said)
    assert fitting > 10


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_garbage_is_looked_for_as_before_after_a_read(brand: str) -> None:
    before = gc.get_threshold()
    row, cell = BRANDS[brand], cell_of(brand)
    head, tail = (part.encode() for part in KITS[brand].frame)
    row.read({KITS[brand].main: head + tail}, cell, "arm")
    assert gc.get_threshold() == before
    with pytest.raises(BadInput):
        row.read({KITS[brand].main: b""}, cell, "arm")
    assert gc.get_threshold() == before


def test_thresholds_are_raised_within_and_the_inner_one_does_not_lower_them() -> None:
    before = gc.get_threshold()
    seen = []

    @seldom_collected
    def inner() -> None:
        seen.append(gc.get_threshold())

    @seldom_collected
    def outer() -> None:
        inner()
        seen.append(gc.get_threshold())

    outer()
    assert seen[0] == seen[1] != before
    assert gc.get_threshold() == before


def test_each_brand_has_a_grammar_that_is_walked() -> None:
    assert all(parser_of(brand)._tables is not None for brand in BRANDS)
