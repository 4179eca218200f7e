"""`cellsim doctor --compile`: what it runs, that no failure is passed over; two that compile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import cellsim as cs
from cellsim.cli import compiling
from cellsim.domain.program import Move
from cellsim.geometry import jit
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of, world_T_fixture


def test_the_shortened_job_is_some_joint_motions_of_every_group() -> None:
    job = cs.load_job(cs.load_cell(compiling.CELL, variant=compiling.VARIANT), TASK)
    short = compiling.shortened(job)
    assert set(short.programs) == set(job.programs)
    for program in short.programs.values():
        said = [s for routine in program.routines for s in routine.body]
        assert 1 <= len(said) <= compiling.MOTIONS * len(program.routines)
        assert all(isinstance(s, Move) and s.kind == "joint" for s in said)


def test_in_the_blocked_job_a_box_stands_around_a_flange() -> None:
    job = cs.load_job(cs.load_cell(compiling.CELL, variant=compiling.VARIANT), TASK)
    cell = compiling.blocked(job).cell
    (group, *_), box = job.programs, cell.fixtures["box"]
    flange = flange_pose(chain_of(cell, group), np.asarray(cell.groups[group].home))
    assert np.allclose(world_T_fixture(cell, "box").p, flange.p)
    assert box.solid.pieces[0].size == (compiling.BOX_M,) * 3


def test_a_run_that_fails_is_told_with_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    start = compiling._start
    monkeypatch.setattr(compiling, "_start", lambda *_: start("no_such_function"))
    with pytest.raises(RuntimeError, match=re.escape("no_such_function")):
        compiling.compile_loops()


def test_findings_of_a_run_do_not_matter_and_its_errors_do() -> None:
    with pytest.raises(RuntimeError, match="describe"):
        compiling._command("describe", "no/such/cell")
    compiling._command("rules")


TASK = "remove_doors"
LOOP = """
import sys, time
from pathlib import Path
from cellsim.geometry.jit import kernel

@kernel
def loop(n):
    found = 0.0
    for k in range(n):
        found += k ** 0.5
    return found

if __name__ == "__main__":
    here, name = Path(sys.argv[1]), sys.argv[2]
    (here / name).touch()
    while len(list(here.glob("ready.*"))) < 2:
        time.sleep(0.001)
    loop(3)
    print(sum(loop.stats.cache_misses.values()))
"""


def test_of_two_processes_one_compiles_a_function_and_the_other_waits(tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text(LOOP, encoding="utf-8")
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "compiled")}
    asked = [sys.executable, str(tmp_path / "loop.py"), str(tmp_path)]
    runs = [
        subprocess.Popen([*asked, f"ready.{k}"], env=env, stdout=subprocess.PIPE, text=True)
        for k in range(2)
    ]
    assert sorted(run.communicate(timeout=120)[0].strip() for run in runs) == ["0", "1"]


def test_where_nothing_can_be_locked_a_function_is_compiled_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a_file"
    file.touch()
    with jit._alone(str(file), "loop"):
        assert list(tmp_path.iterdir()) == [file]
    monkeypatch.setattr(jit, "fcntl", None)
    with jit._alone(str(tmp_path), "loop"):
        assert list(tmp_path.iterdir()) == [file]


HOLD = """
import sys, time
from cellsim.geometry import jit
with jit._alone(sys.argv[1], "loop"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_process_that_stands_still_is_waited_for_so_long_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "PATIENCE_S", 0.3)
    asked = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        file = jit._lock_file(str(tmp_path))
        assert file is not None
        assert not jit._locked(file, zlib.crc32(b"loop"))
        assert jit._locked(file, zlib.crc32(b"another"))
        with jit._alone(str(tmp_path), "loop"):
            pass
        holder.kill()
    assert jit._locked(file, zlib.crc32(b"loop"))
