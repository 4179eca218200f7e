"""Recognise what KRL has no statement for: a wait with a timeout.

    $TIMER[n]=0 / $TIMER_STOP[n]=FALSE / WAIT FOR (X) OR ($TIMER[n]>=ms) /
    IF $TIMER[n]>=ms THEN / HALT or GOTO label / ENDIF           wait until X, at most ms
with $TIMER_STOP[n]=TRUE before, and between wait and IF, allowed; $TIMER[n]=-ms with
$TIMER_FLAG[n] in place of the comparison says the same.
Source: KSS system variables: $TIMER counts in ms, $TIMER_FLAG is TRUE above zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cellsim.controllers.kuka.acts import number_of
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open
from cellsim.controllers.reading.cases import Switch, as_branches
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

_TIMER = re.compile(r"\$timer\[(\d+)\]")
_FLAG = re.compile(r"\$timer_flag\[(\d+)\]")
_SWITCH = Switch("SWITCH", "ENDSWITCH", Act, Act("header"))


@dataclass(frozen=True)
class Waiting:
    """Wait for a condition, at most a time; then go to a label, or halt ("")."""

    condition: Expr
    timeout_s: float
    label: str


def switches(acts: Iterable[tuple[Line, object]]) -> Iterator[tuple[Line, object]]:
    """Yield lines with SWITCH and CASE said as IF and ELSEIF; KRL does not fall through."""
    return as_branches(acts, _SWITCH)


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
    act = nodes[at].act
    if not isinstance(act, Act) or act.word != "wait" or act.data[0].op != "or":
        return None
    condition, late = act.data[0].args
    timer, reached = _limit(late)
    if reached is None or at < 2 or _stop(nodes[at - 1], timer) is not False:
        return None
    start = number_of(_assigned(nodes[at - 2], "$TIMER", timer))
    if start is None or reached < start:
        return None
    first = at - 3 if at >= 3 and _stop(nodes[at - 3], timer) is True else at - 2
    after = at + 1
    if after < len(nodes) and _stop(nodes[after], timer) is True:
        after += 1
    label = _way_out(nodes[after], late) if after < len(nodes) else None
    if label is None:
        return None
    return Waiting(condition, (reached - start) / 1000.0, label), first, after


def _limit(late: Expr) -> tuple[int, float | None]:
    """Return the timer of a timeout condition and the value [ms] at which it holds."""
    flag = _FLAG.fullmatch(late.name) if late.op == "var" else None
    if flag is not None:
        return int(flag[1]), 0.0
    if late.op in {">=", ">"} and late.args[0].op == "var":
        timer = _TIMER.fullmatch(late.args[0].name)
        return (int(timer[1]), number_of(late.args[1])) if timer else (0, None)
    return 0, None


def _assigned(node: Node, name: str, timer: int) -> object:
    act = node.act
    if isinstance(act, Act) and act.word == "assign" and act.data[:2] == (name, float(timer)):
        return act.data[2]
    return None


def _stop(node: Node, timer: int) -> bool | None:
    value = _assigned(node, "$TIMER_STOP", timer)
    known = isinstance(value, Expr) and isinstance(value.value, bool)
    return bool(value.value) if known and isinstance(value, Expr) else None


def _way_out(node: Node, late: Expr) -> str | None:
    """Return the label of `IF late THEN GOTO label ENDIF`, "" for HALT, None for other lines."""
    is_if = isinstance(node.act, Open) and node.act.kind == "if"
    if not is_if or repr(node.condition) != repr(late):
        return None
    if node.otherwise or len(node.body) != 1:
        return None
    act = node.body[0].act
    if not isinstance(act, Act) or act.word not in {"halt", "goto"}:
        return None
    return "" if act.word == "halt" else str(act.data[0])
