"""Edits are one difference of the right size each; rewrites that mean the same are none."""

from __future__ import annotations

import math
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from controllers_support import cell_of
from diff_cases import BRAND_NAMES, EDITS, REWRITES, Edit, Rewrite, edited, rewritten
from diff_programs import at, base_program, differing, is_move, put, text_of

from cellsim.cli.main import main
from cellsim.controllers.brands import rules_of
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.task import parse_task
from cellsim.domain.program import If, Move, Program, Routine, SetSignal, signal_is
from cellsim.errors import BadInput
from cellsim.release.meaning.cells import diff_cells
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import same_text
from cellsim.release.meaning.tasks import diff_tasks

ROOT = Path(__file__).resolve().parents[1]
CASES = [(BRAND_NAMES[n % 6], edit) for n, edit in enumerate(EDITS)]
# One brand of each rewrite of programs here, all of them in `make prove`.
SAME = [(same.brands[n % len(same.brands)], same) for n, same in enumerate(REWRITES)]
TASK = """format: cellsim/task@1
steps:
- grip: {group: stacker, part: box.1, at: top}
- place: {part: box.1, at: sheet.place_3}
- home: {}
"""


@pytest.mark.parametrize(("brand", "edit"), CASES, ids=[f"{b} {e.name}" for b, e in CASES])
def test_an_edit_is_one_difference_of_its_size(brand: str, edit: Edit) -> None:
    said, shown = edited(brand, edit, 1)
    assert len(shown) == 1, shown
    assert re.search(said, shown[0]), (said, shown)


@pytest.mark.parametrize(("brand", "same"), SAME, ids=[f"{b} {s.name}" for b, s in SAME])
def test_a_rewrite_that_means_the_same_is_none(brand: str, same: Rewrite) -> None:
    assert rewritten(brand, same, 7) == []


@pytest.mark.parametrize(("brand", "before"), [("kuka", "pallet"), ("abb", "group:arm.base")])
def test_a_line_said_in_another_frame_is_told_and_has_not_moved(brand: str, before: str) -> None:
    """The same place: no more than the last printed digits lie between the two."""
    cell = cell_of(brand)
    base = base_program(cell, 1)
    place = at(base, is_move("linear"), random.Random(1))
    move = base.routines[0].body[place]
    assert isinstance(move, Move)
    other = put(base, place, replace(move, frame="body"))
    frame, *rest = differing(text_of(base, cell), text_of(other, cell), cell)
    assert (frame.kind, frame.text) == ("frame", f"frame {before} became body")
    for moved in rest:
        found = re.fullmatch(r"target moved by ([\d.]+) mm and ([\d.]+) deg", moved.text)
        assert found is not None
        assert float(found[1]) <= 0.002
        assert float(found[2]) <= 0.001


CELL_EDITS = [
    (
        "xyz_mm: [250, -1750, 0]",
        "xyz_mm: [262.5, -1750, 0]",
        "moved: frames.pallet moved by 12.500 mm and 0.0000 deg",
    ),
    (
        "conveyor: {xyz_mm: [1750, 0, 700]}",
        "conveyor: {xyz_mm: [1750, 0, 700], rpy_deg: [0, 0, 1.5]}",
        "moved: frames.conveyor moved by 0.000 mm and 1.5000 deg",
    ),
    (
        "self_clearance_mm: 5",
        "self_clearance_mm: 6",
        "clearance: self_clearance_m 5 mm became 6 mm",
    ),
    (
        "layer_done: do 11",
        "layer_done: do 13",
        "signal: groups.stacker.controller.signals.layer_done.number 11 became 13",
    ),
    ("takt_s: 60", "takt_s: 55", "changed: takt_s 60 s became 55 s"),
    (
        "center_mm: [-2780, 0, 1150]",
        "center_mm: [-2680, 0, 1150]",
        "moved: fixtures.fence.rear side moved by 100.000 mm and 0.0000 deg",
    ),
    (
        "cups: {xyz_mm: [0, 0, 300]}",
        "cups: {xyz_mm: [0, 0, 301]}",
        "moved: tools.vacuum_gripper.tcps.cups moved by 1.000 mm and 0.0000 deg",
    ),
    ("mass_kg: 38", "mass_kg: 39", "tool: tools.vacuum_gripper.mass 38 kg became 39 kg"),
    (
        "kuka_kr210_r2700_2",
        "kuka_kr16_r2010_2",
        "robot: groups.stacker.robot kuka_kr210_r2700_2 became",
    ),
]
CELL_REWRITES = [
    ("xyz_mm: [250, -1750, 0]", "xyz_mm: [250.0, -1.75e3, -0.0]"),
    (
        "conveyor: {xyz_mm: [1750, 0, 700]}",
        "conveyor: {xyz_mm: [1750, 0, 700], quat_wxyz: [-1, 0, 0, 0]}",
    ),
    (
        "conveyor: {xyz_mm: [1750, 0, 700]}",
        "conveyor: {xyz_mm: [1750, 0, 700], rpy_deg: [180, 180, 180]}",
    ),
    (
        "  conveyor: {xyz_mm: [1750, 0, 700]}\n",
        "  # the belt\n\n  conveyor: {xyz_mm: [1750, 0, 700]}\n",
    ),
    (
        "tools: {vacuum_gripper: 3}\n      frames: {conveyor: 4, pallet: 5}",
        "frames: {pallet: 5, conveyor: 4}\n      tools: {vacuum_gripper: 3}",
    ),
    ("boxes stand close in a layer", "boxes stand near each other"),
]


