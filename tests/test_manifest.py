"""The manifest: no file and no folder of a release comes, goes or changes unnoticed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from releases import copied, released

from cellsim.cli.main import main
from cellsim.errors import BadInput, TooNew
from cellsim.release.check import check
from cellsim.release.manifest import (
    MANIFEST,
    file_problems,
    manifest_of,
    release_problems,
    schema_text,
    whole_manifest,
)

Capture = pytest.CaptureFixture[str]


def folder_of(session_root: Path, tmp_path: Path) -> Path:
    return copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)


def test_every_file_is_named_with_its_hash_and_format(session_root: Path, tmp_path: Path) -> None:
    folder = folder_of(session_root, tmp_path)
    data = json.loads((folder / MANIFEST).read_text())
    jsonschema.validate(data, json.loads(schema_text()))
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(data["files"]) == there - {MANIFEST}
    for name, entry in data["files"].items():
        told = (folder / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(told).hexdigest()
        assert entry["size"] == len(told)
    formats = {name: entry["format"] for name, entry in data["files"].items()}
    assert formats["certificate.json"] == "cellsim/certificate@1"
    assert formats["report.json"] == "cellsim/report@1"
    assert formats["clearance.proof"] == "cellsim/proof@1"
    assert formats["plan/tender.program.yaml"] == "cellsim/program@1"
    assert formats["inputs/cells/machine_tending/cell.yaml"] == "cellsim/cell@1"


def test_each_file_that_is_altered_gone_or_new_is_noticed(
    session_root: Path, tmp_path: Path
) -> None:
    folder = folder_of(session_root, tmp_path)
    names = sorted(json.loads((folder / MANIFEST).read_text())["files"])
    certified = json.loads((folder / "certificate.json").read_text())["files"]
    assert {"report.md", "report.json"} <= set(certified)
    assert set(names) - set(certified) == {"certificate.json", "load_sheet.html", "load_sheet.txt"}
    for name in set(names) - set(certified):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data + b" ")
        assert f"{name} is not the file of {MANIFEST}" in file_problems(folder, certified)
        (folder / name).unlink()
        assert f"{name} is missing" in file_problems(folder, certified)
        (folder / name).write_bytes(data)
    assert file_problems(folder, certified) == []
    (folder / "inputs" / "note.txt").write_text("later\n")
    assert file_problems(folder, certified) == ["inputs/note.txt was added after the release"]


def test_check_refuses_another_report_and_a_lost_manifest(
    session_root: Path, tmp_path: Path
) -> None:
    folder = folder_of(session_root, tmp_path)
    report = folder / "report.md"
    data = report.read_bytes()
    report.write_bytes(data.replace(b"green", b"GREEN", 1))
    assert check(folder)[0].problems == ("report.md is not the file that was certified",)
    report.write_bytes(data)
    (folder / MANIFEST).unlink()
    assert check(folder)[0].problems == (f"{MANIFEST} is missing",)


def test_a_release_older_than_manifests_still_loads(session_root: Path, tmp_path: Path) -> None:
    from cellsim.release.certificate import dump, sha256

    folder = folder_of(session_root, tmp_path)
    (folder / MANIFEST).unlink()
    body = json.loads((folder / "certificate.json").read_text())
    del body["manifest"], body["sha256"]
    for name in ("report.md", "report.json"):
        del body["files"][name]
    body["sha256"] = sha256(dump(body))
    (folder / "certificate.json").write_bytes(dump(body))
    (problem,) = {p.partition(" ")[2] for p in check(folder)[0].problems}
    assert problem == "is not the sheet of this certificate"


def _whole(root: Path, names: list[str]) -> list[Path]:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "certificate.json").write_text(name)
        files = {"certificate.json": name.encode()}
        (root / name / MANIFEST).write_bytes(manifest_of(files))
    (root / MANIFEST).write_bytes(whole_manifest(root, names))
    return [root / name for name in names]


def test_a_variant_that_is_gone_new_or_exchanged_is_noticed(tmp_path: Path) -> None:
    both = _whole(tmp_path, ["large/stack", "small/stack"])
    assert release_problems(tmp_path, both) == []
    assert release_problems(tmp_path, both[:1]) == ["small/stack is missing"]
    more = [*both, tmp_path / "odd" / "stack"]
    assert release_problems(tmp_path, more) == [f"odd/stack is not in {MANIFEST}"]
    shutil.copy(both[0] / MANIFEST, both[1] / MANIFEST)
    assert release_problems(tmp_path, both) == [f"small/stack is not the release of {MANIFEST}"]


def test_check_says_what_is_missing_below_a_folder_and_goes_on(
    session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    good = tmp_path / "steel" / "pack_tray"
    shutil.copytree(released(session_root, "tray_packing", "steel"), good)
    (tmp_path / MANIFEST).write_bytes(whole_manifest(tmp_path, ["steel/pack_tray"]))
    assert main(["check", str(tmp_path)]) == 0
    bad = tmp_path / "brass" / "pack_tray"
    bad.mkdir(parents=True)
    (bad / "certificate.json").write_text("")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"brass/pack_tray is not in {MANIFEST}" in said
    assert f"{good}: the claim holds" in said
    assert "not a certificate" in said
    (tmp_path / MANIFEST).unlink()
    assert main(["check", str(tmp_path)]) == 3
    shutil.rmtree(good)
    shutil.rmtree(bad)
    (tmp_path / MANIFEST).write_bytes(_gone())
    assert main(["check", str(tmp_path)]) == 1


def _gone() -> bytes:
    entry = {"format": "cellsim/manifest@1", "releases": {"steel/pack_tray": "0" * 64}}
    return json.dumps(entry).encode()


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/./b", "a\\b", "c:x"])
def test_a_name_that_leads_out_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / MANIFEST).write_text(
        json.dumps({"format": "cellsim/manifest@1", "releases": {name: "0" * 64}})
    )
    with pytest.raises(BadInput, match="leaves the folder"):
        release_problems(tmp_path, [])


def test_a_newer_or_broken_manifest_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"format": "cellsim/manifest@2"}')
    with pytest.raises(TooNew):
        release_problems(tmp_path, [])
    for text in ("", "[]", '{"format": "cellsim/manifest@1", "more": 1}', "[" * 100_000):
        (tmp_path / MANIFEST).write_text(text)
        with pytest.raises(BadInput, match="not a manifest"):
            release_problems(tmp_path, [])
