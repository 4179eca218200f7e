"""Walk nested lines in order with the modal state (tool, base, speed) that each path brings along.

A value is known at a line only if every path that can reach the line brings the same one; else it
is UNKNOWN, and a motion that needs it is not understood.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.domain.program import Statement

UNKNOWN = "?"
State = Mapping[str, object]
Settings = Mapping[str, frozenset[object]]


def merged(a: State | None, b: State | None) -> State | None:
    """Return the state where two paths meet; None is a path that nothing comes along."""
    if a is None or b is None:
        return b if a is None else a
    keys = set(a) | set(b)
    return {k: a[k] if k in a and k in b and a[k] == b[k] else UNKNOWN for k in sorted(keys)}


def joined(state: State | None, settings: Settings) -> State | None:
    """Return the state where a path comes back that may have set any of `settings`."""
    if state is None:
        return None
    return {
        k: v if settings.get(k, frozenset()) <= {v} else UNKNOWN
        for k, v in (dict.fromkeys(settings, UNKNOWN) | dict(state)).items()
    }


def union(parts: Iterable[Settings]) -> Settings:
    """Return what any of the parts may set."""
    out: dict[str, frozenset[object]] = {}
    for part in parts:
        for key, values in part.items():
            out[key] = out.get(key, frozenset()) | values
    return out


@dataclass(kw_only=True)
class Walker(ABC):
    """Base of a brand's walk through one routine; the brand says what a line does.

    Attributes:
        nodes: The routine's lines, nested.
        state: Modal state at the current line; None after a jump away.
        jumps: Label to the state that gotos above it brought.
        calls: Routine to the state that calls brought to it.
        routines: What each routine may set, with those it calls.
        exits: The state each routine leaves, where it is known.
        left: The state that this routine's returns leave.
    """

    nodes: Sequence[Node] = ()
    state: State | None = None
    jumps: dict[str, State | None] = field(default_factory=dict)
    calls: dict[str, State | None] = field(default_factory=dict)
    routines: Mapping[str, Settings] = field(default_factory=dict)
    exits: Mapping[str, State | None] = field(default_factory=dict)
    left: State | None = None

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the routine."""
        return self.sequence(self.nodes)

    @abstractmethod
    def leaf(self, node: Node) -> list[Statement]:
        """Return the statements of one line and change `state`; a brand's own."""

    @abstractmethod
    def block(self, node: Node) -> list[Statement]:
        """Return the statements of a block; a brand's own, with `branch` and `repeat`."""

    @abstractmethod
    def settings(self, node: Node) -> Settings:
        """Return what one line may set; a brand's own."""

    def settings_of(self, nodes: Iterable[Node]) -> Settings:
        """Return what lines, and blocks with their lines, may set."""
        return union(self.settings(node) for node in flat(nodes))

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines and blocks in order."""
        out: list[Statement] = []
        for node in nodes:
            out.extend(self.block(node) if isinstance(node.act, Open) else self.leaf(node))
        return tuple(out)

    def branches(self, node: Node) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Return the statements of both branches of an if; after it, their states meet."""
        before = self.state
        then = self.sequence(node.body)
        after, self.state = self.state, before
        otherwise = self.sequence(node.otherwise)
        self.state = merged(after, self.state)
        return then, otherwise

    def repeated(self, body: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of a loop's body; any pass may bring what the body sets."""
        self.state = joined(self.state, self.settings_of(body))
        before = self.state
        statements = self.sequence(body)
        self.state = merged(before, self.state)
        return statements

    def call(self, name: str) -> None:
        """Bring the state to a routine, and take what it leaves."""
        self.calls[name] = merged(self.calls.get(name), self.state)
        after = self.exits.get(name)
        self.state = after if after is not None else joined(self.state, self.routines[name])

    def leave(self) -> None:
        """Leave the routine here."""
        self.left = merged(self.left, self.state)
        self.state = None

    def exit(self) -> State | None:
        """Return the state the routine leaves, after all its statements were read."""
        return merged(self.left, self.state)

    def label(self, name: str, below: Iterable[Node], jumped_back: bool) -> None:
        """Take in what gotos bring to a label; `below` are all lines after it."""
        self.state = merged(self.state, self.jumps.get(name))
        if jumped_back:
            self.state = joined(self.state, self.settings_of(below))

    def jump(self, name: str) -> None:
        """Remember the state that a goto brings to its label."""
        self.jumps[name] = merged(self.jumps.get(name), self.state)
