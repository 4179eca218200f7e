"""Releases edited by somebody who puts every hash right: what comes out again still refuses."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from releases import copied, forged, released

from cellsim.cli.main import main
from cellsim.cli.output import print_checks
from cellsim.domain.canonical import digest
from cellsim.domain.files.cell import load_cell
from cellsim.errors import BadInput
from cellsim.release.certificate import dump, parse
from cellsim.release.check import check
from cellsim.release.manifest import MANIFEST, manifest_of
from cellsim.release.places import CERTIFICATE, releases_below

MOST_CHECKED = 1
places = sys.modules["cellsim.release.places"]


@pytest.fixture
def folder(session_root: Path, tmp_path: Path) -> Path:
    return copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)


@pytest.fixture
def light(session_root: Path, tmp_path: Path) -> Path:
    """Of the cell that is proven in the least time."""
    return copied(released(session_root, "tray_packing", "steel"), tmp_path)


def problems(folder: Path) -> tuple[str, ...]:
    (one,) = check(folder, search=False)
    assert one.problems == () or one.exit_code != 0
    return one.problems


def body_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / CERTIFICATE).read_text()))


def test_putting_every_hash_right_changes_nothing_by_itself(light: Path) -> None:
    forged(light)
    assert problems(light) == ()


SECOND = b"def evil():\n  movej([0,0,0,0,0,0])\nend\n"
PLACES = [
    "text/tender/below/evil1.script",
    "text/evil2.script",
    "text/nobody/evil3.script",
    "evil4.script",
    "plan/evil5.program.yaml",
    "exports/below/evil6.csv",
    "inputs/evil7.script",
]


def test_files_that_nothing_reads_are_no_part_of_a_release(folder: Path) -> None:
    for place in PLACES:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(SECOND)
    forged(folder)
    told = problems(folder)
    assert [p for p in PLACES if not any(text.startswith(p) for text in told)] == []


@pytest.mark.parametrize(
    ("cell", "variant", "place", "data"),
    [
        ("machine_tending", "shaft_80", "text/tender/evil.script", SECOND),
        ("machine_tending", "shaft_80", "text/tender/evil.txt", SECOND),
        ("palletizing", "large_boxes", "text/stacker/evil.src", b"DEF evil()\nEND\n"),
        ("palletizing", "large_boxes", "text/stacker/$config.dat",
         b"DEFDAT $CONFIG\nDECL INT more=1\nENDDAT\n"),
    ],
)  # fmt: skip
def test_a_second_text_beside_the_first_is_refused(
    session_root: Path, tmp_path: Path, cell: str, variant: str, place: str, data: bytes
) -> None:
    folder = copied(released(session_root, cell, variant), tmp_path)
    (folder / place).write_bytes(data)
    forged(folder)
    assert problems(folder)


@pytest.mark.parametrize("name", ["text/./tender/x.script", "text//tender/x.script", "./x.script"])
def test_a_file_under_another_spelling_is_refused(folder: Path, name: str) -> None:
    files = body_of(folder)["files"] | {name: "0" * 64}
    forged(folder, files=files)
    assert any("is no file of a release" in told for told in problems(folder))


def test_a_release_without_its_manifest_still_names_what_was_added(folder: Path) -> None:
    body = body_of(folder)
    (folder / MANIFEST).unlink()
    (folder / "evil.script").write_bytes(SECOND)
    del body["manifest"]
    (folder / CERTIFICATE).write_text(json.dumps(body))
    forged(folder, files=body["files"])
    assert "evil.script was added after the release" in problems(folder)


@pytest.mark.parametrize("kind", ["file", "folder", "loose"])
def test_a_link_is_no_file_of_a_release(folder: Path, tmp_path: Path, kind: str) -> None:
    away = tmp_path / "away"
    away.mkdir()
    if kind == "file":
        (script,) = (folder / "text" / "tender").iterdir()
        shutil.move(script, away / script.name)
        script.symlink_to(away / script.name)
    elif kind == "folder":
        (away / "evil.script").write_bytes(SECOND)
        (folder / "text" / "evil").symlink_to(away)
    else:
        os.symlink("nowhere", folder / "text" / "tender" / "evil.script")
    assert any("is a link" in told for told in problems(folder))


def _less(body: dict[str, Any], key: str) -> Any:
    return body[key][1:] if isinstance(body[key], list) else {}


CLAIMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "verdict": lambda _: "green_except",
    "waivers": lambda b: b["waivers"][1:],
    "assumptions": lambda b: b["assumptions"][1:],
    "assumed_conventions": lambda _: [],
    "confirmed_conventions": lambda _: ["ur: all of it (confirmed by a person)"],
    "exceptions": lambda _: [],
    "shape_grades": lambda _: {"cad": 3},
    "shapes": lambda b: [row | {"margin_mm": 0.0} for row in b["shapes"]],
    "corners": lambda _: [],
    "limits": lambda _: ["This certificate is a safety function."],
    "groups": lambda _: {"tender": "kuka"},
    "proof": lambda b: b["proof"] | {"leaves": 1},
}


def test_every_claim_of_a_certificate_comes_out_again(folder: Path) -> None:
    body = body_of(folder)
    content = body["content"] | {"program:more": "0" * 64}
    least = body["least_clearance"] | {"clearance_mm": 999.0}
    changes = {name: change(body) for name, change in CLAIMS.items()}
    assert all(body[name] != value for name, value in changes.items())
    forged(folder, **changes, content=content, least_clearance=least,
           cycle=body["cycle"] | {"high": 1.0})  # fmt: skip
    (one,) = check(folder)
    assert [name for name in changes if f"'{name}' of the certificate is not what comes out"
            " again" not in one.problems] == []  # fmt: skip
    for told in ("program:more is not", "cycle time was", "least clearance: 9"):
        assert any(text.startswith(told) for text in one.problems), told


def test_a_certificate_without_a_program_is_refused(folder: Path) -> None:
    forged(folder, groups={})
    assert "it has no program" in problems(folder)


def _manifest_again(folder: Path) -> None:
    whole = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*")
             if p.is_file() and p.name != MANIFEST}  # fmt: skip
    (folder / MANIFEST).write_bytes(manifest_of(whole))


def test_facts_are_held_against_a_release_of_another_build_and_sentences_are_not(
    light: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older release loads: what it assumed may be worded otherwise, what it is made of not."""
    versions = body_of(light)["versions"] | {"source": "0" * 64}
    forged(light, versions=versions, assumptions=["worded otherwise"])
    for name in ("load_sheet.txt", "load_sheet.html"):
        text = (light / name).read_text(encoding="utf-8")
        assert "findings accepted: 6, waivers: 6" in text
        (light / name).write_text(text.replace("accepted: 6,", "accepted: 6 = 5 + 1,"))
    _manifest_again(light)
    assert problems(light) == ()
    print_checks(check(light, search=False), light)
    assert "made by another build" in capsys.readouterr().out
    for name, old, new in (
        ("load_sheet.txt", "  0.0", "  9.0"),
        ("load_sheet.html", ">0.0", ">9.0"),
    ):
        text = (light / name).read_text(encoding="utf-8")
        assert old in text
        (light / name).write_text(text.replace(old, new, 1))
        _manifest_again(light)
        assert f"{name} is not the sheet of this certificate" in problems(light)
        (light / name).write_text(text)
    forged(light, versions=versions, shape_grades={"cad": 3})
    assert problems(light)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [path, *(p for k, v in value.items() for p in _leaves(v, (*path, k)))]
    if isinstance(value, list):
        return [path, *(p for k, v in enumerate(value[:1]) for p in _leaves(v, (*path, k)))]
    return [path]


