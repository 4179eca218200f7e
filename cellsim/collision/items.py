"""The bodies of a timeline: each with its carrier, and when it hangs there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from cellsim.collision.paths import between, tree_of
from cellsim.collision.support import Ints
from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Hold, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose, Solid
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.bodies import Body, bodies_of
from cellsim.kinematics.frames import chain_of, refuse_moving_stands
from cellsim.kinematics.lines import chains_in
from cellsim.kinematics.movers import MOVER, movers_of


@dataclass(frozen=True, eq=False)
class Tree:
    """The links of one group: names, parents and kinds (branches appended)."""

    group: str
    names: tuple[str, ...]
    parent: Ints
    kind: Ints


@dataclass(frozen=True)
class Moment:
    """An instant on the clock of the group that causes it: fractional knot u, nominal t [s]."""

    group: str
    u: float
    t: float


@dataclass(frozen=True, eq=False)
class Item:
    """A body on one carrier.

    Attributes:
        name: Body name. number: Its place in Shapes. solid: Its shape.
        group: Group (or moving fixture, "fixture:NAME") whose link carries it, "" for the world.
        link: That link, -1 for the world.
        link_T_body: Shape (3, 4).
        frames: Frames with a tolerance or measured at run time between it and the world.
        begin, end: When it comes to hang there and leaves, None = always.
    """

    name: str
    number: int
    solid: Solid
    group: str
    link: int
    link_T_body: Array
    frames: tuple[str, ...] = ()
    begin: Moment | None = None
    end: Moment | None = None

    @property
    def rides(self) -> bool:
        """Whether a moving fixture carries it."""
        return self.group.startswith(MOVER)

    @cached_property
    def kind(self) -> str:
        """One of "part", "fixture", "tool" or "link"."""
        head = self.name.partition(":")[0]
        return head if head in ("part", "fixture") else "tool" if ":" in self.name else "link"


def trees_of(cell: Cell) -> Mapping[str, Tree]:
    """Return the link tree of every group, and of every moving fixture, also seen from another."""
    found = {}
    for group in dict.fromkeys((*cell.groups, *movers_of(cell), *chains_in(cell))):
        names, parent, kind, *_ = tree_of(chain_of(cell, group))
        found[group] = Tree(group, names, parent, kind)
    return found


@lru_cache(maxsize=4096)
def way(tree: Tree, a: int, b: int) -> Ints:
    """Return (link, 1 if prismatic) of the moving joints from link a to link b, shape (m, 2).

    Asked for each pair of bodies, and the same for all that hang on two links: not to be written.
    """
    links = between(tree.parent, tree.kind, a, b)
    return np.stack([links, tree.kind[links] == 2], axis=1).astype(np.int64)


def place(trees: Mapping[str, Tree], parent: str, pose: Pose) -> tuple[str, int, Array]:
    """Return (group, link, link_T_body) of something on a link name or "world"."""
    matrix = np.ascontiguousarray(pose.matrix[:3])
    tree = trees.get(parent.partition("/")[0])
    if tree is not None and parent in tree.names:
        return tree.group, tree.names.index(parent), matrix
    if parent != "world":
        raise BadInput(f"body on '{parent}', which is no link of the cell")
    return "", -1, matrix


def cell_bodies(cell: Cell) -> tuple[Body, ...]:
    """Return the bodies of a cell; BadInput for one without pieces, which could never be hit."""
    refuse_moving_stands(cell)
    bodies = bodies_of(cell)
    for body in bodies:
        if not body.solid.pieces:
            raise BadInput(f"{body.name} has no convex pieces", expected="a solid made of pieces")
    return bodies


def standing_items(cell: Cell, bodies: Sequence[Body]) -> list[Item]:
    """Return links, tools and fixtures: all that keeps its carrier."""
    trees = trees_of(cell)
    return [
        item_of(cell, trees, number, body)
        for number, body in enumerate(bodies)
        if not body.name.startswith("part:")
    ]


def item_of(cell: Cell, trees: Mapping[str, Tree], number: int, body: Body) -> Item:
    """Return a body in its start state as an item."""
    group, link, matrix = place(trees, body.parent, body.parent_T_body)
    return Item(body.name, number, body.solid, group, link, matrix, frames_of(cell, body.name))


def held_items(timeline: Timeline, bodies: Sequence[Body]) -> list[Item]:
    """Return the parts, once per hold, each with the moments that bound it."""
    cell = timeline.job.cell
    trees, items = trees_of(cell), []
    number = {body.name: n for n, body in enumerate(bodies)}
    for name, part in cell.parts.items():
        holds = sorted((h for h in timeline.holds if h.part == name), key=lambda h: h.t0)
        starts = [_moment(timeline, hold) for hold in holds]
        for k, hold in enumerate(holds):
            anchor, anchor_T_parent = _carrier(cell, hold.parent)
            group, link, matrix = place(trees, anchor, anchor_T_parent @ hold.pose)
            begin = starts[k] if k else None
            end = starts[k + 1] if k + 1 < len(holds) else None
            frames = frames_of(cell, f"part:{name}") if k == 0 else _hold_frames(cell, hold)
            body = number[f"part:{name}"]
            items.append(
                Item(
                    f"part:{name}",
                    body,
                    part.solid,
                    group,
                    link,
                    matrix,
                    frames,
                    begin,
                    end,
                )
            )
    return items


def _carrier(cell: Cell, parent: str) -> tuple[str, Pose]:
    name = parent.removeprefix("frame:")
    return anchor_of(cell, name)


def _hold_frames(cell: Cell, hold: Hold) -> tuple[str, ...]:
    if hold.parent.startswith("group:"):
        return frames_of(cell, hold.parent.partition(".")[0])
    return frames_of(cell, hold.parent.removeprefix("frame:"))


def _moment(timeline: Timeline, hold: Hold) -> Moment:
    """Return the moment a hold begins, on the clock of the group that causes it."""
    group = ""
    for event in timeline.events:
        if abs(event.t - hold.t0) < 1e-6 and event.name == hold.part and event.group:
            group = event.group
    if not group and hold.parent.startswith("group:"):
        group = hold.parent.removeprefix("group:").partition(".")[0]
    if group not in timeline.tracks:
        group = next(iter(timeline.tracks))
    return moment_at(timeline, group, hold.t0)


def moment_at(timeline: Timeline, group: str, t: float) -> Moment:
    """Return the moment of a time [s] on the clock of a group."""
    track = timeline.tracks[group]
    return Moment(group, float(np.interp(t, track.t, np.arange(len(track.t)))), t)


def frames_of(cell: Cell, name: str) -> tuple[str, ...]:
    """Return the frames with a tolerance, or measured, between a body and the world.

    name: body name, frame name or "group:NAME".
    """
    found: list[str] = []
    todo, seen = [name], set()
    while todo:
        current = todo.pop()
        if current in seen or current == "world":
            continue
        seen.add(current)
        if current in cell.frames:
            frame = cell.frames[current]
            if frame.tolerance_m or frame.tolerance_rad or frame.range_m or frame.range_rad:
                found.append(current)
        todo += _parents(cell, current)
    return tuple(sorted(found))


def _parents(cell: Cell, name: str) -> Iterable[str]:
    kind, _, rest = name.partition(":")
    if name in cell.frames:
        return [cell.frames[name].parent]
    if kind == "fixture" and rest in cell.fixtures:
        return [cell.fixtures[rest].frame]
    if kind == "part" and rest in cell.parts:
        part = cell.parts[rest]
        return [part.frame if part.hinge is None else part.hinge.parent]
    group = rest.partition(".")[0] if kind == "group" else name.partition("/")[0]
    if group in cell.groups:
        found = cell.groups[group]
        return [found.frame, *(e.frame for e in found.externals)]
    return []
