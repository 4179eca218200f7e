"""Read RAPID modules (.mod, .sys, with a .pgf) into a program; what is not understood stays Raw.

Shares nothing with the writer. Source: RAPID kernel 3HAC050946, RAPID instructions, functions and
data types 3HAC050917.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from cellsim.controllers.abb import modal
from cellsim.controllers.abb.carried import load_differs
from cellsim.controllers.abb.computed import computed
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.flow import Routine as Walk
from cellsim.controllers.abb.flyby import early
from cellsim.controllers.abb.fold import fold
from cellsim.controllers.abb.inlined import functions_of, inlined, settled
from cellsim.controllers.abb.instructions import Instructions, initial
from cellsim.controllers.abb.interrupts import Interrupts, interrupts_of, is_function, is_trap
from cellsim.controllers.abb.locals import with_own_names
from cellsim.controllers.abb.modules import Modules, lines_of, module_names, nested, take
from cellsim.controllers.abb.motions import Motions
from cellsim.controllers.abb.places import Places
from cellsim.controllers.abb.pure import computing, does_more, only_computes
from cellsim.controllers.abb.quiet import outputs_raised, words_read
from cellsim.controllers.abb.signals import Signals
from cellsim.controllers.abb.targets import Targets
from cellsim.controllers.abb.templates import expand
from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.program import If, Loop, Move, Program, Raw, Routine, Statement
from cellsim.domain.walk import placed, statements_of
from cellsim.errors import BadInput, UnknownName


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that RAPID modules mean.

    Args:
        files: Modules, and a .pgf where there is one, to bytes. cell: Whose names they use.
        group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or without a module or routine.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    collector = Collector()
    text = Modules()
    modules = {name: lines_of(name, files[name]) for name in module_names(files)}
    own = with_own_names({name: lines for name, (lines, _) in modules.items()})
    functions = functions_of([line for lines in own.values() for line in lines])
    said = {name: list(inlined(lines, functions)) for name, lines in own.items()}
    said = computed(said)
    for name, (_, last) in modules.items():
        take(name, said[name], last, text, collector)
        collector.count(name, len(own[name]) - len(said[name]))  # lines as they stand
    gone = settled((line for lines in said.values() for line in lines), functions)
    text.odd = [n for n in text.odd if not (is_function(n) and _name_of(n) in gone)]
    if not text.routines:
        raise BadInput("no PROC", file=next(iter(files)), expected="PROC main() ... ENDPROC")
    main = next((n for n in text.routines if n.lower() == "main"), next(iter(text.routines)))
    if main.lower() != "main":
        collector.note(f"no PROC main: the program begins with {main}")
    bodies, motions, table, interrupts = _walk(main, text, cell, group, collector)
    kept = _outside(text.odd, interrupts, table.functions, collector)
    kept += _first_values(text.shared, table)
    order = [main, *(n for n in text.routines if n != main)]
    routines = tuple(
        Routine(name, (*kept, *bodies[name]) if name == main else bodies[name], _file(name, text))
        for name in order
    )
    for note in motions.signals.notes:
        collector.note(note)
    file = text.files[main]
    program = Program(text.modules[file], group, routines, file, "abb")
    return collector.result(_without_early_logic(program, motions, collector))


def _file(name: str, text: Modules) -> str:
    """Return the file of a routine, or of one that stands for some of its calls."""
    first = next((node.line.file for node in text.routines[name]), "")
    return text.files.get(name, first)


def _without_early_logic(program: Program, motions: Motions, collector: Collector) -> Program:
    """Return the program with a line that is not understood after every fly-by before logic."""
    marks = {}
    ends = {id(move.to) for move in motions.concurrent}
    said = statements_of(program)
    files = {id(s): file for file, s in placed(program)}
    concurrent = frozenset(id(s) for s in said if isinstance(s, Move) and id(s.to) in ends)
    for move, logic in early(program, concurrent):
        what = f"the {type(logic).__name__.lower()} of line {logic.line}"
        reason = f"fly-by point: {what} runs before its corner, which may become a stop"
        if id(move) in concurrent:
            reason = f"\\Conc: {what} runs while it moves"
        text = f"{move.zone} of line {move.line}"
        line = Line(files[id(move)], move.line, text, "", text)
        marks[id(move)] = collector.keep(line, reason)
    if not marks:
        return program
    routines = tuple(replace(r, body=_marked(r.body, marks)) for r in program.routines)
    return replace(program, routines=routines)


def _marked(body: tuple[Statement, ...], marks: Mapping[int, Raw]) -> tuple[Statement, ...]:
    out: list[Statement] = []
    for s in body:
        if isinstance(s, If):
            then, other = _marked(s.then, marks), _marked(s.otherwise, marks)
            out.append(replace(s, then=then, otherwise=other))
        elif isinstance(s, Loop):
            out.append(replace(s, body=_marked(s.body, marks)))
        else:
            out.append(s)
        out += [marks[id(s)]] if id(s) in marks else []
    return tuple(out)


def _outside(
    odd: list[Node], interrupts: Interrupts, functions: Mapping[str, bool], collector: Collector
) -> list[Statement]:
    """Return what stands outside of routines; functions, traps and routines with parameters run
    only where something that is not understood calls them."""
    out: list[Statement] = []
    for node in odd:
        definition = isinstance(node.act, Open) and node.act.kind == "raw"
        reason = "a routine of a kind that is not read" if definition else "outside of a routine"
        if only_computes(node, functions):
            line = node.line
            what = "only computes: what it gives is computed, or free"
            collector.note(f"{line.file}:{line.number}: function {_name_of(node)} {what}")
            continue
        if is_trap(node) and not interrupts.matters[_name_of(node)]:
            line = node.line
            what = f"trap {_name_of(node)} changes nothing that matters"
            collector.note(f"{line.file}:{line.number}: {what}")
            continue
        for inner in flat([node]):
            if inner.line.text:
                out.append(replace(collector.keep(inner.line, reason), harmless=definition))
    return out


def _first_values(shared: list[Node], table: Table) -> list[Statement]:
    """Return the first values that modules give to their variables."""
    out: list[Statement] = []
    for node in shared:
        assert isinstance(node.act, Act)
        storage, kind, name, _, value, _ = node.act.data
        datum = table.find(name)
        if storage == "var" and kind in {"num", "bool"} and value is not None and datum:
            out += initial(datum, datum.name, node.line)
    return out


def _name_of(node: Node) -> str:
    return node.act.variable.lower() if isinstance(node.act, Open) else ""


def _walk(
    main: str, text: Modules, cell: Cell, group: str, collector: Collector
) -> tuple[dict[str, tuple[Statement, ...]], Motions, Table, Interrupts]:
    """Return the statements of every routine."""
    functions = computing(text.odd)
    table = Table(records=text.records, functions=functions)
    for node in text.shared:
        table.add(node)
    table.resolve()
    odd = [n for n in text.odd if not only_computes(n, functions)]
    table.note_changes([*odd, *(n for nodes in text.routines.values() for n in nodes)])
    for name, nodes in text.routines.items():
        for node in flat(nodes):
            table.add(node, name)
    used = expand(text.routines, text.templates, table, nested)
    text.odd = [n for n in text.odd if _name_of(n) not in used]
    motion_group = cell.groups[group]
    signals = Signals(motion_group.controller, declared=lambda n: table.find(n) is not None)
    places = Places(cell, motion_group, table)
    motions = Motions(cell, motion_group, Targets(motion_group, table), places, signals)
    spelled = {name.lower(): name for name in text.routines}
    folded = {name: fold(nodes) for name, nodes in text.routines.items()}

    lines = [n for nodes in text.routines.values() for n in nodes]
    traps = [n for n in text.odd if is_trap(n)]
    others = [*lines, *(n for n in text.odd if not is_trap(n))]
    apart = words_read(n.line.text for n in flat(others))
    words = apart | words_read(n.line.text for n in flat(traps))
    raised = outputs_raised(n.line.text for n in flat([*others, *traps]))
    more = partial(does_more, functions=functions)
    interrupts = interrupts_of(traps, others, apart, signals.known, more)

    def differs(name: str, routine: str) -> str:
        return load_differs(name, table, routine, cell)

    def signals_in(routine: str) -> Signals:
        return replace(signals, declared=lambda n: table.find(n, routine) is not None)

    def make(context: Context) -> Walk:
        return Walk(
            name=context.name,
            main=context.name == main,
            nodes=folded[context.name],
            state=context.state or modal.START,
            routines=context.settings,
            exits=context.exits,
            motions=motions,
            table=table,
            says=Instructions(
                context.name,
                table,
                signals_in(context.name),
                context.collector,
                read=words,
                raised=raised,
                loads=differs,
            ),
            collector=context.collector,
            spelled=spelled,
            interrupts=interrupts,
        )

    bodies = read_all(main, list(text.routines), make, collector)
    return bodies, motions, table, interrupts
