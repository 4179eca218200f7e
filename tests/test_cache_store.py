"""The file of kept results: spoilt, full, unwritable, shared or made by other code, never wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cellsim.cache import Cache
from cellsim.cache.arrays import packed, unpacked


def test_a_spoilt_value_or_file_counts_as_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    key = cache.key("any", b"x")
    cache.put({key: b"value"})
    cache.close()
    base = sqlite3.connect(cache.file)
    with base:
        base.execute("UPDATE kept SET data = ?", (b"other",))
    base.close()
    assert cache.get([key]) == {}
    cache.close()
    cache.file.write_bytes(b"no database at all" * 1000)
    assert cache.get([key]) == {}
    cache.put({key: b"value"})
    cache.flush()
    assert Cache(tmp_path).get([key]) == {key: b"value"}


def test_a_folder_that_cannot_be_written_is_only_slow(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "below")
    cache.put({cache.key("any", b"x"): b"value"})
    cache.flush()
    assert cache.get([cache.key("any", b"x")]) == {}


def test_the_cache_stays_within_its_size(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=100_000)
    for k in range(40):
        cache.put({cache.key("any", str(k)): bytes(10_000)})
        cache.flush()
    kept = cache.get([cache.key("any", str(k)) for k in range(40)])
    assert 5 <= len(kept) <= 10
    assert cache.key("any", "39") in kept


def test_arrays_come_back_and_foreign_bytes_are_refused() -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([], dtype=np.int64)}
    data = packed(arrays, {"x": [1, "two"]})
    found, facts = unpacked(data)
    assert (found["a"] == arrays["a"]).all()
    assert found["b"].dtype == np.int64
    assert facts == {"x": [1, "two"]}
    for cut in (0, 3, 20, len(data) - 1):
        with pytest.raises(ValueError):  # noqa: PT011 - json, struct and our own
            unpacked(data[:cut])
    with pytest.raises(TypeError):
        packed({"o": np.array([object()])})


WRITER = """
import sys
from cellsim.cache import Cache
cache = Cache(sys.argv[1])
print("ready", flush=True)
for k in range(int(sys.argv[2])):
    cache.put({cache.key("any", str(k)): str(k).encode() * 5000})
    cache.flush()
"""


def test_two_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    def start(count: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(tmp_path), count]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    killed, whole = start("100000"), start("60")
    assert killed.stdout is not None
    killed.stdout.readline()
    time.sleep(0.3)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert whole.wait(timeout=60) == 0
    assert whole.stdout is not None
    whole.stdout.close()
    cache = Cache(tmp_path)
    kept = cache.get([cache.key("any", str(k)) for k in range(60)])
    assert len(kept) == 60
    assert all(kept[cache.key("any", str(k))] == str(k).encode() * 5000 for k in range(60))
    cache.close()


def test_code_that_changed_after_its_import_keeps_and_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellsim.cache import stamp

    kept = Cache(tmp_path)
    before = kept.key("pair", b"a")
    kept.put({before: b"value"})
    kept.flush()
    own = stamp.code_stamp()
    monkeypatch.setattr(stamp, "IMPORTED_S", 0.0)
    kept.put({b"k" * 32: b"of which code?"})
    kept.close()
    assert set(Cache(tmp_path).get([before, b"k" * 32])) == {before}
    stamp.code_stamp.cache_clear()
    try:
        assert stamp.code_stamp() != own
    finally:
        stamp.code_stamp.cache_clear()
