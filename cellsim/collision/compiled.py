"""Compilation of the inner loops, with a cache that notices a change in any of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

MARKS = (b"@compiled\n", b"@inner\n", b"@lean\n", b"@bare\n", b"@machine\n")
F = TypeVar("F", bound=Callable[..., Any])


@cache
def _fingerprint() -> str:
    digest = hashlib.sha256()
    here = Path(__file__).parent
    # The writer of proofs calls the checker's functions.
    for file in sorted((*here.glob("*.py"), *(here.parent / "proofcheck").glob("*.py"))):
        text = file.read_bytes()
        if any(mark in text for mark in MARKS):
            digest.update(text)
    return digest.hexdigest()


def compiled(function: F) -> F:
    """Compile a function without the interpreter lock, cached on disk.

    numba's cache looks at the function's own file only; a change in a callee of another file would
    go unseen, so the stamp of all compiled files of this package is added to it.
    """
    return _stamped(function, {})


def inner(function: F) -> F:
    """Compile a function that only compiled functions call: quicker to compile, no way in."""
    return _stamped(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def lean(function: F) -> F:
    """Compile a function that allocates nothing, without counting references to arrays.

    numba counts each array that is passed or sliced, atomically: a fifth of the time of a test.
    The caller holds the arrays as long as the call lasts.
    """
    return _stamped(function, {"_nrt": False})


def bare(function: F) -> F:
    """Compile a lean function that only compiled functions call."""
    return _stamped(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False})


def _stamped(function: F, options: dict[str, Any]) -> F:
    dispatcher: Any = njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    index = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _fingerprint())
    return cast(F, dispatcher)
