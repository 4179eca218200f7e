"""Subprograms and functions with parameters that are called with what is known only in the run.

Source: KSS 8.2 SI manual, subprograms and functions: IN hands a copy over, OUT (the default) the
variable itself; a function ends with RETURN and its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cellsim.controllers.kuka.instances import is_component, nested, undeclared
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.instances import Acts, body_of
from cellsim.controllers.reading.passing import Signature, not_recursive, own_name
from cellsim.controllers.reading.source import Line, replaced

_PARAMETER = re.compile(
    r"\s*([A-Za-z_]\w*)\s*(?:\[[\s,]*\]\s*)?(?::\s*(IN|OUT))?\s*", re.IGNORECASE
)
_KINDS = frozenset({"parameters", "function"})


@dataclass(frozen=True)
class Subprogram:
    """A subprogram that is read once for all its calls."""

    signature: Signature
    body: list[Node]


def subprograms(outside: Iterable[Node], acts: Acts) -> dict[str, Subprogram]:
    """Return the subprograms with parameters and the functions that can be read, by name."""
    given = {
        node.act.variable: node
        for node in outside
        if isinstance(node.act, Open) and node.condition is not None and node.condition.op in _KINDS
    }
    texts = {name: "\n".join(n.line.text for n in flat(node.body)) for name, node in given.items()}
    found: dict[str, Subprogram] = {}
    free = not_recursive(texts, fold=True)
    for name in given:
        parameters = _parameters(given[name]) if name in free else None
        if parameters is not None:
            found[name] = _read(name, given[name], parameters, acts)
    return found


def _parameters(node: Node) -> list[tuple[str, bool]] | None:
    """Return names of parameters and whether they are OUT; None where one is not understood."""
    assert node.condition is not None
    if not node.condition.name.strip():
        return []
    matches = [_PARAMETER.fullmatch(p) for p in node.condition.name.split(",")]
    names = [(m[1].lower(), (m[2] or "OUT").upper() == "OUT") for m in matches if m is not None]
    whole = len(names) == len(matches) == len({name for name, _ in names})
    return names if whole else None


def _read(name: str, node: Node, parameters: list[tuple[str, bool]], acts: Acts) -> Subprogram:
    own = {parameter: own_name(name, parameter) for parameter, _ in parameters}
    lines = list(undeclared(body_of(acts, node.line), list(own)))
    assert node.condition is not None
    signature = Signature(
        name, tuple(own.values()), tuple(o for _, o in parameters), node.condition.op == "function"
    )
    return Subprogram(signature, nested([_with(line, own) for line in lines]))


def _with(line: Line, own: dict[str, str]) -> Line:
    """Return a line with the variables that stand for its parameters."""
    if not own:
        return line
    pattern = rf"(?<![\w.$#])(?:{'|'.join(map(re.escape, own))})(?!\w)"

    def put(match: re.Match[str]) -> str:
        return match[0] if is_component(match) else own[match[0].lower()]

    text = replaced(re.compile(pattern, re.IGNORECASE), put, line.text)
    return Line(line.file, line.number, text, line.comment, line.verbatim)
