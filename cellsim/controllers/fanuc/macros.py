"""Macros: a word that is no instruction calls the program of its name, where that was given.

Which program a macro's name stands for is in a table of the controller (SYSMACRO), which is not
read: only the same name, with an underscore for a blank, is taken.
Source: R-30iB Plus teach pendant help, 11 (a macro is a separate program) and 17 (its arguments).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from cellsim.controllers.fanuc.lines import understand
from cellsim.controllers.fanuc.lsfile import called_names
from cellsim.controllers.reading.blocks import Node, NotUnderstood, flat

_MACRO = re.compile(r"([A-Za-z][A-Za-z0-9_ ]{0,35}?)\s*(\([^()]*\))?")
_LINE = re.compile(
    rb"^\s*\d+:\s*([A-Za-z][A-Za-z0-9_ ]{0,35}?)\s*(?:\([^();]*\))?\s*;", re.MULTILINE
)


def program_of(word: str) -> str:
    """Return the name of the program that a macro's name is taken for."""
    return "_".join(word.upper().split())


def names_in(data: bytes) -> frozenset[str]:
    """Return the names of programs that the bytes of a file may call, as macros too."""
    macros = (program_of(match[1].decode("ascii")) for match in _LINE.finditer(data))
    return called_names(data).union(macros)


def with_macros(
    nodes: list[Node], programs: Collection[str], note: Callable[[str], None]
) -> list[Node]:
    """Return nodes whose unknown words call the program of that name, where it is given.

    Args:
        note: Takes what is assumed of them.
    """
    for node in flat(nodes):
        if not isinstance(node.act, NotUnderstood):
            continue
        match = _MACRO.fullmatch(node.line.text)
        if match is None or program_of(match[1]) not in programs:
            continue
        text = f"CALL {program_of(match[1])}{match[2] or ''}"
        called = list(understand([replace(node.line, text=text, verbatim=f"{text};")]))
        if len(called) == 1 and not isinstance(called[0][1], NotUnderstood):
            node.act = called[0][1]
            note(f"macro '{match[1]}' is taken for program {program_of(match[1])} (assumed)")
    return nodes
