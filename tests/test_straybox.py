"""Bodies of an arm whose joints are enclosed: none strays farther than is certified."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from jointbox_support import followed, turned
from test_frame_shifts import RANGE_M, RANGE_RAD, ROUND, STOP, cell, nominal, run, to

from cellsim.collision.check import scope_of
from cellsim.collision.straybox import arm_of, strayed_in
from cellsim.collision.strayloop import FRAME, WORLD
from cellsim.collision.strays import _asks, _bodies, _corners, enclosed_by
from cellsim.domain.follow import MIXED, RIGID, SAMPLED, STILL
from cellsim.domain.program import Zone
from cellsim.domain.report import Severity
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.frameshift import farthest, unit_shifts
from cellsim.messages import said
from cellsim.verify.context import Context
from cellsim.verify.provenance import assumptions_of
from cellsim.verify.rules.frame_joint_limit import frame_joint_limit

# The elbow well bent: that of `nominal` is nearly outstretched, and nothing is proven there.
PLACES = ((0.2, 0.3, -0.5, 0.3, 0.9, 0.1), (0.25, 0.32, -0.45, 0.2, 0.95, 0.0),
          (0.15, 0.25, -0.4, 0.2, 0.9, 0.0), (0.1, 0.3, -0.45, 0.1, 1.0, 0.1))  # fmt: skip


@lru_cache
def bent(zone: Zone) -> Timeline:
    """Out of the world into the frame in a line, lines and joint moves in it, and out again."""
    made = cell()
    group = replace(made.groups["arm"], home=PLACES[3])
    where = replace(made, groups={"arm": group})
    a, b, c, home = PLACES
    what = (to(where, 1, a, zone=zone), to(where, 2, b, zone=zone), to(where, 3, c, zone=zone),
            to(where, 4, a, kind="joint", zone=zone), to(where, 5, b, kind="joint", zone=zone),
            to(where, 6, home, "world", "joint", joints=True))  # fmt: skip
    return run(where, what)


def drawn(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    made = rng.normal(size=(2, count, 3))
    made /= np.linalg.norm(made, axis=2, keepdims=True)
    return RANGE_M * made[0], RANGE_RAD * made[1]


def joints(made: Timeline, knot: int, interval: int, moved: Array, turn: Array) -> Array:
    """Joint values at a knot for drawn shifts, solved by the second way, (n, dof)."""
    track = made.tracks["arm"]
    follow, chain = track.follows["jig"], chain_of(made.job.cell, "arm")
    origin, n = world_T_frame(made.job.cell, "jig").p, len(moved)

    def off(q: Array) -> Array:
        rows = np.repeat(q[None], n, axis=0)
        return followed(chain, origin, rows, moved, turn) - rows

    q = track.q[knot]
    if follow.how[interval] == RIGID:
        return q + off(q)
    # Of the first share the least is where the interval ends.
    both = {k: (follow.low[interval, k], follow.high[interval, k]) for k in range(3)}
    shares = [both[k][int((knot > interval) != (k == 0))] for k in range(3)]
    total = np.zeros((n, len(q)))
    for k, end in enumerate(follow.ends[interval]):
        if end >= 0:
            total += shares[k] * off(follow.places[end])
    return q + total


def seen(T: Array, link: int, ref: int, corners: Array, S: Array) -> Array:
    """Places of corners of a body on a link, seen from the world, the frame or a link at T."""
    p = np.einsum("nij,cj->nci", T[:, link, :3, :3], corners) + T[:, link, None, :3, 3]
    R = T[:, ref] if ref >= 0 else S if ref == FRAME else np.eye(4)[None]
    return np.einsum("nji,ncj->nci", R[:, :3, :3], p - R[:, None, :3, 3])


# With stops among the proofs: with corners every kind of interval is met.
@pytest.mark.parametrize(
    "zone", [pytest.param(STOP, marks=pytest.mark.prove), ROUND], ids=("stops", "corners")
)
def test_no_body_strays_farther_than_is_certified(zone: Zone) -> None:
    made = bent(zone)
    scope, rng, track = scope_of(made), np.random.default_rng(11), made.tracks["arm"]
    chain, where = chain_of(made.job.cell, "arm"), made.job.cell
    told, rows = enclosed_by(where, track, "jig"), scope.strays["arm"]["jig"].rows
    mine = [i for i in scope.items if i.group == "arm" and i.link >= 0]
    origin, ratios, asks = world_T_frame(where, "jig").p, [], list(_asks(mine))
    arm = arm_of(scope.paths["arm"], origin, RANGE_M, RANGE_RAD)
    proven = strayed_in(scope.paths["arm"], arm, told, *_bodies(mine), np.array(asks))
    for c in rng.choice(len(told.first), 25, replace=False):
        interval = int(rng.integers(told.first[c], told.last[c]))
        knot = interval + int(rng.integers(0, 2))
        moved, turn = drawn(rng, 40)
        q = joints(made, knot, interval, moved, turn)
        assert np.all(np.abs(q - track.q[knot]).max(axis=0) <= told.boxes.most[c])
        S = np.tile(np.eye(4), (len(q), 1, 1))
        S[:, :3, :3] = turned(turn)
        S[:, :3, 3] = moved + origin - np.einsum("nij,j->ni", S[:, :3, :3], origin)
        T, nominal_T = link_poses(chain, q), link_poses(chain, track.q[knot][None])
        for (number, ref), most in zip(asks, proven[:, c], strict=True):
            item = mine[number]
            body = item.link, ref, _corners(item)
            still = seen(nominal_T, *body, np.eye(4)[None])
            goes = np.linalg.norm(seen(T, *body, S) - still, axis=2).max()
            assert goes <= most, (c, item.name, ref)
            if told.rigid[c]:
                assert most <= rows[(id(item), ref)][knot]
            if ref in (WORLD, FRAME) and most > 1e-4:
                ratios.append(goes / most)
    print(f"strays: {np.median(ratios):.2f} of what is certified in the median, {max(ratios):.2f}")
    assert 0.4 < np.median(ratios) <= np.max(ratios) <= 1.0
    assert np.max(ratios) > 0.9


def test_the_tool_moves_as_the_frame_does() -> None:
    made = bent(STOP)
    scope, track = scope_of(made), made.tracks["arm"]
    follow, rows = track.follows["jig"], scope.strays["arm"]["jig"].rows
    rigid = np.flatnonzero(follow.how == RIGID)
    inside = [k for k in rigid if k - 1 in rigid and k + 1 in rigid]
    (hand,) = [i for i in scope.items if i.kind == "tool"]
    assert len(inside) > 20
    assert np.all(rows[(id(hand), FRAME)][inside] < 1e-7)
    far = RANGE_M + RANGE_RAD * 3.0
    assert np.all(rows[(id(hand), WORLD)][inside] < far)


def test_lines_joint_moves_and_their_corners_are_told_apart() -> None:
    for made in (bent(STOP), bent(ROUND)):
        track: GroupTrack = made.tracks["arm"]
        follow = track.follows["jig"]
        assert set(follow.how.tolist()) <= {STILL, RIGID, MIXED, SAMPLED}
        for m in track.motions:
            how = set(follow.how[m.first : m.last].tolist())
            if m.kind == "linear" and m.index.line == 2:
                assert how == {RIGID}
            if m.kind == "joint":
                assert how == {MIXED}
        told = enclosed_by(made.job.cell, track, "jig")
        proven = np.isfinite(told.most(len(follow.how))).all(axis=1)
        assert np.array_equal(proven, (follow.how == RIGID) | (follow.how == MIXED))
        shifted = np.abs(track.shifted["jig"] - track.q).max(axis=0)
        most = told.most(len(follow.how))
        assert np.all(shifted[:-1][proven] <= most[proven] + 1e-9)
        assert np.all(shifted[1:][proven] <= most[proven] + 1e-9)


def test_near_a_singularity_nothing_is_proven_and_the_samples_stay() -> None:
    made = nominal(STOP)
    told = enclosed_by(made.job.cell, made.tracks["arm"], "jig")
    assert len(told.first) == 0
    plain = replace(made.tracks["arm"], follows={})
    both = [scope_of(replace(made, tracks={"arm": t})) for t in (plain, made.tracks["arm"])]
    rows = [list(scope.strays["arm"]["jig"].rows.values()) for scope in both]
    for before, after in zip(*rows, strict=True):
        assert np.array_equal(before, after)


def test_what_follows_two_frames_at_once_is_sampled() -> None:
    from cellsim.simulate.shifts import _one_at_a_time

    track = bent(STOP).tracks["arm"]
    follow = track.follows["jig"]
    both = _one_at_a_time({"jig": follow, "other": replace(follow)})
    for one in both.values():
        assert np.array_equal(one.how == SAMPLED, follow.how != STILL)
    assert np.array_equal(_one_at_a_time({"jig": follow})["jig"].how, follow.how)


def test_the_report_says_which_lines_have_a_certified_box_and_how_large() -> None:
    told = [t for t in assumptions_of(bent(ROUND)) if "measured frame jig" in t]
    boxed, sampled = told
    assert "certified joint box" in boxed
    track = bent(ROUND).tracks["arm"]
    certain = enclosed_by(bent(ROUND).job.cell, track, "jig").of_rigid()
    most = certain.most(len(track.t) - 1)
    worst = np.degrees(most[np.isfinite(most).all(axis=1)].max())
    value = float(boxed.partition("of that range, ")[2].split()[0])
    assert worst <= value < worst + 0.011
    assert "Monte Carlo" not in boxed
    assert "jig (1, 1-2, " in sampled
    assert "; a-b is" in boxed
    assert said("ko", boxed) != boxed
    assert said("ko", sampled) != sampled
    assert f"Monte Carlo, {len(unit_shifts())} shifts" in sampled
    alone = replace(bent(ROUND), tracks={"arm": replace(track, follows={})})
    (only,) = [t for t in assumptions_of(alone) if "measured frame jig" in t]
    assert "jig: Monte Carlo" in only


def test_a_limit_between_the_samples_and_the_box_is_undecided() -> None:
    made = bent(STOP)
    track = made.tracks["arm"]
    most = enclosed_by(made.job.cell, track, "jig").most(len(track.t) - 1)[:, 2]
    sampled = track.q[:, 2] + farthest(track.shifted["jig"] - track.q)[:, 2]
    proven = np.isfinite(most)
    beyond = (track.q[:-1, 2] + most)[proven].max()
    assert sampled.max() < beyond
    robot = made.job.cell.groups["arm"].robot
    for limit, count in (((sampled.max() + beyond) / 2.0, 1), (beyond + 1e-6, 0)):
        joints = tuple(replace(j, upper=limit) if n == 2 else j for n, j in enumerate(robot.joints))
        group = replace(made.job.cell.groups["arm"], robot=replace(robot, joints=joints))
        where = replace(made.job.cell, groups={"arm": group})
        there = replace(made, job=replace(made.job, cell=where))
        found = frame_joint_limit(Context(there)).findings
        assert {f.severity for f in found} == ({Severity.UNDECIDED} if count else set())
