"""Seldom looking for garbage while a program is read or written: nearly all that is made stays.

Python looks through its young objects after every 700 new ones, and through all of them ever
again as they grow. A program of 10,000 motions is millions of objects of which none are garbage in
a circle: that search was up to a fourth of the time of reading it. Texts that are not understood
leave circles behind (the errors of a parser): they are still found, some of them at a time, so that
memory stays in proportion to the text.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# New objects between two searches of the young ones, and such searches between those of the older.
_SELDOM = (100_000, 20, 20)
_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []


@contextmanager
def _seldom() -> Iterator[None]:
    """Raise the thresholds of the process until the last that asked for it is through."""
    with _lock:
        _before.append(_before[0] if _before else gc.get_threshold())
        gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _lock:
            last = _before.pop()
            if not _before:
                gc.set_threshold(*last)


def seldom_collected(run: Callable[P, T]) -> Callable[P, T]:
    """Return a reader or writer during which garbage in circles is seldom looked for."""

    @wraps(run)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        with _seldom():
            return run(*args, **kwargs)

    return within
