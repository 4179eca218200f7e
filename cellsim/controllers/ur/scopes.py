"""Which names of a script are followed, and functions that are read once for all their calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.instances import Acts, body_of
from cellsim.controllers.reading.passing import Signature, not_recursive, own_name
from cellsim.controllers.reading.source import Line
from cellsim.controllers.ur.fold import fold
from cellsim.controllers.ur.lines import act_of

_WORD = re.compile(r"[A-Za-z_]\w*")
_PARAMETERS = re.compile(r"[A-Za-z_]\w*(\s*,\s*[A-Za-z_]\w*)*")
_GLOBAL = re.compile(r"global\b")
_KEYWORD = re.compile(r"\s*=(?!=)")


@dataclass(frozen=True)
class Once:
    """A function with parameters that is read once."""

    signature: Signature
    body: list[Node]


def names_before(text: str) -> list[str]:
    """Return the names that a line which is not understood may set: those left of its `=`."""
    left, equals, _ = text.partition("=")
    return _WORD.findall(left) if equals else []


def untracked(nodes: Iterable[Node], read: Iterable[str]) -> frozenset[str]:
    """Return the names that threads and unread functions set, or two functions as their own.

    Args:
        nodes: Of the whole script. read: Functions that are read though they have parameters.
    """
    known = set(read)
    own: dict[str, set[int]] = {}
    local: set[str] = set()
    hidden: set[str] = set()
    for name, is_global, function in _sets(list(nodes), 0):
        own.setdefault(name, set()).add(id(function))
        local |= set() if is_global else {name}
        unread = isinstance(function, Open) and function.kind == "raw"
        if unread and isinstance(function, Open) and function.variable not in known:
            hidden.add(name)
    return frozenset(hidden | {n for n, places in own.items() if len(places) > 1 and n in local})


def _sets(nodes: Iterable[Node], function: object) -> Iterator[tuple[str, bool, object]]:
    """Yield every name that is set, whether as a global, and the function it is set in."""
    waiting: list[tuple[Node, object]] = [(n, function) for n in nodes]
    while waiting:
        node, around = waiting.pop()
        act = node.act
        begins = isinstance(act, Open) and act.kind in {"def", "raw"} and bool(act.variable)
        inner = act if begins else around
        waiting += [(n, inner) for n in (*node.body, *node.otherwise)]
        is_global = _GLOBAL.match(node.line.text) is not None
        if isinstance(act, Act) and act.word in {"assign", "element"}:
            yield str(act.data[0]), is_global, around
        elif isinstance(act, NotUnderstood):
            yield from ((name, is_global, around) for name in names_before(node.line.text))


def functions_once(nodes: Iterable[Node], acts: Acts) -> dict[str, Once]:
    """Return the functions with parameters that hold no other and never come back to themselves."""
    given: dict[str, Node] = {}
    twice: set[str] = set()
    for node in flat(nodes):
        condition = node.condition
        if isinstance(node.act, Open) and condition is not None and condition.op == "parameters":
            twice |= {node.act.variable} & given.keys()
            given[node.act.variable] = node
    texts = {name: "\n".join(n.line.text for n in flat(node.body)) for name, node in given.items()}
    free = not_recursive(texts, fold=False)
    found = {}
    for name, node in given.items():
        text = node.condition.name if node.condition is not None else ""
        parameters = [p.strip() for p in text.split(",")]
        inner = any(
            isinstance(n.act, Open) and n.act.kind in {"def", "raw"} for n in flat(node.body)
        )
        plain = _PARAMETERS.fullmatch(text) and len(set(parameters)) == len(parameters)
        if name in free and name not in twice and plain and not inner:
            found[name] = _read(name, node, parameters, acts)
    return found


def _read(name: str, node: Node, parameters: list[str], acts: Acts) -> Once:
    own = {p: own_name(name, p) for p in parameters}
    pattern = re.compile(rf"(?<![\w.$#])(?:{'|'.join(map(re.escape, own))})(?!\w)")

    def put(match: re.Match[str]) -> str:
        inside = match.string.count("(", 0, match.start()) > match.string.count(
            ")", 0, match.start()
        )
        named = inside and _KEYWORD.match(match.string, match.end()) is not None
        return match[0] if named else own[match[0]]

    lines = [
        Line(at.file, at.number, pattern.sub(put, at.text), at.comment, at.verbatim)
        for at in body_of(acts, node.line)
    ]
    end = lines[-1] if lines else node.line
    outs = (False,) * len(parameters)
    return Once(
        Signature(name, tuple(own.values()), outs, returns=True),
        fold(nest([(line, act_of(line)) for line in lines], end)),
    )
