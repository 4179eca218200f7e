"""Which names of KRL each subprogram may use: its own, and those of the data lists given.

A variable that a DEF declares is its own; those of a .dat, $config.dat among them, are there for
all of its module. What only another DEF declares is another variable, or none at all.
Source: KSS 8.2 SI manual, variables and data lists; that a program with a name that nothing
declares does not run is recalled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellsim.controllers.kuka.wholes import declared_in, numbers_of
from cellsim.controllers.reading.passing import Signature
from cellsim.controllers.reading.source import Line, split_comment

_HEAD = re.compile(
    r"(?:global\s+)?def(?:fct\s+[a-z_]\w*(?:\s*\[[\s\d]*\])?)?\s+([a-z_$]\w*)\s*\((.*)\)",
    re.IGNORECASE,
)
_FOR = re.compile(r"for\s+([a-z_]\w*)\s*=", re.IGNORECASE)
# What stands behind the name of an array, or of what a function has returned.
_ELEMENT = re.compile(r"(?:__\d+|(?<=__value)\d+|\[.*)$")
# Data that every controller has ($config.dat as it is delivered).
_ALWAYS = frozenset({"tool_data", "base_data", "load_data"})


@dataclass(frozen=True)
class Scope:
    """The names (lower case) that a subprogram may use, and which are INT and REAL."""

    names: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    real: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Return whether a variable, or the array or record it is a part of, is declared."""
        name = name.lower()
        if name.startswith("$") or name in self.names:
            return True
        stem = _ELEMENT.sub("", name.partition(".")[0])
        return stem in self.names or stem in _ALWAYS


def scopes(
    shared: Iterable[str],
    routines: Mapping[str, Sequence[str]],
    source: Sequence[str],
    signatures: Mapping[str, Signature],
) -> dict[str, Scope]:
    """Return the scope of each subprogram.

    Args:
        shared: Lines of data lists. routines: Lines of each subprogram that is read.
        source: All lines of the .src, for its heads. signatures: Of those read once.
    """
    data = list(shared)
    names = declared_in(data)
    names |= {p.lower() for s in signatures.values() for p in (*s.parameters, s.value)}
    whole, real = numbers_of(data)
    heads = _heads(source)
    found = {}
    for name, lines in routines.items():
        own_whole, own_real = numbers_of(lines)
        own = declared_in(lines) | heads.get(name.lower(), frozenset())
        found[name] = Scope(names | own, own_whole | (whole - own), own_real | (real - own))
    return found


def undeclared_counters(
    file: str, source: Sequence[str], shared: Iterable[str]
) -> Iterator[tuple[Line, str]]:
    """Yield each FOR whose counter neither its subprogram nor a data list declares."""
    names, own = declared_in(shared), frozenset[str]()
    parts: list[list[tuple[int, str]]] = [[]]
    for number, verbatim in enumerate(source, 1):
        text = split_comment(verbatim, ";")[0].strip()
        if _HEAD.match(text):
            parts.append([])
        parts[-1].append((number, text))
    for part in parts:
        head = _HEAD.match(part[0][1]) if part else None
        own = declared_in(t for _, t in part) | (_parameters(head[2]) if head else frozenset())
        for number, text in part:
            match = _FOR.match(text)
            if match is not None and match[1].lower() not in names | own:
                yield Line(file, number, text, "", source[number - 1]), match[1]


def _heads(source: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the parameters of each DEF and DEFFCT, by its name in lower case."""
    found = {}
    for verbatim in source:
        match = _HEAD.match(split_comment(verbatim, ";")[0].strip())
        if match is not None:
            found[match[1].lower()] = _parameters(match[2])
    return found


def _parameters(text: str) -> frozenset[str]:
    names = (re.match(r"\s*([a-z_]\w*)", part, re.IGNORECASE) for part in text.split(","))
    return frozenset(match[1].lower() for match in names if match is not None)
