"""Scene: one group in a cell where all else stands, for planners and teaching."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cellsim.collision.bent import Ground
from cellsim.collision.check import RAMP_EVENTS, pair_of
from cellsim.collision.items import (
    Item,
    Tree,
    cell_bodies,
    frames_of,
    item_of,
    place,
    trees_of,
)
from cellsim.collision.pads import Stretch, far_from_frames, frame_pad, margins
from cellsim.collision.paths import Path, path_of, tabulated
from cellsim.collision.plan import demand_for
from cellsim.collision.rules import Windowed, is_layout, let_off, matches
from cellsim.collision.scan import edge_certified, least_margins
from cellsim.collision.spans import PAD
from cellsim.collision.support import Shapes, pack
from cellsim.collision.work import Limits, Rows, rows_of
from cellsim.domain.cell import Cell, PairRule
from cellsim.geometry import Array, Pose
from cellsim.kinematics.bodies import Body
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.frames import chain_of, link_pose, world_T_part

FAR = 0.25
EDGE = Limits(detail=-np.inf, least_time=1.0, least_travel=2e-4, merge_time=1.0,
              most_nodes=20_000, first_only=1)  # fmt: skip

STILL_M = 1e-6


@dataclass(frozen=True)
class Worst:
    """The pair that is worst in a configuration: its clearance minus what is required [m]."""

    a: str
    b: str
    margin: float

    def __str__(self) -> str:
        return f"{self.a} / {self.b}: {1e3 * self.margin:.1f} mm against what is required"


@dataclass(frozen=True, eq=False)
class Scene:
    """One group that moves, with what it holds, among bodies that stand.

    Clearances are those of the certified test, margins and tolerances taken off, minus what the
    cell requires of the pair: 0 is just enough.
    """

    chain: Chain
    shapes: Shapes
    rows: Rows
    names: tuple[tuple[str, str], ...]
    ground: Ground

    def clearance(self, q: Array) -> Array:
        """Return the least clearance above what is required [m], lower bounds up to FAR, (n,).

        Args:
            q: Joint values [rad | m], shape (n, dof) or (dof,).
        """
        return self._margins(q)[0]

    def free(
        self, q: Array, clearance_m: float = 0.0
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return whether each configuration has the required clearance, shape (n,).

        Much faster than `clearance`: only pairs that may come short are worked out.

        Args:
            clearance_m: Asked for beyond what is required of each pair [m].
        """
        Q = np.ascontiguousarray(np.atleast_2d(np.asarray(q, dtype=np.float64)))
        worst = np.zeros(len(Q), dtype=np.int64)
        path = path_of(self.chain, np.zeros(1), Q[:1])
        far = clearance_m + 1e-6
        found = least_margins(self.shapes, path, self.rows, Q, far, clearance_m, worst)
        return np.asarray(found >= clearance_m)

    def segment_free(self, q0: Array, q1: Array, clearance_m: float = 0.0) -> bool:
        """Return whether the straight joint line is certified free.

        Args:
            clearance_m: Asked for beyond what is required of each pair [m].
        """
        return self.path_free(np.stack([q0, q1]), clearance_m)

    def path_free(self, q: Array, clearance_m: float = 0.0) -> bool:
        """Return whether a polyline of joint values, shape (n, dof), is certified free."""
        path = path_of(self.chain, np.linspace(0.0, 1.0, len(q)), q)
        return bool(edge_certified(self.shapes, path, self.rows, float(clearance_m), EDGE))

    def padded(self, more: Array) -> Scene:
        """Return the scene with more taken off the clearance of each pair [m], shape (pairs,)."""
        spans = self.rows.spans.copy()
        spans[:, PAD] += more
        return replace(self, rows=self.rows._replace(spans=spans))

    def why(self, q: Array) -> Worst:
        """Return the pair with the least clearance above what is required."""
        margins_m, pairs = self._margins(q)
        k = int(np.argmin(margins_m))
        return Worst(*self.names[int(pairs[k])], float(margins_m[k]))

    def _margins(self, q: Array) -> tuple[Array, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
        Q = np.ascontiguousarray(np.atleast_2d(np.asarray(q, dtype=np.float64)))
        worst = np.zeros(len(Q), dtype=np.int64)
        path = path_of(self.chain, np.zeros(1), Q[:1])
        return least_margins(self.shapes, path, self.rows, Q, FAR, -np.inf, worst), worst


def scene_of(
    cell: Cell,
    group: str,
    attached: str | None = None,
    moved: Mapping[str, Pose] | None = None,
    others_q: Mapping[str, Array] | None = None,
    hand: Pose | None = None,
    follows: Stretch | None = None,
    others_follow: Mapping[str, Collection[str]] | None = None,
    near: Array | None = None,
) -> Scene:
    """Return the scene of one group.

    Args:
        attached: Part it holds. hand: `flange_T_part`; None: as gripped where the part stands,
            with the group at home.
        moved: Parts that stand elsewhere than at the start: name to `world_T_part`.
        others_q: Where the other groups stand, and moving fixtures by "fixture:NAME"; at home, or
            at their start, where not given.
        follows: Measured frames that the motion is programmed in, or goes into or out of; None
            for a motion in the world (see `pads`).
        others_follow: Measured frames that the other groups stand in.
        near: Joint values that the motion comes to, shape (n, dof): how far its bodies are from
            frames with a tolerance there; None: as at home.

    Pair rules with windows hold as if the events of an attached part had happened up to its
    release, of a moved part all, of any other part none.
    """
    moved, others = moved or {}, dict(others_q or {})
    bodies, trees = cell_bodies(cell), trees_of(cell)
    shapes = pack([body.solid for body in bodies])
    hands = {} if attached is None else {attached: hand or _hand(cell, group, attached)}
    items = [
        _item(cell, group, trees, n, body, hands, moved, others, others_follow or {})
        for n, body in enumerate(bodies)
    ]
    far = _far(cell, group, items, shapes, near)
    found = list(_pairs(cell, group, trees, items, far, (attached, moved), follows))
    names = tuple((items[i].name, items[k].name) for i, k, _ in found)
    stand = {
        g: (np.asarray(q), frozenset((others_follow or {}).get(g, ()))) for g, q in others.items()
    }
    ground = Ground(
        cell, group, tuple(items), tuple((i, k) for i, k, _ in found), far, follows, stand
    )
    return Scene(chain_of(cell, group), shapes, _rows(trees[group], items, found), names, ground)


def _hand(cell: Cell, group: str, part: str) -> Pose:
    """Return `flange_T_part` of a part that stands where it starts, the group at home."""
    return link_pose(cell, f"{group}/flange").inverse() @ world_T_part(cell, part)


def _item(
    cell: Cell,
    group: str,
    trees: Mapping[str, Tree],
    number: int,
    body: Body,
    hands: Mapping[str, Pose],
    moved: Mapping[str, Pose],
    others: Mapping[str, Array],
    others_follow: Mapping[str, Collection[str]],
) -> Item:
    """Return a body: on a link of the group, or standing in the world."""
    part = body.name.removeprefix("part:") if body.name.startswith("part:") else ""
    if part in hands:
        carrier, link, matrix = place(trees, f"{group}/flange", hands[part])
        frames = frames_of(cell, f"group:{group}")
        return Item(body.name, number, body.solid, carrier, link, matrix, frames)
    item = item_of(cell, trees, number, body)
    if part in moved:
        still = moved[part].distance(world_T_part(cell, part))[0] < STILL_M
        frames = item.frames if still else ()
        return Item(body.name, number, body.solid, "", -1, _matrix(moved[part]), frames)
    if item.group in ("", group):
        return item
    pose = link_pose(cell, body.parent, others) @ body.parent_T_body
    frames = (*item.frames, *sorted(others_follow.get(item.group, ())))
    return Item(body.name, number, body.solid, "", -1, _matrix(pose), frames)


def _matrix(pose: Pose) -> Array:
    return np.ascontiguousarray(pose.matrix[:3])


State = tuple[str | None, Mapping[str, Pose]]


def _fixed(rule: PairRule, parts: Sequence[str], state: State) -> Windowed:
    """Return the rule as holding always or never."""
    holds = (not rule.start or _happened(rule.start, parts, state)) and not (
        rule.end and _happened(rule.end, parts, state)
    )
    return Windowed(rule, ((-np.inf, np.inf),) if holds else ())


def _happened(pattern: str, parts: Sequence[str], state: State) -> bool:
    attached, moved = state
    kind, _, name = pattern.partition(":")
    names = parts if "*" in name else (name,)
    if kind == "release":
        return any(n in moved for n in names)
    return any(n in moved or n == attached for n in names)


def _pairs(
    cell: Cell,
    group: str,
    trees: Mapping[str, Tree],
    items: Sequence[Item],
    far: Sequence[dict[str, float]],
    state: State,
    follows: Stretch | None,
) -> Iterator[tuple[int, int, Array]]:
    """Yield the pairs that the group can bring together, with what is required of them."""
    for i, a in enumerate(items):
        for k, b in enumerate(items[i + 1 :], i + 1):
            if group not in (a.group, b.group) or let_off(cell, trees, a, b):
                continue
            if (a.group == b.group and a.link == b.link) or is_layout(trees, a, b):
                continue
            parts = [i.name.removeprefix("part:") for i in (a, b) if i.kind == "part"]
            matching = tuple(
                _fixed(rule, parts, state)
                for rule in cell.pair_rules
                if matches(rule, a.name, b.name)
            )
            starts = [
                (f"{kind}:{item.name[5:]}|{item.name}", -np.inf, _start(cell, item))
                for kind in RAMP_EVENTS
                for item in (a, b)
                if item.kind == "part"
            ]
            demand = demand_for(cell, trees, (a, b), matching, starts)
            pad = margins(a, b) + frame_pad(
                cell, a, b, follows if a.group == group else None,
                follows if b.group == group else None, far[i], far[k],
            )  # fmt: skip
            row = demand.row(0.0, 1.0, 0.0, pad)
            if row is not None:
                yield i, k, row


def _far(
    cell: Cell, group: str, items: Sequence[Item], shapes: Shapes, near: Array | None
) -> tuple[dict[str, float], ...]:
    """Return frame name to the farthest distance of each body over the rows of `near` [m]."""
    chain = chain_of(cell, group)
    places = chain.home[None] if near is None else near
    paths = [tabulated(path_of(chain, np.zeros(1), q)) for q in places]
    return tuple(_farthest(cell, item, shapes, paths) for item in items)


def _farthest(cell: Cell, item: Item, shapes: Shapes, paths: Sequence[Path]) -> dict[str, float]:
    """Return frame name to the farthest distance of a body from its origin on any path [m]."""
    moving = paths if item.link >= 0 else paths[:1]
    rows = [far_from_frames(cell, item, shapes, path).over(0.0, 0.0) for path in moving]
    return {name: max(row[name] for row in rows) for name in rows[0]}


def _start(cell: Cell, item: Item) -> Array:
    return np.array(world_T_part(cell, item.name.removeprefix("part:")).p)


def _rows(tree: Tree, items: Sequence[Item], found: Sequence[tuple[int, int, Array]]) -> Rows:
    pairs = [pair_of(items[i], items[k], tree, tree) for i, k, _ in found]
    return rows_of(pairs, [row.reshape(1, -1) for _, _, row in found])
