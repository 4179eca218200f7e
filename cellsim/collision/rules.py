"""What is required of a pair of bodies, and when: pair rules, windows, exceptions, pads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from cellsim.collision.items import Item, Tree, way
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.timeline import Event
from cellsim.kinematics.chain import robot_of

HELD_DEPTH_M = 0.005
LAYOUT_DEPTH_M = 0.001
LAYOUT = "fixtures among themselves: the layout of the cell"


@dataclass(frozen=True, eq=False)
class Windowed:
    """A pair rule and the time intervals [s] in which it holds."""

    rule: PairRule
    windows: tuple[tuple[float, float], ...]

    def holds(self, t: float) -> bool:
        """Whether the rule holds at t [s]."""
        return any(t0 <= t <= t1 for t0, t1 in self.windows)


def windows_of(
    rule: PairRule, events: Sequence[Event], parts: Sequence[str] = ()
) -> tuple[tuple[float, float], ...]:
    """Return when a rule holds [s]: from each start event to the next end event.

    Args:
        parts: Names of the parts in the pair; "grip:*" means the grip of one of these.
    """
    found, since = [], -np.inf if not rule.start else None
    for event in sorted(events, key=lambda e: e.t):
        if since is None and event_is(rule.start, f"{event.kind}:{event.name}", parts):
            since = event.t
        elif since is not None and event_is(rule.end, f"{event.kind}:{event.name}", parts):
            found.append((float(since), event.t))
            since = None
    if since is not None:
        found.append((float(since), np.inf))
    return tuple(found)


def event_is(pattern: str, event: str, parts: Sequence[str]) -> bool:
    """Whether an event is the one a rule names; a wildcard stands for a part of the pair."""
    if not pattern or not fnmatchcase(event, pattern):
        return False
    kind, _, name = event.partition(":")
    return pattern == event or kind == "process" or name in parts


def rules_for(cell: Cell, a: Item, b: Item, events: Sequence[Event]) -> tuple[Windowed, ...]:
    """Return the rules whose patterns match a pair of bodies, in the order of the cell."""
    parts = [i.name.removeprefix("part:") for i in (a, b) if i.kind == "part"]
    return tuple(
        Windowed(rule, windows_of(rule, events, parts))
        for rule in cell.pair_rules
        if matches(rule, a.name, b.name)
    )


def matches(rule: PairRule, a: str, b: str) -> bool:
    """Whether the patterns of a rule match two body names, either way round."""
    if fnmatchcase(a, rule.a) and fnmatchcase(b, rule.b):
        return True
    return fnmatchcase(a, rule.b) and fnmatchcase(b, rule.a)


def default_clearance(cell: Cell, a: Item, b: Item) -> float:
    """Return the required clearance of a pair without a rule [m]."""
    if a.group and (a.group, a.link) == (b.group, b.link) and {a.kind, b.kind} == {"tool", "part"}:
        return -HELD_DEPTH_M
    if a.group and a.group == b.group and "part" not in (a.kind, b.kind):
        return cell.self_clearance_m
    return cell.clearance_m


def is_layout(trees: Mapping[str, Tree], a: Item, b: Item) -> bool:
    """Whether no joint lies between either body and the world: the pair only stands."""
    return _stands(trees, a) and _stands(trees, b)


def _stands(trees: Mapping[str, Tree], item: Item) -> bool:
    return not item.group or len(way(trees[item.group], item.link, -1)) == 0


def let_off(cell: Cell, trees: Mapping[str, Tree], a: Item, b: Item) -> str:
    """Return why a pair is never checked, "" if it is.

    Adjacent links of one tree, what is bolted together, what a robot's maker file lets touch of
    that robot, and fixtures that nothing moves against each other (the layout is the author's).
    """
    same = bool(a.group) and a.group == b.group
    fixtures = a.kind == b.kind == "fixture"
    if fixtures and is_layout(trees, a, b):
        return LAYOUT
    if not same:
        return ""
    joints, kinds = way(trees[a.group], a.link, b.link), {a.kind, b.kind}
    if fixtures and len(joints) == 0:
        return LAYOUT
    if len(joints) == 0 and "part" not in kinds and kinds != {"fixture"}:
        return "bolted together"
    if len(joints) == 1 and kinds == {"link"} and _one_tree(trees[a.group], a.link, b.link):
        return "adjacent links"
    return _touching(cell, a, b)


def _one_tree(tree: Tree, a: int, b: int) -> bool:
    """Whether two links stand on one root: an arm and its positioner do not."""
    roots = []
    for link in (a, b):
        while tree.parent[link] >= 0:
            link = int(tree.parent[link])
        roots.append(link)
    return roots[0] == roots[1]


def _touching(cell: Cell, a: Item, b: Item) -> str:
    (one, _, first), (other, _, second) = a.name.rpartition("/"), b.name.rpartition("/")
    if one != other or a.group not in cell.groups:
        return ""
    for pair in robot_of(cell.groups[a.group], one).touching:
        if {first, second} == {*pair[:2]}:
            return pair[2]
    return ""
