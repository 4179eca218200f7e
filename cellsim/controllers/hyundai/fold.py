"""Recognise what HRScript says in several lines: times above 60 s, and stopping at a timeout.

    wait X,60,*a / *a / wait X,T,*b        wait for X, at most 60 s + T, then *b
    delay 60 / delay T                     delay 60 s + T
    ... end / *label / stop / end          a timeout to this label stops the program
Source: HRScript manual 3.2: delay and wait take 0.1..60.0 s.
"""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.controllers.reading.acts import Act, data_of, word_of
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.domain.program import Expr

_LONGEST = 60.0


def number(expr: object) -> float | None:
    """Return the number a constant expression is; None for anything else."""
    if not isinstance(expr, Expr) or expr.op != "const":
        return None
    value = expr.value
    return float(value) if isinstance(value, float) and not isinstance(value, bool) else None


def long_times(nodes: Sequence[Node], used: dict[str, int]) -> list[Node]:
    """Return the nodes with times above 60 s in one; `used` says how often a label is gone to."""
    out: list[Node] = []
    for node in nodes:
        node.body = long_times(node.body, used)
        node.otherwise = long_times(node.otherwise, used)
        if _goes_on(out, node, used):
            first = out[-2]
            del out[-2:]
            node = Node(first.line, _sum(first, node))
        elif out and word_of(node) == word_of(out[-1]) == "delay":
            before = number(data_of(out[-1])[0])
            if before is not None and before >= _LONGEST and before % _LONGEST == 0.0:
                node = Node(out.pop().line, _longer(before, node))
        out.append(node)
    return out


def _longer(before: float, node: Node) -> Act:
    return Act("delay", (_seconds(before, number(data_of(node)[0]) or 0.0),))


def _seconds(first: float, second: float) -> Expr:
    return Expr("const", value=round(first + second, 6))


def _goes_on(out: Sequence[Node], node: Node, used: dict[str, int]) -> bool:
    """Return whether a wait goes on where the one before timed out, at a label only it uses."""
    if len(out) < 2 or word_of(node) != "wait" or word_of(out[-1]) != "label":
        return False
    first, label = out[-2], str(data_of(out[-1])[0])
    if word_of(first) != "wait" or data_of(first)[2] != label or used.get(label) != 1:
        return False
    times = [number(data_of(n)[1]) for n in (first, node)]
    long = times[0] is not None and times[0] >= _LONGEST and times[0] % _LONGEST == 0.0
    return long and times[1] is not None and repr(data_of(first)[0]) == repr(data_of(node)[0])


def _sum(first: Node, second: Node) -> Act:
    condition, seconds, _ = data_of(first)
    _, more, label = data_of(second)
    return Act("wait", (condition, _seconds(number(seconds) or 0.0, number(more) or 0.0), label))


def label_uses(nodes: Sequence[Node]) -> dict[str, int]:
    """Return how many waits, gotos and jumps go to each label."""
    used: dict[str, int] = {}
    for node in flat(nodes):
        if word_of(node) in {"goto", "jump_if", "wait"} and data_of(node)[-1] is not None:
            label = str(data_of(node)[-1])
            used[label] = used.get(label, 0) + 1
    return used


def without_ends(nodes: list[Node]) -> tuple[list[Node], set[str]]:
    """Return the nodes without the last `end` and stop blocks, and the labels of those."""
    jumps = {str(data_of(n)[-1]) for n in flat(nodes) if word_of(n) in {"goto", "jump_if"}}
    stops: set[str] = set()
    while True:
        code = [i for i, n in enumerate(nodes) if word_of(n) != "comment"]
        words = [word_of(nodes[i]) for i in code[-4:]]
        if words[-3:] != ["label", "stop", "end"] or words[0] not in {"end", "return", "goto"}:
            break
        label = str(data_of(nodes[code[-3]])[0])
        if label in jumps:
            break
        stops.add(label)
        nodes = nodes[: code[-3]]
    if code and word_of(nodes[code[-1]]) == "end":
        nodes = nodes[: code[-1]] + nodes[code[-1] + 1 :]
    return nodes, stops
