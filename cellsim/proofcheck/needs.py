"""What a cell requires of two bodies at a time, and which pairs it lets off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np

from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.timeline import Event, GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.kinematics.chain import robot_of
from cellsim.proofcheck.bodies import Hung, Links, knot_at
from cellsim.proofcheck.course import Course, stand
from cellsim.proofcheck.fixtures import SEEN

# What a part may go into the tool that holds it, and standing bodies into one another, where no
# rule says otherwise [m]; every report says so.
HELD_M = 0.005
STANDING_M = 0.001
MOVING_EVENTS = ("grip", "release", "unhinged")
Origins = Mapping[tuple[str, str], tuple[tuple[float, Array], ...]]


@dataclass(frozen=True)
class Need:
    """A required clearance [m]; `over` > 0: it grows from `start` with the way a body has moved.

    Attributes:
        side: 0: body a moves away, 1: body b. origin: where it was [m]. bare: margins and
            tolerances do not count.
    """

    clearance: float
    bare: bool = False
    start: float = 0.0
    over: float = 0.0
    side: int = 0
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Needs:
    """The requirements of one pair over the nominal clock.

    Attributes:
        default: Where no rule holds. changes: times [s] at which they change.
        rules: (rule, times [s] between which it holds), the later overrides.
    """

    a: Hung
    b: Hung
    default: Need
    changes: tuple[float, ...]
    rules: tuple[tuple[PairRule, tuple[tuple[float, float], ...]], ...]
    origins: Origins

    def at(self, t: float) -> Need | None:
        """Return the requirement at t [s]; None: the pair is let off."""
        for rule, windows in reversed(self.rules):
            if any(t0 <= t <= t1 for t0, t1 in windows):
                return self._of(rule, t)
        return self.default

    def _of(self, rule: PairRule, t: float) -> Need | None:
        if rule.kind == "ignore":
            return None
        if rule.kind == "contact":
            return Need(-rule.value_m)
        side = 0
        if self.b.kind == "part" and (self.a.kind != "part" or self.b.group):
            side = 1
        part = (self.a, self.b)[side]
        placed = self.a.group != self.b.group and SEEN not in part.group
        if rule.ramp_over_m <= 0.0 or part.kind != "part" or not placed:
            return Need(rule.value_m)
        origin = part.link_T_body[:, 3]
        for (event, body), places in self.origins.items():
            if body == part.name and names(rule.start, event, (body[5:],)):
                origin = next((p for since, p in reversed(places) if since <= t), origin)
        x, y, z = (float(v) for v in origin)
        return Need(rule.value_m, False, rule.ramp_from_m, rule.ramp_over_m, side, (x, y, z))


def strictest(needs: Sequence[Need | None], pad: float) -> Need | None:
    """Return the need that asks most of the shapes, the first of equals; None where all are None.

    One that grows with the distance begins at no less than any of the others asks for.

    Args:
        pad: Margins and tolerances [m], which count where a need is not bare.
    """
    found = [need for need in needs if need is not None]
    if not found:
        return None
    pads = {True: 0.0, False: pad}
    most = max(found, key=lambda need: need.clearance + pads[need.bare])
    own = pads[most.bare]
    others = [need.clearance + (pads[need.bare] - own) for need in found if need != most]
    if most.over <= 0.0 or not others:
        return most
    return replace(most, start=max(most.start, min(most.clearance, max(others))))


Sides = tuple[tuple[PairRule, frozenset[str], frozenset[str]], ...]


def sides_of(cell: Cell, hung: Sequence[Hung]) -> Sides:
    """Return the pair rules, each with the names of the bodies that either side of it names."""
    bodies = {h.name for h in hung}

    def named(pattern: str) -> frozenset[str]:
        return frozenset(name for name in bodies if fnmatchcase(name, pattern))

    return tuple((rule, named(rule.a), named(rule.b)) for rule in cell.pair_rules)


def needs_of(
    cell: Cell, a: Hung, b: Hung, sides: Sides, events: Sequence[Event], origins: Origins
) -> Needs:
    """Return what is required of a pair."""
    parts = tuple(h.name.removeprefix("part:") for h in (a, b) if h.kind == "part")
    rules = tuple(
        (rule, _windows(rule, events, parts))
        for rule, one, other in sides
        if (a.name in one and b.name in other) or (b.name in one and a.name in other)
    )
    edges = {t for _, windows in rules for window in windows for t in window}
    return Needs(a, b, _default(cell, a, b), tuple(sorted(filter(math.isfinite, edges))),
                 rules, origins)  # fmt: skip


def _default(cell: Cell, a: Hung, b: Hung) -> Need:
    if a.fixed and b.fixed:
        return Need(-STANDING_M, bare=True)
    same = bool(a.group) and a.group == b.group
    if same and a.link == b.link and {a.kind, b.kind} == {"tool", "part"}:
        return Need(-HELD_M)
    if same and "part" not in (a.kind, b.kind):
        return Need(cell.self_clearance_m)
    return Need(cell.clearance_m)


def _windows(
    rule: PairRule, events: Sequence[Event], parts: Sequence[str]
) -> tuple[tuple[float, float], ...]:
    """Return between which times [s] a rule holds: from a start event to the next end event."""
    found: list[tuple[float, float]] = []
    begun = None if rule.start else -math.inf
    for event in sorted(events, key=lambda e: e.t):
        text = f"{event.kind}:{event.name}"
        if begun is None:
            begun = event.t if names(rule.start, text, parts) else None
        elif names(rule.end, text, parts):
            found.append((begun, event.t))
            begun = None
    return (*found, (begun, math.inf)) if begun is not None else tuple(found)


def names(pattern: str, event: str, parts: Sequence[str]) -> bool:
    """Whether an event is the one a rule names; a wildcard stands for a part of the pair."""
    kind, _, name = event.partition(":")
    one = event == pattern or kind == "process" or name in parts
    return one and bool(pattern) and fnmatchcase(event, pattern)


def let_off(cell: Cell, links: Mapping[str, Links], a: Hung, b: Hung) -> str:
    """Return why a pair is never checked, "" if it must be."""
    same = bool(a.group) and a.group == b.group
    count = sum(map(len, links[a.group].joints(a.link, b.link))) if same else -1
    if a.kind == "fixture" and b.kind == "fixture" and ((a.fixed and b.fixed) or count == 0):
        return "fixtures among themselves: the layout of the cell"
    if not same:
        return ""
    if count == 0 and "part" not in (a.kind, b.kind):
        return "bolted together"
    tree = links[a.group]
    rooted = tree.up(a.link)[-1] == tree.up(b.link)[-1]
    if count == 1 and a.kind == "link" and b.kind == "link" and rooted:
        return "adjacent links"
    (one, _, first), (other, _, second) = a.name.rpartition("/"), b.name.rpartition("/")
    if one == other and a.group in cell.groups:
        for start, end, reason in robot_of(cell.groups[a.group], one).touching:
            if {start, end} == {first, second}:
                return reason
    return ""


def origins_of(
    timeline: Timeline,
    tracks: Mapping[str, GroupTrack],
    courses: Mapping[str, Course],
    hung: Sequence[Hung],
) -> Origins:
    """Return where parts were when something happened to them: (event, body) to (t, place)."""
    if not any(rule.ramp_over_m > 0.0 for rule in timeline.job.cell.pair_rules):
        return {}
    found: dict[tuple[str, str], list[tuple[float, Array]]] = {}
    for event in timeline.events:
        for h in hung:
            since = -math.inf if h.since is None else h.since.t
            until = math.inf if h.until is None else h.until.t
            here = since - 1e-9 <= event.t <= until
            if here and event.kind in MOVING_EVENTS and h.name == f"part:{event.name}":
                place = _origin(h, tracks, courses, event.t)
                key = (f"{event.kind}:{event.name}", h.name)
                found.setdefault(key, []).append((event.t, place))
    return {key: tuple(places) for key, places in found.items()}


def _origin(
    h: Hung,
    tracks: Mapping[str, GroupTrack],
    courses: Mapping[str, Course],
    t: float,
) -> Array:
    local = h.link_T_body[:, 3]
    if h.link < 0:
        return local
    course = courses[h.group]
    poses = np.zeros((len(course.links), 3, 4))
    stand(course, knot_at(tracks[h.group], t), poses)
    return np.asarray(poses[h.link, :, :3] @ local + poses[h.link, :, 3])
