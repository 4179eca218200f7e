"""Recognise what INFORM says in several lines: a wait whose time is up, and SWITCH.

WAIT X T=t / JUMP *label IF not X       wait for X, at most t, then go to the label
WAIT X T=t / ABORT IF not X             wait for X, at most t, then stop
WAIT X T=t                              wait for X, at most t, then go on
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cellsim.controllers.reading.acts import Act, data_of
from cellsim.controllers.reading.blocks import Close, Middle, Node, NotUnderstood, Open
from cellsim.controllers.reading.cases import is_one_of, no_end
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

_NOT = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True)
class Waiting:
    """Wait for a condition, at most a time; then go to a label, stop (""), or go on (None)."""

    condition: Expr
    timeout_s: float
    label: str | None


def fold(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes with timed waits recognised, inside out."""
    out: list[Node] = []
    for node in nodes:
        node.body, node.otherwise = fold(node.body), fold(node.otherwise)
        timed = _timed(out[-1]) if out else None
        if timed is not None and timed.label is None:
            label = _late(node, timed.condition)
            if label is not None:
                line = out.pop().line
                out.append(Node(line, Waiting(timed.condition, timed.timeout_s, label)))
                continue
        out.append(node)
        if _is_wait(node):
            condition, seconds = data_of(node)
            if isinstance(seconds, Expr) and isinstance(seconds.value, float):
                out[-1] = Node(node.line, Waiting(condition, seconds.value, None))
    return out


def _is_wait(node: Node) -> bool:
    return isinstance(node.act, Act) and node.act.word == "wait"


def _timed(node: Node) -> Waiting | None:
    return node.act if isinstance(node.act, Waiting) else None


def _late(node: Node, condition: Expr) -> str | None:
    """Return the label of `JUMP *label IF not condition`, "" for ABORT, None for other lines."""
    act = node.act
    if not isinstance(act, Act) or act.word not in {"jump", "abort"}:
        return None
    if repr(act.data[-1]) != repr(_opposite(condition)):
        return None
    return str(act.data[0]) if act.word == "jump" else ""


def _opposite(condition: Expr) -> Expr | None:
    if condition.op == "not":
        return condition.args[0]
    if condition.op in ("signal", "and"):
        return Expr("not", (condition,))
    return Expr(_NOT[condition.op], condition.args) if condition.op in _NOT else None


def switches(acts: Iterable[tuple[Line, object]]) -> Iterator[tuple[Line, object]]:
    """Yield lines with SWITCH and CASE said as if and elseif."""
    open_ones: list[tuple[Expr, bool]] = []
    line = Line("", 0, "", "", "")
    for line, act in acts:
        word = act.word if isinstance(act, Act) else ""
        data = act.data if isinstance(act, Act) else ()
        if word == "switch":
            open_ones.append((data[0], not data[1]))
            if data[1]:
                yield line, Open("if", _is_one_of(data[0], data[1]))
            continue
        if word == "endswitch" and open_ones:
            act = Act("nop") if open_ones.pop()[1] else Close(frozenset({"if"}))
        elif word == "case" and open_ones:
            value, first = open_ones[-1]
            open_ones[-1] = (value, False)
            test = _is_one_of(value, data)
            act = Open("if", test) if first else Middle(test)
        elif word == "default" and open_ones:
            act = NotUnderstood("DEFAULT before any CASE") if open_ones[-1][1] else Middle()
        yield line, act
    if open_ones:
        raise no_end(line, "SWITCH", "ENDSWITCH")


def _is_one_of(value: Expr, constants: Sequence[Expr]) -> Expr:
    return Expr("unknown", name="switch") if value.op == "unknown" else is_one_of(value, constants)


def goes_to(node: Node) -> frozenset[str]:
    """Return the label that a line may go to, if any."""
    act = node.act
    name = (act.label or "") if isinstance(act, Waiting) else ""
    if isinstance(act, Act) and act.word == "jump":
        name = act.data[0]
    return frozenset({name} - {""})
