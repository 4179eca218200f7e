"""Functions with parameters: which calls say what they mean, and how such a call is read.

A function that sets one of its parameters is not read, so it makes no difference whether
arguments are handed over by value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat, nest
from cellsim.controllers.reading.instances import Acts, Language, Template, arguments_of, body_of
from cellsim.controllers.reading.source import Line
from cellsim.controllers.ur.fold import Mentions, fold
from cellsim.controllers.ur.lines import act_of

_PARAMETERS = re.compile(r"[A-Za-z_]\w*(\s*,\s*[A-Za-z_]\w*)*")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ITEMS = rf"\[\s*{_NUMBER}(?:\s*,\s*{_NUMBER})*\s*\]"
_CONSTANT = re.compile(rf'{_NUMBER}|True|False|p?{_ITEMS}|d2r\(\s*{_NUMBER}\s*\)|"[^"]*"')
_NAME = re.compile(r"[A-Za-z_]\w*")
_KEYWORD = re.compile(r"\s*=(?!=)")


def templates(nodes: Iterable[Node], acts: Acts) -> dict[str, Template]:
    """Return the functions with parameters that set none of them and hold no function."""
    found: dict[str, Template] = {}
    twice: set[str] = set()
    for node in flat(nodes):
        given = node.condition
        if not isinstance(node.act, Open) or given is None or given.op != "parameters":
            continue
        name = node.act.variable
        twice |= {name} & found.keys()
        names = [p.strip() for p in given.name.split(",")]
        inner = any(isinstance(n.act, Open) and n.act.kind in {"def", "raw"} for n in _below(node))
        if not _PARAMETERS.fullmatch(given.name) or len(set(names)) < len(names) or inner:
            continue
        lines = body_of(acts, node.line)
        if not any(_sets(line.text, names) for line in lines):
            found[name] = Template(name, tuple(names), lines)
    return {n: t for n, t in found.items() if n not in twice}


def language(places: Collection[str], mentions: Mentions) -> Language:
    """Return how calls are read; `places` are names with one value in the whole script."""

    def constant(text: str) -> bool:
        return text in places or _CONSTANT.fullmatch(text) is not None

    def again(lines: list[Line]) -> list[Node]:
        end = lines[-1] if lines else Line("", 0, "", "", "")
        nested = nest([(line, act_of(line)) for line in lines], end)
        return fold(nested, mentions.of(nested))

    return Language(_called, constant, again, _call, _keyword)


def _below(node: Node) -> Iterable[Node]:
    return flat([*node.body, *node.otherwise])


def _sets(text: str, names: list[str]) -> bool:
    return any(re.match(rf"((global|local)\s+)?{n}\s*(\[.*\]\s*)?=(?!=)", text) for n in names)


def _called(node: Node) -> tuple[str, list[str]] | None:
    if not isinstance(node.act, Act) or node.act.word != "call":
        return None
    arguments = arguments_of(node.line.text)
    return None if arguments is None else (str(node.act.data[0]), arguments)


def _call(name: str) -> tuple[object, str]:
    return Act("call", (name, ())), f"{name}()"


def _keyword(match: re.Match[str]) -> bool:
    """Return whether a name is that of an argument (`v=v`: the first one)."""
    return _KEYWORD.match(match.string, match.end()) is not None
