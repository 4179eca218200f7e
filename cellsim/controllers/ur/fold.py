"""Recognise what URScript has no statement for: waiting loops, timeouts and counting loops.

while not X: / sync() / end                                      wait until X
t = 0 / while not X: / if t >= T: ... halt end / sync() /
    t = t + get_steptime() / end                                 wait until X, at most T
i = 0 / while i < N: / ... / i = i + 1 / end                     N times
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.ur.lines import folded
from cellsim.domain.program import Expr

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Waiting:
    """Wait until a condition holds, with the time after which the program halts, or None."""

    condition: Expr
    timeout_s: float | None


@dataclass(frozen=True)
class Mentions:
    """How often a script names a variable, and which names are global ones."""

    total: Counter[str]
    shared: frozenset[str]

    def of(self, nodes: Sequence[Node]) -> Callable[[str], int]:
        """Return how often the lines that share a variable with a function's lines name it."""
        own = words_of(n.line.text for n in flat(nodes))
        return lambda name: self.total[name] if name in self.shared else own[name]


def words_of(texts: Iterable[str]) -> Counter[str]:
    """Return the words of texts with how often they stand there."""
    return Counter(word for text in texts for word in _WORD.findall(text))


def fold(nodes: Sequence[Node], named: Callable[[str], int]) -> list[Node]:
    """Return the nodes with waiting and counting loops recognised, inside out.

    Args:
        named: How often a name stands in all lines that share its variable; a counter that stands
            elsewhere too stays a variable.
    """
    out: list[Node] = []
    # A function that stands among these lines reads a global counter when it is called.
    lines = [n for n in nodes if not (isinstance(n.act, Open) and n.act.variable)]
    for node in nodes:
        node.body, node.otherwise = fold(node.body, named), fold(node.otherwise, named)
        plain = _waiting(node)
        if plain is not None:
            out.append(Node(node.line, plain))
            continue
        start = _start(out[-1]) if out else ""
        here = words_of(n.line.text for n in flat(lines))[start] if start else 0
        start = start if start and named(start) <= here else ""
        timed = _timed(node, start) if start else None
        if timed is not None:
            out[-1] = Node(node.line, timed)
            continue
        count = _counted(node, start) if start else None
        if count is not None and not _used(nodes, start, node):
            out[-1] = Node(node.line, Open("count", count=count), node.body[:-1])
            continue
        out.append(node)
    return out


def _is_while(node: Node) -> bool:
    return isinstance(node.act, Open) and node.act.kind == "while"


def _code(nodes: Sequence[Node]) -> list[Node]:
    return [n for n in nodes if not (isinstance(n.act, Act) and n.act.word == "comment")]


def _call(node: Node, name: str) -> bool:
    act = node.act
    return isinstance(act, Act) and act.word == "call" and act.data[0] == name


def _awaited(condition: Expr | None) -> Expr:
    """Return what a `while condition` loop waits for."""
    assert condition is not None
    return condition.args[0] if condition.op == "not" else Expr("not", (condition,))


def _waiting(node: Node) -> Waiting | None:
    body = _code(node.body)
    if not _is_while(node) or len(body) != 1 or not _call(body[0], "sync"):
        return None
    return Waiting(_awaited(node.condition), None)


def _start(node: Node) -> str:
    """Return the variable that a line sets to zero, "" if it does not."""
    act = node.act
    if isinstance(act, Act) and act.word == "assign" and isinstance(act.data[1], Expr):
        return str(act.data[0]) if folded(act.data[1]) == 0.0 else ""
    return ""


def _adds(node: Node, name: str) -> Expr | None:
    """Return what a line adds to a variable (name = name + expr), or None."""
    act = node.act
    if not isinstance(act, Act) or act.word != "assign" or act.data[0] != name:
        return None
    value = act.data[1]
    if isinstance(value, Expr) and value.op == "+" and value.args[0].name == name:
        return value.args[1]
    return None


def _limit(condition: Expr | None, name: str, op: str) -> float | None:
    """Return the number of a condition `name op number`, or None."""
    if condition is None or condition.op != op or condition.args[0].op != "var":
        return None
    return folded(condition.args[1]) if condition.args[0].name == name else None


def _timed(node: Node, name: str) -> Waiting | None:
    body = _code(node.body)
    if not _is_while(node) or len(body) != 3 or not _call(body[1], "sync"):
        return None
    guard, step = body[0], _adds(body[2], name)
    limit = _limit(guard.condition, name, ">=")
    halts = _code(guard.body)
    popups = all(_call(n, "popup") or _call(n, "textmsg") for n in halts[:-1])
    stops = bool(halts) and isinstance(halts[-1].act, Act) and halts[-1].act.word == "halt"
    if limit is None or not popups or not stops or guard.otherwise or step is None:
        return None
    return Waiting(_awaited(node.condition), limit) if step.name == "get_steptime()" else None


def _counted(node: Node, name: str) -> int | None:
    limit = _limit(node.condition, name, "<") if _is_while(node) else None
    step = _adds(node.body[-1], name) if node.body else None
    skips = any(isinstance(n.act, Act) and n.act.word == "continue" for n in flat(node.body))
    if (
        limit is None
        or skips
        or not float(limit).is_integer()
        or limit < 0
        or step is None
        or folded(step) != 1.0
    ):
        return None
    return int(limit)


def _used(nodes: Sequence[Node], name: str, loop: Node) -> bool:
    """Return whether a counter is used anywhere but in its own three places."""
    pattern = re.compile(rf"\b{re.escape(name)}\b")
    own = {id(loop), id(loop.body[-1])}
    inside = [n for n in flat([loop]) if id(n) not in own]
    if any(pattern.search(n.line.text) for n in inside):
        return True
    at = next(i for i, n in enumerate(nodes) if n is loop)
    for later in flat(nodes[at + 1 :]):
        if pattern.search(later.line.text):
            return _start(later) != name
    return False
