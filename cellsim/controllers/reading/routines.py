"""Read all routines of a text together: each begins with the state that all its calls bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cellsim.controllers.reading.walk import Settings, State, Walker, merged
from cellsim.domain.program import Statement
from cellsim.errors import BadInput

_ROUNDS = 30
MakeWalk = Callable[[str, Mapping[str, Settings], State | None], Walker]


def read_all(main: str, names: list[str], make: MakeWalk) -> dict[str, tuple[Statement, ...]]:
    """Return every routine's statements.

    Args:
        main: The entry, which begins with an empty state. names: Of all routines.
        make: Gives the walk of a routine from its name, what each routine may set, and its state.
    """
    sets = _settings(names, make)
    entry: dict[str, State | None] = dict.fromkeys(names) | {main: {}}
    for _ in range(_ROUNDS):
        bodies: dict[str, tuple[Statement, ...]] = {}
        found: dict[str, State | None] = {main: {}}
        for name in names:
            walk = make(name, sets, entry[name] or {})
            bodies[name] = walk.statements()
            if entry[name] is None:
                continue
            for called, state in walk.calls.items():
                found[called] = merged(found.get(called), state)
        if all(found.get(n) == entry[n] for n in names):
            return bodies
        entry = {n: found.get(n) for n in names}
    raise BadInput("routines call each other without end", file=main)


def _settings(names: list[str], make: MakeWalk) -> dict[str, Settings]:
    """Return what each routine, with those it calls, may set."""
    sets: dict[str, Settings] = {name: {} for name in names}
    for _ in range(len(names) + 1):
        walks = {name: make(name, sets, {}) for name in names}
        new = {name: walk.settings_of(walk.nodes) for name, walk in walks.items()}
        if new == sets:
            break
        sets = new
    return sets
