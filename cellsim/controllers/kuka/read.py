"""Read KRL (.src with its .dat) into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: KSS 8.2 SI manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.kuka.acts import Struct, number_of
from cellsim.controllers.kuka.aliases import aliases, with_signals
from cellsim.controllers.kuka.callers import set_with_calls
from cellsim.controllers.kuka.counters import written_out
from cellsim.controllers.kuka.flow import Routine as Walk
from cellsim.controllers.kuka.fold import fold, switches
from cellsim.controllers.kuka.instances import language, templates
from cellsim.controllers.kuka.lines import act_of, understand
from cellsim.controllers.kuka.losing import moves, sets_all
from cellsim.controllers.kuka.modal import touched
from cellsim.controllers.kuka.motions import Motions
from cellsim.controllers.kuka.owned import declared, of_two, own_names
from cellsim.controllers.kuka.points import Points
from cellsim.controllers.kuka.scopes import Scope, scopes, undeclared_counters
from cellsim.controllers.kuka.subprograms import subprograms
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.instances import expand
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.own import with_own_variables
from cellsim.controllers.reading.passing import Signature
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files, text_lines
from cellsim.controllers.reading.unnamed import with_unnamed
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program, Routine, Statement
from cellsim.errors import BadInput, UnknownName

_DECLARED = frozenset({"comment", "header", "declare", "signal"})
_DATA_ENDS = ("ENDDAT",)
_ELEMENT = re.compile(r"\w+\s*\[[^\]]*\]\s*(?:\.\w+\s*)?=\s*\{")
_NO_POINT = re.compile(r"point \S+ is not known")
Opaque = Mapping[str, Mapping[str, object]]


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that KRL files mean.

    Args:
        files: name.src, and name.dat where there is one, to bytes.
        cell: Whose names the numbers mean. group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or without a DEF.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    sources = [n for n in files if n.lower().endswith(".src")]
    if len(sources) != 1:
        raise BadInput(f"{len(sources)} .src files", expected="one, with its .dat")
    collector = Collector()
    data = [
        node
        for name, content in files.items()
        if name.lower().endswith(".dat")
        for node in _data(name, content, collector)
    ]
    given = [(n.line, n.act) for n in flat(data)]
    routines, outside, opaque, signatures = _routines(
        sources[0], files[sources[0]], collector, given
    )
    names = Names(cell.groups[group].controller)
    main = next(iter(routines))
    source = text_lines(sources[0], files[sources[0]])
    shared = [
        n.line.text for n in flat(n for n in [*data, *outside] if not isinstance(n.act, Open))
    ]
    lines = {name: [n.line.text for n in flat(nodes)] for name, nodes in routines.items()}
    hidden = opaque, signatures, scopes(shared, lines, source, signatures)
    bodies = _walk(main, routines, [*data, *outside], hidden, cell, group, names, collector)
    kept = _outside([*data, *outside], undeclared_counters(sources[0], source, shared), collector)
    read_routines = tuple(
        Routine(name, (*kept, *bodies[name]) if name == main else bodies[name]) for name in routines
    )
    handed = {p.lower() for one in signatures.values() for p in (*one.parameters, one.value)}
    own = {name: declared(nodes) - handed for name, nodes in routines.items()}
    read_routines = with_own_variables(read_routines, {n: n for n in routines}, own)
    for note in names.notes:
        collector.note(note)
    if not any(name.lower().endswith(".dat") for name in files):
        _without_data(sources[0], collector)
    program = Program(main, group, read_routines, sources[0], "kuka")
    return collector.result(with_unnamed(program, names.made_up))


def _outside(
    nodes: list[Node], counters: Iterable[tuple[Line, str]], collector: Collector
) -> list[Statement]:
    """Return as text what stands outside of routines, and loops on counters nothing declares."""
    odd = [n for n in nodes if isinstance(n.act, NotUnderstood | Open)]
    kept: list[Statement] = [
        collector.keep(n.line, "not understood outside of a routine")
        for n in flat(odd)
        if not (isinstance(n.act, Act) and n.act.word in _DECLARED)
    ]
    named = [(line, f"counter {name} is declared in no file given") for line, name in counters]
    return [*kept, *(collector.keep(line, why) for line, why in named)]


def _without_data(source: str, collector: Collector) -> None:
    """Say which file would have declared the points that are not known."""
    unknown = {r.reason.split()[1] for r in collector.raw if _NO_POINT.fullmatch(r.reason)}
    if unknown:
        first = min(unknown)
        collector.note(
            f"{source[:-4]}.dat was looked for beside {source} and is not there: {len(unknown)}"
            f" points ({first}, say) are not known, so their motions are not understood"
        )


def _data(name: str, content: bytes, collector: Collector) -> list[Node]:
    """Return the declarations of a .dat file; it must end with ENDDAT."""
    texts = text_lines(name, content)
    acts = []
    ended = False
    for number, text in enumerate(texts, 1):
        found = understand(name, number, text)
        if found is None:
            continue
        collector.count(name)
        line, act = found
        word = line.text.upper()
        if word.startswith("DEFDAT") or word in _DATA_ENDS:
            ended = word in _DATA_ENDS
        else:
            ended = ended and isinstance(act, Act) and act.word in {"comment", "header"}
            # an element of an array of aggregates of another type is neither point nor number
            other = isinstance(act, NotUnderstood) and _ELEMENT.match(line.text) is not None
            acts.append((line, Act("header") if other else act))
    if not ended:
        raise BadInput(
            "the text is truncated", file=name, line=len(texts), expected="ENDDAT at the end"
        )
    return nest(acts, Line(name, len(texts), "", "", ""))


def _routines(
    file: str, content: bytes, collector: Collector, given: list[tuple[Line, object]]
) -> tuple[dict[str, list[Node]], list[Node], Opaque, dict[str, Signature]]:
    """Return the lines of every DEF (the entry first), what is outside, not read, and calls."""
    texts = text_lines(file, content)
    acts = [a for n, t in enumerate(texts, 1) if (a := understand(file, n, t)) is not None]
    collector.count(file, len(acts))
    acts = written_out(acts, act_of, own_names)
    said = [*given, *acts]
    names = aliases((act for _, act in said), (line.text for line, _ in said))
    acts = [(line, with_signals(act, names)) for line, act in acts]
    possible = templates(nest(switches(acts), Line(file, len(texts), "", "", "")), acts)
    nodes = nest(switches(acts), Line(file, len(texts), "", "", ""))
    routines: dict[str, list[Node]] = {}
    outside = []
    for node in nodes:
        if not isinstance(node.act, Open) or node.act.kind != "def":
            outside.append(node)
            continue
        name = node.act.variable
        if name in routines:
            raise BadInput(f"DEF {name} twice", file=file, line=node.line.number)
        routines[name] = fold(node.body)
    if not routines:
        _with_parameters(outside, routines, collector)
    if not routines:
        raise BadInput("no DEF", file=file, expected="DEF name( ) ... END")
    used = expand(routines, possible, language(routines, next(iter(routines))))
    left_calls = {_called(n) for nodes in routines.values() for n in flat(nodes)}
    read_once = {
        name: one
        for name, one in subprograms(outside, acts).items()
        if name not in routines and (name not in used or name in left_calls)
    }
    routines |= {name: one.body for name, one in read_once.items()}
    used |= expand(routines, possible, language(routines, next(iter(routines))))
    left = [n for n in outside if getattr(n.act, "variable", "") not in used | read_once.keys()]
    opaque = _opaque([n for n in outside if getattr(n.act, "variable", "") not in read_once])
    return routines, left, opaque, {n: s.signature for n, s in read_once.items()}


def _called(node: Node) -> str:
    """Return the name of the subprogram that a line calls with arguments, or ""."""
    act = node.act
    call = isinstance(act, Act) and act.word == "call" and act.data[1]
    return str(act.data[0]).lower() if isinstance(act, Act) and call else ""


def _with_parameters(
    outside: list[Node], routines: dict[str, list[Node]], collector: Collector
) -> None:
    """Take the first subprogram with parameters as the entry where the file has no other."""
    for node in outside:
        given = node.condition
        if isinstance(node.act, Open) and given is not None and node.act.variable:
            routines[node.act.variable] = fold(node.body)
            collector.note(f"parameters of {node.act.variable} are not known: {given.name}")
            outside.remove(node)
            return


def _walk(
    main: str,
    routines: Mapping[str, list[Node]],
    shared: list[Node],
    hidden: tuple[Opaque, Mapping[str, Signature], Mapping[str, Scope]],
    cell: Cell,
    group: str,
    names: Names,
    collector: Collector,
) -> dict[str, tuple[Statement, ...]]:
    """Return the statements of every routine."""
    everything = [*shared, *(n for nodes in routines.values() for n in nodes)]
    motion_group = cell.groups[group]
    points = Points(motion_group, everything, of_two(routines))
    data = {name: s for name, s in points.known.items() if name not in points.changed}
    data |= _defaults(shared)
    texts = {name: [n.line.text for n in flat(nodes)] for name, nodes in routines.items()}
    sets = set_with_calls(texts)

    def make(context: Context) -> Walk:
        return Walk(
            nodes=routines[context.name],
            state={"ahead": False} | dict(context.state) if context.name == main else context.state,
            routines=context.settings,
            exits=context.exits,
            motions=Motions(cell, motion_group, names, context.collector, points),
            names=names,
            collector=context.collector,
            data=data,
            opaque=hidden[0],
            signatures=hidden[1],
            own=hidden[1].get(context.name),
            bodies=routines,
            sets=sets,
            scope=hidden[2][context.name],
        )

    return read_all(main, list(routines), make, collector)


def _defaults(nodes: list[Node]) -> dict[str, Struct]:
    """Return the numbers DEF_.. that a data list, such as that of $config.dat, gives."""
    found = {}
    for node in nodes:
        act = node.act
        if isinstance(act, Act) and act.word == "declare" and str(act.data[1]).startswith("DEF_"):
            number = number_of(act.data[2])
            if number is not None:
                found[str(act.data[1])] = Struct(((str(act.data[1]), number),))
    return found


def _opaque(nodes: list[Node]) -> Opaque:
    """Return what subprograms that are not read may set, by name; of those that may not set all."""
    found: dict[str, dict[str, object]] = {}
    for node in nodes:
        if isinstance(node.act, Open) and node.act.variable:
            if any(map(sets_all, flat(node.body))):
                continue  # what it calls may set all
            lines = [n.line.text for n in flat([node])]
            found[node.act.variable] = {k: v for t in lines for k, v in touched(t).items()}
            found[node.act.variable] |= {"at": UNKNOWN} if any(map(moves, lines)) else {}
    return {name: {**keys, "ahead": UNKNOWN} for name, keys in found.items()}
