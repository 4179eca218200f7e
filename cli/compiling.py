"""Compile the inner loops before they are needed: the common ones, in two processes at once.

numba compiles a loop when it is first called and keeps it on disk; of two processes that need it at
once one compiles it and the other waits. A first release goes through motion, collision and proof
one after the other; beside it a second process runs a job of a few joint motions, which is through
with motion at once and has the collision loops ready in time. Then it has time left for what
teaching, pages and curves of clearance call.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from cellsim.domain.equipment import Fixture
from cellsim.domain.job import Job
from cellsim.domain.program import Move, Program
from cellsim.geometry import Piece, Solid
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of

CELL, VARIANT = "door_removal", "suv"
PACKING = "tray_packing", "steel", "pack_tray"
MOTIONS, BOX_M = 2, 0.3


def compile_loops() -> None:
    """Compile what releasing, checking, sweeping, teaching and linting shipped cells calls.

    Raises:
        RuntimeError: Where one of the two runs failed, with what it printed last.
    """
    with tempfile.TemporaryDirectory() as folder:
        runs = [_start("along_the_release", folder), _start("along_the_collisions", folder)]
        said = [run.communicate()[1] for run in runs]
    for run, text in zip(runs, said, strict=True):
        if run.returncode:
            last = text.strip().splitlines()[-1:] or ["no message"]
            raise RuntimeError(f"the inner loops could not be compiled: {last[0]}")


def along_the_release(folder: str) -> None:
    """Sweep, release and check a shipped cell into a folder."""
    out = str(Path(folder) / "released")
    swept = ("--body", "*/tool:*", "--voxel-mm", "200", "--out", str(Path(folder) / "swept.stl"))
    # What is swept needs no collision loop yet: these are being compiled beside.
    _command("sweep", CELL, "--variant", VARIANT, *swept)
    _command("release", CELL, "--variant", VARIANT, "--out", out)
    _command("check", out)


def along_the_collisions(folder: str) -> None:
    """Verify the first joint motions of a shipped job, free and blocked; lint, teach another."""
    import cellsim as cs
    from cellsim.domain.files.cell import cell_folder

    cell, variant, task = PACKING
    job = cs.load_job(cs.load_cell(cell, variant=variant), task)
    cs.verify(cs.simulate(shortened(job)))
    cs.verify(cs.simulate(blocked(shortened(job))))
    programs = cell_folder(cell) / "programs" / variant / task
    for file in sorted(programs.glob("*.program.yaml")):
        _command("lint", str(file), "--controller", "abb", "--cell", cell, "--variant", variant)
    one = (cell, "--variant", variant)
    _command("teach", *one, "--out", str(Path(folder) / "taught"))
    _command("verify", *one, "--format", "html", "--out", str(Path(folder) / "pages"))
    _command("clearance", *one, "--out", str(Path(folder) / "clearance.csv"))


def shortened(job: Job) -> Job:
    """Return a job of the first joint motions of each routine, and of nothing else."""

    def first(program: Program) -> Program:
        return replace(
            program,
            routines=tuple(
                replace(r, body=tuple(s for s in r.body if _is_plain(s))[:MOTIONS])
                for r in program.routines
            ),
        )

    return replace(job, programs={group: first(p) for group, p in job.programs.items()})


def blocked(job: Job) -> Job:
    """Return a job with a box at the flange that moves first: depths are searched for it too."""
    name = next(iter(job.programs))
    chain = chain_of(job.cell, name)
    pose = flange_pose(chain, np.asarray(job.cell.groups[name].home))
    solid = Solid("box", (Piece("box", (BOX_M, BOX_M, BOX_M)),))
    fixtures = {**job.cell.fixtures, "box": Fixture("box", solid, "world", pose)}
    return replace(job, cell=replace(job.cell, fixtures=fixtures))


def _is_plain(statement: object) -> bool:
    return isinstance(statement, Move) and statement.kind == "joint" and statement.to.q is not None


def _command(*args: str) -> None:
    """Run a command of cellsim; its findings do not matter here, its errors do."""
    from cellsim.cli.main import main

    if main(args) > 2:
        raise RuntimeError(f"cellsim {args[0]} failed")


def _start(name: str, *args: str) -> subprocess.Popen[str]:
    """Start one of the functions above in an interpreter of its own."""
    code = f"import sys; from cellsim.cli.compiling import {name}; {name}(*sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
