"""Compilation of the inner loops, with a cache that notices a change in any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cellsim.geometry.jit import stamp, to_machine_code

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function without the interpreter lock, cached on disk."""
    return _stamped(function)


def inner(function: F) -> F:
    """Compile a function that only compiled functions call: quicker to compile, no way in."""
    return _stamped(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def folded(function: F) -> F:
    """Write an inner function out where it is called, once: what calls it compiles it."""
    return _stamped(function, inline="always")


def lean(function: F) -> F:
    """Compile a function that allocates nothing, without counting references to arrays.

    numba counts each array that is passed or sliced, atomically: a fifth of the time of a test.
    The caller holds the arrays as long as the call lasts.
    """
    return _stamped(function, _nrt=False)


def bare(function: F) -> F:
    """Compile a lean function that only compiled functions call."""
    return _stamped(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)


def tight(function: F) -> F:
    """Compile a lean function into the machine code of each compiled function that calls it.

    For what is asked so often that to hand over the arrays takes as long as the answer.
    """
    return _stamped(function, _nrt=False, forceinline=True)


def _stamped(function: F, **options: Any) -> F:
    # The writer of proofs calls the checker's functions.
    return to_machine_code(function, stamp("collision", "proofcheck"), nogil=True, **options)
