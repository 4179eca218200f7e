"""Read TP programs (.ls) into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: R-30iB Plus teach pendant help, program elements (a copy of
its text that is published with robot programs); layouts of robot backups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.controllers.fanuc import modal
from cellsim.controllers.fanuc.arguments import in_circles, used
from cellsim.controllers.fanuc.backup import Backup, backup_of, is_backup
from cellsim.controllers.fanuc.beginning import beginning
from cellsim.controllers.fanuc.flow import Flow
from cellsim.controllers.fanuc.fold import plain_counters, without_stops
from cellsim.controllers.fanuc.instances import instances, under_own_names
from cellsim.controllers.fanuc.jumps import with_odd
from cellsim.controllers.fanuc.lines import understand
from cellsim.controllers.fanuc.lsfile import LsFile, ls_file
from cellsim.controllers.fanuc.macros import with_macros
from cellsim.controllers.fanuc.motions import Motions
from cellsim.controllers.fanuc.places import Places
from cellsim.controllers.fanuc.points import Point, points_of, taught
from cellsim.controllers.fanuc.taught import Taught
from cellsim.controllers.garbage import seldom_collected
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files
from cellsim.controllers.reading.unnamed import with_unnamed
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program, Routine
from cellsim.errors import BadInput, UnknownName


@dataclass(frozen=True)
class _Read:
    """A program of one file: its instructions nested, stop labels, and points."""

    ls: LsFile
    nodes: list[Node]
    stops: set[int]
    points: Mapping[int, Point]
    text: str
    calls: frozenset[str]


@seldom_collected
def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that TP files mean.

    Args:
        files: NAME.LS to bytes, with the programs it calls, and NUMREG.VA, POSREG.VA, SYSFRAME.VA
            of the same backup; the main program is the first that no other calls.
        cell: Whose names the numbers mean. group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or a label that does not exist.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    collector = Collector()
    places = Places(Names(cell.groups[group].controller), not cell.groups[group].robot.maker)
    backup = backup_of(files)
    texts: dict[str, LsFile] = {}
    for file, data in files.items():
        if is_backup(file):
            continue
        ls = ls_file(file, data)
        if ls.name in texts:
            raise BadInput(f"program {ls.name} twice", file=file)
        texts[ls.name] = ls
    if not texts:
        raise BadInput("no program among the files", file=next(iter(files)), expected="NAME.LS")
    main, programs = _programs(texts, collector)
    for program in programs.values():
        places.gather(program.ls.file, (line.text for line in program.ls.instructions))
    bodies = _bodies(main, programs, cell, group, places, collector, backup)
    _check_names(programs, collector)
    for note in places.names.notes:
        collector.note(note)
    whole = Program(main, group, bodies, programs[main].ls.file, "fanuc")
    return collector.result(with_unnamed(whole, places.names.made_up))


def _programs(texts: Mapping[str, LsFile], collector: Collector) -> tuple[str, dict[str, _Read]]:
    """Return the main program and all it reaches, with copies for constant arguments."""

    def nodes_of(ls: LsFile) -> list[Node]:
        return with_macros(_nodes(ls), texts, collector.note)

    plain = {name: (ls, nodes_of(ls)) for name, ls in texts.items()}
    calls = {name: _called(nodes) for name, (_, nodes) in plain.items()}
    main = _main(calls)
    reached = _reached(main, calls)
    nodes = instances({n: plain[n] for n in reached}, nodes_of)
    kept = _reached(main, {name: _called(ns) for name, (_, ns) in nodes.items()})
    nodes = {ls.name: (ls, ns) for ls, ns in under_own_names({n: nodes[n] for n in kept}, texts)}
    points: dict[str, dict[int, Point]] = {}
    for name in reached:
        ls = texts[name]
        collector.count(ls.file, len({line.number for line in ls.instructions if line.text}))
        points[ls.file] = taught(points_of(ls.file, ls.points, collector), ls.instructions)
    return main, {name: _program(ls, ns, points) for name, (ls, ns) in nodes.items()}


def _nodes(ls: LsFile) -> list[Node]:
    return nest(understand(ls.instructions), Line(ls.file, ls.last, "", "", ""))


def _called(nodes: list[Node]) -> frozenset[str]:
    acts = (node.act for node in flat(nodes))
    return frozenset(act.data[0] for act in acts if isinstance(act, Act) and act.word == "call")


def _program(ls: LsFile, nodes: list[Node], points: Mapping[str, Mapping[int, Point]]) -> _Read:
    plain, stops = without_stops(nodes)
    said = (line.text for line in ls.instructions if not line.text.startswith(("!", "/", "--")))
    text = "\n".join(said)
    return _Read(ls, plain, stops, points[ls.file], text, _called(nodes))


def _main(calls: Mapping[str, frozenset[str]]) -> str:
    """Return the first program that no other calls; the first where all are called."""
    called = {c for name, own in calls.items() for c in own if c != name}
    return next((name for name in calls if name not in called), next(iter(calls)))


def _reached(main: str, calls: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the main program and those it calls, over others too, in order."""
    found, waiting = {main}, [main]
    while waiting:
        for name in sorted(calls[waiting.pop()]):
            if name in calls and name not in found:
                found.add(name)
                waiting.append(name)
    return [main, *(name for name in calls if name in found and name != main)]


def _bodies(
    main: str,
    programs: Mapping[str, _Read],
    cell: Cell,
    group: str,
    places: Places,
    collector: Collector,
    backup: Backup,
) -> tuple[Routine, ...]:
    """Return the routines of the programs, the main one first."""
    texts = [p.text for p in programs.values()]
    counters = plain_counters(texts, [n for p in programs.values() for n in flat(p.nodes)])
    begins = {} if cell.groups[group].externals else beginning(backup, texts)
    keys = modal.everything("\n".join(texts)) | frozenset(begins)
    for key in sorted(k for k in begins if k.startswith(("R ", "PR "))):
        collector.note(f"{key.replace(' ', '[')}] is taken from the backup")
    takes = {name: used(p.text) for name, p in programs.items()}
    circles = in_circles({name: p.calls for name, p in programs.items()})
    points = {p.ls.file: p.points for p in programs.values()} | dict(backup.positions)
    elsewhere = frozenset(p.ls.file for p in programs.values() if not p.ls.moves)
    further = {p.ls.file: p.ls.further for p in programs.values() if p.ls.further}

    taught_once = Taught(cell, cell.groups[group])

    def make(context: Context) -> Flow:
        program = programs[context.name]
        motions = Motions(
            cell,
            cell.groups[group],
            places.names,
            context.collector,
            points,
            elsewhere=elsewhere,
            further=further,
            taught=taught_once,
        )
        return Flow(
            nodes=program.nodes,
            state=context.state,
            routines=context.settings,
            exits=context.exits,
            file=program.ls.file,
            name=context.name,
            motions=motions,
            places=places,
            collector=context.collector,
            stops=program.stops,
            counters=counters,
            keys=keys,
            takes=takes,
            circles=circles,
        )

    bodies = read_all(main, list(programs), make, collector, begins)
    return tuple(
        Routine(name, with_odd(bodies[name], program.ls.odd), program.ls.file)
        for name, program in programs.items()
    )


def _check_names(programs: Mapping[str, _Read], collector: Collector) -> None:
    """Note a file that is not named as its program, and what is odd about a text."""
    for name, program in programs.items():
        file = program.ls.file
        if file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0].upper() != name:
            collector.note(f"{file} holds program {name}")
        for line, _, what in program.ls.odd:
            collector.note(f"{file}:{line}: {what}")
