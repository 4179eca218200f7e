"""Certified clearance of a whole timeline: every pair of bodies, every instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from cellsim.cache import Cache
from cellsim.collision.bending import alike
from cellsim.collision.complete import completed
from cellsim.collision.instant import Run
from cellsim.collision.items import (
    Item,
    Tree,
    cell_bodies,
    held_items,
    standing_items,
    trees_of,
    way,
)
from cellsim.collision.nested import covered, nested
from cellsim.collision.pads import far_from_frames, margins, stretches_of
from cellsim.collision.paths import Path, track_path
from cellsim.collision.plan import (
    Demand,
    boxes_on,
    cuts_on,
    demand_for,
    meet,
    spans_on,
)
from cellsim.collision.result import CollisionResult, PairResult, Violation
from cellsim.collision.reuse import Reuse
from cellsim.collision.rules import (
    HELD_DEPTH_M,
    LAYOUT,
    LAYOUT_DEPTH_M,
    is_layout,
    let_off,
    rules_for,
)
from cellsim.collision.runs import run_all
from cellsim.collision.scope import Job, Scope
from cellsim.collision.seats import together
from cellsim.collision.spans import SPAN_COLUMNS
from cellsim.collision.strays import strays_of
from cellsim.collision.support import pack
from cellsim.collision.tell import tell
from cellsim.collision.work import Limits, Pair
from cellsim.domain.cell import Cell
from cellsim.domain.strokes import with_fixtures
from cellsim.domain.timeline import Timeline
from cellsim.domain.tubes import with_tubes
from cellsim.geometry import Array
from cellsim.kinematics.frames import chain_of

__all__ = ["CollisionResult", "PairResult", "Violation", "check_timeline"]
Progress = Callable[[float], None]
RAMP_EVENTS = ("grip", "release", "unhinged")
NO_SPANS = np.zeros((0, SPAN_COLUMNS))


def check_timeline(
    timeline: Timeline,
    progress: Progress | None = None,
    limits: Limits | None = None,
    cache: Cache | None = None,
) -> CollisionResult:
    """Return the certified clearance of every pair of bodies over the timeline.

    Args:
        timeline: What moves; its cell says what is required.
        progress: Called with the part done, 0 to 1.
        limits: When to stop cutting intervals; the default brackets to 1 ms. With a `detail` of
            -inf it is only decided: no clearance is worked out, and a collision is told by an
            instant that confirms it, not by its deepest one.
        cache: Where outcomes of spans that did not change are taken from, and kept.
    """
    timeline = with_tubes(with_fixtures(completed(timeline)))
    scope = scope_of(timeline)
    reasons: dict[str, int] = {}
    jobs = list(_jobs(scope, reasons))
    limits = limits or Limits()
    reuse = None if cache is None else Reuse(cache)
    runs = [
        Run(job.a, job.b, job.pair, job.groups, gathered)
        for job, gathered in run_all(scope, jobs, limits, reuse, progress)
    ]
    found = tell(runs, scope, decided=limits.detail == -np.inf)
    if cache is not None:
        cache.flush()
    counts = sum((run.gathered.counts for run in runs), np.zeros(2))
    pairs = tuple(sorted(merged(found), key=lambda p: (p.clearance, p.a, p.b)))
    stats = {"pairs": len(pairs), "runs": len(jobs), "intervals": int(counts[0]),
             "distances": int(counts[1]), "spans": sum(run.gathered.number for run in runs),
             "spans_kept": reuse.kept if reuse else 0}  # fmt: skip
    return CollisionResult(pairs, _exceptions(scope, reasons), stats)


def scope_of(timeline: Timeline) -> Scope:
    """Return bodies, paths and rules of a timeline, ready for the pairs."""
    cell = timeline.job.cell
    timeline, clock = nested(timeline)
    bodies = cell_bodies(cell)
    shapes = pack([body.solid for body in bodies])
    # What rides on moving fixtures comes last: a pair is told by the line of its robot.
    items = tuple(
        sorted(
            (*standing_items(cell, bodies), *held_items(timeline, bodies)), key=lambda i: i.rides
        )
    )
    paths = {g: track_path(chain_of(cell, g), track) for g, track in timeline.tracks.items()}
    far = {id(i): far_from_frames(cell, i, shapes, paths.get(i.group)) for i in items}
    return Scope(
        timeline,
        shapes,
        items,
        trees_of(cell),
        paths,
        clock,
        {g: stretches_of(cell, track) for g, track in timeline.tracks.items()},
        far,
        tuple(_starts(timeline, cell, items, paths)),
        {g: strays_of(cell, track, paths[g], items) for g, track in timeline.tracks.items()},
    )


def _starts(
    timeline: Timeline, cell: Cell, items: Sequence[Item], paths: Mapping[str, Path]
) -> Iterator[tuple[str, float, Array]]:
    """Yield ("event|body", time, origin of the part [m]) for the events that ramps start at."""
    if not any(rule.ramp_over_m > 0.0 for rule in cell.pair_rules):
        return
    for event in timeline.events:
        name = f"{event.kind}:{event.name}"
        for item in items:
            since = -np.inf if item.begin is None else item.begin.t
            until = np.inf if item.end is None else item.end.t
            here = since - 1e-9 <= event.t <= until
            if here and event.kind in RAMP_EVENTS and item.name == f"part:{event.name}":
                yield f"{name}|{item.name}", event.t, _origin(item, paths, event.t)


def _origin(item: Item, paths: Mapping[str, Path], t: float) -> Array:
    from cellsim.collision.paths import carry, joints_at, links_at

    out = item.link_T_body.copy()
    if item.link >= 0:
        path = paths[item.group]
        u = float(np.interp(t, path.t, np.arange(len(path.t))))
        q, links = np.zeros(path.knots.shape[2]), np.zeros((len(path.links), 3, 4))
        joints_at(path, u, q)
        links_at(path, q, links)
        carry(links, item.link, item.link_T_body, out)
    return out[:, 3].copy()


def _jobs(scope: Scope, reasons: dict[str, int]) -> Iterator[Job]:
    items, cell = scope.items, scope.timeline.job.cell
    # Most pairs are of two fixtures that stand, see `let_off`.
    laid = {id(i) for i in items if i.kind == "fixture" and is_layout(scope.trees, i, i)}
    for i, a in enumerate(items):
        for b in items[i + 1 :]:
            if a.number == b.number:
                continue
            if id(a) in laid and id(b) in laid:
                reasons[LAYOUT] = reasons.get(LAYOUT, 0) + 1
                continue
            one, other = together(scope, a, b)
            reason = let_off(cell, scope.trees, one, other)
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
                continue
            job = _job(scope, one, other)
            if job is not None and len(job.asked):
                yield job


def _job(scope: Scope, a: Item, b: Item) -> Job | None:
    cell = scope.timeline.job.cell
    rules = rules_for(cell, a, b, scope.timeline.events)
    demand = demand_for(cell, scope.trees, (a, b), rules, scope.starts)
    if a.group and b.group and a.group != b.group:
        within_a, within_b = (
            scope.clock.range_of(a, a.group),
            scope.clock.range_of(b, b.group),
        )
        if within_a is None or within_b is None:
            return None
        boxes, spans = boxes_on(
            scope.clock, demand, within_a, within_b, scope.stretches, scope.far, scope.strays
        )
        pair = pair_of(a, b, scope.trees[a.group], scope.trees[b.group])
        return Job(a, b, pair, (a.group, b.group), boxes, spans, np.zeros(0))
    group = a.group or b.group
    if not group:
        return _standing(scope, a, b, demand)
    ranges = [scope.clock.range_of(item, group) for item in (a, b)]
    if ranges[0] is None or ranges[1] is None:
        return None
    within = max(ranges[0][0], ranges[1][0]), min(ranges[0][1], ranges[1][1])
    if within[0] > within[1]:
        return None
    pair = pair_of(a, b, scope.trees[group], scope.trees[group])
    parts = [_spans(scope, demand, group, r) for r in covered(scope.clock, group, within)]
    spans = parts[0] if len(parts) == 1 else np.concatenate([*parts, NO_SPANS])
    return Job(a, b, pair, (group,), None, spans, scope.clock.motions(group))


def _standing(scope: Scope, a: Item, b: Item, demand: Demand) -> Job | None:
    """Return the run of two bodies that both stand: one look per requirement."""
    if not scope.paths or not meet(a, b):
        return None
    group = next(iter(scope.paths))
    begins = [i.begin.t for i in (a, b) if i.begin is not None]
    ends = [i.end.t for i in (a, b) if i.end is not None]
    times = max([0.0, *begins]), min([scope.timeline.duration, *ends])
    within = scope.clock.u_at(group, times[0]), scope.clock.u_at(group, max(times))
    spans = _spans(scope, demand, group, within)
    pair = pair_of(a, b, scope.trees[group], scope.trees[group])
    return Job(a, b, pair, (group,), None, spans, scope.clock.motions(group))


def _spans(scope: Scope, demand: Demand, group: str, within: tuple[float, float]) -> Array:
    """Return the spans of a pair on a group's track; pairs that are asked the same share them."""

    def made() -> Array:
        stretches = scope.stretches[group]
        on = group, within, alike(demand.a), alike(demand.b), tuple(demand.cuts())
        if on not in scope.cuts:
            scope.cuts[on] = cuts_on(scope.clock, demand, group, within, stretches, scope.strays)
        return spans_on(scope.clock, demand, group, scope.cuts[on], stretches, scope.far)

    if demand.rules or scope.strays.get(group) or scope.stands_off:
        spans = made()
        return scope.shared.setdefault((spans.tobytes(),), spans)
    key = group, within, demand.default, demand.layout, margins(demand.a, demand.b)
    if key not in scope.shared:
        scope.shared[key] = made()
    return scope.shared[key]


