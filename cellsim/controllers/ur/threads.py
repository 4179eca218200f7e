"""Threads that only count or switch outputs, and functions that are not read.

PolyScope writes a thread that counts steps into its scripts (real files). It may be passed over
where nothing else reads what it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellsim.controllers.reading.acts import Act, data_of, word_of
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.ur.lines import folded, names_before, output_port
from cellsim.domain.program import Expr

# (seconds after the thread was started, port number, value) of every output it sets
Schedule = tuple[tuple[float, int, bool], ...]


@dataclass(frozen=True)
class Threads:
    """Threads that only count, those that only switch outputs, and functions that were not read.

    Attributes:
        opaque: What each thread or function that is not read calls. sets: The names that such
            threads set: they may have any value while one of them runs. So may some others.
    """

    counters: frozenset[str] = frozenset()
    opaque: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sets: frozenset[str] = frozenset()
    switching: Mapping[str, Schedule] = field(default_factory=dict)


def threads_of(nodes: Iterable[Node], open_names: frozenset[str] = frozenset()) -> Threads:
    """Return the counting threads and the functions not read as they stand.

    open_names: Names whose value is not followed for another reason.
    """
    every = list(flat(nodes))
    raw = [n for n in every if isinstance(n.act, Open) and n.act.kind == "raw" and _name(n)]
    counters = {_name(n) for n in raw if _only_counts(n, every)}
    switching = {_name(n): s for n in raw if (s := _schedule(n)) is not None}
    left = [n for n in raw if _name(n) not in counters | switching.keys()]
    opaque = {_name(n): _calls(n) for n in left}
    beside = (i for n in left if _is_thread(n) for i in flat(n.body))
    sets = open_names.union(name for i in beside for name in _set_by(i))
    return Threads(frozenset(counters), opaque, sets, switching)


def _calls(node: Node) -> frozenset[str]:
    return frozenset(name for one in flat(node.body) for name in called_in(one.line.text))


def _set_by(node: Node) -> list[str]:
    """Return the names that a line of a thread may set."""
    if word_of(node) in {"assign", "element"}:
        return [str(data_of(node)[0])]
    return names_before(node.line.text) if isinstance(node.act, NotUnderstood) else []


def _is_thread(node: Node) -> bool:
    return node.condition is not None and node.condition.op == "thread"


def _schedule(node: Node) -> Schedule | None:
    """Return what a thread of outputs and sleeps alone sets, and when; None for others."""
    if not _is_thread(node):
        return None
    seconds, found = 0.0, []
    for inner in node.body:
        act = inner.act
        if isinstance(act, Act) and act.word == "call" and act.data[0] != "sync":
            name, values = act.data[0], [v for _, v in act.data[1]]
            numbers = [folded(v) if isinstance(v, Expr) else None for v in values]
            if name == "sleep" and len(numbers) == 1 and numbers[0] is not None:
                seconds += max(numbers[0], 0.0)
                continue
            port = None if not numbers or numbers[0] is None else output_port(name, numbers[0])
            on = values[1].value if len(values) == 2 and isinstance(values[1], Expr) else None
            if port is None or not isinstance(on, bool):
                return None
            found.append((seconds, port, on))
        elif word_of(inner) not in {"comment", "return", "call"}:
            return None
    return tuple(found)


def _name(node: Node) -> str:
    assert isinstance(node.act, Open)
    return node.act.variable


def _only_counts(node: Node, every: list[Node]) -> bool:
    """Return whether a thread does nothing but assign names that are read nowhere else."""
    inner = list(flat(node.body))
    if not _is_thread(node) or not all(_counts(n) for n in inner):
        return False
    names = {str(data_of(n)[0]) for n in inner if word_of(n) == "assign"}
    own = {id(n) for n in inner}
    return not any(
        re.search(rf"\b{re.escape(name)}\b", text)
        for n in every
        if id(n) not in own
        for text in [n.line.text.partition("=")[2] if word_of(n) == "assign" else n.line.text]
        for name in names
    )


def _counts(node: Node) -> bool:
    """Return whether a line is `while`, an assignment of plain arithmetic, sync or a comment."""
    if isinstance(node.act, Open):
        return node.act.kind == "while"
    if word_of(node) == "call":
        return bool(data_of(node)[0] == "sync")
    if word_of(node) == "assign":
        value = data_of(node)[1]
        return isinstance(value, Expr) and _plain(value)
    return word_of(node) == "comment"


def _plain(value: Expr) -> bool:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        if part.op in {"unknown", "signal"}:
            return False
    return True
