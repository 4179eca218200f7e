"""Routines with parameters: a copy of its own for every set of constant arguments.

An argument is put in the place of its parameter, so only what cannot change meanwhile is taken:
literals, constants, targets and other data that the program never changes, and predefined names.
A parameter of type num or bool that gets another expression, or that the body sets, becomes a
variable of the copy, which its call sets. One that is handed over itself (VAR, PERS) stands for the
variable of the call, which must be one of the modules. One that is optional is given in a copy or
is not: what only runs where it is otherwise is left out of it.
Source: RAPID kernel 3HAC050946, parameters (recalled): VAR, PERS and INOUT hand over the data
itself, all others a copy of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.passes import write_out
from cellsim.controllers.abb.signatures import Signature, arguments_of, with_arguments
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.calls import callees_first
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

MOST = 200
MOST_LINES = 5_000
MOST_LETTERS = 500
_LITERAL = re.compile(r"[-+]?[\d.]+(?:E[-+]?\d+)?|TRUE|FALSE|\[[^A-DF-Za-df-z]*\]", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\{\d+\})?")
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLAIN = frozenset({"num", "dnum", "bool", "string"})
_LOGIC = frozenset({"not", "and", "or"})
_VALUES = frozenset({"num", "dnum", "bool"})
Nest = Callable[[list[Line]], list[Node]]


@dataclass(frozen=True)
class Template:
    """A routine with parameters: its name, what it takes, and its lines."""

    name: str
    takes: Signature
    lines: tuple[Line, ...]

    def sets(self, name: str) -> bool:
        """Return whether a line may give a parameter another value."""
        pattern = re.compile(
            rf"(?<![\w.\\]){name}\b(\.\w+|\{{[^{{}}]*\}})*\s*:="
            rf"|\b(?:incr|decr|add|clear|tpread\w+)\s+{name}\b",
            re.IGNORECASE,
        )
        return any(pattern.search(line.text) for line in self.lines)

    def declares(self, name: str) -> bool:
        """Return whether a line declares data, or a counter, of a name."""
        begins = r"(?:(?:VAR|PERS|CONST)\s+\w+|FOR)"
        pattern = re.compile(rf"{begins}\s+{re.escape(name)}\b", re.IGNORECASE)
        return any(pattern.match(line.text) for line in self.lines)


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
    around = _around(routines, templates)
    waiting = list(routines)
    while waiting:
        routine = waiting.pop(0)
        nodes = routines[routine]
        write_out(nodes, templates, table, routine)
        for node in list(flat(nodes)):
            template = _called(node, templates)
            found = None if template is None else _arguments(node, template, table, routine)
            if template is None or found is None:
                continue
            arguments, given = found
            if given and template.name.lower() in around:
                continue  # each call of it in itself would have a variable of its own
            key = (template.name.lower(), *(f"{n}={text}" for n, text in arguments.items()))
            size += len(template.lines)
            if key not in made and (len(made) >= MOST or size > MOST_LINES):
                continue
            if key not in made:
                made[key] = _free(template.name, {*routines, *table.functions})
                routines[made[key]] = _run(nest(list(_filled(template, arguments))))
                for inner in flat(routines[made[key]]):
                    table.add(inner, made[key])
                waiting.append(made[key])
            used.add(template.name.lower())
            node.act = Act(made[key].lower(), ((), (), *given))
    return used


def _around(routines: dict[str, list[Node]], templates: dict[str, Template]) -> frozenset[str]:
    """Return the routines (lower case) that come round to themselves, over others too."""
    texts = {name: [line.text for line in one.lines] for name, one in templates.items()}
    texts |= {n.lower(): [x.line.text for x in flat(nodes)] for n, nodes in routines.items()}
    words = {n: {w.lower() for t in ts for w in _WORD.findall(t)} for n, ts in texts.items()}
    calls = {name: sorted(found & texts.keys()) for name, found in words.items()}
    groups = callees_first(calls)
    return frozenset(n for g in groups for n in g if len(g) > 1 or n in calls[n])


def _called(node: Node, templates: dict[str, Template]) -> Template | None:
    return templates.get(node.act.word) if isinstance(node.act, Act) else None


def _arguments(
    node: Node, template: Template, table: Table, routine: str
) -> tuple[dict[str, str], list[tuple[str, Expr]]] | None:
    """Return what stands in the places of parameters, and what sets those that are variables.

    None where an argument is not constant, and no number or truth value.
    """
    text = re.split(rf"\b{re.escape(template.name)}\b", node.line.text, flags=re.IGNORECASE)[-1]
    said = arguments_of(text)
    options, items = node.act.data[:2] if isinstance(node.act, Act) else ((), ())
    takes = template.takes
    needed = [name for _, name in takes.parameters if name not in takes.optional]
    if said is None or not len(said[0]) == len(items) == len(needed):
        return None
    behind = dict((*options, *(o for item in items for o in item.options)))
    if behind.keys() != said[1].keys() or not behind.keys() <= takes.optional:
        return None
    parts = dict(zip(needed, said[0], strict=True)) | said[1]
    values = dict(zip(needed, (item.value for item in items), strict=True)) | behind
    given: list[tuple[str, Expr]] = []
    for kind, name in takes.parameters:
        value = values.get(name)
        if name not in parts or (kind == "switch" and value is None):
            continue
        made = None if value is None else _handed(parts[name], kind, name, template, table, routine)
        if made is None or value is None:
            return None
        given += [(made, value)] if made != parts[name] else []
        parts[name] = made
    return parts, given


def _handed(
    text: str, kind: str, name: str, template: Template, table: Table, routine: str
) -> str | None:
    """Return what stands in the place of a parameter: its argument, or a variable of the copy."""
    if name in template.takes.themselves and kind in _PLAIN:
        return text if _is_shared(text, template, table, routine) else None
    hidden = template.declares(text.partition("{")[0])
    if _constant(text, kind, table, routine) and not template.sets(name) and not hidden:
        return text
    return f"{name}_of_{template.name}" if kind in _VALUES else None


def _is_shared(text: str, template: Template, table: Table, routine: str) -> bool:
    """Return whether an argument is a variable of the modules that the routine's lines see too."""
    datum = table.find(text, routine) if text.isidentifier() else None
    shared = datum is not None and not datum.routine
    return shared and datum is not None and datum.storage != "const" and not template.declares(text)