def pair_of(a: Item, b: Item, tree_a: Tree, tree_b: Tree) -> Pair:
    """Return how two items hang together, on one tree or on two."""
    if a.group and b.group and a.group != b.group:
        first, second = way(tree_a, a.link, -1), way(tree_b, -1, b.link)
        joints, near = np.concatenate([first, second]), len(first)
    else:
        joints = way(tree_a if a.group else tree_b, a.link, b.link)
        near = len(joints)
    who = np.array([a.number, b.number, a.link, b.link, near], dtype=np.int64)
    return Pair(who, np.array([a.link_T_body, b.link_T_body]), joints)


def merged(results: Sequence[PairResult]) -> list[PairResult]:
    """Return one result per pair of body names, from those of its holds."""
    from cellsim.collision.result import RANK

    by_name: dict[tuple[str, str], list[PairResult]] = {}
    for result in results:
        by_name.setdefault((result.a, result.b), []).append(result)
    found = []
    for (a, b), group in by_name.items():
        if len(group) == 1 and not group[0].violations:
            found.append(group[0])
            continue
        least = min(group, key=lambda r: r.clearance)
        violations = sorted((v for r in group for v in r.violations), key=lambda v: v.t0)
        status = max((r.status for r in group), key=lambda s: RANK[s])
        found.append(PairResult(a, b, status, least.clearance, least.required, least.t,
                                least.group, least.index, tuple(violations),
                                tuple(c for r in group for c in r.courses)))  # fmt: skip
    return found


def _exceptions(scope: Scope, reasons: Mapping[str, int]) -> tuple[str, ...]:
    """Return what was let off: pair rules with author and reason, and what is never checked."""
    texts = []
    for rule in scope.timeline.job.cell.pair_rules:
        window = f" from {rule.start or 'the start'} until {rule.end or 'the end'}"
        by = f" ({rule.author})" if rule.author else ""
        value = "" if rule.kind == "ignore" else f" {1e3 * rule.value_m:g} mm"
        texts.append(f"{rule.kind}{value}: {rule.a} / {rule.b}{window}: {rule.reason}{by}")
    texts.append(
        f"contact {1e3 * HELD_DEPTH_M:g} mm: a part and the tool that holds it; contact "
        f"{1e3 * LAYOUT_DEPTH_M:g} mm, without margins: bodies that both stand; where no rule says "
        "otherwise"
    )
    texts += [f"not checked: {count} pairs, {reason}" for reason, count in sorted(reasons.items())]
    return tuple(texts)
