"""Read all routines of a text together: each begins with the state that all its calls bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.walk import Settings, State, Walker, merged
from cellsim.domain.program import Statement
from cellsim.errors import BadInput

_ROUNDS = 30


@dataclass(frozen=True)
class Context:
    """What the walk of one routine begins with, and knows of the others."""

    name: str
    state: State
    settings: Mapping[str, Settings]
    exits: Mapping[str, State | None]
    collector: Collector


MakeWalk = Callable[[Context], Walker]


@dataclass(frozen=True)
class _Walked:
    """A finished walk, and what it began with."""

    context: Context
    walk: Walker
    body: tuple[Statement, ...]

    def holds(self, context: Context) -> bool:
        """Return whether another walk would find the same."""
        mine, its = self.context, context
        same = all(mine.exits.get(n) == its.exits.get(n) for n in self.walk.calls)
        return same and mine.state == its.state


def read_all(
    main: str,
    names: list[str],
    make: MakeWalk,
    collector: Collector,
    begins: State | None = None,
) -> dict[str, tuple[Statement, ...]]:
    """Return every routine's statements.

    Args:
        main: The entry. names: Of all routines.
        make: Gives the walk of a routine. collector: Gets what the last walks gathered.
        begins: What is set before the entry runs, None for nothing.
    """
    first = dict(begins or {})
    settings = _settings(names, make)
    for use_exits in (True, False):
        entry: dict[str, State | None] = dict.fromkeys(names) | {main: first}
        exits: dict[str, State | None] = {}
        done: dict[str, _Walked] = {}
        for _ in range(_ROUNDS):
            for name in names:
                context = Context(name, entry[name] or {}, settings, exits, Collector())
                if name not in done or not done[name].holds(context):
                    walk = make(context)
                    done[name] = _Walked(context, walk, walk.statements())
            walks = {name: done[name].walk for name in names}
            found = _entries(main, first, entry, walks)
            left = {n: walks[n].exit() for n in names if use_exits and entry[n] is not None}
            if all(found.get(n) == entry[n] for n in names) and left == exits:
                for name in names:
                    collector.take(done[name].context.collector)
                return {name: done[name].body for name in names}
            entry, exits = {n: found.get(n) for n in names}, left
    raise BadInput("routines call each other without end", file=main)


def _entries(
    main: str, first: State, entry: Mapping[str, State | None], walks: Mapping[str, Walker]
) -> dict[str, State | None]:
    """Return the state that all calls from reached routines bring to each routine."""
    found: dict[str, State | None] = {main: first}
    for name, walk in walks.items():
        if entry[name] is not None:
            for called, state in walk.calls.items():
                found[called] = merged(found.get(called), state)
    return found


def _settings(names: list[str], make: MakeWalk) -> dict[str, Settings]:
    """Return what each routine, with those it calls, may set."""
    sets: dict[str, Settings] = {name: {} for name in names}
    walks = {name: make(Context(name, {}, sets, {}, Collector())) for name in names}
    for _ in range(len(names) + 1):
        new = {name: walk.settings_of(walk.nodes) for name, walk in walks.items()}
        if new == sets:
            break
        sets.update(new)
    return sets
