"""The verbs: write a probe for a controller in a cell; confirm it from an operator's readings."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cellsim.controllers.brands import brand_named, brand_of, group_of, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.confirmed import confirmed_file, confirmed_of, load_confirmed
from cellsim.domain.job import Job
from cellsim.domain.program import FINE, Comment, Move, Program, Routine, Speed, Statement, Target
from cellsim.domain.report import Report, Verdict
from cellsim.errors import BadInput, NotVerified
from cellsim.geometry import Array
from cellsim.probe.confirm import Outcome, outcome_of
from cellsim.probe.files import load_probe, must_be_signed, probe_text
from cellsim.probe.pendant import Reading, pendant_of, reading_of
from cellsim.probe.poses import pose_sets
from cellsim.release.certificate import parse
from cellsim.release.release import Release, first_open, release
from cellsim.simulate.band import simulate_band
from cellsim.translate.into import Into
from cellsim.verify.run import verify_timeline

Progress = Callable[[str, float], None]
SPEEDS = (Speed(10.0, "%"), Speed(100.0, "mm/s"), Speed(0.1, "rad/s"))
READINGS = "readings.yaml"


@dataclass(frozen=True, eq=False)
class Probe:
    """A probe: its release, what each pose must read, and the file for the operator."""

    released: Release
    readings: tuple[Reading, ...]
    file: Path


def probe(
    cell: Cell, out: Path, brand: str = "", group: str = "", *, progress: Progress | None = None
) -> Probe:
    """Write a program of six poses that is proven in the cell, and what the pendant reads there.

    Args:
        brand: Of the controller. group: Motion group; "" takes the only one of that brand.

    Raises:
        NotVerified: No set of poses near home is proven free; the last reason is named.
    """
    name = group or group_of(cell, brand or None)
    found = brand_of(cell, name)
    if brand and found.name != brand_named(brand).name:
        raise BadInput(f"the controller of group {name} is {found.name}", expected=found.name)
    pendant = pendant_of(found.name)
    job, report = _proven(cell, name, progress)
    made = release(job, report, out / "release", progress=progress)
    program = made.timeline.job.programs[name]
    targets = [s.to.q for s in program.routines[0].body if isinstance(s, Move)][1:-1]
    readings = tuple(reading_of(cell, name, np.array(q)) for q in targets)
    body = parse((made.folder / "certificate.json").read_bytes(), "certificate.json")
    head = {"cell": cell.name, "variant": cell.variant, "group": name, "brand": found.name}
    head["certificate"] = str(body["sha256"])
    file = out / READINGS
    _write(file, probe_text(head, pendant, cell.groups[name].tool, readings))
    return Probe(made, readings, file)


def _proven(cell: Cell, group: str, progress: Progress | None) -> tuple[Job, Report]:
    """Return the widest set of poses whose program is green."""
    last = "no poses within the joint limits"
    for poses in pose_sets(cell, group):
        job = _job(cell, group, poses)
        report = verify_timeline(simulate_band(job), progress=progress)
        if report.verdict is Verdict.GREEN:
            return job, report
        last = f"{report.verdict}: {first_open(report)}"
    raise NotVerified(f"no set of six poses near home is proven: {last}")


def _job(cell: Cell, group: str, poses: Sequence[Array]) -> Job:
    brand = brand_of(cell, group)
    home = np.array(cell.groups[group].home)
    into = Into(brand, cell, group)
    speed = next((v for v in SPEEDS if into.says(_move(home, v, "")) is not None), SPEEDS[0])
    body: list[Statement] = [_move(home, speed, "home")]
    for number, q in enumerate(poses, start=1):
        body.append(Comment(f"probe pose {number}: read the pendant"))
        body.append(_move(q, speed, ""))
    body.append(_move(home, speed, "home"))
    program = Program("probe", group, (Routine("probe", tuple(body)),), source="probe")
    said = brand.quantise(program, cell)
    return Job("probe", cell, {group: said}, {group: rules_of(cell)[group]})


def _move(q: Array, speed: Speed, comment: str) -> Move:
    target = Target(q=tuple(float(v) for v in q))
    return Move(kind="joint", to=target, speed=speed, zone=FINE, comment=comment)


def confirm(readings: Path, cell: Cell) -> Outcome:
    """Hold readings against what was expected; keep what they prove in the cell's folder.

    What is confirmed stands in `confirmed/GROUP.yaml` of the cell, with who read it, when and on
    which controller, and is no longer listed as assumed for that group. What it contradicts and
    an earlier reading confirmed is taken out again.
    """
    text = load_probe(readings)
    outcome = outcome_of(text, cell)
    before = confirmed_of(Path(cell.path), text.group, text.brand) if cell.path else {}
    against = {convention for convention, _ in outcome.contradicted} & before.keys()
    outcome = replace(outcome, withdrawn=tuple((name, before[name]) for name in sorted(against)))
    if against and not outcome.confirmed:
        _withdraw(cell, text.group, against)
    if outcome.confirmed:
        must_be_signed(text, str(readings))
        if not cell.path:
            raise BadInput("a cell that is not in files keeps nothing")
        signed = (text.operator, text.date, text.controller_serial, text.certificate)
        _keep(cell, text.group, text.brand, signed, outcome.confirmed)
    return outcome


def _withdraw(cell: Cell, group: str, names: Collection[str]) -> None:
    """Take conventions out of what earlier readings confirmed; the last takes the file along."""
    path = confirmed_file(Path(cell.path), group)
    text = load_confirmed(path)
    left = [name for name in text.conventions if name not in names]
    if not left:
        path.unlink()
        return
    _keep(cell, group, text.brand, (text.by, text.date, text.controller, text.certificate), left)


def _keep(
    cell: Cell, group: str, brand: str, signed: tuple[str, str, str, str], names: Sequence[str]
) -> None:
    """Write which conventions hold, and who read them, when, where and with which certificate."""
    lines = ["format: cellsim/confirmed@1", f"brand: {brand}"]
    keys = ("by", "date", "controller", "certificate")
    lines += [f"{key}: {json.dumps(value)}" for key, value in zip(keys, signed, strict=True)]
    lines += ["conventions:", *(f"- {name}" for name in names)]
    _write(confirmed_file(Path(cell.path), group), "\n".join(lines) + "\n")


def _write(path: Path, text: str) -> None:
    """Write a text file with one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
