"""Read TP programs (.ls) into a program; what is not understood stays in it as Raw.

Shares nothing with the writer. Source: R-30iB operator's manual; layouts of robot backups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.controllers.fanuc import modal
from cellsim.controllers.fanuc.acts import Act
from cellsim.controllers.fanuc.arguments import in_circles, used
from cellsim.controllers.fanuc.flow import Flow
from cellsim.controllers.fanuc.fold import plain_counters, without_stops
from cellsim.controllers.fanuc.jumps import with_odd
from cellsim.controllers.fanuc.lines import understand
from cellsim.controllers.fanuc.lsfile import LsFile, ls_file
from cellsim.controllers.fanuc.motions import Motions
from cellsim.controllers.fanuc.places import Places
from cellsim.controllers.fanuc.points import Point, points_of
from cellsim.controllers.reading.blocks import Node, flat, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.routines import Context, read_all
from cellsim.controllers.reading.source import Line, check_files
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
    points: dict[int, Point]
    text: str
    calls: frozenset[str]


def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    """Return the program that TP files mean.

    Args:
        files: NAME.LS to bytes, with the programs it calls; the main program is the first that
            no other calls.
        cell: Whose names the numbers mean. group: Motion group the program is for.

    Raises:
        BadInput: Not text, too large, cut off, or a label that does not exist.
    """
    check_files(files)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    collector = Collector()
    places = Places(Names(cell.groups[group].controller))
    programs: dict[str, _Read] = {}
    for file, data in files.items():
        ls = ls_file(file, data)
        if ls.name in programs:
            raise BadInput(f"program {ls.name} twice", file=file)
        programs[ls.name] = _program(ls, collector)
    main = _main(programs)
    programs = {name: programs[name] for name in _reached(main, programs)}
    for program in programs.values():
        places.gather(program.ls.file, (line.text for line in program.ls.instructions))
    bodies = _bodies(main, programs, cell, group, places, collector)
    _check_names(programs, collector)
    for note in places.names.notes:
        collector.note(note)
    return collector.result(Program(main, group, bodies, programs[main].ls.file, "fanuc"))


def _program(ls: LsFile, collector: Collector) -> _Read:
    acts = list(understand(ls.instructions))
    collector.total += len({line.number for line, _ in acts})
    nodes, stops = without_stops(nest(acts, Line(ls.file, ls.last, "", "", "")))
    called = (act.data[0] for _, act in acts if isinstance(act, Act) and act.word == "call")
    text = "\n".join(line.text for line in ls.instructions)
    points = points_of(ls.file, ls.points, collector)
    return _Read(ls, nodes, stops, points, text, frozenset(called))


def _main(programs: Mapping[str, _Read]) -> str:
    """Return the first program that no other calls; the first where all are called."""
    called = {c for name, p in programs.items() for c in p.calls if c != name}
    return next((name for name in programs if name not in called), next(iter(programs)))


def _reached(main: str, programs: Mapping[str, _Read]) -> list[str]:
    """Return the main program and those it calls, over others too, in order of files."""
    found, waiting = {main}, [main]
    while waiting:
        for name in programs[waiting.pop()].calls:
            if name in programs and name not in found:
                found.add(name)
                waiting.append(name)
    return [main, *(name for name in programs if name in found and name != main)]


def _bodies(
    main: str,
    programs: Mapping[str, _Read],
    cell: Cell,
    group: str,
    places: Places,
    collector: Collector,
) -> tuple[Routine, ...]:
    """Return the routines of the programs, the main one first."""
    texts = [p.text for p in programs.values()]
    counters = plain_counters(texts, [n for p in programs.values() for n in flat(p.nodes)])
    keys = modal.everything("\n".join(texts))
    takes = {name: used(p.text) for name, p in programs.items()}
    circles = in_circles({name: p.calls for name, p in programs.items()})
    points = {p.ls.file: p.points for p in programs.values()}

    def make(context: Context) -> Flow:
        program = programs[context.name]
        motions = Motions(cell, cell.groups[group], places.names, context.collector, points)
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

    bodies = read_all(main, list(programs), make, collector)
    return tuple(Routine(name, with_odd(bodies[name], programs[name].ls.odd)) for name in programs)


def _check_names(programs: Mapping[str, _Read], collector: Collector) -> None:
    """Note a file that is not named as its program, and what is odd about a text."""
    for name, program in programs.items():
        file = program.ls.file
        if file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0].upper() != name:
            collector.note(f"{file} holds program {name}")
        for line, _, what in program.ls.odd:
            collector.note(f"{file}:{line}: {what}")
