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
        if b"@machine\n" in text:
            digest.update(text)
    return digest.hexdigest()


def machine(function: F) -> F:
    """Compile a function to machine code, IEEE division, no fused or reordered operations."""
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    index = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _stamp())
    return cast(F, made)
