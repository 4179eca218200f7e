"""Readings prove conventions, or name the one they contradict."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS, group_of, rules_of
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.confirmed import confirmed_of
from cellsim.domain.job import Job
from cellsim.domain.program import Program
from cellsim.geometry import rotation_rpy
from cellsim.probe.confirm import Outcome, outcome_of
from cellsim.probe.files import load_probe, probe_text
from cellsim.probe.pendant import PENDANTS, reading_of
from cellsim.probe.run import confirm
from cellsim.probe.tell import outcome_text
from cellsim.release.certificate import assumed_conventions, confirmed_conventions
from cellsim.units import deg

ROOT = Path(__file__).resolve().parents[1]
POSES = (
    (10.0, -70.0, 75.0, 20.0, 40.0, 30.0),
    (-25.0, -80.0, 60.0, -35.0, -50.0, -40.0),
    (35.0, -60.0, 85.0, 15.0, 65.0, 110.0),
)


def written(brand: str, folder: Path) -> Path:
    """Write the file of readings of a brand's test cell; every reading as expected."""
    cell = cell_of(brand)
    readings = [reading_of(cell, "arm", np.array(q) * deg) for q in POSES]
    head = {"cell": cell.name, "variant": "a", "group": "arm", "brand": brand, "certificate": "0"}
    lines = probe_text(head, PENDANTS[brand], "gripper", readings).splitlines()
    for at, line in enumerate(lines):
        if line == "  read:":
            lines[at + 1 : at + 4] = lines[at - 3 : at]
    path = folder / "readings.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def read(path: Path, brand: str) -> Outcome:
    return outcome_of(load_probe(path), cell_of(brand))


def change(path: Path, pose: int, name: str, amount: float, factor: float = 1.0) -> None:
    """Change one reading (not what is expected) of one pose, -1 of all."""
    lines, number, reading = path.read_text().splitlines(), -1, False
    for at, line in enumerate(lines):
        number += line.startswith("- number")
        reading = line == "  read:" or (reading and line.startswith("    "))
        if reading and pose in (-1, number):
            lines[at] = re.sub(
                rf'("{name}": )(-?[\d.]+)',
                lambda m: f"{m[1]}{factor * float(m[2]) + amount:.5f}",
                line,
            )
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("brand", sorted(PENDANTS))
def test_readings_as_expected_confirm_what_they_prove(brand: str, tmp_path: Path) -> None:
    pendant = PENDANTS[brand]
    outcome = read(written(brand, tmp_path), brand)
    assert outcome.contradicted == ()
    assert outcome.missing == ()
    proven = {*pendant.by_axes, *pendant.by_pose, *pendant.by_config}
    assert set(outcome.confirmed) == proven
    known = {c.id for c in BRANDS[brand].rules(cell_of(brand).groups["arm"].controller).conventions}
    assert proven <= known, proven - known


def test_every_brand_has_a_pendant() -> None:
    assert set(PENDANTS) == set(BRANDS)


@pytest.mark.parametrize("brand", sorted(PENDANTS))
def test_an_axis_that_turns_the_other_way_is_named(brand: str, tmp_path: Path) -> None:
    path = written(brand, tmp_path)
    axis = cell_of(brand).groups["arm"].controller.axes[0].name
    change(path, -1, axis, 0.0, -1.0)
    outcome = read(path, brand)
    assert outcome.exit_code == 1
    assert outcome.contradicted[0][1] == f"{axis} reads with the other sign"
    change(path, -1, axis, 0.0, -1.0)
    change(path, -1, axis, 3.0)
    assert "reads +3.000 more at every pose: another zero" in read(path, brand).contradicted[0][1]
    change(path, 1, axis, 1.0)
    assert "another scale, coupling or axis" in read(path, brand).contradicted[0][1]


def test_another_base_contradicts_the_world(tmp_path: Path) -> None:
    path = written("kuka", tmp_path)
    change(path, -1, "Z", 400.0)
    outcome = read(path, "kuka")
    (wrong,) = outcome.contradicted
    assert wrong[0] == "kuka.world"
    assert "400.00 mm off, the same at every pose: another base or origin" in wrong[1]
    assert "kuka.abc" in outcome.confirmed


def test_another_order_of_angles_is_named_with_the_order_that_fits(tmp_path: Path) -> None:
    path = written("kuka", tmp_path)
    text = path.read_text()
    # A pendant that shows rotations about x, y, z of the moving frame: R = Rx(A) Ry(B) Rz(C).
    for found in re.findall(r"  read:\n.*\n(    pose: .*)\n", text):
        a, b, c = (float(v) for v in re.findall(r'"[ABC]": (-?[\d.]+)', found))
        R = rotation_rpy(c * deg, b * deg, a * deg)
        angles = np.arctan2(-R[1, 2], R[2, 2]), np.arcsin(R[0, 2]), np.arctan2(-R[0, 1], R[0, 0])
        x, y, z = (float(v) / deg for v in angles)
        other = re.sub(r'"A": .*\}', f'"A": {x:.5f}, "B": {y:.5f}, "C": {z:.5f}}}', found)
        text = _once(text, found, other)
    path.write_text(text)
    outcome = read(path, "kuka")
    (wrong,) = outcome.contradicted
    assert wrong[0] == "kuka.abc"
    assert wrong[1].endswith("read as Rx Ry Rz they fit")
    assert "kuka.abc" not in outcome.confirmed


def _once(text: str, old: str, new: str) -> str:
    """Replace the second place of a line: the first is what is expected."""
    first = text.index(old) + len(old)
    return text[:first] + text[first:].replace(old, new, 1)