def test_a_value_of_another_kind_anywhere_is_refused_and_never_our_error(folder: Path) -> None:
    body = body_of(folder)
    sheet = (folder / "load_sheet.txt").read_bytes()
    accepted = []
    for path in _leaves({k: v for k, v in body.items() if k not in ("files", "sha256")})[1:]:
        for wrong in (None, [], {}, "x", -1, [[1]]):
            changed = copy.deepcopy(body)
            at = changed
            for key in path[:-1]:
                at = at[key]
            if type(at[path[-1]]) is type(wrong):
                continue
            at[path[-1]] = wrong
            try:
                parse(dump(changed), "c")
            except BadInput:
                continue
            accepted.append((path, changed[path[0]]))
    assert {path[0] for path, _ in accepted} <= {"proof", "least_clearance", "shapes", "cycle"}
    for path, value in accepted[:MOST_CHECKED]:
        (folder / CERTIFICATE).write_text(json.dumps(body))
        forged(folder, files=body["files"], **{path[0]: value})
        assert check(folder)[0].problems, path
        (folder / "load_sheet.txt").write_bytes(sheet)


def test_a_folder_says_how_many_releases_it_found(
    light: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "many" / "line" / "packing" / "steel" / "pack_tray"
    shutil.copytree(light, deep)
    shutil.copytree(light, tmp_path / "many" / "other")
    assert main(["check", "--no-search", str(tmp_path / "many")]) == 0
    assert "2; the claim holds in 2" in capsys.readouterr().out
    (deep / CERTIFICATE).unlink()
    found, bare = releases_below(tmp_path / "many")
    assert (found, bare) == ([tmp_path / "many" / "other"], [deep])


def test_a_manifest_of_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"format": "cellsim/manifest@1"}')
    assert main(["check", str(tmp_path)]) == 1


def test_a_folder_of_everything_is_no_folder_of_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_FOLDERS", 5)
    for k in range(6):
        (tmp_path / str(k)).mkdir()
    assert main(["check", str(tmp_path)]) == 3


def test_a_release_of_another_cell_is_green_alone_and_refused_beside_the_cell(
    light: Path,
) -> None:
    """Its copy asks for less clearance, and every hash is right: only the cell itself tells."""
    assert check(light, search=False, cell="tray_packing")[0].problems == ()
    copied_cell = light / "inputs" / "cells" / "tray_packing" / "cell.yaml"
    text = copied_cell.read_text(encoding="utf-8")
    asks = re.sub(r"(?m)^clearance_mm: .*$", "clearance_mm: 1", text)
    assert asks != text
    copied_cell.write_text(asks, encoding="utf-8")
    cell = load_cell(copied_cell, "steel")
    forged(light, content=body_of(light)["content"] | {"cell": digest(cell)})
    (one,) = check(light, search=False, cell="tray_packing")
    assert any("its copy of the cell is not tray_packing" in told for told in one.problems)
