"""Everything that a proof must cover: every pair of bodies over all the time it may meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

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
)
from cellsim.proofcheck.bound import COLUMNS, LARGEST
from cellsim.proofcheck.course import SLIDES, Course
from cellsim.proofcheck.grids import Grid, Scene, far_of, grid_of, picked, spread_of
from cellsim.proofcheck.needs import Need, Needs, let_off, needs_of, origins_of, sides_of
from cellsim.proofcheck.nested import covered, tracks_and_clock
from cellsim.proofcheck.offset import frame_pads, stages_of, standing_off
from cellsim.proofcheck.replay import Table
from cellsim.proofcheck.rows import written
from cellsim.proofcheck.seats import Seats
from cellsim.proofcheck.shapes import ROUND, Pieces, pieces_of
from cellsim.proofcheck.together import Span, Together, clipped


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


def duties_of(timeline: Timeline) -> Duties:
    """Return all duties of a timeline, in an order that depends on cell and timeline alone."""
    timeline = with_tubes(timeline)
    refuse_moving_stands(timeline.job.cell)
    cell, links = timeline.job.cell, links_by_group(timeline.job.cell)
    tracks, together = tracks_and_clock(timeline)
    solids = [body.solid for body in bodies_of(cell)]
    pieces = pieces_of(solids)
    if len(pieces.bodies) and float(pieces.bodies[:, ROUND].max()) > LARGEST:
        raise BadInput("a body is larger than 100 m", expected="bodies in metres")
    # What rides on moving fixtures comes last: a run begins with the body of its robot.
    hung = sorted(hung_bodies(timeline, tracks, links), key=lambda h: h.group in timeline.fixtures)
    courses, seats = courses_of(cell, tracks), Seats(cell, links)
    pairs = [seats.pair(a, b) for a, b in combinations(hung, 2)]
    turning, far = seats.far(hung, courses, pieces)
    scene = Scene(
        standing_off(cell),
        together,
        links,
        {g: stages_of(cell, track) for g, track in tracks.items()},
        far,
        turning,
        [solid.epsilon for solid in solids],
        {},
    )
    origins, sides = origins_of(timeline, tracks, courses, hung), sides_of(cell, hung)
    found: list[tuple[Hung, Hung, str, str, Array]] = []
    excepted: dict[str, int] = {}
    for a, b in pairs:
        why = let_off(cell, links, a, b) if a.body != b.body else "-"
        if why:
            excepted[why] = excepted.get(why, 0) + (a.body != b.body)
            continue
        needs = needs_of(cell, a, b, sides, timeline.events, origins)
        p, q, rows = _rows(scene, needs)
        if len(rows):
            found.append((a, b, p, q, rows))
    excepted.pop("-", None)
    runs = tuple(one[:4] for one in found)
    return Duties(courses, pieces, runs, _table(links, found), excepted)


def _rows(scene: Scene, needs: Needs) -> tuple[str, str, Array]:
    """Return the groups of the courses of a pair, and its duty rows."""
    a, b, clock = needs.a, needs.b, scene.clock
    if a.group and b.group and a.group != b.group:
        within = clock.knots(a, a.group), clock.knots(b, b.group)
        if within[0] is None or within[1] is None:
            return a.group, b.group, np.zeros((0, COLUMNS))
        if _one_need(scene, needs):
            inside = clipped(clock.boxes[(a.group, b.group)], within[0], within[1])
            return a.group, b.group, written(inside, [(needs.default,)], _margin(scene, a, b))
        return a.group, b.group, _plane(scene, needs, within[0], within[1])
    group = a.group or b.group
    span = _standing(scene, needs) if not group else _meeting(clock, a, b, group)
    group = group or next(iter(clock.tracks))
    if span is None:
        return group, group, np.zeros((0, COLUMNS))
    parts = [_line(scene, needs, group, part) for part in covered(clock, group, span)]
    return group, group, np.concatenate([np.zeros((0, COLUMNS)), *parts])


def _meeting(clock: Together, a: Hung, b: Hung, group: str) -> Span | None:
    first, second = clock.knots(a, group), clock.knots(b, group)
    if first is None or second is None:
        return None
    low, high = max(first[0], second[0]), min(first[1], second[1])
    return (low, high) if low <= high else None


def _standing(scene: Scene, needs: Needs) -> Span | None:
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


def _asked(scene: Scene, needs: Needs, group: str, grid: Grid) -> list[tuple[Need | None, ...]]:
    """Return the needs at each middle, at all times that it may be; once where no rule holds."""
    if not needs.rules:
        return [(needs.default,)]
    spreads = [(t, *spread_of(scene, group, t)) for t in needs.changes]
    known: dict[float, tuple[Need | None, ...]] = {}
    for u, t in zip(grid.middles.tolist(), grid.times.tolist(), strict=True):
        if u not in known:
            at = [t]
            for change, low, high in spreads:
                if low < u < high:
                    at += [change - 1e-6, change + 1e-6]
            known[u] = tuple(dict.fromkeys(needs.at(one) for one in at))
    return [known[u] for u in grid.middles.tolist()]


def _margin(scene: Scene, a: Hung, b: Hung) -> float:
    return scene.margins[a.body] + scene.margins[b.body]


def _line(scene: Scene, needs: Needs, group: str, span: Span) -> Array:
    """Return the duty rows of a pair on one course."""
    grid = grid_of(scene, needs, group, span)
    return _on(scene, needs, (grid, grid), _asked(scene, needs, group, grid))


def _one_need(scene: Scene, needs: Needs) -> bool:
    """Whether one thing is required of a pair all the time: no rule, no frame that may be off."""
    whole = all(len(scene.stages[h.group].first) == 1 for h in (needs.a, needs.b))
    return whole and not scene.frames and not needs.rules


def _plane(scene: Scene, needs: Needs, within_a: Span, within_b: Span) -> Array:
    """Return the duty rows of a pair on two courses: all that may be at once."""

    def work() -> tuple[Grid, Grid] | None:
        grids = []
        for u0, u1, v0, v1 in scene.clock.boxes[(a.group, b.group)].tolist():
            low_u, high_u = max(u0, within_a[0]), min(u1, within_a[1])
            low_v, high_v = max(v0, within_b[0]), min(v1, within_b[1])
            if low_u <= high_u and low_v <= high_v:
                one = grid_of(scene, needs, a.group, (low_u, high_u))
                other = grid_of(scene, needs, b.group, (low_v, high_v))
                count = len(other.middles)
                first, second = np.divmod(np.arange(len(one.middles) * count), count)
                grids.append(((one, first), (other, second)))
        return (picked([g for g, _ in grids]), picked([g for _, g in grids])) if grids else None

    a, b = needs.a, needs.b
    both = scene.once(("plane", a.group, b.group, within_a, within_b, needs.changes), work)
    if both is None:
        return np.zeros((0, COLUMNS))
    on_a, on_b = _asked(scene, needs, a.group, both[0]), _asked(scene, needs, b.group, both[1])
    pairs = zip(on_a, on_b, strict=True)
    return _on(scene, needs, both, [one if one == two else one + two for one, two in pairs])


def _on(
    scene: Scene,
    needs: Needs,
    grids: tuple[Grid, Grid],
    asked: Sequence[tuple[Need | None, ...]],
) -> Array:
    """Return the duty rows of a pair on ranges of a and of b, row by row."""
    a, b = needs.a, needs.b
    follows = grids[0].parts if a.group else {}, grids[1].parts if b.group else {}
    far = far_of(scene, a, grids[0]), far_of(scene, b, grids[1])
    pads = frame_pads(scene.frames, scene.turning, a, b, follows, far)
    boxes = np.concatenate([grids[0].knots, grids[1].knots], axis=1)
    return written(boxes, asked, _margin(scene, a, b) + pads)


def _table(
    links: Mapping[str, Links], found: Sequence[tuple[Hung, Hung, str, str, Array]]
) -> Table:
    runs, joints, hangs, rows = [], [], [], []
    ways: dict[tuple[str, int, str, int], tuple[list[int], list[int]]] = {}
    joint0, row0 = 0, 0
    for a, b, p, q, own in found:
        way = a.group, a.link, b.group, b.link
        if way not in ways:
            ways[way] = _joints(links, a, b)
        near, far = ways[way]
        single = a.group == b.group or not (a.group and b.group)
        runs.append((a.body, b.body, a.link, b.link, int(single), len(near), joint0,
                     joint0 + len(near) + len(far), row0, row0 + len(own)))  # fmt: skip
        joints += [(l, int(links[p].kind[l] == SLIDES)) for l in near]
        joints += [(l, int(links[q].kind[l] == SLIDES)) for l in far]
        hangs += [a.link_T_body, b.link_T_body]
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
