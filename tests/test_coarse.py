"""What the coarse test certifies as spheres holds at every sampled instant; nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from small_cells import arm, cell, solid, timeline

from cellsim.collision.check import _jobs, check_timeline, scope_of
from cellsim.collision.coarse import sift
from cellsim.collision.complete import completed
from cellsim.collision.sieve import sieve_of
from cellsim.collision.spans import PAD, REQUIRED, U0, U1, at_motions, span
from cellsim.collision.work import Limits, rows_of
from cellsim.domain.cell import Cell
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of

PLACES = [
    ("prismatic", (1, 0, 0), (0.0, 0.0, 0.0)),
    ("revolute", (0, 0, 1), (0.0, 0.0, 0.3)),
    ("revolute", (0, 1, 0), (0.1, 0.0, 0.2)),
    ("revolute", (0, 1, 0), (0.0, 0.0, 0.5)),
]


def _world(rng: np.random.Generator) -> Cell:
    robot = arm(PLACES, {2: solid(Piece("capsule", (0.05, 0.4), Pose.translation(0, 0, 0.25)))})
    things = {
        f"t{k}": (
            solid(Piece("box", tuple(rng.uniform(0.02, 0.3, 3)))),
            Pose.translation(*rng.uniform(-1.5, 1.5, 3)),
        )
        for k in range(12)
    }
    return cell({"arm": robot}, {"arm": solid(Piece("sphere", (0.08,)))}, things)


def test_every_instant_is_certified_or_left_open() -> None:
    rng, certified, spared = np.random.default_rng(31), 0, 0
    for _ in range(4):
        world, q = _world(rng), rng.uniform(-1.2, 1.2, (9, 4))
        scope = scope_of(completed(timeline(world, {"arm": q})))
        jobs = list(_jobs(scope, {}))
        rows = rows_of([j.pair for j in jobs], [j.spans for j in jobs])
        movers, sieve = sieve_of(scope.shapes, rows)
        found = sift(scope.shapes, scope.paths["arm"], movers, sieve, rows.spans, Limits())
        for k, task in enumerate(sieve.tasks):
            job, span = jobs[int(np.searchsorted(rows.firsts, task[0], "right")) - 1], task[0]
            left = found.us[found.span == span]
            us = rng.uniform(rows.spans[span, U0], rows.spans[span, U1], 60)
            open_ = ((left[:, :1] <= us) & (us <= left[:, 1:])).any(axis=0)
            gaps = [_gap(world, job.a, job.b, q, u) for u in us[~open_]]
            certified, spared = certified + len(gaps), spared + int(open_.sum())
            least = found.least[span, 0] + rows.spans[span, PAD]
            assert all(gap >= least for gap in gaps), k
            assert found.least[span, 0] >= min(0.1, rows.spans[span, REQUIRED])
    assert certified > 2000
    assert spared > 200


def _gap(world: Cell, a, b, q: Array, u: float) -> float:  # type: ignore[no-untyped-def]
    """Return the gap of the smallest spheres about the pieces' own ones [m], by plain FK."""
    chain, k = chain_of(world, "arm"), min(int(u), len(q) - 2)
    links = link_poses(chain, q[k] + (u - k) * (q[k + 1] - q[k]))
    gap, ends = 0.0, []
    for item in (a, b):
        piece = item.solid.pieces[0]
        local = item.link_T_body[:, :3] @ piece.pose.p + item.link_T_body[:, 3]
        T = links[item.link] if item.link >= 0 else np.eye(4)
        ends.append(T[:3, :3] @ local + T[:3, 3])
        gap -= np.linalg.norm(piece.size) / 2 if piece.kind == "box" else sum(piece.size[1:]) / 2
        gap -= 0.0 if piece.kind == "box" else piece.size[0]
    return gap + float(np.linalg.norm(ends[0] - ends[1]))


def test_a_path_of_one_knot_and_windows_inside_an_interval_are_kept() -> None:
    """The whole cell standing still, near and far; a requirement that changes between two knots."""
    world = cell(
        {"arm": arm(PLACES[:1])},
        {"arm": solid(Piece("box", (0.1, 0.1, 0.1)))},
        {"near": (solid(Piece("box", (0.1, 0.1, 0.1))), Pose.translation(0.15, 0, 0)),
         "hit": (solid(Piece("box", (0.1, 0.1, 0.1))), Pose.translation(-0.05, 0, 0)),
         "far": (solid(Piece("box", (0.1, 0.1, 0.1))), Pose.translation(3, 0, 0))},
    )  # fmt: skip
    pairs = {p.b: p for p in check_timeline(timeline(world, {"arm": np.zeros((2, 1))})).pairs}
    assert pairs["fixture:near"].clearance <= 0.05
    assert pairs["fixture:near"].clearance >= 0.05 - 1e-6
    assert pairs["fixture:hit"].status == "collision"
    assert pairs["fixture:far"].status == "free"
    assert 0.1 <= pairs["fixture:far"].clearance <= 2.9


def test_spans_cut_at_motions_all_at_once_are_those_cut_one_by_one() -> None:
    """Each piece has what its span requires, and they cover it from motion to motion."""
    rng = np.random.default_rng(4)
    firsts = np.unique(rng.integers(0, 60, 25)).astype(np.float64)
    ends = np.sort(rng.choice(np.arange(0.0, 60.0, 0.5), (40, 2)), axis=1)
    spans = np.array([span(u0, u1, 0.01 * k, 0.0) for k, (u0, u1) in enumerate(ends)])
    found = at_motions(spans, firsts)
    expected = []
    for row in spans:
        edges = [row[U0], *(u for u in firsts if row[U0] < u < row[U1]), row[U1]]
        for u0, u1 in pairwise(edges):
            expected.append([u0, u1, *row[2:]])
    assert np.array_equal(found, np.array(expected))
    assert len(at_motions(spans[:0], firsts)) == 0
