"""Read a URScript file into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: URScript manual 5.x.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files, text_lines
from cellsim.controllers.text import ReadResult
from cellsim.controllers.ur.flow import Function
from cellsim.controllers.ur.fold import fold
from cellsim.controllers.ur.lines import Act, Numbers, PoseCall, understand
from cellsim.controllers.ur.motions import Motions
from cellsim.controllers.ur.poses import Places
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Program, Routine
from cellsim.errors import BadInput, UnknownName


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
    main, functions, outside = _functions(file, data, collector)
    shared = _Shared(cell, cell.groups[group], names, _waypoints(functions), functions)
    routines = read_all(main, list(functions), shared.walk, collector)
    kept = [collector.keep(n.line, "outside of a function") for n in flat(outside)]
    first = Routine(main, (*kept, *routines[main]))
    others = [Routine(n, routines[n]) for n in functions if n != main]
    for note in names.notes:
        collector.note(note)
    return collector.result(Program(main, group, (first, *others), file, "ur"))


@dataclass(frozen=True)
class _Shared:
    """What the walks through all functions have in common."""

    cell: Cell
    group: MotionGroup
    names: Names
    waypoints: Mapping[str, Numbers | PoseCall | None]

    functions: Mapping[str, list[Node]]

    def walk(self, context: Context) -> Function:
        """Return the walk through one function."""
        return Function(
            nodes=self.functions[context.name],
            cell=self.cell,
            group=self.group,
            names=self.names,
            collector=context.collector,
            motions=Motions(
                self.group, context.collector, Places(self.cell, self.group, self.waypoints)
            ),
            state=context.state,
            routines=context.settings,
            exits=context.exits,
        )


def _waypoints(functions: Mapping[str, list[Node]]) -> dict[str, Numbers | PoseCall | None]:
    """Return named joint lists and poses; None for a name that gets two values."""
    found: dict[str, Numbers | PoseCall | None] = {}
    for node in flat(n for nodes in functions.values() for n in nodes):
        act = node.act
        if isinstance(act, Act) and act.word == "assign":
            name, value = act.data
            plain = value if isinstance(value, Numbers | PoseCall) else None
            found[name] = plain if found.get(name, plain) == plain else None
    return found


def _functions(
    file: str, data: bytes, collector: Collector
) -> tuple[str, dict[str, list[Node]], list[Node]]:
    """Return the main function's name, the lines of every function, and what stands outside."""
    texts = text_lines(file, data)
    acts = [a for n, t in enumerate(texts, 1) if (a := understand(file, n, t)) is not None]
    collector.total = len(acts)
    nodes = nest(acts, Line(file, len(texts), "", "", ""))
    functions: dict[str, list[Node]] = {}
    top = [n for n in nodes if _is_def(n)]
    if not top:
        raise BadInput("no function", file=file, expected="def name(): ... end")
    outside = [n for n in nodes if not _is_def(n) and isinstance(n.act, Open | NotUnderstood)]
    outside += [n for n in nodes if getattr(n.act, "word", "comment") not in {"comment", "call"}]
    _take(top, functions)
    return _name(top[-1]), functions, outside


def _take(nodes: list[Node], functions: dict[str, list[Node]]) -> None:
    """Collect functions, the inner ones too, each without the others' lines."""
    for node in nodes:
        name = _name(node)
        if name in functions:
            raise BadInput(f"function '{name}' twice", file=node.line.file, line=node.line.number)
        functions[name] = fold([n for n in node.body if not _is_def(n)])
        _take([n for n in node.body if _is_def(n)], functions)


def _is_def(node: Node) -> bool:
    return isinstance(node.act, Open) and node.act.kind == "def"


def _name(node: Node) -> str:
    assert isinstance(node.act, Open)
    return node.act.variable
