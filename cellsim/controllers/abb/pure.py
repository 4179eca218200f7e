"""Functions of a text that only compute: to ask one gives a value and does nothing else.

Such a function sets data of its own alone (its VARs, its plain parameters) and calls functions that
change nothing. One with a parameter that is VAR, PERS or INOUT, with a line that is not understood,
any other instruction or an error handler, or that calls a function which no text has, is none.
Source: RAPID kernel 3HAC050946, scope of data and parameters (recalled): data that a routine
declares is its own, a parameter without VAR, PERS or INOUT is a copy of what the call gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cellsim.controllers.abb.acts import Function
from cellsim.controllers.abb.functions import NO_CALL, QUIET, READS
from cellsim.controllers.abb.interrupts import is_function, is_trap
from cellsim.controllers.abb.modal import COUNTS
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.calls import callees_first
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.values import every

_PARAMETERS = re.compile(r"[^(]*\((.*)\)\s*", re.DOTALL)
# Type and name of one; alternatives (|) are optional parameters that exclude one another.
_PLAIN = re.compile(r"\\?\s*(\w+)\s+([A-Za-z_]\w*)\s*(?:\{[\s*,]*\})?\s*")
_THEMSELVES = frozenset({"var", "pers", "inout"})
_BLOCKS = frozenset({"if", "while", "count"})
_QUIET_LINES = frozenset({"comment", "label", "goto", "returned", "tpwrite", "tperase"})


def computing(odd: Iterable[Node]) -> dict[str, bool]:
    """Return the functions (lower case) of a text, and whether asking one does nothing else.

    Procedures with parameters are among them, and do more: one that is named as an instruction of
    the controller hides it.

    Args:
        odd: Blocks of the modules that are no plain procedure. A name that two have is none.
    """
    blocks: dict[str, list[Node]] = {}
    for node in odd:
        if isinstance(node.act, Open) and node.act.variable and not is_trap(node):
            blocks.setdefault(node.act.variable.lower(), []).append(node)
    calls = {name: _called(found[0]) for name, found in blocks.items()}
    pure = {
        name: len(found) == 1 and is_function(found[0]) and _sets_own(found[0])
        for name, found in blocks.items()
    }
    for group in callees_first({name: sorted(c & pure.keys()) for name, c in calls.items()}):
        fits = all(pure[name] and _quiet(calls[name].difference(group), pure) for name in group)
        pure.update(dict.fromkeys(group, fits))
    return pure


def only_computes(node: Node, functions: Mapping[str, bool]) -> bool:
    """Return whether a block is a function of the text that only computes."""
    name = node.act.variable.lower() if isinstance(node.act, Open) else ""
    return is_function(node) and functions.get(name, False)


def does_more(node: Node, functions: Mapping[str, bool]) -> str:
    """Return a function that a line asks and that may do more than compute, "" where none may."""
    return next((n for n in sorted(_asked(node)) if not _quiet(frozenset({n}), functions)), "")


def _quiet(names: frozenset[str], pure: Mapping[str, bool]) -> bool:
    known = QUIET | READS | NO_CALL
    return all(pure.get(name, name in known) for name in names)


def _called(block: Node) -> frozenset[str]:
    """Return the functions (lower case) that the lines of a function call."""
    return frozenset().union(*(_asked(node) for node in flat(block.body)))


def _asked(node: Node) -> frozenset[str]:
    asked = every(node.condition) if node.condition is not None else ()
    in_condition = {part.name.lower() for part in asked if isinstance(part, Function)}
    return frozenset({name.lower() for name in called_in(node.line.text)} | in_condition)


def _sets_own(block: Node) -> bool:
    """Return whether no line of a function sets anything but data of its own."""
    match = _PARAMETERS.fullmatch(block.line.text)
    parts = re.split(r"[,|]", match[1]) if match is not None and match[1].strip() else []
    parts = [p for part in parts for p in re.split(r"(?=\\)", part) if p.strip()]
    found = [_PLAIN.fullmatch(part.strip()) for part in parts]
    if match is None or any(m is None or m[1].lower() in _THEMSELVES for m in found):
        return False
    own = {m[2].lower() for m in found if m is not None}
    lines = list(flat(block.body))
    for node in lines:
        if isinstance(node.act, Act) and node.act.word == "declare":
            own.add(str(node.act.data[2]).lower())
    return all(_changes_own(node, own) for node in lines)


def _changes_own(node: Node, own: set[str]) -> bool:
    act = node.act
    if isinstance(act, Open):
        return act.kind in _BLOCKS
    if not isinstance(act, Act):
        return False
    if act.word == "declare":
        return str(act.data[0]) in {"var", "const"}
    if act.word == "assign":
        return _base(act.data[0].name) in own
    if act.word in COUNTS and act.data[1]:
        return _base(act.data[1][0].value.name) in own
    return act.word in _QUIET_LINES


def _base(name: str) -> str:
    """Return the name of data, lower case, without index and components."""
    return re.split(r"[.{]", name)[0].lower()
