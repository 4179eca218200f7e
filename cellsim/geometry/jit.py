"""One typed door to numba: compiled once, cached on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Return `function` compiled to machine code, IEEE division, cached beside its file."""
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))
