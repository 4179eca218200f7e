"""Walk nested lines in order with the modal state (tool, base, speed) that each path brings along.

A value is known at a line only if every path that can reach the line brings the same one; else it
is UNKNOWN, and a motion that needs it is not understood. A line that may have changed a value, and
cannot be followed, leaves the value and a doubt: the motions behind it carry the doubt.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.losing import (
    BESIDE,
    LOST,
    MOST,
    NAMED,
    SET,
    both,
    doubts_of,
    few,
    grown,
    keys_beside,
    lost_at,
    set_by,
)
from cellsim.domain.program import Move, Raw, Statement

UNKNOWN = "?"
_LAPS = 50
State = Mapping[str, object]
Settings = Mapping[str, frozenset[object]]


def merged(a: State | None, b: State | None) -> State | None:
    """Return the state where two paths meet; None is a path that nothing comes along."""
    if a is None or b is None:
        return b if a is None else a
    lost = both(a, b)
    keys = (set(a) | set(b)) - lost.keys()
    met = {k: a[k] if k in a and k in b and a[k] == b[k] else UNKNOWN for k in sorted(keys)}
    return met | lost


def joined(state: State | None, settings: Settings) -> State | None:
    """Return the state where a path comes back that may have set any of `settings`."""
    if state is None:
        return None
    lost = both(state, settings)
    return lost | {
        k: v if settings.get(k, frozenset()) <= {v} else UNKNOWN
        for k, v in (dict.fromkeys(settings, UNKNOWN) | dict(state)).items()
        if k not in lost
    }


def union(parts: Iterable[Settings]) -> Settings:
    """Return what any of the parts may set."""
    out: dict[str, frozenset[object]] = {}
    for part in parts:
        for key, values in part.items():
            before = out.get(key)
            if before is None:
                out[key] = few(values) if key.startswith(BESIDE) else values
            elif len(before) > MOST or not values <= before:
                found = before | values
                out[key] = few(found) if key.startswith(BESIDE) else found
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
        entered: Whether the current line calls a routine that is read.
        again: How many bodies of loops may be walked once more, for what they lose.
        STATES: What a motion runs with: the name of each state, by its key without numbers.
        NOT_KNOWN: Values that say of a state that it is not known.
    """

    STATES: ClassVar[Mapping[str, str]] = {}
    NOT_KNOWN: ClassVar[frozenset[object]] = frozenset({UNKNOWN})
    nodes: Sequence[Node] = ()
    state: State | None = None
    jumps: dict[str, State | None] = field(default_factory=dict)
    calls: dict[str, State | None] = field(default_factory=dict)
    routines: Mapping[str, Settings] = field(default_factory=dict)
    exits: Mapping[str, State | None] = field(default_factory=dict)
    left: State | None = None
    entered: bool = False
    again: int = _LAPS

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

    def may_lose(self, node: Node) -> Iterable[str]:  # noqa: ARG002 - a brand's own
        """Return the keys of states that one line may set to what nobody can say; a brand's own."""
        return ()

    def may_move(self, node: Node) -> bool:
        """Return whether a line that is not understood may move the robot: it may do anything."""
        return len(list(self.may_lose(node))) > 1

    def runs_with(self, node: Node, move: Move | None) -> Iterable[str]:  # noqa: ARG002 - as above
        """Return the keys of states that a motion runs with; a brand's own.

        move: None for a motion that is not understood. Nothing for a line that is no motion.
        """
        return ()

    def word(self, key: str) -> str:
        """Return the name of the state behind a key, "" for what no motion runs with by itself."""
        return self.STATES.get(key) or self.STATES.get(key.rstrip(" *0123456789"), "")

    def settings_of(self, nodes: Iterable[Node]) -> Settings:
        """Return what lines, and blocks with their lines, may set, and which of them lose it."""
        return union(part for node in flat(nodes) for part in self._settings_and_lost(node))

    def _settings_and_lost(self, node: Node) -> Iterable[Settings]:
        found = self.settings(node)
        yield found
        here = frozenset({(node.line.file, node.line.number)})
        named = {k: word for k in found if (word := self.word(k))}
        keys = {k for k in named if UNKNOWN in found[k] and LOST + k not in found}
        keys.update(self.may_lose(node))
        yield {LOST + key: here for key in keys}
        yield {SET + key: here for key, word in named.items() if word in NAMED and key not in keys}

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines and blocks in order."""
        out: list[Statement] = []
        for node in nodes:
            out.extend(self.step(node))
        return tuple(out)

    def step(self, node: Node) -> list[Statement]:
        """Return the statements of one line or block, its motions with their doubts."""
        if isinstance(node.act, Open):
            self.lose(node)
            return self._moving(node, self.block(node))
        before, self.entered = self.state, False
        made = self.doubted(node, self.leaf(node), before)
        if self.state is not None and self.state is not before and not self.entered:
            self.state = self._followed(node, self.state)
        self.lose(node)
        return made

    def _moving(self, node: Node, made: list[Statement]) -> list[Statement]:
        """Return the statements of a block; as text, with motions in it, it leads elsewhere."""
        if not any(isinstance(s, Raw) and not s.harmless for s in made):
            return made
        moves = any(self.runs_with(i, None) or self.may_move(i) for i in flat([node]))
        return [
            replace(s, moves=moves) if isinstance(s, Raw) and not s.harmless else s for s in made
        ]

    def _followed(self, node: Node, state: State) -> State:
        """Return a state with what a line that was carried out has lost, or set anew."""
        keys = [k for k in self.settings(node) if self.word(k)]
        if not keys:
            return state
        here = frozenset({(node.line.file, node.line.number)})
        lost = {LOST + k: here for k in keys if self._is_lost(state, k)}
        known = {LOST + k for k in keys} - lost.keys()
        told = {SET + k: here for k in keys if self.word(k) in NAMED and LOST + k in known}
        if not lost and not told and known.isdisjoint(state):
            return state
        return {k: v for k, v in state.items() if k not in known} | lost | told

    def _is_lost(self, state: State, key: str) -> bool:
        return state.get(key) in self.NOT_KNOWN

    def lose(self, node: Node) -> None:
        """Take in what a line may have set to anything."""
        keys = list(self.may_lose(node))
        if keys and self.state is not None:
            self.state = lost_at(self.state, keys, node.line)

    def doubted(
        self, node: Node, made: Sequence[Statement], state: State | None
    ) -> list[Statement]:
        """Return the statements of a line, motions with what they are not known to run with."""
        out: list[Statement] = []
        for s in made:
            if isinstance(s, Move):
                beside = keys_beside(tuple(state or ()))
                keys = [k for k in self.runs_with(node, s) if k in beside] if beside else []
                doubts = doubts_of(state or {}, keys, self.word)
                places = set_by(state or {}, keys, self.word) or s.set_at
                doubts = tuple(sorted({*s.doubts, *doubts})) if doubts else s.doubts
                same = doubts is s.doubts and places is s.set_at
                out.append(s if same else replace(s, doubts=doubts, set_at=places))
            elif isinstance(s, Raw) and not s.harmless:
                said = any(isinstance(m, Move) for m in made)
                runs = tuple(self.runs_with(node, None))
                lost = [k for k in runs if self._is_lost(state or {}, k)]
                doubts = doubts_of(state or {}, lost, self.word)
                moves = not said and (bool(runs) or self.may_move(node))
                out.append(replace(s, doubts=doubts, moves=moves))
            else:
                out.append(s)
        return out

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
        lost = {} if before is None or self.state is None else grown(before, self.state)
        self.again -= 1 if lost else 0
        if lost and before is not None and self.again >= 0:
            before = self.state = {**before, **lost}
            statements = self.sequence(body)
        self.state = merged(before, self.state)
        return statements

    def call(self, name: str) -> None:
        """Bring the state to a routine, and take what it leaves."""
        self.entered = True
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
