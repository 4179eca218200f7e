"""The one door to pybullet: imported late, in silence, and refused by name where it is missing."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cellsim.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@lru_cache(maxsize=1)
def bullet() -> Any:
    """Return the pybullet module.

    Raises:
        Unavailable: There is no pybullet here (wheels: Linux x86-64, CPython 3.11).
    """
    try:
        with _silence():
            import pybullet
    except ImportError as error:
        raise Unavailable(f"physics needs pybullet, which is not installed: {error}") from error
    return pybullet


@contextmanager
def _silence() -> Iterator[None]:
    """Send what C code prints to nowhere (pybullet prints its build time when imported)."""
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for descriptor in (*kept, nowhere):
            os.close(descriptor)
