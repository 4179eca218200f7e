"""Traps of a text: which of them change nothing that matters, and the lines that order them.

A trap may run at any time once CONNECT names it and ISignalDI, ITimer or another line orders it.
Where all that it does is to tell the operator, to count what no other line reads, and to set
outputs that neither the cell nor a line knows, those lines change nothing; else they are open.
Source: RAPID kernel 3HAC050946, interrupts (recalled); forms in public code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cellsim.controllers.abb.modal import COUNTS, HARMLESS
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat

ORDERS = frozenset(
    {"isignaldi", "isignaldo", "isignalgi", "isignalgo", "isignalai", "isignalao", "itimer"}
    | {"ipers", "ivarvalue", "ierror"}
)
# What they do only keeps traps from running.
ASIDE = frozenset({"idelete", "isleep", "iwatch", "idisable", "ienable"})
OUTPUTS = frozenset({"setdo", "set", "reset", "pulsedo", "setgo", "setao", "invertdo"})
_PLAIN = HARMLESS | ASIDE | ORDERS | {"comment", "declare", "return", "connect"}


@dataclass(frozen=True)
class Interrupts:
    """What is known of a text's traps.

    Attributes:
        matters: Name of a trap, lower case, to why it matters; "" where it does not.
        traps: Name of an interrupt, lower case, to the traps that are connected to it.
    """

    matters: Mapping[str, str] = field(default_factory=dict)
    traps: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def why(self, act: Act) -> str:
        """Return why a line that connects or orders an interrupt matters, "" where it does not."""
        if act.word == "connect":
            return self._of(str(act.data[1]))
        items = act.data[1]
        name = items[-1].value.name.lower() if items and items[-1].value.op == "var" else ""
        connected = self.traps.get(name)
        if not connected:
            return f"interrupt {name or '?'} is connected to no trap of the text"
        return next((why for why in map(self._of, sorted(connected)) if why), "")

    def _of(self, trap: str) -> str:
        return self.matters.get(trap.lower(), f"trap {trap} is not in the text")


def interrupts_of(
    traps: Iterable[Node],
    others: Iterable[Node],
    read: frozenset[str],
    known: Callable[[str], str | None],
    does_more: Callable[[Node], str],
) -> Interrupts:
    """Return what the traps of a text do.

    Args:
        traps: Their blocks. others: All other lines, nested.
        read: Words of the others that do more than set an output, lower case.
        known: The cell's name of an output, None where it has none.
        does_more: The function that a line asks and that may do more than compute, "" for none.
    """
    blocks = list(traps)
    matters = {_name(node): next(_matters(node, read, known, does_more), "") for node in blocks}
    connected: dict[str, frozenset[str]] = {}
    for node in flat([*blocks, *others]):
        if isinstance(node.act, Act) and node.act.word == "connect":
            name, trap = (str(v).lower() for v in node.act.data)
            connected[name] = connected.get(name, frozenset()) | {trap}
    return Interrupts(matters, connected)


def is_trap(node: Node) -> bool:
    """Return whether a block is a trap."""
    return _is(node, "trap")


def is_function(node: Node) -> bool:
    """Return whether a block is a function."""
    return _is(node, "func")


def _is(node: Node, kind: str) -> bool:
    given = node.condition
    return isinstance(node.act, Open) and given is not None and given.value == kind


def _name(node: Node) -> str:
    return node.act.variable.lower() if isinstance(node.act, Open) else ""


def _matters(
    node: Node,
    read: frozenset[str],
    known: Callable[[str], str | None],
    does_more: Callable[[Node], str],
) -> Iterator[str]:
    """Yield what a trap does that matters."""
    trap = f"trap {_name(node)}, line"
    for inner in flat(node.body):
        act, number = inner.act, inner.line.number
        if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind == "raw"):
            yield f"{trap} {number}, is not understood"
        elif asked := does_more(inner):
            yield f"{trap} {number}, asks '{asked}'"
        elif isinstance(act, Act) and act.word not in _PLAIN:
            name = _target(act)
            if act.word in OUTPUTS and name and not known(name) and name not in read:
                continue
            sets = act.word == "assign" or act.word in COUNTS
            if not sets or not name or name in read:
                yield f"{trap} {number}, does '{inner.line.text.split()[0]}'"


def _target(act: Act) -> str:
    """Return the name that an instruction sets, lower case, without index and components."""
    if act.word == "assign":
        found = act.data[0]
    else:
        items = act.data[1] if len(act.data) == 2 and isinstance(act.data[1], tuple) else ()
        found = items[0].value if items else None
    return "" if found is None else re.split(r"[.{]", found.name)[0].lower()
