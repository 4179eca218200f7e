"""Branches on what the cell does not determine, from the command line to the released folder."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from cellsim.cli.main import main
from cellsim.release.certificate import dump, sha256
from cellsim.release.check import check

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "cellsim" / "release" / "certificate.schema.json"


@dataclass(frozen=True)
class Place:
    """A shipped cell, its signal from outside, and joints [deg]: aside, and in the way."""

    cell: str
    variant: str
    group: str
    tool: str
    signal: str
    home: str
    aside: str
    hit: str
    speed: str


KUKA = Place("palletizing", "large_boxes", "stacker", "vacuum_gripper", "box_present",
             "0, -100, 100, 0, 90, 0", "20, -100, 100, 0, 90, 0",
             "0, -10, 60, 0, 90, 0", "30 %")  # fmt: skip
ABB = Place("tray_packing", "steel", "packer", "vacuum_cup", "diHousings",
            "0, -20, 10, 0, 90, 0", "20, -20, 10, 0, 90, 0",
            "0, 70, 40, 0, 60, 0", "500 mm/s")  # fmt: skip
# The larger cell shows the same: among the proofs.
LIGHT = pytest.mark.parametrize(
    "place", [pytest.param(KUKA, marks=pytest.mark.prove), ABB], ids=["kuka", "abb"]
)


def cell_with(place: Place, to: Path, there: str) -> Path:
    """Return a copy of a cell whose only program goes somewhere if its signal is on."""
    folder = to / place.cell
    shutil.copytree(ROOT / "cells" / place.cell, folder)
    shutil.rmtree(folder / "programs")
    for task in folder.glob("*.task.yaml"):
        task.unlink()
    job = folder / "programs" / place.variant / "look"
    job.mkdir(parents=True)

    def move(q: str) -> str:
        how = f"speed: {place.speed}, zone: fine, tool: {place.tool}"
        return f"move_j: {{to: {{q_deg: [{q}]}}, {how}}}"

    (job / f"{place.group}.program.yaml").write_text(
        f"format: cellsim/program@1\nname: look\ngroup: {place.group}\nroutines:\n  look:\n"
        f"  - {move(place.home)}\n  - if: {{when: {place.signal}}}\n    then:\n"
        f"    - {move(there)}\n  - {move(place.home)}\n"
    )
    (job / "job.yaml").write_text("format: cellsim/job@1\n")
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = main([str(word) for word in words])
    told = capsys.readouterr()
    return code, told.out + told.err


@LIGHT
def test_both_courses_are_proved_released_and_checked(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = cell_with(place, tmp_path, place.aside)
    code, told = run(capsys, "verify", cell, "--variant", place.variant)
    assert code == 0, told
    code, told = run(capsys, "release", cell, "--variant", place.variant, "--out", tmp_path / "out")
    assert code == 0, told
    folder = tmp_path / "out" / place.variant / "look"
    proofs = sorted(p.name for p in folder.glob("*.proof"))
    assert proofs == ["clearance.course_1.proof", "clearance.course_2.proof"]
    body = json.loads((folder / "certificate.json").read_text())
    assert body["proof"] is None
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert [claim["file"] for claim in body["course_proofs"]] == proofs
    assert [claim["sha256"] for claim in body["course_proofs"]] == [
        sha256((folder / name).read_bytes()) for name in proofs
    ]
    assert f"{place.signal}=true" in body["course_proofs"][1]["course"]
    code, told = run(capsys, "check", folder)
    assert code == 0, told
    (believed,) = check(folder, search=False)
    assert (believed.problems, believed.searched) == ((), False)
    assert believed.proof is not None
    assert believed.proof.runs == sum(claim["runs"] for claim in body["course_proofs"])
    _exchanged_proofs_are_refused(folder, proofs)


def _exchanged_proofs_are_refused(folder: Path, proofs: list[str]) -> None:
    """Each proof under the name of the other course, all hashes made to fit."""
    first, second = ((folder / name).read_bytes() for name in proofs)
    (folder / proofs[0]).write_bytes(second)
    (folder / proofs[1]).write_bytes(first)
    body = json.loads((folder / "certificate.json").read_text())
    for name, claim in zip(proofs, body["course_proofs"], strict=True):
        claim["sha256"] = body["files"][name] = sha256((folder / name).read_bytes())
    body["sha256"] = sha256(dump({k: v for k, v in body.items() if k != "sha256"}))
    (folder / "certificate.json").write_bytes(dump(body))
    (told,) = check(folder)
    assert told.exit_code == 1


@LIGHT
def test_one_course_that_collides_is_named_and_nothing_is_released(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = cell_with(place, tmp_path, place.hit)
    code, told = run(capsys, "verify", cell, "--variant", place.variant)
    assert code == 1, told
    assert "collision" in told
    assert f"{place.signal}=true at " in told
    code, told = run(capsys, "verify", cell, "--variant", place.variant, "--no-explore")
    assert f"{place.signal}=true at " not in told, "one run names no course"
    code, told = run(capsys, "release", cell, "--variant", place.variant, "--out", tmp_path / "out")
    assert code == 1
    assert "not released" in told
    assert not (tmp_path / "out").exists()
    off = f"{place.signal}=false"
    code, told = run(capsys, "verify", cell, "--variant", place.variant, "--input", off)
    assert code == 0, told


def only_if_off(place: Place, cell: Path) -> None:
    """Let the program go there where the signal is off, which one run does not."""
    file = cell / "programs" / place.variant / "look" / f"{place.group}.program.yaml"
    file.write_text(file.read_text().replace("then:", "then:\n    - delay: {time_s: 1}\n    else:"))


@LIGHT
def test_a_baseline_knows_what_is_found_in_every_course(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell, file = cell_with(place, tmp_path, place.hit), tmp_path / "known.yaml"
    only_if_off(place, cell)
    why = ("--author", "Kim", "--reason", "as taken over from the line", "--out", file)
    code, told = run(capsys, "baseline", cell, "--variant", place.variant, *why)
    assert code == 0, told
    assert "rule: collision" in file.read_text()
    code, told = run(capsys, "verify", cell, "--variant", place.variant, "--baseline", file)
    assert "no longer found" not in told


def test_what_a_line_would_have_met_at_a_changeover_is_of_every_course(tmp_path: Path) -> None:
    from cellsim.mainjob import _changeover
    from cellsim.sweep import verify_cell

    cell = cell_with(ABB, tmp_path, ABB.hit)
    only_if_off(ABB, cell)
    (alone,) = verify_cell(cell, [ABB.variant])
    assert not [f for f in alone.report.findings if f.rule == "collision"]
    met = _changeover(alone, alone)
    assert [f for f in met.met.findings if f.rule == "collision" and f.facts.get("course")]
    assert met.problems > 0


def test_an_export_of_several_courses_is_refused_and_of_a_fixed_input_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = cell_with(KUKA, tmp_path, KUKA.aside)
    words = ("release", cell, "--variant", KUKA.variant, "--out", tmp_path / "out", "--also", "csv")
    code, told = run(capsys, *words)
    assert code == 1
    assert "2 courses that only the controller chooses between" in told
    code, told = run(capsys, *words, "--input", f"{KUKA.signal}=true")
    assert code == 0, told
    assert (tmp_path / "out" / KUKA.variant / "look" / "exports" / "stacker.timeline.csv").is_file()


@LIGHT
def test_what_is_found_in_another_course_is_mended_and_green_is_what_verify_says(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One way, the shorter, does not end at home: with the signal on, then with it off."""
    cell = cell_with(place, tmp_path, place.aside)
    file = cell / "programs" / place.variant / "look" / f"{place.group}.program.yaml"
    *lines, last = file.read_text().splitlines()
    assert "move_j" in last
    for branches in (
        [*lines, "    else:", "    - delay: {time_s: 9}"],
        [*lines[:-2], "    then:", "    - delay: {time_s: 9}", "    else:", lines[-1]],
    ):
        file.write_text("\n".join(branches) + "\n")
        code, told = run(capsys, "verify", cell, "--variant", place.variant)
        assert code == 2, told
        out = tmp_path / "mended"
        code, told = run(capsys, "fix", cell, "--variant", place.variant, "--out", out)
        assert code == 0, told
        assert "home-not-reached" in told
        assert "-> verdict: green" in told
        shutil.copy(out / place.variant / "look" / file.name, file)
        code, told = run(capsys, "verify", cell, "--variant", place.variant)
        assert code == 0, told


