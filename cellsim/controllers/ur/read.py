"""Read a URScript file into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: URScript manual 5.x.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.reading.acts import Act, word_of
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.instances import expand
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.own import with_own_variables
from cellsim.controllers.reading.passing import Signature, not_recursive
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files, text_lines
from cellsim.controllers.text import ReadResult
from cellsim.controllers.ur.entry import entry_last
from cellsim.controllers.ur.flow import Function
from cellsim.controllers.ur.fold import Mentions, fold
from cellsim.controllers.ur.instances import language, templates
from cellsim.controllers.ur.lines import Numbers, PoseCall, folded, understand
from cellsim.controllers.ur.motions import Motions
from cellsim.controllers.ur.poses import Places, Value
from cellsim.controllers.ur.scopes import (
    functions_once,
    mentions_of,
    muddled,
    own_names,
    set_again,
    untracked,
)
from cellsim.controllers.ur.threads import Threads, threads_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Expr, Program, Routine
from cellsim.errors import BadInput, UnknownName

_WORD = re.compile(r"[A-Za-z_]\w*")


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that a script means.

    Args:
        files: One .script file name to bytes. cell: Whose names the numbers mean.
        group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or no function at all.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    if len(files) != 1:
        raise BadInput(f"{len(files)} files", expected="one .script file")
    ((file, data),) = files.items()
    collector = Collector()
    names = Names(cell.groups[group].controller)
    main, functions, outside, waypoints, threads, called = _functions(file, data, collector)
    shared = _Shared(cell, cell.groups[group], names, waypoints, functions, threads, main, called)
    routines = read_all(main, list(functions), shared.walk, collector)
    kept = [collector.keep(n.line, "outside of a function") for n in flat(outside)]
    first = Routine(main, (*kept, *routines[main]))
    others = [Routine(n, routines[n]) for n in functions if n != main]
    handed = {p for one in called.signatures.values() for p in (*one.parameters, one.value)}
    own = own_names(functions, main, handed)
    every = with_own_variables([first, *others], {n: n for n in functions}, own)
    for note in names.notes:
        collector.note(note)
    return collector.result(Program(main, group, every, file, "ur"))


@dataclass(frozen=True)
class Called:
    """The functions with parameters that are read once, and the names that are not followed.

    several: Names that several lines set.
    """

    signatures: Mapping[str, Signature]
    untracked: frozenset[str]
    several: frozenset[str]


@dataclass(frozen=True)
class _Shared:
    """What the walks through all functions have in common."""

    cell: Cell
    group: MotionGroup
    names: Names
    waypoints: Mapping[str, Value]
    functions: Mapping[str, list[Node]]
    threads: Threads
    main: str
    called: Called

    @cached_property
    def everywhere(self) -> Places:
        """Targets where no value of a name is known but of those that have one in the script."""
        return Places(self.cell, self.group, self.waypoints)

    def walk(self, context: Context) -> Function:
        """Return the walk through one function."""
        return Function(
            nodes=self.functions[context.name],
            cell=self.cell,
            group=self.group,
            names=self.names,
            collector=context.collector,
            motions=Motions(self.group, context.collector),
            everywhere=self.everywhere,
            untracked=self.called.untracked,
            several=self.called.several,
            signatures=self.called.signatures,
            own=self.called.signatures.get(context.name),
            threads=self.threads,
            is_main=context.name == self.main,
            state=context.state,
            routines=context.settings,
            exits=context.exits,
        )


def _waypoints(nodes: Iterable[Node]) -> dict[str, Value]:
    """Return named joint lists, poses and numbers; None for a name that gets two values.

    A name whose element is set, or that is a parameter too, has more than one.
    """
    found: dict[str, Value] = {}
    for node in flat(nodes):
        act, given = node.act, node.condition
        if isinstance(act, NotUnderstood) and "=" in node.line.text:
            found |= dict.fromkeys(_WORD.findall(node.line.text.partition("=")[0]))
        if isinstance(act, Open) and given is not None and given.op == "parameters":
            found |= dict.fromkeys(_WORD.findall(given.name))
        if isinstance(act, Act) and act.word == "element":
            found[str(act.data[0])] = None
        if not isinstance(act, Act) or act.word != "assign":
            continue
        name, value = act.data
        plain: Value = value if isinstance(value, Numbers | PoseCall) else None
        if isinstance(value, Expr) and (number := folded(value)) is not None:
            plain = number
        found[name] = plain if found.get(name, plain) == plain else None
    return found


def _functions(
    file: str, data: bytes, collector: Collector
) -> tuple[str, dict[str, list[Node]], list[Node], dict[str, Value], Threads, Called]:
    """Return the main function, all functions, what is outside, waypoints, threads, calls."""
    texts = text_lines(file, data)
    acts = [a for n, t in enumerate(texts, 1) if (a := understand(file, n, t)) is not None]
    collector.count(file, len(acts))
    nodes = nest(acts, Line(file, len(texts), "", "", ""))
    functions: dict[str, list[Node]] = {}
    top = entry_last(file, nodes, collector)
    waypoints = _waypoints(nodes)
    possible = templates(nodes, acts)
    mentions = mentions_of(nodes, acts, top[-1])
    _take(top, functions, mentions)
    places = {n for n, v in waypoints.items() if v is not None}
    used = expand(functions, possible, language(places, mentions))
    bodies = [n for body in functions.values() for n in body if not _is_template(n, possible)]
    left_calls = {name for node in flat(bodies) for name in _called(node)}
    once = {
        name: one
        for name, one in functions_once(nodes, acts, mentions).items()
        if name not in functions and (name in left_calls or name not in used)
    }
    bare = {name: body for name, body in functions.items() if name != _name(top[-1])}
    functions |= {name: one.body for name, one in once.items()}
    untold = untracked(nodes, used | once.keys())
    used |= once.keys()
    outside = [n for n in nodes if not _is_def(n) and word_of(n) != "comment"]
    left = [n for n in outside if not _is_template(n, used)]
    for name, body in functions.items():
        functions[name] = [n for n in body if not _is_template(n, used)]
    threads = threads_of(nodes, muddled(nodes))
    known = threads.counters | threads.switching.keys()
    left = [n for n in left if getattr(n.act, "variable", "") not in known]
    every = [n for body in functions.values() for n in flat(body)]
    called = Called(
        {n: one.signature for n, one in once.items()} | _asked(bare, every),
        untold,
        set_again(nodes),
    )
    return _name(top[-1]), functions, left, waypoints, threads, called


def _asked(bare: Mapping[str, list[Node]], every: list[Node]) -> dict[str, Signature]:
    """Return the functions without parameters whose value a line asks for."""
    asked = {
        name
        for node in every
        for name in _called(node)
        if not (isinstance(node.act, Act) and node.act.word == "call" and node.act.data[0] == name)
    }
    texts = {n: "\n".join(i.line.text for i in flat(body)) for n, body in bare.items()}
    names = asked & bare.keys() & not_recursive(texts, fold=False)
    return {n: Signature(n, (), (), returns=True) for n in sorted(names)}


def _called(node: Node) -> list[str]:
    """Return the names that a line calls with arguments, or asks for a value."""
    act = node.act
    named = [str(act.data[0])] if isinstance(act, Act) and act.word == "call" else []
    return [*named, *re.findall(r"([A-Za-z_]\w*)\s*\(", node.line.text)]


def _is_template(node: Node, used: Container[str]) -> bool:
    return isinstance(node.act, Open) and node.act.kind == "raw" and node.act.variable in used


def _take(nodes: list[Node], functions: dict[str, list[Node]], mentions: Mentions) -> None:
    """Collect functions, the inner ones too, each without the others' lines."""
    for node in nodes:
        name = _name(node)
        if name in functions:
            raise BadInput(f"function '{name}' twice", file=node.line.file, line=node.line.number)
        own = [n for n in node.body if not _is_def(n)]
        functions[name] = fold(own, mentions.of(own))
        _take([n for n in node.body if _is_def(n)], functions, mentions)


def _is_def(node: Node) -> bool:
    return isinstance(node.act, Open) and node.act.kind == "def"


def _name(node: Node) -> str:
    assert isinstance(node.act, Open)
    return node.act.variable
