"""Compilation of the checker's inner loops; the cache notices a change in any of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


@cache
def _stamp() -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        text = file.read_bytes()
        if any(mark in text for mark in (b"@machine\n", b"@lean\n")):
            digest.update(text)
    return digest.hexdigest()


def machine(function: F) -> F:
    """Compile a function to machine code, IEEE division, no fused or reordered operations."""
    return _stamped(function, {})


def lean(function: F) -> F:
    """Compile a function that allocates nothing, without counting references to its arrays.

    numba counts each array that is passed or sliced, atomically; the caller holds them.
    """
    return _stamped(function, {"_nrt": False})


def _stamped(function: F, options: dict[str, Any]) -> F:
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    index = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _stamp())
    return cast(F, made)
