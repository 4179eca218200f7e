"""Compilation of the checker's inner loops; the cache notices a change in any of its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cellsim.geometry.jit import stamp, to_machine_code

F = TypeVar("F", bound=Callable[..., Any])


def machine(function: F) -> F:
    """Compile a function to machine code, IEEE division, no fused or reordered operations."""
    return to_machine_code(function, stamp("proofcheck"), nogil=True)


def lean(function: F) -> F:
    """Compile a function that allocates nothing, without counting references to its arrays.

    numba counts each array that is passed or sliced, atomically; the caller holds them.
    """
    return to_machine_code(function, stamp("proofcheck"), nogil=True, _nrt=False)