def test_fix_and_diff_explore_as_many_courses_as_they_are_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the other course alone the program does not end at home, and takes 9 s less."""
    cell = cell_with(ABB, tmp_path, ABB.aside)
    file = cell / "programs" / ABB.variant / "look" / f"{ABB.group}.program.yaml"
    before = tmp_path / file.name
    shutil.copy(file, before)
    *lines, _ = file.read_text().splitlines()
    file.write_text("\n".join([*lines, "    else:", "    - delay: {time_s: 9}"]) + "\n")
    code, told = run(capsys, "fix", cell, "--variant", ABB.variant, "--courses", "1")
    assert code == 2, told
    assert "ways to go on unknown readings that were not run: 1 (--courses 1)" in told
    assert "home-not-reached" not in told
    code, told = run(capsys, "fix", cell, "--variant", ABB.variant, "--courses", "2")
    assert code == 0, told
    assert "home-not-reached" in told
    of = ("--cell", cell, "--variant", ABB.variant, "--group", ABB.group, "--measure")
    said = []
    for most in ("1", "2"):
        code, told = run(capsys, "diff", before, file, *of, "--courses", most)
        assert code == 1, told
        said.append(told)
    assert "ways to go that were not run: 1 of the first and 1 of the second" in said[0]
    assert "measured over every course, 2 of the first and 2 of the second" in said[1]
    assert "verdict green became undecided" in said[1]
