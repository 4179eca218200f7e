"""Routines with parameters: a copy of its own for every set of constant arguments.

An argument is put in the place of its parameter, so only what cannot change meanwhile is taken:
literals, constants, targets and other data that the program never changes, and predefined names.
A parameter of type num or bool that gets another expression, or that the body sets, becomes a
variable of the copy, which its call sets. One that is handed over itself (VAR, PERS) stands for the
variable of the call, which must be one of the modules.
Source: RAPID kernel 3HAC050946, parameters (recalled): VAR, PERS and INOUT hand over the data
itself, all others a copy of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.passes import write_out
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.source import Line, replaced
from cellsim.domain.program import Expr

MOST = 200
MOST_LINES = 5_000
MOST_LETTERS = 500
_PARAMETER = re.compile(r"(?:VAR\s+|PERS\s+)?([A-Za-z]\w*)\s+([A-Za-z_]\w*)", re.IGNORECASE)
_LITERAL = re.compile(r"[-+]?[\d.]+(?:E[-+]?\d+)?|TRUE|FALSE|\[[^A-DF-Za-df-z]*\]", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\{\d+\})?")
_PLAIN = frozenset({"num", "dnum", "bool", "string"})
_VALUES = frozenset({"num", "dnum", "bool"})
Nest = Callable[[list[Line]], list[Node]]


@dataclass(frozen=True)
class Template:
    """A routine with parameters: its name, (type, name) of each, and its lines.

    themselves: Parameters (lower case) for which the data of the call stands itself.
    """

    name: str
    parameters: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    themselves: frozenset[str] = frozenset()

    def sets(self, name: str) -> bool:
        """Return whether a line may give a parameter another value."""
        pattern = re.compile(
            rf"(?<![\w.\\]){name}\b(\.\w+|\{{[^{{}}]*\}})*\s*:="
            rf"|\b(?:incr|decr|add|clear|tpread\w+)\s+{name}\b",
            re.IGNORECASE,
        )
        return any(pattern.search(line.text) for line in self.lines)

    def declares(self, name: str) -> bool:
        """Return whether a line declares data of a name."""
        pattern = re.compile(rf"(?:VAR|PERS|CONST)\s+\w+\s+{re.escape(name)}\b", re.IGNORECASE)
        return any(pattern.match(line.text) for line in self.lines)


def parameters_of(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return (type, name) of plain parameters; None for optional, INOUT and array ones."""
    out = []
    for part in text.split(","):
        match = _PARAMETER.fullmatch(part.strip())
        if match is None or match[1].lower() in {"inout", "switch", "var", "pers"}:
            return None
        out.append((match[1].lower(), match[2].lower()))
    return tuple(out)


def handed_themselves(text: str) -> frozenset[str]:
    """Return the parameters (lower case) for which the data of the call stands itself."""
    parts = (_PARAMETER.fullmatch(part.strip()) for part in text.split(","))
    found = (m for m in parts if m is not None and m[0].split()[0].upper() in {"VAR", "PERS"})
    return frozenset(match[2].lower() for match in found)


def expand(
    routines: dict[str, list[Node]], templates: dict[str, Template], table: Table, nest: Nest
) -> set[str]:
    """Add a routine for every call with constant arguments, and make that call call it.

    Args:
        routines: By name; grows. templates: By name, lower case. table: Shared data.
        nest: Lines to nested nodes.

    Returns:
        Names (lower case) of the templates that were used.
    """
    made: dict[tuple[str, ...], str] = {}
    used: set[str] = set()
    size = 0
    waiting = list(routines)
    while waiting:
        nodes = routines[waiting.pop(0)]
        write_out(nodes, templates, table)
        for node in list(flat(nodes)):
            template = _called(node, templates)
            found = None if template is None else _arguments(node, template, table)
            if template is None or found is None:
                continue
            arguments, given = found
            key = (template.name.lower(), *arguments)
            size += len(template.lines)
            if key not in made and (len(made) >= MOST or size > MOST_LINES):
                continue
            if key not in made:
                made[key] = _free(template.name, routines)
                routines[made[key]] = nest(list(_filled(template, arguments)))
                waiting.append(made[key])
            used.add(template.name.lower())
            node.act = Act(made[key].lower(), ((), (), *given))
    return used


def _called(node: Node, templates: dict[str, Template]) -> Template | None:
    return templates.get(node.act.word) if isinstance(node.act, Act) else None


def _arguments(
    node: Node, template: Template, table: Table
) -> tuple[list[str], list[tuple[str, Expr]]] | None:
    """Return what stands in the places of parameters, and what sets those that are variables.

    None where an argument is not constant, and no number or truth value.
    """
    text = re.split(rf"\b{re.escape(template.name)}\b", node.line.text, flags=re.IGNORECASE)[-1]
    parts = list(split_arguments(text))
    if len(parts) != len(template.parameters) or "\\" in text:
        return None
    given: list[tuple[str, Expr]] = []
    items = node.act.data[1] if isinstance(node.act, Act) else ()
    if len(items) != len(parts):
        return None
    for number, (kind, name) in enumerate(template.parameters):
        if name in template.themselves and kind in _PLAIN:
            if not _is_shared(parts[number], template, table):
                return None
            continue
        sets = template.sets(name)
        if _constant(parts[number], kind, table) and not (sets and kind in _PLAIN):
            continue
        if kind not in _VALUES or items[number].options:
            return None
        parts[number] = f"{name}_of_{template.name}"
        given.append((parts[number], items[number].value))
    return parts, given


def split_arguments(text: str) -> Iterator[str]:
    """Yield the parts of a text between commas that stand in no brackets."""
    depth, start = 0, 0
    for i, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            yield text[start:i].strip()
            start = i + 1
    yield text[start:].strip()


def _is_shared(text: str, template: Template, table: Table) -> bool:
    """Return whether an argument is a variable of the modules that the routine's lines see too."""
    datum = table.find(text) if text.isidentifier() else None
    return datum is not None and datum.storage != "const" and not template.declares(text)


def _constant(text: str, kind: str, table: Table) -> bool:
    if len(text) > MOST_LETTERS:
        return False
    if _LITERAL.fullmatch(text):
        return True
    if not _NAME.fullmatch(text):
        return False
    name = text.partition("{")[0]
    datum = table.find(name)
    if datum is None:
        return kind not in _PLAIN
    return datum.storage == "const" or (kind not in _PLAIN and name.lower() not in table.changed)


def _filled(template: Template, arguments: list[str]) -> Iterator[Line]:
    """Yield the lines with every parameter replaced by its argument."""
    names = {name: text for (_, name), text in zip(template.parameters, arguments, strict=True)}
    pattern = re.compile(rf"(?<![\w.\\])(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    for line in template.lines:
        text = replaced(pattern, lambda m: names[m[0].lower()], line.text)
        yield Line(line.file, line.number, text, line.comment, line.verbatim)


def _free(name: str, routines: dict[str, list[Node]]) -> str:
    taken = {r.lower() for r in routines}
    number = 1
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"
