"""One typed door to numba: compiled once for each kind of array, cached on disk.

Two processes that need the same function at once: one compiles it, the other waits for its file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import types
from numba.core.compiler_lock import global_compiler_lock

try:
    import fcntl
except ImportError:  # Windows: two processes may compile the same function
    fcntl = None  # type: ignore[assignment]

F = TypeVar("F", bound=Callable[..., Any])
# How long another process is waited for, and how often it is looked at [s]: the largest loop takes
# one to two minutes.
PATIENCE_S, LOOK_AGAIN_S = 300.0, 0.02
_MARK = re.compile(rb"^@(kernel|compiled|inner|folded|lean|bare|tight|machine)$", re.MULTILINE)


def kernel(function: F) -> F:
    """Return `function` compiled to machine code, IEEE division, cached beside its file."""
    return to_machine_code(function, stamp("geometry", "kinematics", "motion"))


@cache
def stamp(*folders: str) -> str:
    """Return a digest of the files of these packages that hold something to compile."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for folder in folders:
        for file in sorted((Path(__file__).parents[1] / folder).glob("*.py")):
            text = file.read_bytes()
            if _MARK.search(text):
                digest.update(text)
    return digest.hexdigest()


def to_machine_code(function: F, stamped: str, **options: Any) -> F:
    """Return `function` compiled, IEEE division, no fused or reordered operations.

    numba's cache looks at the function's own file only: a change in a callee of another file would
    go unseen, so the stamp of all compiled files that may call each other is added to it. And it
    compiles a callee again for each constant in a call: here a constant is a number like another.
    """
    made: Any = numba.njit(cache=True, error_model="numpy", **options)(function)
    if made is function:  # NUMBA_DISABLE_JIT: interpreted
        return function
    index = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, stamped)
    if index is not None:
        made.compile = partial(_compiled_once, made.compile, made.overloads, index)
    template = made.get_call_template
    plain: Any = types.unliteral

    def of_kinds(args: Any, kws: Any) -> Any:
        return template(tuple(plain(a) for a in args), {name: plain(a) for name, a in kws.items()})

    made.get_call_template = of_kinds
    return cast(F, made)


def _compiled_once(
    compiled: Callable[[Any], Any], known: Mapping[Any, Any], index: Any, sig: Any
) -> Any:
    """Return what numba's `compile` returns; no other process compiles the function meanwhile.

    numba's own lock comes first: a process waits in one thread only, for what a caller calls.
    """
    if sig in known:
        return compiled(sig)
    with global_compiler_lock, _alone(index._cache_path, index._index_name):
        return compiled(sig)


@contextmanager
def _alone(folder: str, name: str) -> Iterator[None]:
    """Hold the lock of a function among processes; where there are no locks, nothing is held.

    A byte of one file for each function: the system lets go of it when the process ends. A holder
    that stands still is waited for PATIENCE_S only.
    """
    place, file = zlib.crc32(name.encode()), _lock_file(folder)
    if file is None or not _locked(file, place):
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.lockf(file, fcntl.LOCK_UN, 1, place)


def _locked(file: int, place: int) -> bool:
    """Wait for a byte of the file of locks; whether it is held."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            return True
        except (BlockingIOError, PermissionError):  # held: EAGAIN or EACCES, man fcntl_locking
            time.sleep(LOOK_AGAIN_S)
        except OSError:
            return False
    return False


@cache
def _lock_file(folder: str) -> int | None:
    """Return a descriptor of the folder's file of locks: closing any would let go of all."""
    if fcntl is None:
        return None
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    try:
        os.makedirs(folder, exist_ok=True)
        return os.open(os.path.join(folder, "compiling.lock"), flags, 0o666)
    except OSError:
        return None
