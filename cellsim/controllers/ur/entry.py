"""Which function of a script is the program: what its own lines call, or its only one.

A script file that a program reads in is run from its first line to its last: its functions are
known then, and what calls them runs. A script that is sent is one function; where it has several
and calls none of them, it is the last.
"""

from __future__ import annotations

import re

from cellsim.controllers.reading.acts import Act, data_of, is_word, word_of
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.errors import BadInput


def entry_last(file: str, nodes: list[Node], collector: Collector) -> list[Node]:
    """Return the functions without parameters of a script, the program last.

    Lines beside the functions that call one of them are put into a function of their own; a line
    that does nothing but call the program is taken out of the nodes.
    """
    named = [n for n in nodes if _is_def(n)]
    if not named:
        return _without_def(file, nodes, collector)
    functions = {_name(n) for n in nodes if _is_function(n)}
    own = [n for n in nodes if not _is_function(n) and word_of(n) != "comment"]
    calling = [n for n in flat(own) if is_word(n, "call") and data_of(n)[0] in functions]
    if not calling:
        return named
    if own == calling and len(own) == 1 and not data_of(own[0])[1]:
        entry = next((n for n in named if _name(n) == data_of(own[0])[0]), None)
        if entry is not None:
            nodes[:] = [n for n in nodes if n is not own[0]]
            return [*(n for n in named if n is not entry), entry]
    collector.note("lines beside the functions call them: they are the program")
    return [*named, _as_function(file, nodes, {_name(n) for n in flat(nodes) if _is_function(n)})]


def _without_def(file: str, nodes: list[Node], collector: Collector) -> list[Node]:
    """Return the lines of a script without a function as one, as in a script node of a program."""
    own = [n for n in nodes if not _is_function(n)]
    if not any(isinstance(n.act, Act) and n.act.word in {"call", "run"} for n in flat(own)):
        for at, node in enumerate(nodes):
            given = node.condition
            if isinstance(node.act, Open) and given is not None and given.op == "parameters":
                name = node.act.variable
                collector.note(f"parameters of {name} are not known: {given.name}")
                nodes[at] = Node(node.line, Open("def", variable=name), node.body)
                return [nodes[at]]
        raise BadInput("no function", file=file, expected="def name(): ... end")
    collector.note("no function: the lines are a script node; the TCP is what its program has set")
    return [_as_function(file, nodes, set())]


def _as_function(file: str, nodes: list[Node], taken: set[str]) -> Node:
    """Put the lines beside the functions into one, and return it."""
    name = re.sub(r"\W", "_", file.rpartition(".")[0]) or "script"
    while name in taken:
        name += "_"
    own = [n for n in nodes if not _is_function(n)]
    nodes[:] = [n for n in nodes if _is_function(n)]
    made = Node(own[0].line, Open("def", variable=name), own)
    nodes.append(made)
    return made


def _is_def(node: Node) -> bool:
    return isinstance(node.act, Open) and node.act.kind == "def"


def _is_function(node: Node) -> bool:
    """Return whether a node is a function or a thread, whatever its parameters."""
    return isinstance(node.act, Open) and bool(node.act.variable)


def _name(node: Node) -> str:
    assert isinstance(node.act, Open)
    return node.act.variable
