"""Which bodies may touch, and the contacts that nobody expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from cellsim.collision.rules import Windowed, matches, windows_of
from cellsim.domain.timeline import Timeline
from cellsim.physics.world import World

# Hulls of PyBullet carry a margin of about 1 mm each, and its solver leaves some depth.
DEPTH_M = 0.003


@dataclass
class Touch:
    """A pair that touched: first and last time [s], greatest depth [m] and its time [s]."""

    first: float
    last: float
    depth: float
    worst: float


@dataclass(eq=False)
class Contacts:
    """Contacts of a world while a timeline runs.

    Pairs that a contact or ignore rule lets touch are let through each other in its windows:
    PyBullet is asked about contacts that nobody wrote down.
    """

    world: World
    timeline: Timeline
    touches: dict[tuple[str, str], Touch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._name = {place: name for name, place in self.world.place.items()}
        self._state: dict[tuple[str, str], bool] = {}
        names = sorted(self.world.place)
        self._let = [
            (a, b, found)
            for a, b in combinations(names, 2)
            if not (_still(a) and _still(b)) and (found := _let_touch(self.timeline, a, b))
        ]
        windows = [w for _, _, rules in self._let for rule in rules for w in rule.windows]
        # A window holds at its own end: the first instant after it is where it switches back.
        self._edges = {e for t0, t1 in windows for e in (t0, np.nextafter(t1, np.inf))}
        self._next = -np.inf
        for a, b in _held(self.timeline):
            if a in self.world.place and b in self.world.place:
                self._filter(a, b, touch=False)

    def update(self, t: float) -> None:
        """Switch pairs on or off for time t [s]; t never falls."""
        if t < self._next:
            return
        self._next = min((edge for edge in self._edges if edge > t), default=np.inf)
        for a, b, rules in self._let:
            self._filter(a, b, touch=not any(rule.holds(t) for rule in rules))

    def look(self, t: float) -> None:
        """Note the contacts of the last step that are deeper than the tolerance."""
        for point in self.world.call("getContactPoints"):
            depth = -point[8]
            if depth <= DEPTH_M:
                continue
            a = self._name.get((point[1], point[3]))
            b = self._name.get((point[2], point[4]))
            if a is None or b is None:
                continue
            pair = (a, b) if a < b else (b, a)
            seen = self.touches.setdefault(pair, Touch(t, t, depth, t))
            seen.last = t
            if depth > seen.depth:
                seen.depth, seen.worst = depth, t

    def _filter(self, a: str, b: str, touch: bool) -> None:
        if self._state.get((a, b), True) is touch:
            return
        self._state[a, b] = touch
        (u, i), (v, j) = self.world.place[a], self.world.place[b]
        self.world.call("setCollisionFilterPair", u, v, i, j, int(touch))


def _let_touch(timeline: Timeline, a: str, b: str) -> tuple[Windowed, ...]:
    """Return the contact and ignore rules of a pair, with their windows."""
    parts = [name.removeprefix("part:") for name in (a, b) if name.startswith("part:")]
    return tuple(
        Windowed(rule, windows_of(rule, timeline.events, parts))
        for rule in timeline.job.cell.pair_rules
        if rule.kind in ("contact", "ignore") and matches(rule, a, b)
    )


def _still(name: str) -> bool:
    return name.startswith("fixture:")


def _held(timeline: Timeline) -> set[tuple[str, str]]:
    """Return (tool body, part body) of every grip: a gripper touches what it grips."""
    pairs = set()
    for hold in timeline.holds:
        if hold.parent.startswith("group:"):
            group = hold.parent[len("group:") :].partition(".")[0]
            tool = timeline.job.cell.groups[group].tool
            pairs |= {(f"{group}/tool:{tool}", f"part:{hold.part}")}
            pairs |= {(f"{group}/flange", f"part:{hold.part}")}
    return pairs
