"""Release and check: what was verified is what the text says, and nothing else passes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from releases import copied, first_job, released, verified

from cellsim.cli.main import main
from cellsim.domain.report import Verdict
from cellsim.errors import NotVerified
from cellsim.release.check import check
from cellsim.release.manifest import MANIFEST, manifest_of
from cellsim.release.release import release

Edit = Callable[[str], str]


def swap(pattern: str, text: str, count: int = 1) -> Edit:
    """Return an edit that replaces the first match of a pattern, and must find one."""

    def edit(source: str) -> str:
        changed, found = re.subn(pattern, text, source, count=count, flags=re.MULTILINE)
        assert found, pattern
        assert changed != source
        return changed

    return edit


def drop(pattern: str) -> Edit:
    """Return an edit that drops the first line that matches."""
    return swap(rf"^.*{pattern}.*\n", "")


def swap_lines(first: str, second: str) -> Edit:
    """Return an edit that swaps two lines."""

    def edit(source: str) -> str:
        lines = source.splitlines(keepends=True)
        i = next(k for k, line in enumerate(lines) if re.search(first, line))
        j = next(k for k, line in enumerate(lines) if k > i and re.search(second, line))
        lines[i], lines[j] = lines[j], lines[i]
        return "".join(lines)

    return edit


def cut(part: float) -> Edit:
    """Return an edit that keeps only the first part of the text."""
    return lambda source: source[: int(len(source) * part)]


KUKA = [
    ("coordinate", ".dat", swap(r"(DECL E6POS .*X -?)(\d+)\.", r"\g<1>1\2."), "moved"),
    ("sign", ".dat", swap(r"(DECL E6AXIS .*)A2 -", r"\1A2 "), "moved"),
    ("zone", ".src", swap(r"\$APO\.CPTP=\d+", "$APO.CPTP=7"), "zone"),
    ("corner left out", ".src", swap(r"^(PTP \w+) C_PTP", r"\1"), "zone"),
    ("tool number", ".src", swap(r"TOOL_DATA\[\d+\]", "TOOL_DATA[9]"), "tool"),
    ("other base", ".src", swap(r"BASE_DATA\[4\]", "BASE_DATA[5]"), "frame"),
    ("speed in mm/s", ".src", swap(r"\$VEL\.CP=0\.\d+", "$VEL.CP=250"), "speed"),
    ("dropped line", ".src", drop(r"\$OUT\[10\]=TRUE"), "gone"),
    ("swapped lines", ".src", swap_lines(r"^LIN XP2", r"^LIN XP3"), "XP3|moved"),
    ("truncated", ".src", cut(0.6), "readable|gone|missing|END"),
]
UR = [
    ("metres for millimetres", ".script", swap(r"movel\(p\[0\.", "movel(p[920."), "moved"),
    ("a for v", ".script", swap(r"v=0\.1500", "v=0.2500"), "speed"),
    ("radius", ".script", swap(r"r=0\.0200", "r=0.0300"), "zone"),
    ("pin", ".script", swap(r"digital_out\(0, True", "digital_out(1, True"), "set"),
    ("timeout", ".script", swap(r">= 2\.000", ">= 9.000"), "wait"),
]


@pytest.mark.parametrize(("name", "suffix", "edit", "said"), KUKA, ids=[e[0] for e in KUKA])
def test_every_edit_of_kuka_text_is_refused_with_its_difference(
    name: str, suffix: str, edit: Edit, said: str, session_root: Path, tmp_path: Path
) -> None:
    _refused(released(session_root, "palletizing", "large_boxes"), tmp_path, suffix, edit, said)


@pytest.mark.parametrize(("name", "suffix", "edit", "said"), UR, ids=[e[0] for e in UR])
def test_every_edit_of_urscript_is_refused_with_its_difference(
    name: str, suffix: str, edit: Edit, said: str, session_root: Path, tmp_path: Path
) -> None:
    _refused(released(session_root, "machine_tending", "shaft_80"), tmp_path, suffix, edit, said)


def _refused(folder: Path, tmp_path: Path, suffix: str, edit: Edit, said: str) -> None:
    copy = copied(folder, tmp_path)
    path = next(p for p in sorted((copy / "text").rglob(f"*{suffix}")))
    data = path.read_bytes().decode("utf-8")
    path.write_bytes(edit(data.replace("\r\n", "\n")).encode())
    result = check(copy)[0]
    assert result.exit_code == 1
    assert any("is not the file that was certified" in p for p in result.problems)
    meant = [p for p in result.problems if "certified" not in p]
    assert any(re.search(said, p) for p in meant), result.problems


def test_an_untouched_release_holds(session_root: Path) -> None:
    result = check(released(session_root, "palletizing", "large_boxes"))[0]
    assert result.problems == ()
    assert result.exit_code == 0
    assert result.report is not None
    assert result.report.verdict is Verdict.GREEN


def test_a_comment_in_the_text_is_still_not_the_certified_file(
    session_root: Path, tmp_path: Path
) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    path = next((copy / "text").rglob("*.script"))
    path.write_bytes(path.read_bytes() + b"# touched\n")
    last = len(path.read_bytes().splitlines())
    assert check(copy)[0].problems == (
        f"{path.relative_to(copy).as_posix()} is not the file that was certified",
        f"tender: line {path.name}:{last}: text: # touched is new",
    )


def test_an_edited_certificate_does_not_hold(session_root: Path, tmp_path: Path) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    path = copy / "certificate.json"
    body = json.loads(path.read_text())
    body["cycle"]["nominal"] = 1.0
    path.write_text(json.dumps(body))
    assert any("altered" in p for p in check(copy)[0].problems)


def test_a_name_that_leaves_the_folder_is_bad_input(session_root: Path, tmp_path: Path) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    path = copy / "certificate.json"
    body = json.loads(path.read_text())
    body["cell"] = "../../etc"
    path.write_text(json.dumps(body))
    assert main(["check", str(copy)]) == 3


def test_nothing_is_written_without_a_green_verdict(tmp_path: Path) -> None:
    job = first_job("machine_tending", "shaft_80")
    red = replace(verified(job).report, verdict=Verdict.FINDINGS)
    with pytest.raises(NotVerified):
        release(job, red, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_another_job_opens_no_door(tmp_path: Path) -> None:
    job = first_job("machine_tending", "shaft_80")
    other = first_job("machine_tending", "shaft_100")
    report = verified(other).report
    with pytest.raises(NotVerified, match="not of this job"):
        release(job, report, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_things_is_left_alone(session_root: Path, tmp_path: Path) -> None:
    job = first_job("tray_packing", "steel")
    report = verified(job).report
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(Exception, match="holds no release"):
        release(job, report, tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"


def test_the_load_sheet_names_what_is_typed_at_the_controller(session_root: Path) -> None:
    folder = released(session_root, "palletizing", "large_boxes")
    sheet = (folder / "load_sheet.txt").read_text()
    words = ("stack_layer.src", "vacuum_gripper", "first run", "conventions assumed", "mass kg")
    for word in words:
        assert word.lower() in sheet.lower(), word
    shutil.copy(folder / "load_sheet.html", folder.parent / "sheet.html")
    assert "<script" not in (folder / "load_sheet.html").read_text()


@pytest.mark.parametrize("name", ["load_sheet.txt", "load_sheet.html"])
def test_an_edited_load_sheet_does_not_hold(name: str, session_root: Path, tmp_path: Path) -> None:
    copy = copied(released(session_root, "palletizing", "large_boxes"), tmp_path)
    text = (copy / name).read_text()
    assert "38.0" in text
    (copy / name).write_text(text.replace("38.0", "18.0", 1))
    assert any(p.startswith(f"{name} is not the sheet") for p in check(copy)[0].problems)


def test_a_release_carries_a_proof_of_every_pair(session_root: Path) -> None:
    folder = released(session_root, "machine_tending", "shaft_80")
    claim = json.loads((folder / "certificate.json").read_text())["proof"]
    assert claim["file"] == "clearance.proof"
    assert claim["not_proved"] == []
    result = check(folder, search=False)[0]
    assert result.problems == ()
    assert not result.searched
    assert result.proof is not None
    assert result.proof.backs_all
    assert result.proof.runs == claim["runs"]


def test_a_proof_of_another_program_is_refused_even_with_its_hash(
    session_root: Path, tmp_path: Path
) -> None:
    """The proof of the other variant put in, certificate rewritten with hashes that fit."""
    from cellsim.release.certificate import dump, sha256

    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    data = (copy / "clearance.proof").read_bytes()
    head, _, packed = data.partition(b"\n")
    changed = head.replace(b'"variant":"shaft_80"', b'"variant":"shaft_81"') + b"\n" + packed
    assert changed != data
    (copy / "clearance.proof").write_bytes(changed)
    result = check(copy)[0]
    assert any("clearance.proof is not the file" in p for p in result.problems)
    place = copy / "certificate.json"
    body = json.loads(place.read_text())
    body["files"]["clearance.proof"] = sha256(changed)
    body["proof"]["sha256"] = sha256(changed)
    was = body.pop("sha256")
    body["sha256"] = sha256(dump(body))
    place.write_bytes(dump(body))
    for sheet in ("load_sheet.txt", "load_sheet.html"):
        text = (copy / sheet).read_text()
        (copy / sheet).write_text(text.replace(was[:16], body["sha256"][:16]))
    named = [p for p in copy.rglob("*") if p.is_file() and p.name != MANIFEST]
    whole = {p.relative_to(copy).as_posix(): p.read_bytes() for p in named}
    (copy / MANIFEST).write_bytes(manifest_of(whole))
    result = check(copy)[0]
    assert any("the proof is of machine_tending/shaft_81" in p for p in result.problems), (
        result.problems
    )
