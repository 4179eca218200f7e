"""Threads that only count, and functions that are not read; both stand beside the main function.

PolyScope writes a thread that counts steps into its scripts (real files). It may be passed over
where nothing else reads what it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.ur.lines import Act
from cellsim.domain.program import Expr


@dataclass(frozen=True)
class Threads:
    """Names of threads that only count, and of functions whose lines were not read."""

    counters: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()


def threads_of(nodes: Iterable[Node]) -> Threads:
    """Return the counting threads and the functions not read as they stand."""
    every = list(flat(nodes))
    raw = [n for n in every if isinstance(n.act, Open) and n.act.kind == "raw" and _name(n)]
    counters = {_name(n) for n in raw if _only_counts(n, every)}
    return Threads(frozenset(counters), frozenset({_name(n) for n in raw} - counters))


def _name(node: Node) -> str:
    assert isinstance(node.act, Open)
    return node.act.variable


def _only_counts(node: Node, every: list[Node]) -> bool:
    """Return whether a thread does nothing but assign names that are read nowhere else."""
    inner = list(flat(node.body))
    given = node.condition
    if given is None or given.op != "thread" or not all(_counts(n) for n in inner):
        return False
    names = {str(n.act.data[0]) for n in inner if _word(n) == "assign"}  # type: ignore[attr-defined]
    own = {id(n) for n in inner}
    return not any(
        re.search(rf"\b{re.escape(name)}\b", text)
        for n in every
        if id(n) not in own
        for text in [n.line.text.partition("=")[2] if _word(n) == "assign" else n.line.text]
        for name in names
    )


def _word(node: Node) -> str:
    return node.act.word if isinstance(node.act, Act) else ""


def _counts(node: Node) -> bool:
    """Return whether a line is `while`, an assignment of plain arithmetic, sync or a comment."""
    if isinstance(node.act, Open):
        return node.act.kind == "while"
    if _word(node) == "call":
        return bool(node.act.data[0] == "sync")  # type: ignore[attr-defined]
    if _word(node) == "assign":
        value = node.act.data[1]  # type: ignore[attr-defined]
        return isinstance(value, Expr) and _plain(value)
    return _word(node) == "comment"


def _plain(value: Expr) -> bool:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        if part.op in {"unknown", "signal"}:
            return False
    return True
