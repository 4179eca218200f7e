"""Read all routines of a text together: each begins with the state that all its calls bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.walk import Settings, State, Walker, merged
from cellsim.domain.program import Statement
from cellsim.errors import BadInput

_ROUNDS = 30
# Calls of calls that a first walk follows: each is a walk inside a walk.
_FOLLOWED = 3


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
        if use_exits and (once := _Descent(make, settings).follow(main, first)):
            done = once
            walks = {name: one.walk for name, one in done.items()}
            entry |= _entries(main, first, walks)
            exits = {name: walk.exit() for name, walk in walks.items()}
        for _ in range(_ROUNDS):
            reached = [n for n in names if entry[n] is not None]
            for name in reached:
                _walk(Context(name, entry[name] or {}, settings, exits, Collector()), make, done)
            walks = {name: done[name].walk for name in reached}
            found = _entries(main, first, walks)
            left = {n: walks[n].exit() for n in reached if use_exits}
            if all(found.get(n) == entry[n] for n in names) and left == exits:
                for name in names:
                    _walk(
                        Context(name, entry[name] or {}, settings, exits, Collector()), make, done
                    )
                    collector.take(done[name].context.collector)
                return {name: done[name].body for name in names}
            entry, exits = {n: found.get(n) for n in names}, left
    raise BadInput("routines call each other without end", file=main)


@dataclass
class _Descent:
    """One walk that goes into each routine where it is called, of a text that calls each once.

    Where one is called again, or calls go too deep, what it found is not used.
    """

    make: MakeWalk
    settings: Mapping[str, Settings]
    done: dict[str, _Walked] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    given_up: bool = False

    def follow(self, main: str, first: State) -> dict[str, _Walked]:
        """Return the walks of all routines that are reached; nothing where it was given up."""
        try:
            self.walk(main, first, 0)
        except RecursionError:  # blocks in blocks of one routine fit, those of four may not
            return {}
        return {} if self.given_up else self.done

    def walk(self, name: str, state: State, depth: int) -> State | None:
        """Walk a routine from a state, and those it calls; return what it leaves."""
        self.begun.add(name)
        left = _Left(self, depth)
        context = Context(name, state, self.settings, left, Collector())
        left.walk = walk = self.make(context)
        body = walk.statements()
        self.done[name] = _Walked(replace(context, exits=left.told), walk, body)
        return walk.exit()


@dataclass
class _Left(Mapping[str, State | None]):
    """What the routines leave that one of them calls: they are walked when it is asked."""

    descent: _Descent
    depth: int
    walk: Walker | None = None
    told: dict[str, State | None] = field(default_factory=dict)

    def __getitem__(self, name: str) -> State | None:
        descent, state = self.descent, None if self.walk is None else self.walk.calls.get(name)
        again = name in descent.begun or self.depth >= _FOLLOWED or state is None
        descent.given_up = descent.given_up or again
        found = None if descent.given_up else descent.walk(name, state or {}, self.depth + 1)
        self.told[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


def _walk(context: Context, make: MakeWalk, done: dict[str, _Walked]) -> None:
    """Walk a routine, if the walk that is done would not find the same."""
    if context.name not in done or not done[context.name].holds(context):
        walk = make(context)
        done[context.name] = _Walked(context, walk, walk.statements())


def _entries(main: str, first: State, walks: Mapping[str, Walker]) -> dict[str, State | None]:
    """Return the state that all calls from reached routines bring to each routine."""
    found: dict[str, State | None] = {main: first}
    for walk in walks.values():
        for called, state in walk.calls.items():
            found[called] = merged(found.get(called), state)
    return found


@dataclass
class _Noted(Mapping[str, Settings]):
    """What routines may set, and of which of them it was asked."""

    sets: Mapping[str, Settings]
    asked: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Settings:
        self.asked.add(name)
        return self.sets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sets)

    def __len__(self) -> int:
        return len(self.sets)


def _settings(names: list[str], make: MakeWalk) -> dict[str, Settings]:
    """Return what each routine, with those it calls, may set."""
    sets: dict[str, Settings] = {name: {} for name in names}
    noted = {name: _Noted(sets) for name in names}
    walks = {name: make(Context(name, {}, noted[name], {}, Collector())) for name in names}
    again = set(names)
    for _ in range(len(names) + 1):
        new = {name: walks[name].settings_of(walks[name].nodes) for name in names if name in again}
        changed = {name for name, found in new.items() if found != sets[name]}
        if not changed:
            break
        sets.update(new)
        again = {name for name in names if noted[name].asked & changed}
    return sets
