"""Bodies with their carriers, and when they hang there: derived from cell and timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.timeline import GroupTrack, Hold, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import chain_of
from cellsim.proofcheck.course import Course, course_of, links_of
from cellsim.proofcheck.fixtures import (
    fixture_course,
    fixture_links,
    fixture_tracks,
    moving,
    several_in,
)

EVENT_TOLERANCE_S = 1e-6


@dataclass(frozen=True)
class Instant:
    """A change of carrier: knot u on the clock of the group that causes it, nominal t [s]."""

    group: str
    u: float
    t: float


@dataclass(frozen=True, eq=False)
class Hung:
    """A body while it hangs on one carrier.

    Attributes:
        body: Its number in `bodies_of`; name: body name; hold: which of its holds, from 0.
        kind: "link", "tool", "fixture" or "part".
        group: Group whose link carries it, "" for the world; link: that link, -1 for the world.
        link_T_body: Shape (3, 4). fixed: no joint between it and the world.
        frames: Frames between it and the world that may stand off.
        since, until: None: from the start, to the end.
    """

    body: int
    name: str
    hold: int
    kind: str
    group: str
    link: int
    link_T_body: Array
    fixed: bool
    frames: frozenset[str]
    since: Instant | None = None
    until: Instant | None = None


@dataclass(frozen=True, eq=False)
class Links:
    """The links of one group: names, parents and kinds."""

    names: tuple[str, ...]
    parent: tuple[int, ...]
    kind: tuple[int, ...]

    def up(self, link: int) -> list[int]:
        """Return the link and its ancestors, the nearest first."""
        found = []
        while link >= 0:
            found.append(link)
            link = self.parent[link]
        return found

    def joints(self, a: int, b: int) -> tuple[list[int], list[int]]:
        """Return the moving joints from link a up to where the ways meet, and down to link b."""
        over_a, over_b = self.up(a), self.up(b)
        shared = set(over_a) & set(over_b)
        first = [l for l in over_a if l not in shared and self.kind[l]]
        second = [l for l in over_b if l not in shared and self.kind[l]]
        return first, second[::-1]


def links_by_group(cell: Cell) -> Mapping[str, Links]:
    """Return the links of every group and every moving fixture, also seen from one under it."""
    found = {}
    for group in dict.fromkeys((*cell.groups, *moving(cell), *several_in(cell))):
        own = group in cell.groups
        names, rows, _ = links_of(chain_of(cell, group)) if own else fixture_links(cell, group)
        found[group] = Links(names, tuple(rows[:, 0].tolist()), tuple(rows[:, 1].tolist()))
    return found


def single_tracks(timeline: Timeline) -> Mapping[str, GroupTrack]:
    """Return the track of every group of the cell, and of every moving fixture by itself.

    A group without one stands at home.
    """
    found, end = dict(timeline.tracks), timeline.duration
    for name, group in timeline.job.cell.groups.items():
        if name not in found:
            t = np.array([0.0, end] if end > 0.0 else [0.0])
            q = np.tile(np.array(group.home, dtype=np.float64), (len(t), 1))
            chord, number = np.zeros((len(t) - 1, q.shape[1])), np.zeros(len(t) - 1, np.int64)
            found[name] = GroupTrack(
                name, t, q, 0.0 * q, 0.0 * q, chord, chord, number, (), number
            )  # fmt: skip
    return found | fixture_tracks(timeline)


def courses_of(cell: Cell, tracks: Mapping[str, GroupTrack]) -> Mapping[str, Course]:
    """Return the course of every track: of groups, and of moving fixtures."""
    return {
        name: course_of(chain_of(cell, name), track)
        if name in cell.groups
        else fixture_course(cell, name, track)
        for name, track in tracks.items()
    }


def knot_at(track: GroupTrack, t: float) -> float:
    """Return the fractional knot of a time [s]."""
    return float(np.interp(t, track.t, np.arange(len(track.t), dtype=np.float64)))


def hung_bodies(
    timeline: Timeline, tracks: Mapping[str, GroupTrack], links: Mapping[str, Links]
) -> tuple[Hung, ...]:
    """Return every body once per carrier, parts in the order of their holds, last."""
    cell = timeline.job.cell
    standing, held = [], []
    for number, body in enumerate(bodies_of(cell)):
        if not body.solid.pieces:
            raise BadInput(f"{body.name} has no convex pieces", expected="a solid made of pieces")
        kind, _, part = body.name.partition(":")
        if kind == "part":
            held += list(_held(timeline, tracks, links, number, part))
        else:
            what = kind if kind == "fixture" else "tool" if kind.endswith("/tool") else "link"
            frames = tolerant_frames(cell, body.name)
            standing.append(
                _hung(links, number, body.name, 0, what, body.parent, body.parent_T_body, frames)
            )
    return (*standing, *held)


def _held(
    timeline: Timeline,
    tracks: Mapping[str, GroupTrack],
    links: Mapping[str, Links],
    number: int,
    part: str,
) -> Iterator[Hung]:
    cell = timeline.job.cell
    holds = sorted((h for h in timeline.holds if h.part == part), key=lambda h: h.t0)
    if not holds:
        anchor, pose = anchor_of(cell, f"part:{part}")
        frames = tolerant_frames(cell, f"part:{part}")
        yield _hung(links, number, f"part:{part}", 0, "part", anchor, pose, frames)
        return
    changes = [_change(timeline, tracks, hold) for hold in holds]
    for k, hold in enumerate(holds):
        anchor, pose = anchor_of(cell, hold.parent.removeprefix("frame:"))
        frames = tolerant_frames(cell, f"part:{part}" if k == 0 else _carrier(hold.parent))
        since = changes[k] if k else None
        until = changes[k + 1] if k + 1 < len(holds) else None
        yield _hung(
            links, number, f"part:{part}", k, "part", anchor, pose @ hold.pose, frames, since, until
        )  # fmt: skip


def _hung(
    links: Mapping[str, Links],
    number: int,
    name: str,
    hold: int,
    kind: str,
    carrier: str,
    pose: Pose,
    frames: frozenset[str],
    since: Instant | None = None,
    until: Instant | None = None,
) -> Hung:
    group, link = "", -1
    if carrier != WORLD:
        group = carrier.partition("/")[0]
        if group not in links or carrier not in links[group].names:
            raise BadInput(f"body on '{carrier}', which is no link of the cell")
        link = links[group].names.index(carrier)
    fixed = link < 0 or not any(links[group].kind[l] for l in links[group].up(link))
    matrix = np.ascontiguousarray(pose.matrix[:3])
    return Hung(number, name, hold, kind, group, link, matrix, fixed, frames, since, until)


def _change(timeline: Timeline, tracks: Mapping[str, GroupTrack], hold: Hold) -> Instant:
    """Return when a hold begins, on the clock of the group that causes it."""
    causes = [
        e.group
        for e in timeline.events
        if e.group and e.name == hold.part and abs(e.t - hold.t0) < EVENT_TOLERANCE_S
    ]
    if hold.parent.startswith("group:"):
        causes.insert(0, hold.parent.removeprefix("group:").partition(".")[0])
    group = causes[-1] if causes and causes[-1] in tracks else next(iter(tracks))
    return Instant(group, knot_at(tracks[group], hold.t0), hold.t0)


def _carrier(parent: str) -> str:
    if parent.startswith("group:"):
        return parent.partition(".")[0]
    return parent.removeprefix("frame:")


def tolerant_frames(cell: Cell, name: str) -> frozenset[str]:
    """Return the frames that may stand off and lie between something and the world.

    name: body name, frame name, or "group:NAME".
    """
    found: set[str] = set()
    seen: set[str] = {WORLD}
    todo = [name]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        if here in cell.frames:
            f = cell.frames[here]
            if f.tolerance_m or f.tolerance_rad or f.range_m or f.range_rad:
                found.add(here)
        todo += _above(cell, here)
    return frozenset(found)


def _above(cell: Cell, name: str) -> Sequence[str]:
    if name in cell.frames:
        return (cell.frames[name].parent,)
    kind, _, rest = name.partition(":")
    if kind == "fixture" and rest in cell.fixtures:
        return (cell.fixtures[rest].frame,)
    if kind == "part" and rest in cell.parts:
        part = cell.parts[rest]
        return (part.hinge.parent if part.hinge else part.frame,)
    group = cell.groups.get(rest.partition(".")[0] if kind == "group" else name.partition("/")[0])
    return () if group is None else (group.frame, *(e.frame for e in group.externals))
