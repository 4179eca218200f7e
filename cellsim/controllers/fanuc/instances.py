"""Programs called with constant arguments: a copy of its own for every set of them.

Inside, `R[AR[1]]` of `CALL NAME(3)` is R[3], so that what is reached over arguments is known.
Source: R-30iB Plus teach pendant help, 17.4: AR[n] is the n-th argument, as an index too; a program
cannot set one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from cellsim.controllers.fanuc.arguments import used
from cellsim.controllers.fanuc.lsfile import LsFile
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

MOST, MOST_LINES = 200, 20_000
_ARGUMENT = re.compile(r"(?<!\w)AR\s*\[\s*(\d{1,2})\s*(?::[^\[\]]*)?\]", re.IGNORECASE)


def instances(
    programs: Mapping[str, tuple[LsFile, list[Node]]], nodes_of: Callable[[LsFile], list[Node]]
) -> dict[str, tuple[LsFile, list[Node]]]:
    """Return the programs, and a copy for each set of constant arguments that the calls give.

    A call whose arguments are not all constant calls the program itself, as before.

    Args:
        programs: Text and nested instructions by name; the calls in them are changed.
        nodes_of: From text to nested instructions.
    """
    out = dict(programs)
    takes = {name: used(_text(ls)) for name, (ls, _) in programs.items()}
    made: dict[tuple[str, ...], str] = {}
    waiting, size = list(out), 0
    while waiting:
        for node, name, arguments in _calls(out[waiting.pop(0)][1], takes):
            key = (name, *arguments)
            if key not in made:
                size += len(programs[name][0].instructions)
                if len(made) >= MOST or size > MOST_LINES:
                    continue
                made[key] = _free(name, out)
                ls = _filled(programs[name][0], made[key], arguments)
                out[made[key]] = ls, nodes_of(ls)
                waiting.append(made[key])
            node.act = Act("call", (made[key], ()))
    return out


def under_own_names(
    programs: Mapping[str, tuple[LsFile, list[Node]]], texts: Mapping[str, LsFile]
) -> list[tuple[LsFile, list[Node]]]:
    """Return programs where the only copy of a program that nothing calls itself has its name.

    Args:
        programs: All that run, copies too. texts: The programs that were given.
    """
    own = {ls.file: name for name, ls in texts.items()}
    copies: dict[str, list[str]] = {}
    for name, (ls, _) in programs.items():
        copies.setdefault(own[ls.file], []).append(name)
    new = {names[0]: name for name, names in copies.items() if len(names) == 1}
    for _, nodes in programs.values():
        for node in flat(nodes):
            if isinstance(node.act, Act) and node.act.word == "call":
                name, arguments = node.act.data
                node.act = Act("call", (new.get(name, name), arguments))
    return [
        (replace(ls, name=new.get(name, name)), nodes) for name, (ls, nodes) in programs.items()
    ]


def _calls(
    nodes: list[Node], takes: Mapping[str, frozenset[int]]
) -> Iterator[tuple[Node, str, tuple[str, ...]]]:
    """Yield the calls of a program with arguments that are all constant."""
    for node in flat(nodes):
        if isinstance(node.act, Act) and node.act.word == "call":
            name, arguments = node.act.data
            texts = [_constant(a) for a in arguments]
            if takes.get(name) and texts and None not in texts:
                yield node, name, tuple(t for t in texts if t is not None)


def _constant(expr: Expr) -> str | None:
    """Return the text of a constant argument, None for another; a string is none."""
    if expr.op == "neg":
        inner = _constant(expr.args[0])
        return None if inner is None or inner.startswith("(") else f"(-{inner})"
    if expr.op != "const" or isinstance(expr.value, bool) or not isinstance(expr.value, float):
        return None
    return f"{int(expr.value)}" if expr.value.is_integer() else f"{expr.value!r}"


def _filled(ls: LsFile, name: str, arguments: tuple[str, ...]) -> LsFile:
    """Return a program with its arguments in the place of AR[n]; those not given stay."""

    def put(match: re.Match[str]) -> str:
        number = int(match[1])
        return arguments[number - 1] if 1 <= number <= len(arguments) else match[0]

    def line_of(line: Line) -> Line:
        if line.text.startswith(("!", "--", "/")):
            return line
        return replace(line, text=_ARGUMENT.sub(put, line.text))

    return replace(ls, name=name, instructions=tuple(line_of(line) for line in ls.instructions))


def _text(ls: LsFile) -> str:
    said = (line.text for line in ls.instructions if not line.text.startswith(("!", "--", "/")))
    return "\n".join(said)


def _free(name: str, taken: Mapping[str, object]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