def cell_with(tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the palletizing cell with an edit of its text."""
    folder = tmp_path / "palletizing"
    shutil.copytree(ROOT / "cells/palletizing", folder)
    text = (folder / "cell.yaml").read_text()
    assert old in text
    (folder / "cell.yaml").write_text(text.replace(old, new, 1))
    return folder


@pytest.mark.parametrize(("old", "new", "said"), CELL_EDITS, ids=[e[2][:30] for e in CELL_EDITS])
def test_a_moved_or_changed_thing_of_a_cell_is_told(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    changed = load_cell(cell_with(tmp_path, old, new))
    found = [f"{d.kind}: {d.text}" for d in diff_cells(load_cell("palletizing"), changed)]
    assert found[0].startswith(said), found
    assert len(found) == 1 or "robot" in said, found


@pytest.mark.parametrize(("old", "new"), CELL_REWRITES, ids=[e[1][:30] for e in CELL_REWRITES])
def test_a_cell_said_in_other_words_is_the_same(old: str, new: str, tmp_path: Path) -> None:
    assert diff_cells(load_cell("palletizing"), load_cell(cell_with(tmp_path, old, new))) == ()


def test_tasks_are_compared_by_step_and_argument() -> None:
    task = parse_task(TASK, "a.task.yaml")
    other = TASK.replace("place_3", "place_2").replace("- home: {}\n", "")
    found = [(d.kind, d.text) for d in diff_tasks(task, parse_task(other, "b.task.yaml"))]
    assert found == [
        ("argument", "place: at sheet.place_3 became sheet.place_2"),
        ("missing", "home of stacker is gone"),
    ]
    looped = TASK.replace(
        "- grip: {group: stacker, part: box.1, at: top}",
        "- each: {b: [box.1]}\n  do: [{grip: {group: stacker, part: $b, at: top}}]",
    )
    assert diff_tasks(task, parse_task(looped, "c.task.yaml")) == ()


def test_the_public_verb_takes_jobs_cells_and_tasks() -> None:
    import cellsim as cs

    cell = cs.load_cell("palletizing")
    assert cs.diff(cell, cs.load_cell("palletizing")) == ()
    task = parse_task(TASK, "a.task.yaml")
    assert cs.diff(task, task) == ()
    with pytest.raises(BadInput, match="two jobs, two cells or two tasks"):
        cs.diff(cell, task)


def test_variants_and_tasks_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = str(ROOT / "cells/machine_tending")
    assert main(["diff", f"{cell}@shaft_80", f"{cell}@shaft_100", "--lang", "ko"]) == 1
    assert "parts.shaft.raw.shaft.size: 80 mm → 100 mm" in capsys.readouterr().out
    assert main(["diff", f"{cell}@shaft_80", cell, "--format", "json"]) == 0
    assert '"cellsim/diff@1"' in capsys.readouterr().out
    (tmp_path / "a.task.yaml").write_text(TASK)
    (tmp_path / "b.task.yaml").write_text(TASK.replace("box.1", "box.2"))
    assert main(["diff", str(tmp_path / "a.task.yaml"), str(tmp_path / "b.task.yaml")]) == 1
    assert "task: 3 -> 3: argument: grip: part box.1 became box.2" in capsys.readouterr().out


def test_joints_printed_with_fewer_digits_are_not_another_branch() -> None:
    """A move by less than a controller prints is told as a move of no length, never as a branch."""
    import cellsim as cs

    old = cs.load_job(cs.load_cell("machine_tending", variant="shaft_80"), "swap_shaft")
    program = old.programs["tender"]
    entry = program.routines[0]
    at = next(i for i, s in enumerate(entry.body) if isinstance(s, Move) and s.to.q)
    move = entry.body[at]
    assert isinstance(move, Move)
    assert move.to.q is not None
    for shift, kind in ((1e-7, "moved"), (2 * math.pi, "branch")):
        q = (*move.to.q[:5], move.to.q[5] + shift)
        body = list(entry.body)
        body[at] = replace(move, to=replace(move.to, q=q))
        changed = replace(program, routines=(replace(entry, body=tuple(body)),))
        new = replace(old, programs={"tender": changed})
        assert [d.kind for _, d in cs.diff(old, new)] == [kind]


def test_an_else_and_an_end_of_another_place_name_the_line_of_their_block() -> None:
    """A text that says no `else` any more runs both ways of the branch, one after the other."""
    one, two = SetSignal("lamp", True, line=4), SetSignal("lamp", False, line=6)
    ready = signal_is("ready", True)
    either, both, out = (
        Program("p", "arm", (Routine("main", body),))
        for body in (
            (If(ready, (one,), (two,), line=3),),
            (If(ready, (one, two), line=3),),
            (If(ready, (one,), line=3), two),
        )
    )
    side = Side(cell_of("ur"), "arm", rules_of(cell_of("ur"))["arm"])
    (gone,) = same_text(either, both, side)
    assert (gone.kind, gone.line_a, gone.facts["what"]) == ("missing", 3, "else")
    assert all(d.line_a or d.line_b for d in same_text(both, out, side))
    assert same_text(both, out, side)