def test_a_status_bit_is_told_from_a_turn_bit(tmp_path: Path) -> None:
    path = written("kuka", tmp_path)
    text = path.read_text()
    found = re.findall(r'config: "(S \d+ T \d+)"', text)
    status, turn = found[0].split()[1::2]
    path.write_text(_once(text, f'"{found[0]}"', f'"S {int(status) ^ 4} T {turn}"'))
    assert [name for name, _ in read(path, "kuka").contradicted] == ["kuka.status-bit-2"]
    path.write_text(_once(text, f'"{found[0]}"', f'"S {status} T {int(turn) ^ 1}"'))
    assert [name for name, _ in read(path, "kuka").contradicted] == ["kuka.turn"]


def test_what_is_not_read_confirms_nothing(tmp_path: Path) -> None:
    path = written("kuka", tmp_path)
    text = path.read_text()
    before, after = text.rsplit("  read:", 1)
    path.write_text(before + "  read:" + re.sub(r'"C": [^}]+', '"C": null', after))
    outcome = read(path, "kuka")
    assert outcome.exit_code == 2
    assert outcome.missing == ("pose C of pose 3",)
    assert "kuka.world" not in outcome.confirmed


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_readings_nobody_filled_in_are_told_in_one_line(lang: str, tmp_path: Path) -> None:
    cell = cell_of("kuka")
    readings = [reading_of(cell, "arm", np.array(q) * deg) for q in POSES]
    head = {"cell": cell.name, "variant": "a", "group": "arm", "brand": "kuka", "certificate": "0"}
    path = tmp_path / "readings.yaml"
    path.write_text(probe_text(head, PENDANTS["kuka"], "gripper", readings))
    outcome = read(path, "kuka")
    count = len(POSES) * (len(cell.groups["arm"].controller.axes) + 6 + 1)
    assert len(outcome.missing) == count
    (line,) = outcome_text(outcome, lang).splitlines()
    assert str(count) in line
    assert "axes A1 of pose 1" in line


def test_a_confirmed_convention_is_no_longer_assumed(tmp_path: Path) -> None:
    folder = tmp_path / "palletizing"
    shutil.copytree(ROOT / "cells/palletizing", folder)

    def listed() -> tuple[list[str], list[str]]:
        cell = load_cell(folder)
        job = Job("j", cell, {"stacker": Program("p", "stacker", ())}, rules_of(cell))
        return assumed_conventions(job), confirmed_conventions(job)

    assumed, confirmed = listed()
    assert any("$NULLFRAME as base" in text for text in assumed)
    assert confirmed == []
    (folder / "confirmed").mkdir()
    file = folder / "confirmed" / "stacker.yaml"
    file.write_text(
        'format: cellsim/confirmed@1\nbrand: kuka\nby: Kim\ndate: "2026-11-25"\n'
        "controller: KRC4-1\nconventions: [kuka.world]\n"
    )
    assumed, confirmed = listed()
    assert not any("$NULLFRAME as base" in text for text in assumed)
    assert "confirmed by Kim, 2026-11-25, controller KRC4-1" in confirmed[0]
    file.write_text(file.read_text().replace("kuka\n", "ur\n"))
    assert any("$NULLFRAME as base" in text for text in listed()[0])


@pytest.mark.parametrize(("brand", "lost"), [("kuka", "kuka.world"), ("ur", "ur.rotation-vector")])
def test_a_contradiction_takes_an_earlier_confirmation_back(
    brand: str, lost: str, tmp_path: Path
) -> None:
    """Z reads 400 mm more: what that contradicts no longer stands in the cell's folder."""
    home = tmp_path / "home"
    home.mkdir()
    cell = replace(cell_of(brand), path=str(home))
    file = written(brand, tmp_path)
    signs = {"operator": "Kim", "date": "2026-11-26", "controller_serial": "K-1"}
    text = file.read_text()
    for key, value in signs.items():
        text = re.sub(rf'^{key}: ""', f'{key}: "{value}"', text, flags=re.MULTILINE)
    file.write_text(text)
    assert lost in confirm(file, cell).confirmed
    assert lost in confirmed_of(home, "arm", brand)
    change(file, -1, "Z", 400.0)
    outcome = confirm(file, cell)
    assert outcome.withdrawn == ((lost, "confirmed by Kim, 2026-11-26, controller K-1"),)
    assert f"no longer counts: {lost}" in outcome_text(outcome)
    assert set(confirmed_of(home, "arm", brand)) == set(outcome.confirmed)


def test_a_controller_is_named_by_its_language_too() -> None:
    for name in ("kuka", "krl", "KRL"):
        assert group_of(cell_of("kuka"), name) == "arm"


BAD = [
    (["probe", "--cell", "palletizing"], "expected --out"),
    (["probe", "--cell", "palletizing", "--controller", "kuke", "--out", "o"], "'kuka'"),
    (
        ["probe", "--cell", "palletizing", "--controller", "ur", "--out", "o"],
        "no group of cell palletizing has ur as its controller; there is: stacker (kuka)",
    ),
    (["probe", "--cell", "palletizing", "--confirm", "none.yaml"], "does not exist"),
    (["probe", "--cell", "palletizing", "--confirm", "bad.yaml"], "bad.yaml:1"),
    (["probe", "--cell", "palletizing", "--confirm", "readings.yaml"], "readings are of arm"),
]


@pytest.mark.parametrize(("args", "said"), BAD, ids=[b[1] for b in BAD])
def test_bad_requests_are_one_line(
    args: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    written("kuka", tmp_path)
    (tmp_path / "bad.yaml").write_text("format: cellsim/probe@7\n")
    assert main(args) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line, line
