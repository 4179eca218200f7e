"""The store: key to bytes in one SQLite file, safe with several processes and when cut off.

A kept result is found by the SHA-256 of everything it was computed from (`Cache.key`), so nothing
is ever out of date. SQLite's write-ahead log makes a transaction whole or absent, also when the
process is killed (sqlite.org/wal.html, sqlite.org/atomiccommit.html); each value carries its own
SHA-256, with its key, all the same. What cannot be read counts as not there: a cache never makes
a run fail.

It serves `verify`, so that a second look is quick. `release` and `check` do not use it: what goes
to a controller is computed anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cellsim.cache.stamp import changed_since_import, code_stamp

FORMAT = "cellsim-cache-2"
MOST_BYTES = 512 << 20
WAIT_S = 5.0
FRESH_S = 3600.0
PENDING = 256
_TABLE = "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, sum BLOB, used REAL, data BLOB)"
_RUINED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Cache:
    """Results kept in a folder; one instance may be used by several threads.

    Attributes:
        folder: Where they are kept.
        hits, misses: How many look-ups found something, and how many did not.
    """

    def __init__(self, folder: str | Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = Path(folder)
        self.file = self.folder / f"{FORMAT}.sqlite"
        self.most_bytes = most_bytes
        self.hits = self.misses = 0
        self._lock = threading.Lock()
        self._base: sqlite3.Connection | None = None
        self._pending: dict[bytes, bytes] = {}

    def key(self, kind: str, *parts: bytes | str) -> bytes:
        """Return the key of a result: what it is, our code, and all that it is computed from."""
        told = [f"{FORMAT} {kind} {code_stamp()}".encode()]
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            told += [len(data).to_bytes(8, "little"), data]
        return hashlib.sha256(b"".join(told)).digest()

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return what is kept under the keys; keys without a whole value are left out."""
        asked = list(keys)
        with self._lock:
            found = {key: self._pending[key] for key in asked if key in self._pending}
            self._try(lambda base: found.update(_read(base, [k for k in asked if k not in found])))
        self.hits += len(found)
        self.misses += len(asked) - len(found)
        return found

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values; they reach the file with the next `flush`."""
        with self._lock:
            self._pending.update(values)
            full = len(self._pending) >= PENDING
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what is pending, all or none; what was used longest ago makes room.

        Where our code changed while it ran nothing is written: which line made it is not known.
        """
        with self._lock:
            values, self._pending = self._pending, {}
            if values and not changed_since_import():
                self._try(lambda base: _write(base, values, self.most_bytes))

    def close(self) -> None:
        """Write what is pending and close the file; a later look-up opens it again."""
        self.flush()
        with self._lock:
            if self._base is not None:
                self._base.close()
            self._base = None

    def _try(self, act: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with the file; what is no database (any more) is thrown away once."""
        for _ in range(2):
            try:
                self._base = self._base or _connected(self.file)
                return act(self._base)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) not in _RUINED or not self._discarded():
                    return None
            except (OSError, sqlite3.Error):
                return None
        return None

    def _discarded(self) -> bool:
        """Throw the file away; whether it could be."""
        with contextlib.suppress(sqlite3.Error):
            if self._base is not None:
                self._base.close()
        self._base = None
        try:
            for suffix in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _connected(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    base = sqlite3.connect(file, timeout=WAIT_S, check_same_thread=False)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(_TABLE)
    except sqlite3.Error:
        base.close()
        raise
    return base


def _read(base: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    found, now, old = {}, time.time(), []
    for key in keys:
        row = base.execute("SELECT sum, data, used FROM kept WHERE key = ?", (key,)).fetchone()
        # A flipped bit may make a text of what was bytes.
        if row is None or not isinstance(row[1], bytes):
            continue
        if _sum(key, row[1]) != row[0]:
            continue
        found[key] = row[1]
        if not isinstance(row[2], float) or not abs(now - row[2]) <= FRESH_S:
            old.append((now, key))
    if old:
        with base:
            base.executemany("UPDATE kept SET used = ? WHERE key = ?", old)
    return found


def _sum(key: bytes, data: bytes) -> bytes:
    """Return the SHA-256 of a key and its value: a damaged index may lead to another's value."""
    return hashlib.sha256(key + data).digest()


def _write(base: sqlite3.Connection, values: Mapping[bytes, bytes], most_bytes: int) -> None:
    now = time.time()
    rows = [(key, _sum(key, data), now, data) for key, data in values.items()]
    with base:
        base.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
        (total,) = base.execute("SELECT COALESCE(SUM(LENGTH(data)), 0) FROM kept").fetchone()
        if total <= most_bytes:
            return
        for key, size in base.execute(
            "SELECT key, LENGTH(data) FROM kept ORDER BY used"
        ).fetchall():
            base.execute("DELETE FROM kept WHERE key = ?", (key,))
            total -= size
            if total <= 0.8 * most_bytes:
                break


def default_cache() -> Cache:
    """Return the user's cache: CELLSIM_CACHE, else `cellsim` under XDG_CACHE_HOME or ~/.cache."""
    named = os.environ.get("CELLSIM_CACHE")
    if named:
        return Cache(named)
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Cache(Path(home) / "cellsim")
