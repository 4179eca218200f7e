"""Proof of the cache: whatever is changed of a shipped cell, the report is that without a cache.

One cache for all changes of a cell, so that it holds what every one of them left behind.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from cache_attacks import changes_of, copy_of, moved_corner, told, written

from cellsim.cache import Cache
from cellsim.domain.files.cell import load_cell

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("every_pair")]
FULL = os.environ.get("CELLSIM_PROVE") == "full"
CELLS = (
    "machine_tending",
    "palletizing",
    "depalletizing",
    "tray_packing",
    "blank_loading",
    "door_removal",
)
VALUES, SEED = (400 if FULL else 4), 20_261_126


@pytest.mark.parametrize("name", CELLS if FULL else CELLS[:5])
def test_every_value_of_a_cell_changed_alone(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = copy_of(name, tmp_path)
    cache = Cache(tmp_path / "kept")
    variant = load_cell(cell).variants[:1]
    whole = told(cell, cache, variant)
    changes = sorted(changes_of(cell, SEED), key=lambda c: c.field)
    some = random.Random(SEED).sample(changes, min(VALUES, len(changes)))
    wrong, other, bad = [], 0, 0
    for change in some:
        before = change.file.read_text(encoding="utf-8")
        change.file.write_text(written(change), encoding="utf-8")
        warm, bare = told(cell, cache, variant), told(cell, None, variant)
        change.file.write_text(before, encoding="utf-8")
        wrong += [change.field] if warm != bare else []
        bad, other = bad + bare.startswith("BadInput"), other + (bare != whole)
    with capsys.disabled():
        print(f"\nPROVE cache-{name} fields={len(changes)} changed={len(some)} "
              f"other_report={other} bad_input={bad} stale={len(wrong)}")  # fmt: skip
    assert wrong == []
    assert told(cell, cache, variant) == whole


@pytest.mark.parametrize("name", CELLS if FULL else CELLS[:1])
def test_meshes_statements_and_files_changed_alone(name: str, tmp_path: Path) -> None:
    cell = copy_of(name, tmp_path)
    cache = Cache(tmp_path / "kept")
    variant = load_cell(cell).variants[:1]
    whole, seen = told(cell, cache, variant), set()
    for mesh in sorted(cell.rglob("*.stl"))[: None if FULL else 3]:
        data = mesh.read_bytes()
        mesh.write_bytes(moved_corner(data, SEED))
        seen.add(told(cell, cache, variant))
        assert told(cell, cache, variant) == told(cell, None, variant), mesh
        mesh.write_bytes(data)
    (program, *_) = sorted((cell / "programs" / variant[0]).rglob("*.program.yaml"))
    text = program.read_text(encoding="utf-8")
    rows = text.splitlines(keepends=True)
    moves = [k for k, row in enumerate(rows) if row.lstrip().startswith("- move")]
    chosen = random.Random(SEED)
    for k in chosen.sample(moves, min(len(moves), 40 if FULL else 3)):
        for edited in (rows[:k] + rows[k + 1 :], [*rows[:k], rows[k], *rows[k:]]):
            program.write_text("".join(edited), encoding="utf-8")
            seen.add(told(cell, cache, variant))
            assert told(cell, cache, variant) == told(cell, None, variant), rows[k]
    program.write_text(text, encoding="utf-8")
    waivers = cell / "waivers.yaml"
    kept = waivers.read_bytes()
    waivers.unlink()
    assert told(cell, cache, variant) == told(cell, None, variant) != whole
    waivers.write_bytes(kept)
    moved = tmp_path / "elsewhere" / cell.name
    moved.parent.mkdir()
    shutil.move(cell, moved)
    assert told(moved, cache, variant) == told(moved, None, variant) == whole
    cell.symlink_to(moved)
    assert told(cell, cache, variant) == whole
    assert len(seen) > 1


def test_options_give_the_same_with_a_cache_and_with_processes(tmp_path: Path) -> None:
    cell = copy_of("machine_tending", tmp_path)
    folder, variants = tmp_path / "kept", load_cell(cell).variants[: None if FULL else 2]
    asked = [
        {}, {"processes": 2},
        {"overrides": ("clearance_mm=7",)}, {"overrides": ("near_miss_mm=9",)},
        {"overrides": ("takt_s=5",)}, {"inputs": {"fingers_closed": True}}, {"courses": 4},
        {"overrides": ("clearance_mm=7",), "processes": 2},
    ]  # fmt: skip
    asked = asked if FULL else [asked[k] for k in (5, 7)]
    found = []
    for one in asked:
        bare = told(cell, None, variants, **(one | {"processes": 1}))
        for _ in range(2):
            assert told(cell, Cache(folder), variants, **one) == bare, one
        found.append(bare)
    assert len(set(found)) >= len(asked) - (3 if FULL else 1)
