"""Everything that a proof must cover: every pair of bodies over all the time it may meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Timeline
from cellsim.domain.tubes import with_tubes
from cellsim.errors import BadInput
from cellsim.geometry import Array
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import refuse_moving_stands
from cellsim.proofcheck.bodies import (
    Hung,
    Links,
    courses_of,
    hung_bodies,
    knot_at,
    links_by_group,
    tracks_of,
)
from cellsim.proofcheck.bound import COLUMNS, LARGEST
from cellsim.proofcheck.course import SLIDES, Course
from cellsim.proofcheck.needs import Need, Needs, let_off, needs_of, origins_of
from cellsim.proofcheck.offset import Distances, Stages, distances_of, frame_pads, stages_of
from cellsim.proofcheck.replay import Table
from cellsim.proofcheck.rows import written
from cellsim.proofcheck.shapes import ROUND, Pieces, pieces_of
from cellsim.proofcheck.together import Span, Together, clipped, together_of


@dataclass(frozen=True, eq=False)
class Duties:
    """What must be proved of a timeline, run by run.

    Attributes:
        courses: Group name to its course. pieces: the shapes.
        runs: The two bodies of each run and the groups of their courses.
        table: The same as arrays, with the rows of each run.
        excepted: Why pairs are let off, and how many.
    """

    courses: Mapping[str, Course]
    pieces: Pieces
    runs: tuple[tuple[Hung, Hung, str, str], ...]
    table: Table
    excepted: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class _Scene:
    cell: Cell
    clock: Together
    links: Mapping[str, Links]
    stages: Mapping[str, Stages]
    far: Mapping[int, Distances]
    turning: tuple[str, ...]
    margins: Sequence[float]
    known: dict[tuple[object, ...], Any]

    def once(self, key: tuple[object, ...], work: Callable[[], Any]) -> Any:
        """Return what `work` gives, done once for a key."""
        if key not in self.known:
            self.known[key] = work()
        return self.known[key]


def duties_of(timeline: Timeline) -> Duties:
    """Return all duties of a timeline, in an order that depends on cell and timeline alone."""
    timeline = with_tubes(timeline)
    refuse_moving_stands(timeline.job.cell)
    cell, tracks, links = timeline.job.cell, tracks_of(timeline), links_by_group(timeline.job.cell)
    solids = [body.solid for body in bodies_of(cell)]
    pieces = pieces_of(solids)
    if len(pieces.bodies) and float(pieces.bodies[:, ROUND].max()) > LARGEST:
        raise BadInput("a body is larger than 100 m", expected="bodies in metres")
    # What rides on moving fixtures comes last: a run begins with the body of its robot.
    hung = sorted(hung_bodies(timeline, tracks, links), key=lambda h: h.group in timeline.fixtures)
    courses = courses_of(cell, tracks)
    turning, far = distances_of(cell, hung, courses, pieces)
    scene = _Scene(
        cell,
        together_of(timeline, tracks),
        links,
        {g: stages_of(cell, track) for g, track in tracks.items()},
        {id(h): one for h, one in zip(hung, far, strict=True)},
        turning,
        [solid.epsilon for solid in solids],
        {},
    )
    origins = origins_of(timeline, tracks, courses, hung)
    found: list[tuple[Hung, Hung, str, str, Array]] = []
    excepted: dict[str, int] = {}
    for i, a in enumerate(hung):
        for b in hung[i + 1 :]:
            why = let_off(cell, links, a, b) if a.body != b.body else "-"
            if why:
                excepted[why] = excepted.get(why, 0) + (a.body != b.body)
                continue
            needs = needs_of(cell, a, b, timeline.events, origins)
            p, q, rows = _rows(scene, needs)
            if len(rows):
                found.append((a, b, p, q, rows))
    excepted.pop("-", None)
    runs = tuple(one[:4] for one in found)
    return Duties(courses, pieces, runs, _table(links, found), excepted)


def _rows(scene: _Scene, needs: Needs) -> tuple[str, str, Array]:
    """Return the groups of the courses of a pair, and its duty rows."""
    a, b, clock = needs.a, needs.b, scene.clock
    if a.group and b.group and a.group != b.group:
        within = clock.knots(a, a.group), clock.knots(b, b.group)
        if within[0] is None or within[1] is None:
            return a.group, b.group, np.zeros((0, COLUMNS))
        boxes = clock.boxes[(a.group, b.group)]
        if _one_need(scene, needs):
            inside = clipped(boxes, within[0], within[1])
            asked, pad = [(needs.default,)] * len(inside), _margin(scene, a, b)
            return a.group, b.group, written(inside, asked, np.full(len(inside), pad))
        found = [_box(scene, needs, box, within[0], within[1]) for box in boxes]
        return a.group, b.group, np.concatenate(found)
    group = a.group or b.group
    span = _standing(scene, needs) if not group else _meeting(clock, a, b, group)
    group = group or next(iter(clock.tracks))
    if span is None:
        return group, group, np.zeros((0, COLUMNS))
    return group, group, _line(scene, needs, group, span)


def _meeting(clock: Together, a: Hung, b: Hung, group: str) -> Span | None:
    first, second = clock.knots(a, group), clock.knots(b, group)
    if first is None or second is None:
        return None
    low, high = max(first[0], second[0]), min(first[1], second[1])
    return (low, high) if low <= high else None


def _standing(scene: _Scene, needs: Needs) -> Span | None:
    """Return when two bodies that stand are there at once, on the clock of the first group."""
    a, b = needs.a, needs.b
    for one, other in ((a, b), (b, a)):
        if one.since and other.until:
            if one.since.group == other.until.group and one.since.u >= other.until.u:
                return None
            if one.since.group != other.until.group and one.since.t >= other.until.t:
                return None
    track = next(iter(scene.clock.tracks.values()))
    begins = [h.since.t for h in (a, b) if h.since]
    ends = [h.until.t for h in (a, b) if h.until]
    low, high = max([0.0, *begins]), min([scene.clock.timeline.duration, *ends])
    return knot_at(track, low), knot_at(track, max(low, high))


@dataclass(frozen=True, eq=False)
class _Grid:
    """Knots of a group at which requirement or pad may change, their middles and times [s]."""

    edges: Array
    middles: Array
    times: Array
    parts: Mapping[str, Array]


def _grid(scene: _Scene, needs: Needs, group: str, span: Span) -> _Grid:
    def work() -> _Grid:
        knots = {*span, *scene.stages[group].first.tolist()}
        for t in needs.changes:
            knots |= set(_spread(scene, group, t))
        inside = sorted(u for u in knots if span[0] <= u <= span[1])
        edges = np.array(inside if len(inside) > 1 else [span[0], span[0]])
        middles = (edges[:-1] + edges[1:]) / 2
        track, stages = scene.clock.tracks[group], scene.stages[group]
        times = np.interp(middles, np.arange(len(track.t), dtype=np.float64), track.t)
        parts = {name: stages.part(name, middles) for name in stages.follows}
        return _Grid(edges, middles, times, parts)

    made: _Grid = scene.once(("grid", group, span, needs.changes), work)
    return made


def _spread(scene: _Scene, group: str, t: float) -> Span:
    made: Span = scene.once(("spread", group, t), lambda: scene.clock.spread(group, t))
    return made


def _far(scene: _Scene, h: Hung, grid: _Grid) -> Array:
    made: Array = scene.once(("far", id(h), id(grid)), lambda: scene.far[id(h)].over(grid.edges))
    return made


def _asked(scene: _Scene, needs: Needs, group: str, grid: _Grid) -> list[tuple[Need | None, ...]]:
    """Return the needs at each middle, at all times that it may be."""
    if not needs.rules:
        return [(needs.default,)] * len(grid.middles)
    spreads = [(t, *_spread(scene, group, t)) for t in needs.changes]
    found = []
    for u, t in zip(grid.middles, grid.times, strict=True):
        at = [float(t)]
        for change, low, high in spreads:
            if low < u < high:
                at += [change - 1e-6, change + 1e-6]
        found.append(tuple(dict.fromkeys(needs.at(one) for one in at)))
    return found


def _margin(scene: _Scene, a: Hung, b: Hung) -> float:
    return scene.margins[a.body] + scene.margins[b.body]


def _line(scene: _Scene, needs: Needs, group: str, span: Span) -> Array:
    a, b = needs.a, needs.b
    grid = _grid(scene, needs, group, span)
    pads = _margin(scene, a, b) + frame_pads(
        scene.cell, scene.turning, a, b,
        (grid.parts if a.group else {}, grid.parts if b.group else {}),
        (_far(scene, a, grid), _far(scene, b, grid)),
    )  # fmt: skip
    edges = grid.edges
    boxes = np.stack([edges[:-1], edges[1:], edges[:-1], edges[1:]], axis=1)
    asked = _asked(scene, needs, group, grid)
    return written(boxes, asked, np.zeros(len(boxes)) + pads)


def _one_need(scene: _Scene, needs: Needs) -> bool:
    """Whether one thing is required of a pair all the time: no rule, no frame that may be off."""
    frames = scene.cell.frames.values()
    off = any(f.tolerance_m or f.tolerance_rad or f.range_m or f.range_rad for f in frames)
    whole = all(len(scene.stages[h.group].first) == 1 for h in (needs.a, needs.b))
    return whole and not off and not needs.rules


def _box(scene: _Scene, needs: Needs, box: Array, within_a: Span, within_b: Span) -> Array:
    a, b = needs.a, needs.b
    low_u, high_u = max(box[0], within_a[0]), min(box[1], within_a[1])
    low_v, high_v = max(box[2], within_b[0]), min(box[3], within_b[1])
    if low_u > high_u or low_v > high_v:
        return np.zeros((0, COLUMNS))
    grid_a = _grid(scene, needs, a.group, (float(low_u), float(high_u)))
    grid_b = _grid(scene, needs, b.group, (float(low_v), float(high_v)))
    follow_a = {n: part[:, None] for n, part in grid_a.parts.items()}
    follow_b = {n: part[None, :] for n, part in grid_b.parts.items()}
    pads = _margin(scene, a, b) + frame_pads(
        scene.cell, scene.turning, a, b, (follow_a, follow_b),
        (_far(scene, a, grid_a)[:, :, None], _far(scene, b, grid_b)[:, None, :]),
    )  # fmt: skip
    us, vs = grid_a.edges, grid_b.edges
    boxes = np.empty((len(us) - 1, len(vs) - 1, 4))
    boxes[..., 0], boxes[..., 1] = us[:-1, None], us[1:, None]
    boxes[..., 2], boxes[..., 3] = vs[None, :-1], vs[None, 1:]
    asked_a, asked_b = _asked(scene, needs, a.group, grid_a), _asked(scene, needs, b.group, grid_b)
    asked = [one if one == other else one + other for one in asked_a for other in asked_b]
    return written(boxes.reshape(-1, 4), asked, (np.zeros(boxes.shape[:2]) + pads).ravel())


def _table(
    links: Mapping[str, Links], found: Sequence[tuple[Hung, Hung, str, str, Array]]
) -> Table:
    runs, joints, hangs, rows = [], [], [], []
    joint0, row0 = 0, 0
    for a, b, p, q, own in found:
        near, far = _joints(links, a, b)
        single = a.group == b.group or not (a.group and b.group)
        runs.append((a.body, b.body, a.link, b.link, int(single), len(near), joint0,
                     joint0 + len(near) + len(far), row0, row0 + len(own)))  # fmt: skip
        joints += [(l, int(links[p].kind[l] == SLIDES)) for l in near]
        joints += [(l, int(links[q].kind[l] == SLIDES)) for l in far]
        hangs.append(np.stack([a.link_T_body, b.link_T_body]))
        rows.append(own)
        joint0, row0 = joint0 + len(near) + len(far), row0 + len(own)
    return Table(
        np.array(runs, dtype=np.int64).reshape(-1, 10),
        np.array(joints, dtype=np.int64).reshape(-1, 2),
        np.array(hangs, dtype=np.float64).reshape(-1, 2, 3, 4),
        np.concatenate([np.zeros((0, COLUMNS)), *rows]),
    )


def _joints(links: Mapping[str, Links], a: Hung, b: Hung) -> tuple[list[int], list[int]]:
    """Return the joints on the way from a to b: up from a, down to b."""
    if a.group and a.group == b.group:
        return links[a.group].joints(a.link, b.link)
    near = links[a.group].joints(a.link, -1)[0] if a.group else []
    far = links[b.group].joints(-1, b.link)[1] if b.group else []
    return near, far
