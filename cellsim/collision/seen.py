"""Distances seen at sample times: upper bounds of the clearance, beside what is certified."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from cellsim.collision.check import scope_of
from cellsim.collision.compiled import compiled
from cellsim.collision.complete import completed
from cellsim.collision.epa import space_for
from cellsim.collision.gjk import aim, distance
from cellsim.collision.items import Item
from cellsim.collision.paths import carry, joints_at, links_at, relative
from cellsim.collision.scope import Scope
from cellsim.collision.support import Shapes, gap_of_spheres
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

STEP_S = 0.05
MOST_SAMPLES = 4000


def seen_distances(
    timeline: Timeline, pairs: Collection[tuple[str, str]], step_s: float = STEP_S
) -> tuple[Array, Mapping[tuple[str, str], Array]]:
    """Return sample times [s], shape (n,), and the distance of each pair at them [m], (n,).

    Margins of the shapes are taken off, tolerances of frames are not; on the nominal clock. The
    clearance over any stretch is at most what is seen in it.
    """
    end = timeline.duration
    times = np.linspace(0.0, end, min(MOST_SAMPLES, max(2, math.ceil(end / step_s) + 1)))
    scope = scope_of(completed(timeline))
    by_name: dict[str, list[Item]] = {}
    for item in scope.items:
        by_name.setdefault(item.name, []).append(item)
    poses = {name: _poses(scope, by_name[name], times) for name in {n for p in pairs for n in p}}
    found = {}
    for a, b in pairs:
        first, second = by_name[a][0], by_name[b][0]
        apart = least_distances(scope.shapes, first.number, second.number, poses[a], poses[b])
        found[(a, b)] = apart - first.solid.epsilon - second.solid.epsilon
    return times, found


def _poses(scope: Scope, items: list[Item], times: Array) -> Array:
    """Return `world_T_body` of a body at every time, on the carrier it has then, (n, 3, 4)."""
    out = np.empty((len(times), 3, 4))
    for item in items:
        begin = -math.inf if item.begin is None else item.begin.t
        end = math.inf if item.end is None else item.end.t
        now = np.flatnonzero((times >= begin) & (times <= end))
        if item.link < 0:
            out[now] = item.link_T_body
            continue
        path = scope.paths[item.group]
        q, links = np.zeros(path.knots.shape[2]), np.zeros((len(path.links), 3, 4))
        for k in now:
            joints_at(path, scope.clock.u_at(item.group, float(times[k])), q)
            links_at(path, q, links)
            carry(links, item.link, item.link_T_body, out[k])
    return out


@compiled
def least_distances(s: Shapes, a: int, b: int, A: Array, B: Array) -> Array:
    """Return upper bounds of the signed distance of two bodies [m] for each row of poses, (n,)."""
    found = np.full(A.shape[0], math.inf)
    space, n, T = space_for(), np.zeros(3), np.zeros((3, 4))
    for k in range(A.shape[0]):
        relative(A[k], B[k], T)
        for i in range(s.own[a, 0], s.own[a, 1]):
            for j in range(s.own[b, 0], s.own[b, 1]):
                if gap_of_spheres(s.cores.rows, i, j, T) < found[k]:
                    aim(s.cores, i, j, T, n)
                    found[k] = min(found[k], distance(s.cores, i, j, T, n, math.inf, space)[1])
    return found
