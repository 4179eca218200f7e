"""The verb: text of one controller to text of another, through the same door as every release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellsim.controllers.brands import Brand, brand_named, brand_of, load_text, rules_of
from cellsim.controllers.loads import load_lines
from cellsim.controllers.textfile import cell_program, is_program, text_result
from cellsim.domain.cell import Cell
from cellsim.domain.files.job import save_job
from cellsim.domain.job import Job
from cellsim.domain.program import If, Loop, Move, Program, Routine, Statement
from cellsim.domain.report import Report, Verdict
from cellsim.domain.walk import statements_of
from cellsim.errors import BadInput, CellsimError, NotVerified, UnknownName
from cellsim.release.release import Release, release
from cellsim.release.textjob import compare_jobs
from cellsim.simulate.band import simulate_band
from cellsim.simulate.given import with_inputs
from cellsim.simulate.lower import lower
from cellsim.translate.cellcopy import cell_for
from cellsim.translate.frames import frames_lost
from cellsim.translate.into import Into
from cellsim.translate.losses import Loss, losses_json, losses_text, sorted_losses
from cellsim.translate.makers import foreign_arm, type_assumed
from cellsim.translate.mapped import Mapper, of_source
from cellsim.translate.retarget import retarget
from cellsim.translate.ways import ways_of
from cellsim.verify.run import verify_timeline

MAX_REFUSALS = 500
# Points between the ends of a joint move of another arm, tried in this order until it is proven.
BETWEEN = (0, 1, 3, 7)
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Translation:
    """What came of a translation.

    Attributes:
        job: The translated program in the cell it is for; None where it could not be made.
        losses: Every statement that means something else or could not be said.
        report: The verdict on it, None where something could not be said.
        released: The release, None without a green verdict.
    """

    job: Job | None
    losses: tuple[Loss, ...]
    report: Report | None
    released: Release | None

    @property
    def exit_code(self) -> int:
        """0 released, 1 something is lost or found, 2 undecided."""
        if self.released is not None:
            return 0
        return 1 if self.report is None else max(self.report.exit_code, 1)


@dataclass(frozen=True)
class Request:
    """Where a text goes.

    Attributes:
        brand: Language to write. group: Group of the source ("" the only one of its brand).
        retarget: Group of the other arm, "" for the same arm.
        into: Cell of the other arm, None for the source's.
        signals, tools: Old names to new ones.
        inputs: Unknown readings fixed by the user.
        approximate: Corners in time (CNT) may be said as distances near to them, and the other way.
    """

    brand: str
    group: str = ""
    retarget: str = ""
    into: Cell | None = None
    signals: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    approximate: bool = False
    inputs: Mapping[str, bool | float] = field(default_factory=dict)


def translate(
    file: Path,
    cell: Cell,
    request: Request,
    out: Path,
    *,
    progress: Progress | None = None,
) -> Translation:
    """Translate controller text (or a program file) and release it where it is proven green.

    Args:
        file: Source. cell: The cell that its numbers mean. request: Where it goes.
        out: Gets `losses.txt`, `losses.json`, `program/`, `release/` and, where a group gets
            another controller, `cell/`.

    Raises:
        BadInput: A source that cannot be read, or a goal that is not in the cell.
    """
    source = with_inputs(_source(file, cell, request.group), request.inputs)
    brand = brand_named(request.brand)
    goal = _goal(source, brand, request, out)
    made = None
    job, losses, report = _attempts(source, goal, request, progress)
    left_out = _loads_left_out(file, source, brand)
    assumed = type_assumed(request.into or source.cell, *goal)
    losses = sorted_losses([*losses, *left_out, *assumed, *foreign_arm(*goal, brand)])
    if job is not None and report is not None and report.verdict is Verdict.GREEN:
        try:
            made = release(job, report, out / "release", progress=progress)
        except NotVerified as refused:
            losses = sorted_losses([*losses, Loss("lost", 0, "the release", str(refused))])
    _write(out, _title(file, source, goal), losses, job)
    return Translation(job, losses, report, made)


def _attempts(
    source: Job, goal: tuple[Cell, str], request: Request, progress: Progress | None
) -> tuple[Job | None, tuple[Loss, ...], Report | None]:
    """Return the first translation that is proven, else the last one that says everything."""
    best: tuple[Job | None, tuple[Loss, ...], Report | None] | None = None
    for between in BETWEEN if request.retarget else (0,):
        job, losses = _translated(source, goal, request, between)
        if job is None or any(loss.kind == "lost" for loss in losses):
            return best or (job, losses, None)
        report = verify_timeline(simulate_band(of_source(job, source)), progress=progress)
        best = job, losses, report
        if report.verdict is Verdict.GREEN:
            return best
    assert best is not None
    return best


def _source(file: Path, cell: Cell, group: str) -> Job:
    if is_program(file):
        program = cell_program(file, cell)
    else:
        program = lower(text_result(file, None, cell, group).program, cell)
    return Job(program.name, cell, {program.group: program}, rules_of(cell))


def _loads_left_out(file: Path, source: Job, brand: Brand) -> list[Loss]:
    """Return the loads of the hand that the other language does not say as the source does."""
    (group,) = source.programs
    own = brand_of(source.cell, group)
    if is_program(file) or own.name != "abb" or brand.name == "abb":
        return []  # other languages say the load of the tool, which its number brings along
    reason = f"{brand.title}: the load in the hand is not said, only that of the tool"
    found = load_lines(own.name, load_text(file, own)).lines
    return [Loss("left out", one.line, one.text, reason) for one in found]


def _goal(source: Job, brand: Brand, request: Request, out: Path) -> tuple[Cell, str]:
    """Return the cell and group that are written for."""
    (group,) = source.programs
    cell = request.into or source.cell
    name = request.retarget or group
    if name not in cell.groups:
        raise UnknownName("group", name, cell.groups)
    other = cell.groups[name]
    same = other.robot.name == source.cell.groups[group].robot.name
    if not request.retarget and not same:
        raise BadInput(
            f"group {name} has another arm ({other.robot.name})",
            expected=f"--retarget {name}",
        )
    if brand_of(cell, name) is not brand:
        if request.retarget or request.into is not None:
            own = other.controller.brand
            raise BadInput(f"the controller of group {name} is {own}", expected=f"--to {own}")
        return cell_for(cell, name, brand, out / "cell" / cell.name), name
    return cell, name


def _translated(
    source: Job, goal: tuple[Cell, str], request: Request, between: int
) -> tuple[Job | None, tuple[Loss, ...]]:
    (group,) = source.programs
    program = source.programs[group]
    ways = ways_of(source, group)
    losses: list[Loss] = []
    targets = None
    if request.retarget:
        moves = {s.line: s for s in statements_of(program) if isinstance(s, Move)}
        moved = retarget(moves, ways, (source.cell, group), goal, request.tools, between)
        targets, losses = moved.targets, moved.losses
        old, new = (
            source.cell.groups[group].robot.name,
            goal[0].groups[goal[1]].robot.name,
        )
        what = "joints, joint speeds in % and home are those of another arm"
        losses.append(Loss("note", 0, what, f"{old} to {new}"))
        if between:
            what = f"{between} points more in every joint move"
            losses.append(Loss("note", 0, what, "the TCP keeps to the way of the source"))
    into = Into(brand_of(*goal), *goal)
    if into.refusal():
        return None, sorted_losses([*losses, Loss("lost", 0, "the whole program", into.refusal())])
    mapping = Mapper(
        source.cell,
        group,
        source.rules[group],
        into,
        ways,
        targets,
        request.signals,
        request.tools,
        request.approximate,
    )
    mapped = mapping.program(program)
    losses += mapping.losses
    job = _quantised(mapped, source.name, into, losses)
    if job is not None:
        inputs = {request.signals.get(n, n): value for n, value in source.inputs.items()}
        job = replace(job, inputs=inputs)
        losses += _further(source, job, losses, bool(request.retarget))
        losses += frames_lost(program, source.cell.groups[group].controller.frames, job)
    return job, sorted_losses(losses)


def _quantised(program: Program, name: str, into: Into, losses: list[Loss]) -> Job | None:
    """Return the program as its language says it; statements it refuses are losses."""
    notes = program.notes
    for _ in range(MAX_REFUSALS):
        try:
            said = into.brand.quantise(program, into.cell)
            into.brand.write(said, into.cell)
        except CellsimError as error:
            line = int(getattr(error, "line", 0) or 0)
            losses.append(Loss("lost", line, "statement", str(error)))
            rest = _without(program, line)
            if not line or rest is None:
                return None
            program = rest
            continue
        losses += [Loss("note", 0, note) for note in said.notes if note not in notes]
        return Job(name, into.cell, {into.group: said}, {into.group: into.rules})
    return None


def _without(program: Program, line: int) -> Program | None:
    """Return the program without the statements of a line, None where it has none."""
    before = sum(s.line == line for s in statements_of(program))
    kept = replace(program, routines=tuple(_cut(r, line) for r in program.routines))
    return kept if before else None


def _cut(routine: Routine, line: int) -> Routine:
    def kept(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for s in body:
            if s.line == line:
                continue
            if isinstance(s, If):
                s = replace(s, then=kept(s.then), otherwise=kept(s.otherwise))
            elif isinstance(s, Loop):
                s = replace(s, body=kept(s.body))
            found.append(s)
        return tuple(found)

    return replace(routine, body=kept(routine.body))


def _further(source: Job, job: Job, losses: list[Loss], other_arm: bool) -> list[Loss]:
    """Return what the two programs mean differently and no line of the report says yet."""
    said = {(loss.line, loss.what.split()[0]) for loss in losses}
    found = []
    for _, d in compare_jobs(source, job, in_world=other_arm):
        word = {"zone": "corner"}.get(d.kind, d.kind)
        if (d.line_a, word) not in said:
            found.append(Loss("changed", d.line_a or d.line_b, d.text, d.kind))
    return found


def _title(file: Path, source: Job, goal: tuple[Cell, str]) -> str:
    (group,) = source.programs
    old, new = (
        source.cell.groups[group].controller.brand,
        goal[0].groups[goal[1]].controller.brand,
    )
    return f"{file.name}: {old} of {group} to {new} of {goal[1]}"


def _write(out: Path, title: str, losses: tuple[Loss, ...], job: Job | None) -> None:
    """Write the loss report and the translated program."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "losses.txt").write_text(losses_text(losses, title), encoding="utf-8")
    (out / "losses.json").write_text(losses_json(losses, title), encoding="utf-8")
    if job is not None:
        save_job(job, out / "program")
