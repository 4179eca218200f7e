"""Recognise what KRL has no statement for: a wait with a timeout.

    $TIMER[n]=-ms / $TIMER_STOP[n]=FALSE / WAIT FOR (X) OR $TIMER_FLAG[n] /
    IF $TIMER_FLAG[n] THEN / HALT or GOTO label / ENDIF          wait until X, at most ms
with $TIMER_STOP[n]=TRUE before, and between wait and IF, allowed.
Source: KSS 8.2 SI manual: $TIMER in ms, $TIMER_FLAG TRUE above zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cellsim.controllers.kuka.lines import Act, number_of
from cellsim.controllers.reading.blocks import Node, Open
from cellsim.domain.program import Expr

_FLAG = re.compile(r"\$timer_flag\[(\d+)\]")


@dataclass(frozen=True)
class Waiting:
    """Wait for a condition, at most a time; then go to a label, or halt ("")."""

    condition: Expr
    timeout_s: float
    label: str


def fold(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes with timed waits recognised, inside out."""
    for node in nodes:
        node.body, node.otherwise = fold(node.body), fold(node.otherwise)
    out = list(nodes)
    at = 0
    while at < len(out):
        found = _timed(out, at)
        if found is not None:
            waiting, first, last = found
            out[first : last + 1] = [Node(out[at].line, waiting)]
            at = first
        at += 1
    return out


def _timed(nodes: Sequence[Node], at: int) -> tuple[Waiting, int, int] | None:
    """Return the wait whose WAIT FOR stands at `at`, and its first and last node."""
    condition, timer = _flagged(nodes[at])
    if condition is None or at < 2 or _stop(nodes[at - 1], timer) is not False:
        return None
    limit = _preset(nodes[at - 2], timer)
    if limit is None:
        return None
    first = at - 3 if at >= 3 and _stop(nodes[at - 3], timer) is True else at - 2
    after = at + 1
    if after < len(nodes) and _stop(nodes[after], timer) is True:
        after += 1
    label = _way_out(nodes[after], timer) if after < len(nodes) else None
    return None if label is None else (Waiting(condition, limit, label), first, after)


def _flagged(node: Node) -> tuple[Expr | None, int]:
    act = node.act
    if isinstance(act, Act) and act.word == "wait" and act.data[0].op == "or":
        left, right = act.data[0].args
        match = _FLAG.fullmatch(right.name) if right.op == "var" else None
        if match is not None:
            return left, int(match[1])
    return None, 0


def _assigned(node: Node, name: str, timer: int) -> object:
    act = node.act
    if isinstance(act, Act) and act.word == "assign" and act.data[:2] == (name, float(timer)):
        return act.data[2]
    return None


def _stop(node: Node, timer: int) -> bool | None:
    value = _assigned(node, "$TIMER_STOP", timer)
    known = isinstance(value, Expr) and isinstance(value.value, bool)
    return bool(value.value) if known and isinstance(value, Expr) else None


def _preset(node: Node, timer: int) -> float | None:
    """Return the seconds that a timer set below zero runs until its flag; None for other lines."""
    milliseconds = number_of(_assigned(node, "$TIMER", timer))
    return -milliseconds / 1000.0 if milliseconds is not None and milliseconds <= 0.0 else None


def _way_out(node: Node, timer: int) -> str | None:
    """Return the label of `IF flag THEN GOTO label ENDIF`, "" for HALT, None for other lines."""
    condition = node.condition
    is_if = isinstance(node.act, Open) and node.act.kind == "if"
    if not is_if or condition is None or condition.name != f"$timer_flag[{timer}]":
        return None
    if node.otherwise or len(node.body) != 1:
        return None
    act = node.body[0].act
    if not isinstance(act, Act) or act.word not in {"halt", "goto"}:
        return None
    return "" if act.word == "halt" else str(act.data[0])
