"""Subprograms with IN parameters: which calls say what they mean, and how such a call is read.

Source: KSS 8.2 SI manual, subprograms: IN hands a copy over, OUT (the default) the variable itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cellsim.controllers.kuka.acts import Struct
from cellsim.controllers.kuka.fold import fold, switches
from cellsim.controllers.kuka.lines import act_of
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat, nest
from cellsim.controllers.reading.instances import Acts, Language, Template, arguments_of, body_of
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.unroll import read_elsewhere, unrolled

_PARAMETER = re.compile(r"\s*([A-Za-z_]\w*)\s*:\s*IN\s*", re.IGNORECASE)
_CONSTANT = re.compile(
    r"[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?|TRUE|FALSE|#[A-Za-z_]\w*|\{[^{}#\"]*\}", re.IGNORECASE
)
_NAME = re.compile(r"[A-Za-z_]\w*")
DECLARED = re.compile(
    r"(?:DECL\s+[A-Za-z_]\w*|INT|REAL|BOOL|CHAR|AXIS|E6AXIS|POS|E6POS|FRAME)\s+"
    r"([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)",
    re.IGNORECASE,
)


def templates(nodes: Iterable[Node], acts: Acts) -> dict[str, Template]:
    """Return the subprograms whose parameters are all IN and set nowhere in them."""
    found: dict[str, Template] = {}
    for node in nodes:
        given = node.condition
        if not isinstance(node.act, Open) or given is None or given.op != "parameters":
            continue
        matches = [_PARAMETER.fullmatch(p) for p in given.name.split(",")]
        names = [m[1] for m in matches if m is not None]
        if len(names) < len(matches) or len({n.upper() for n in names}) < len(names):
            continue
        lines = tuple(undeclared(body_of(acts, node.line), names))
        if not any(_sets(line.text, names) for line in lines):
            found[node.act.variable] = Template(node.act.variable, tuple(names), lines)
    return found


def undeclared(lines: Iterable[Line], names: list[str]) -> Iterator[Line]:
    """Yield the lines without the declarations of parameters, which say their types."""
    upper = {n.upper() for n in names}
    for line in lines:
        match = DECLARED.fullmatch(line.text)
        if match is None or not {n.strip().upper() for n in match[1].split(",")} <= upper:
            yield line


def _sets(text: str, names: list[str]) -> bool:
    any_name = "|".join(map(re.escape, names))
    pattern = rf"(?:FOR\s+)?(?:{any_name})(\.\w+|\s*\[[^\]]*\])*\s*=(?!=)"
    return re.match(pattern, text, re.IGNORECASE) is not None


def language(routines: Mapping[str, list[Node]], main: str) -> Language:
    """Return how calls are read; a point may be handed over that the entry alone sets."""
    points: set[str] = set()
    changed: set[str] = set()
    for name, nodes in routines.items():
        for node in flat(nodes):
            act = node.act
            if isinstance(act, Act) and act.word in {"declare", "assign"}:
                target = str(act.data[1] if act.word == "declare" else act.data[0])
                stem = target.partition(".")[0]
                points |= {stem} if isinstance(act.data[2], Struct) else set()
                changed |= {stem} if act.word == "assign" and name != main else set()

    def constant(text: str) -> bool:
        name = text.upper()
        known = _NAME.fullmatch(text) is not None and name in points and name not in changed
        return known or _CONSTANT.fullmatch(text) is not None

    return Language(_called, constant, nested, _call, is_component, re.IGNORECASE)


def nested(lines: list[Line]) -> list[Node]:
    """Return lines as nested nodes, loops that need it written out, waits recognised."""
    end = lines[-1] if lines else Line("", 0, "", "", "")
    acts = [(line, act_of(line)) for line in lines]
    acts = unrolled(acts, act_of, re.IGNORECASE, shared=read_elsewhere(acts))
    return fold(nest(switches(acts), end))


def _called(node: Node) -> tuple[str, list[str]] | None:
    if not isinstance(node.act, Act) or node.act.word != "call" or not node.act.data[1]:
        return None
    arguments = arguments_of(node.line.text)
    return None if arguments is None else (str(node.act.data[0]).lower(), arguments)


def _call(name: str) -> tuple[object, str]:
    return Act("call", (name.upper(), ())), f"{name}( )"


def is_component(match: re.Match[str]) -> bool:
    """Return whether a name is that of a component in an aggregate ({X 1, Y 2})."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    inside = before.count("{") > before.count("}")
    return inside and before.rstrip()[-1:] in {"{", ",", ":"} and after[:1].isspace()