def _constant(text: str, kind: str, table: Table, routine: str) -> bool:
    if len(text) > MOST_LETTERS:
        return False
    if _LITERAL.fullmatch(text):
        return True
    if not _NAME.fullmatch(text):
        return False
    name = text.partition("{")[0]
    datum = table.find(name, routine)
    if datum is None:
        return kind not in _PLAIN
    if datum.routine:
        return False  # the copy does not see it
    return datum.storage == "const" or (kind not in _PLAIN and name.lower() not in table.changed)


def _filled(template: Template, arguments: dict[str, str]) -> Iterator[Line]:
    """Yield the lines with every parameter replaced by its argument."""
    for line in template.lines:
        text = with_arguments(line.text, template.takes, arguments)
        yield Line(line.file, line.number, text, line.comment, line.verbatim)


def _run(nodes: list[Node]) -> list[Node]:
    """Return lines without the branches that a copy never takes: its Present are TRUE and FALSE."""
    out: list[Node] = []
    for node in nodes:
        node.body, node.otherwise = _run(node.body), _run(node.otherwise)
        met = (
            _truth(node.condition) if isinstance(node.act, Open) and node.act.kind == "if" else None
        )
        jumps = any(isinstance(n.act, Act) and n.act.word == "label" for n in flat([node]))
        if met is None or jumps:
            out.append(node)
        else:
            out += node.body if met else node.otherwise
    return out


def _truth(condition: Expr | None) -> bool | None:
    """Return what a condition of constants is, None where that is not known before it runs."""
    if condition is None:
        return None
    if condition.op == "const":
        return condition.value if isinstance(condition.value, bool) else None
    parts = [_truth(part) for part in condition.args] if condition.op in _LOGIC else [None]
    if condition.op == "not":
        return None if parts[0] is None else not parts[0]
    decisive = condition.op == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _free(name: str, names: Iterable[str]) -> str:
    taken = {n.lower() for n in names}
    number = 1
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"
