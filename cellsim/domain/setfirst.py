"""Variables that statements may read before they set them: a new one at each call is another."""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.domain.program import Assign, Expr, If, Label, Loop, Statement, Wait
from cellsim.domain.walk import within


def read_first(body: Sequence[Statement]) -> set[str]:
    """Return the variables of a routine that may be read before the routine sets them.

    A label may be reached before what stands above it: with one, all that are read are named.
    """
    found: set[str] = set()
    labels = any(isinstance(s, Label) for s in within(body))
    _walk(body, set(), found, labels)
    return found


def _walk(body: Sequence[Statement], known: set[str], found: set[str], labels: bool) -> set[str]:
    """Gather what is read and not known; return what is set behind the statements."""
    for s in body:
        if isinstance(s, Assign):
            found |= _read(s.value) - known
            known = known if labels else known | {s.name}
        elif isinstance(s, If):
            found |= _read(s.condition) - known
            then = _walk(s.then, known, found, labels)
            known = then & _walk(s.otherwise, known, found, labels)
        elif isinstance(s, Loop):
            found |= _read(s.condition) - known
            inside = _walk(s.body, known, found, labels)
            known = inside if s.count else known
        elif isinstance(s, Wait):
            found |= _read(s.condition) - known
    return known


def _read(expr: Expr | None) -> set[str]:
    waiting = [] if expr is None else [expr]
    found = set()
    while waiting:
        part = waiting.pop()
        waiting += part.args
        found |= {part.name} if part.op == "var" else set()
    return found
