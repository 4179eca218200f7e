"""A warm cache never changes a report: a seeded one of all values of a cell, meshes and options."""

from __future__ import annotations

import random
import sqlite3
import struct
from pathlib import Path

import pytest
from cache_attacks import changes_of, copy_of, told, written

from cellsim.cache import Cache

pytestmark = pytest.mark.usefixtures("every_pair")
VARIANT = ("shaft_80",)
SEED, VALUES = 20_261_126, 1


def test_a_changed_value_gives_the_report_that_it_gives_without_a_cache(tmp_path: Path) -> None:
    cell = copy_of("machine_tending", tmp_path)
    cache = Cache(tmp_path / "kept")
    told(cell, cache, VARIANT)
    changes = sorted(changes_of(cell, SEED), key=lambda c: c.field)
    for change in random.Random(SEED).sample(changes, VALUES):
        before = change.file.read_text(encoding="utf-8")
        change.file.write_text(written(change), encoding="utf-8")
        assert told(cell, cache, VARIANT) == told(cell, None, VARIANT), change
        change.file.write_text(before, encoding="utf-8")


def kept(folder: Path) -> tuple[Path, dict[bytes, bytes]]:
    """Return a closed cache file and what is in it."""
    cache = Cache(folder)
    values = {cache.key("any", str(k)): str(k).encode() * 300 for k in range(12)}
    cache.put(values)
    cache.close()
    base = sqlite3.connect(cache.file)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return cache.file, values


def test_a_flipped_bit_anywhere_in_the_file_gives_the_value_or_none(tmp_path: Path) -> None:
    file, values = kept(tmp_path)
    whole = file.read_bytes()
    chosen = random.Random(SEED)
    places = {12_071, *range(16, 40), *(chosen.randrange(len(whole)) for _ in range(50))}
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chosen.randrange(8)
        file.write_bytes(damaged)
        cache = Cache(tmp_path)
        found = cache.get(values)
        assert all(values[key] == value for key, value in found.items()), place
        cache.put({b"k" * 32: b"new"})
        cache.close()


@pytest.mark.parametrize("cell", ["data = CAST(data AS TEXT)", "data = NULL", "sum = NULL",
                                  "sum = 'x'", "used = NULL", "used = 'soon'", "used = 9e99",
                                  "data = 5"])  # fmt: skip
def test_a_row_of_other_kinds_counts_as_not_there_or_is_used_again(
    tmp_path: Path, cell: str
) -> None:
    file, values = kept(tmp_path)
    base = sqlite3.connect(file)
    with base:
        base.execute(f"UPDATE kept SET {cell}")
    base.close()
    cache = Cache(tmp_path)
    found = cache.get(values)
    assert found == (values if cell.startswith("used") else {})
    cache.close()


def test_another_table_of_that_name_and_a_cut_file_are_only_slow(tmp_path: Path) -> None:
    file, values = kept(tmp_path)
    whole = file.read_bytes()
    for size in (0, 1, 99, 100, 4096, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:size])
        cache = Cache(tmp_path)
        found = cache.get(values)
        cache.close()
        assert all(values[key] == value for key, value in found.items())
    file.unlink()
    base = sqlite3.connect(file)
    base.execute("CREATE TABLE kept (other INTEGER)")
    base.close()
    cache = Cache(tmp_path)
    cache.put(values)
    cache.flush()
    assert cache.get([next(iter(values))]) == {}


def test_a_ruined_file_that_cannot_be_thrown_away_is_only_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, values = kept(tmp_path)
    file.write_bytes(b"no database" * 1000)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "read-only folder")

    monkeypatch.setattr(Path, "unlink", refused)
    cache = Cache(tmp_path)
    assert cache.get(values) == {}
    cache.put(values)
    cache.close()


def test_another_processor_another_compiler_and_another_line_of_code_are_other_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellsim.cache import stamp

    def key() -> bytes:
        stamp.code_stamp.cache_clear()
        return Cache(tmp_path).key("pair", b"a")

    try:
        own = key()
        assert key() == own
        others = []
        for name, value in (("NUMBA_DISABLE_JIT", "1"), ("NPY_DISABLE_CPU_FEATURES", "AVX2"),
                            ("OPENBLAS_CORETYPE", "Nehalem"),
                            ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA")):  # fmt: skip
            with monkeypatch.context() as patch:
                patch.setenv(name, value)
                others.append(key())
        for name, value in (("_processor", ("other", ())), ("source_digest", "0" * 64),
                            ("_version", "9.9")):  # fmt: skip
            with monkeypatch.context() as patch:
                patch.setattr(stamp, name, lambda *_, told=value: told)
                others.append(key())
        assert len({own, *others}) == 8
    finally:
        monkeypatch.undo()
        stamp.code_stamp.cache_clear()


def test_what_stands_on_a_moving_fixture_is_in_the_key_of_its_pair(tmp_path: Path) -> None:
    """It has a clock of its own and other limits than the same shapes on an arm."""
    from dataclasses import replace

    from small_cells import arm, cell, solid

    from cellsim.collision.check import pair_of
    from cellsim.collision.items import item_of, standing_items, trees_of
    from cellsim.collision.reuse import Reuse
    from cellsim.collision.work import Limits
    from cellsim.geometry import Piece
    from cellsim.kinematics.bodies import bodies_of

    assert item_of is not None
    box = {"arm": solid(Piece("box", (0.2, 0.2, 0.2)))}
    world = cell({"arm": arm([("prismatic", (1, 0, 0), (0, 0, 0))])}, box)
    items = standing_items(world, bodies_of(world))
    tree = trees_of(world)["arm"]
    pair = pair_of(items[0], items[0], tree, tree)
    ridden = replace(items[0], group="fixture:arm")
    reuse = Reuse(Cache(tmp_path))
    keys = {reuse._pair_key(pair, (items[0], b), (), Limits(), 0) for b in (items[0], ridden)}
    assert len(keys) == 2


def test_pieces_that_were_kept_and_are_damaged_are_made_again(tmp_path: Path) -> None:
    import numpy as np

    from cellsim.geometry.hull import _keep, _kept

    place = tmp_path / "pieces-x.npz"
    _keep(place, [np.arange(12.0).reshape(4, 3)])
    whole = place.read_bytes()
    assert _kept(place) is not None
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x40
        place.write_bytes(damaged)
        found = _kept(place)
        assert found is None or all(cloud.shape[1] == 3 for cloud in found)
    for size in range(0, len(whole), 7):
        place.write_bytes(whole[:size])
        assert _kept(place) is None
    place.write_bytes(struct.pack("<I", 5))
    assert _kept(place) is None
