"""Tubes of corners: every corner of every ramp lies inside, and posts in them are found."""

from __future__ import annotations

from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from small_cells import arm, cell, solid
from tubes_corners import RADIUS, RULES, blends, moves_of, on, triangle
from tubes_support import missed

from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.controller import AxisMap, Controller, MotionRules
from cellsim.domain.job import Job
from cellsim.domain.program import FINE, Index, Zone
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Band, Concurrent, Event, GroupTrack, Timeline, Tube
from cellsim.domain.tubes import LOST, TUBE, with_tubes
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.frames import chain_of
from cellsim.motion.run import MoveSpec, Run, time_run
from cellsim.proofcheck.check import check_proof
from cellsim.verify.context import Context
from cellsim.verify.rules.joint_limit_exceeded import joint_limit_exceeded


@pytest.mark.parametrize("kinds", ["jj", "ll", "jl", "lj"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_corner_leaves_its_tube(kinds: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = cases.Case(tiny.big_arm())
    moves = moves_of(case, kinds, rng)
    run = case.run(moves, RULES)
    (tube,) = run.tubes
    corner = next(m for m in run.motions if m.kind == "corner")
    assert missed(run.q[corner.first : corner.last + 1], tube) <= 1e-9
    whole, shares = triangle(case, moves), blends(rng)
    rows = on(whole, tube, shares)
    assert missed(rows, tube) <= 1e-9
    if kinds == "ll":
        p = case.points(np.concatenate([rows, tube.q[[0, -1]]]))
        meet, alpha, beta = moves[0].world_T_tcp.p, shares[:, :1], shares[:, 1:]
        np.testing.assert_allclose(
            p[:-2], meet + alpha * (p[-2] - meet) + beta * (p[-1] - meet), atol=1e-6
        )
    assert float(tube.dev.max()) < 0.01


def test_a_point_beside_the_triangle_is_outside() -> None:
    case = cases.Case(cases.gantry())
    moves = [case.joint((1, 0, 0, 0, 0, 0), RADIUS), case.joint((1, 1, 0, 0, 0, 0))]
    (tube,) = case.run(moves, RULES).tubes
    middle = (tube.q[0] + tube.q[-1]) / 2.0
    beyond = middle + np.array([-0.012, 0.012, 0, 0, 0, 0])
    assert missed(middle[None], tube) <= 1e-9
    assert missed(beyond[None], tube) > 0.0
    assert missed(middle[None] + np.array([0, 0, 0.005, 0, 0, 0]), tube) > 0.0


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_slower_and_softer_overlaps_lie_in_the_tube_of_the_fastest(share: float) -> None:
    rules = replace(RULES, corner_linear="overlap", corner_joint="overlap",
                    zone_fraction={"cnt": 0.01})  # fmt: skip
    case, cnt = cases.Case(cases.gantry()), Zone("cnt", 100 * share)
    start, speed = case.at(), 0.5
    p1 = start.p + np.array([-1.2, 0, 0])
    p2 = p1 + np.array([0.0, 0.9, 0.4])

    def run(percent: float, accel: float) -> Run:
        text = f"{1e3 * speed * percent / 100} mm/s"
        lines = [case.line(Pose(start.R, p1), cnt, text), case.line(Pose(start.R, p2), FINE, text)]
        return case.run([replace(m, accel=accel) for m in lines], rules)

    (tube,) = run(100, 100).tubes
    for percent in (100, 60, 25, 5):
        q = run(percent, 100).q
        assert missed(q[_near(q, tube)], tube) <= 1e-9
    # At half the written acceleration the corner is another one, with a tube of its own.
    assert np.ptp(run(100, 50).tubes[0].q, axis=0).max() > 1.2 * np.ptp(tube.q, axis=0).max()


def _near(q: Array, tube: Tube) -> Array:
    """Knots that lie past the entry and before the exit of a tube."""
    first = int(np.argmin(np.linalg.norm(q - tube.q[0], axis=1)))
    last = int(np.argmin(np.linalg.norm(q - tube.q[-1], axis=1)))
    return np.arange(first + 1, last)


def test_brands_certify_as_tubes_what_no_manual_draws() -> None:
    axes = tuple(AxisMap(f"J{k}", "deg", 0.017) for k in range(1, 7))
    for brand, one in BRANDS.items():
        rules = one.rules(Controller(brand, "", "", axes, pl_mm=(0.0, 10.0)))
        known = {c.id: c for c in rules.conventions}
        for kind, law in (("path", rules.corner_linear), ("joint", rules.corner_joint)):
            if law == "stop":
                continue
            evidence = known[rules.corner_convention[kind]].evidence
            # Public measurements bound a corner; only a manual draws its law.
            drawn = evidence not in ("assumed", "public code")
            assert (kind in rules.tube) == (not drawn), (brand, kind)
            assert law != "overlap" or kind in rules.tube


SLIDES = [("prismatic", (1, 0, 0), (0, 0, 0)), ("prismatic", (0, 1, 0), (0, 0, 0))]


def driven(posts: dict[str, tuple[float, float]], tube: bool = True, **more: object) -> Timeline:
    """A 40 mm box over 0, 0 - 1, 0 - 1, 1 with a corner of 400 mm; 20 mm posts at x, y [m]."""
    box = solid(Piece("box", (0.04, 0.04, 0.04)))
    fixtures = {
        name: (solid(Piece("box", (0.02, 0.02, 0.2))), Pose.translation(*at, 0.0))
        for name, at in posts.items()
    }
    world = cell({"arm": arm(SLIDES)}, {"arm": box}, fixtures, clearance=0.002)
    track = ride(world, RULES if tube else cases.RULES)
    end = float(track.t[-1])
    more = {"events": (), "concurrent": (), **more}
    return Timeline(Job("small", world, {}, {}), {"arm": track}, (), more["events"],
                    more["concurrent"], Band(end, end, end, "test"))  # fmt: skip


def ride(world: Cell, rules: MotionRules) -> GroupTrack:
    zone = Zone("radius", 400, "mm")
    moves = [
        MoveSpec("joint", np.array(q), None, None, Pose.identity(), cases.written("50 %"), z,
                 index=Index("arm.p", k))
        for k, (q, z) in enumerate((((1.0, 0.0), zone), ((1.0, 1.0), FINE)), start=1)
    ]  # fmt: skip
    group = world.groups["arm"]
    run = time_run(chain_of(world, "arm"), group.joints, np.zeros(2), moves, rules)
    block = np.zeros(len(run.t) - 1, dtype=np.int64)
    return GroupTrack("arm", run.t, run.q, run.qd, run.qdd, run.dev_path, run.dev_time, run.motion,
                      run.motions, block, run.tubes)  # fmt: skip


# x, y of posts: only the unblended corner reaches the first, only the full one the second.
POSTS = {
    "outer": (1.02, -0.02),
    "inner": (0.775, 0.225),
    "far": (0.725, 0.275),
    "out": (1.08, -0.08),
}


@pytest.mark.parametrize("name", ["outer", "inner"])
def test_a_post_that_only_one_end_of_the_tube_hits_is_found(name: str) -> None:
    for tube, status in ((True, "collision"), (False, "free")):
        found = check_timeline(driven({name: POSTS[name]}, tube))
        pair = next(p for p in found.pairs if p.b == f"fixture:{name}")
        assert pair.status == status
        assert all(v.tube and v.motion.line == 1 for v in pair.violations)


def test_posts_outside_the_tube_are_free_with_their_true_clearance() -> None:
    found = check_timeline(driven({"far": POSTS["far"], "out": POSTS["out"]}))
    apart = {p.b: p.clearance for p in found.pairs if p.b.startswith("fixture")}
    # The straight way x - y = 0.6 passes the inner post, the corner point the outer one.
    assert found.status == "free"
    gap = (0.6 - 0.45 - 2 * 0.03) / np.sqrt(2.0)
    assert gap - 6e-3 <= apart["fixture:far"] <= gap
    gap = np.sqrt(2.0) * (0.08 - 0.03)
    assert gap - 6e-3 <= apart["fixture:out"] <= gap


def test_a_proof_covers_the_tube_and_one_without_it_is_refused() -> None:
    line, bare = driven({"far": POSTS["far"]}), driven({"far": POSTS["far"]}, tube=False)
    proof = prove(line, check_timeline(line))
    assert check_proof(line, proof).backs_all
    assert not check_proof(line, prove(bare, check_timeline(bare))).backs_all


def test_a_sync_in_a_tube_may_come_anywhere_in_it() -> None:
    line = driven({})
    tube = line.tracks["arm"].tubes[0]
    wide = with_tubes(line).tracks["arm"]
    corner = next(m for m in wide.motions if m.note == TUBE)
    for knot in (tube.first, (tube.first + tube.last) // 2):
        both = (
            Concurrent("arm", "arm", 0, knot, 0, 1),
            Concurrent("arm", "arm", knot, knot + 90, 0, 1),
        )
        before, after = with_tubes(driven({}, concurrent=both)).concurrent
        assert before.a1 == corner.last
        assert after.a0 == corner.first
    assert np.all(np.diff(wide.t) > 0.0)
    assert wide.motions[-1].last == len(wide.t) - 1
    np.testing.assert_allclose(wide.q[[0, -1]], line.tracks["arm"].q[[0, -1]])


def test_nothing_is_certified_where_something_is_let_go_inside_a_tube() -> None:
    tube = driven({}).tracks["arm"].tubes[0]
    event = Event((tube.t0 + tube.t1) / 2.0, "release", "thing", 1.0, "arm")
    line = driven({"far": POSTS["far"]}, events=(event,))
    assert float(with_tubes(line).tracks["arm"].dev_path.max()) == LOST
    assert check_timeline(line).status == "undecided"


def test_a_tube_that_cannot_be_reached_is_undecided() -> None:
    case = cases.Case(tiny.ur10e())
    whole = triangle(case, moves_of(case, "ll", np.random.default_rng(5)))
    assert whole.lanes() is not None
    assert replace(whole, q_exit=whole.q_exit + 0.1).lanes() is None


@pytest.mark.parametrize(("limit", "found"), [(1.01, 0), (0.97, 1)])
def test_a_joint_limit_that_only_the_taught_point_passes_is_undecided(
    limit: float, found: int
) -> None:
    line = driven({})
    zone = Zone("radius", 400, "mm")
    moves = [
        MoveSpec("joint", np.array(q), None, None, Pose.identity(), cases.written("50 %"), z,
                 index=Index("arm.p", k))
        for k, (q, z) in enumerate((((1.0, 0.0), zone), ((0.5, 0.8), FINE)), start=1)
    ]  # fmt: skip
    group = line.job.cell.groups["arm"]
    run = time_run(chain_of(line.job.cell, "arm"), group.joints, np.zeros(2), moves, RULES)
    assert float(run.q[:, 0].max()) < 0.95
    block = np.zeros(len(run.t) - 1, dtype=np.int64)
    track = GroupTrack("arm", run.t, run.q, run.qd, run.qdd, run.dev_path, run.dev_time, run.motion,
                       run.motions, block, run.tubes)  # fmt: skip
    joints = tuple(replace(j, upper=limit) for j in group.robot.joints)
    axes = tuple(AxisMap(j.name, "mm", 0.001) for j in joints)
    named = replace(group, robot=replace(group.robot, joints=joints),
                    controller=replace(group.controller, axes=axes))  # fmt: skip
    world = replace(line.job.cell, groups={"arm": named})
    told = joint_limit_exceeded(
        Context(replace(line, job=replace(line.job, cell=world), tracks={"arm": track}), None)
    ).findings
    assert [(f.severity, f.line) for f in told] == [(Severity.UNDECIDED, 1)] * found
