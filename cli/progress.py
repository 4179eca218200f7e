"""One account of every long verb: a bar on a terminal, else a line on standard error now and then.

Standard output is never touched, and quick work says nothing.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Progress = Callable[[str, float], None]

# After this time work counts as long and says that it has begun; then again after each such span.
FIRST_S, EVERY_S = 2.0, 10.0
_READ_BY_PEOPLE = frozenset({"text"})


def for_machines(formats: Sequence[str], to_file: bool) -> bool:
    """Return whether standard output is for a program to read: then progress keeps quiet."""
    return not to_file and not _READ_BY_PEOPLE.issuperset(formats)


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress | None]:
    """Give a function that shows progress on standard error, or None where nobody looks."""
    if quiet or sys.stderr is None:
        yield None
        return
    if not sys.stderr.isatty():
        with _lines() as shown:
            yield shown
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda what, part: bar.update(task, description=what, completed=part)


@contextmanager
def _lines() -> Iterator[Progress]:
    """Print what is being done after FIRST_S, then every EVERY_S, until the work is done."""
    at: list[tuple[str, float]] = [("at work", 0.0)]
    began, done = time.monotonic(), threading.Event()

    def tell() -> None:
        pause = FIRST_S
        while not done.wait(pause):
            what, part = at[-1]
            so_far = f"{time.monotonic() - began:.0f} s"
            share = f" {100.0 * part:.0f} %" if part > 0.0 else ""
            print(f"# {so_far}: {what}{share}", file=sys.stderr, flush=True)
            pause = EVERY_S

    def shown(what: str, part: float) -> None:
        at[-1] = (what, part)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield shown
    finally:
        done.set()
        teller.join()
