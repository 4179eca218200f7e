"""Recognise TEST as IF and ELSEIF, and a wait whose time flag only leads to a label.

WaitDI x, 1\\MaxTime:=5\\TimeFlag:=late; IF late THEN TPWrite ".."; GOTO label; ENDIF
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cellsim.controllers.abb.modal import HARMLESS
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.cases import Switch, as_branches
from cellsim.controllers.reading.source import Line

WAITS = frozenset({"waitdi", "waitdo", "waituntil", "waitgi", "waitgo"})
_WORDS = re.compile(r"[A-Za-z_]\w*")
_SWITCH = Switch("TEST", "ENDTEST", Act, Act("comment"))


@dataclass(frozen=True)
class Timed:
    """A wait whose timeout goes to a label."""

    act: Act
    label: str


def switches(acts: Iterable[tuple[Line, object]]) -> Iterator[tuple[Line, object]]:
    """Yield lines with TEST and CASE said as IF and ELSEIF; RAPID does not fall through."""
    return as_branches(acts, _SWITCH)


def flag_of(act: object) -> str:
    """Return the variable that a wait's TimeFlag sets, lower case; "" where there is none."""
    if not isinstance(act, Act) or act.word not in WAITS:
        return ""
    options, items = act.data
    for name, value in (*options, *(o for item in items for o in item.options)):
        if name == "timeflag" and value is not None and value.op == "var":
            return str(value.name).lower()
    return ""


def fold(nodes: Sequence[Node]) -> list[Node]:
    """Return a routine's nodes with timed waits recognised where nothing else reads their flag."""
    pairs = list(_pairs(nodes))
    own = {id(line) for _, line in pairs}
    read = set()
    for node in flat(nodes):
        if id(node.line) not in own and not _only_sets(node):
            read |= {w.lower() for w in _WORDS.findall(node.line.text)}
    return _folded(nodes, {flag for flag, _ in pairs} - read)


def _pairs(nodes: Sequence[Node]) -> Iterator[tuple[str, Line]]:
    """Yield the flag, and the line of its IF, of every wait that an IF of its flag follows."""
    for at, node in enumerate(nodes):
        flag = flag_of(node.act)
        if flag and at + 1 < len(nodes) and _way_out(nodes[at + 1], flag):
            yield flag, nodes[at + 1].line
            yield from ((flag, n.line) for n in flat([nodes[at + 1]]))
        yield from _pairs(node.body)
        yield from _pairs(node.otherwise)


def _only_sets(node: Node) -> bool:
    """Return whether a line gives a flag a value without reading any."""
    act = node.act
    if flag_of(act) or (isinstance(act, Act) and act.word == "declare"):
        return True
    constant = isinstance(act, Act) and act.word == "assign" and act.data[1].op == "const"
    return bool(constant)


def _folded(nodes: Sequence[Node], flags: set[str]) -> list[Node]:
    out: list[Node] = []
    at = 0
    while at < len(nodes):
        node = nodes[at]
        node.body, node.otherwise = _folded(node.body, flags), _folded(node.otherwise, flags)
        flag = flag_of(node.act)
        label = _way_out(nodes[at + 1], flag) if flag in flags and at + 1 < len(nodes) else ""
        if label:
            assert isinstance(node.act, Act)
            node = Node(node.line, Timed(node.act, label))
            at += 1
        out.append(node)
        at += 1
    return out


def _way_out(node: Node, flag: str) -> str:
    """Return the label of IF flag THEN .. GOTO label; ENDIF, "" for other lines."""
    condition = node.condition
    if not isinstance(node.act, Open) or node.act.kind != "if" or node.otherwise:
        return ""
    if condition is None or condition.op != "var" or condition.name.lower() != flag:
        return ""
    acts = [n.act for n in node.body]
    quiet = all(
        isinstance(a, Act) and (a.word in HARMLESS or a.word == "comment") for a in acts[:-1]
    )
    last = acts[-1] if acts else None
    if not quiet or not isinstance(last, Act) or last.word != "goto":
        return ""
    return str(last.data[0])
