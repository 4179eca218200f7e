"""Arms that follow a frame measured at run time: they bend after it, each joint on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.controller import MotionRules
from cellsim.domain.equipment import Fixture
from cellsim.domain.job import Job
from cellsim.domain.program import Move, Speed, Target, Zone
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Timeline, Tube
from cellsim.domain.tubes import with_tubes
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import link_poses, tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.frameshift import ENDS, farthest, unit_shifts, world_shift
from cellsim.simulate.moves import flange_T_tcp_of
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.provenance import assumptions_of
from cellsim.verify.rules.frame_joint_limit import frame_joint_limit
from cellsim.verify.rules.frame_not_followed import frame_not_followed
from tests import timelines

# Nearly outstretched: the elbow gives way by far more than the tool.
NEAR = (0.1, 0.85, -1.2, 0.2, 0.9, 0.1)
AWAY = (0.2, 0.9, -1.18, 0.2, 0.9, 0.1)
RANGE_M, RANGE_RAD = 0.008, 0.001
STOP, ROUND = Zone("fine"), Zone("r", 30.0, "mm")
RULES = MotionRules("ur", "parabola", "parabola", zone_unit_m={"r": 1e-3})


def jig(shift: Pose | None = None, **changes: object) -> Frame:
    pose = Pose.from_xyz_rpy((1.0, 0.1, 0.7), (0.2, -0.1, 0.4))
    given = {"measured": True, "range_m": RANGE_M, "range_rad": RANGE_RAD} | changes
    return Frame("jig", "world", pose if shift is None else pose @ shift, **given)  # type: ignore[arg-type]


def cell(*fixtures: Fixture, frame: Frame | None = None, **robot: object) -> Cell:
    made = timelines.cell(timelines.robot(**robot))
    group = replace(made.groups["arm"], home=NEAR)
    table = replace(made.frames["table"], pose=Pose.translation(0.9, 2.0, -0.2))
    return replace(
        made,
        groups={"arm": group},
        frames={"table": table, "jig": frame or jig()},
        fixtures={f.name: f for f in fixtures},
        clearance_m=0.002,
    )


def to(where: Cell, line: int, q: Sequence[float], frame: str = "jig", kind: str = "linear",
       zone: Zone = STOP, joints: bool = False) -> Move:  # fmt: skip
    """A move to where the tool stands at q, the target as a pose in a frame or as joints."""
    chain, plain = (
        chain_of(where, "arm"),
        world_T_frame(where, "table" if frame == "world" else frame),
    )
    tip = tcp_pose(chain, np.array(q), flange_T_tcp_of(where, "arm", "hand"))
    pose = tip if frame == "world" else plain.inverse() @ tip
    target = Target(q=tuple(q)) if joints else Target(pose=pose)
    return Move(kind=kind, to=target, speed=Speed(50, "%" if kind == "joint" else "mm/s"),  # type: ignore[arg-type]
                frame=frame, zone=zone, line=line)  # fmt: skip


def moves(where: Cell, zone: Zone = STOP, **first: object) -> tuple[Move, ...]:
    """From outside into the frame, through it, and out again by a joint move."""
    return (
        to(where, 1, AWAY, zone=zone, **first),  # type: ignore[arg-type]
        to(where, 2, (0.25, 0.92, -1.2, 0.1, 0.8, 0.0), zone=zone),
        to(where, 3, (0.15, 0.85, -1.15, 0.1, 0.8, 0.0), kind="joint", zone=zone),
        to(where, 4, NEAR, "world", "joint", joints=True),
    )


def run(where: Cell, what: Sequence[Move], shifts: bool = True) -> Timeline:
    job = Job("work", where, {"arm": timelines.program(*what)}, {"arm": RULES})
    return simulate(job, shifts=shifts)


@lru_cache
def nominal(zone: Zone = STOP) -> Timeline:
    where = cell()
    return run(where, moves(where, zone))


def post(gap: float) -> Fixture:
    """A small block above the elbow, at a gap beyond what the rules ask, over all the run."""
    made = nominal()
    chain = chain_of(made.job.cell, "arm")
    elbow = link_poses(chain, made.tracks["arm"].q)[:, chain.link("arm/L3")]
    far = elbow[int(np.argmax(elbow[:, 2, 3]))]
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.06
    top = max(float((T[:3, :3] @ corners.T)[2].max() + T[2, 3]) for T in elbow)
    at = Pose.translation(float(far[0, 3]), float(far[1, 3]), top + 0.1 + 0.007 + gap)
    return Fixture("post", timelines.solid("post", (0.3, 0.3, 0.2)), "world", at)


def unbent(made: Timeline) -> Timeline:
    """The same without what was solved for shifts: the arm follows as if it were rigid."""
    return replace(made, tracks={g: replace(t, shifted={}) for g, t in made.tracks.items()})


def clearance(made: Timeline, a: str, b: str) -> tuple[str, float]:
    pair = next(p for p in check_timeline(made).pairs if {p.a, p.b} == {a, b})
    return pair.status, pair.clearance


def test_shifted_joints_are_those_of_a_cell_whose_frame_stands_there() -> None:
    """The second way: the frame itself is moved, and the job simulated from its poses."""
    made = nominal()
    track, frame = made.tracks["arm"], made.job.cell.frames["jig"]
    for number in (0, 7, 13, 19):
        where = cell(frame=jig(_local(unit_shifts()[number])))
        again = run(where, moves(made.job.cell), shifts=False).tracks["arm"]
        ends = [m.last for m in track.motions if m.kind != "stand"]
        there = [m.last for m in again.motions if m.kind != "stand"]
        assert np.abs(again.q[there] - track.shifted[frame.name][number, ends]).max() < 1e-7
        assert np.abs(track.q[ends[:-1]] - again.q[there[:-1]]).max() > 5e-4


def test_shifted_corners_lie_on_the_way_that_is_driven_then() -> None:
    made = nominal(ROUND)
    track = made.tracks["arm"]
    assert any(m.kind == "corner" for m in track.motions)
    for number in (3, 12, 17):
        where = cell(frame=jig(_local(unit_shifts()[number])))
        again = run(where, moves(made.job.cell, ROUND), shifts=False).tracks["arm"]
        fine = again.traj(np.linspace(0.0, again.t[-1], 20_000))
        for knot in range(0, len(track.t), 9):
            away = np.abs(fine - track.shifted["jig"][number, knot]).max(axis=1).min()
            # Measured: 7.6e-4 rad at most, for corners here take the same shares of their ways.
            assert away < 1e-3, (number, knot)


def test_a_tube_of_corners_strays_as_the_named_corner_does() -> None:
    track = nominal(ROUND).tracks["arm"]
    corner = next(m for m in track.motions if m.kind == "corner")
    there = track.q[[corner.first, (corner.first + corner.last) // 2, corner.last]]
    times = (float(track.t[corner.first]), float(track.t[corner.last]))
    tube = Tube(corner.first, corner.last, *times, there, np.zeros((2, track.q.shape[1])))
    made = replace(nominal(ROUND), tracks={"arm": replace(track, tubes=(tube,))})
    wide = with_tubes(made).tracks["arm"]
    assert len(wide.t) < len(track.t)
    assert wide.shifted["jig"].shape == (len(unit_shifts()), *wide.q.shape)
    for k in range(len(wide.t)):
        old = int(np.argmin(np.abs(track.q - wide.q[k]).max(axis=1) + np.abs(track.t - wide.t[k])))
        if np.array_equal(track.q[old], wide.q[k]) and track.t[old] == wide.t[k]:
            assert np.allclose(wide.shifted["jig"][:, k], track.shifted["jig"][:, old], atol=1e-12)


def _local(share: Array) -> Pose:
    return Pose.from_rotvec(tuple(RANGE_M * share[:3]), tuple(RANGE_RAD * share[3:]))


def test_a_post_over_the_elbow_is_hit_though_an_arm_moved_rigidly_is_free() -> None:
    where = cell(post(0.0098))
    made = run(where, moves(where))
    assert clearance(unbent(made), "arm/L3", "fixture:post")[0] == "free"
    assert clearance(made, "arm/L3", "fixture:post")[0] != "free"
    bare = cell(post(0.0098), frame=jig(measured=False, range_m=0.0, range_rad=0.0))
    track, job = made.tracks["arm"], replace(made.job, cell=bare)
    hit = [
        clearance(
            replace(made, job=job, tracks={"arm": replace(track, q=q, shifted={})}),
            "arm/L3", "fixture:post",
        )[1]
        for q in track.shifted["jig"][:ENDS]
    ]  # fmt: skip
    assert min(hit) < 0.002


def test_links_of_one_arm_get_what_they_move_against_one_another() -> None:
    made = nominal()
    before, after = (clearance(m, "arm/L2", "arm/L5")[1] for m in (unbent(made), made))
    chain = chain_of(made.job.cell, "arm")
    track = made.tracks["arm"]
    nearer = max(
        float(np.max(_apart(chain, track.q) - _apart(chain, q))) for q in track.shifted["jig"]
    )
    assert nearer > 1e-3
    assert after <= before - nearer + 1e-4


def _apart(chain: object, q: Array) -> Array:
    """Distance of the middles of L2 and L5 [m]."""
    T = link_poses(chain, q)  # type: ignore[arg-type]
    a, b = (T[:, chain.link(f"arm/{n}"), :3, 3] for n in ("L2", "L5"))  # type: ignore[attr-defined]
    return np.asarray(np.linalg.norm(a - b, axis=1))


def test_certified_clearance_is_never_above_that_of_other_shifts() -> None:
    """Monte Carlo against the pad: shifts that were not sampled, each job simulated anew."""
    obstacle = post(0.045)
    where = cell(obstacle)
    made = run(where, moves(where, ROUND))
    status, certified = clearance(made, "arm/L3", "fixture:post")
    assert status == "free"
    random = np.random.default_rng(5)
    least = np.inf
    for _ in range(8):
        share = random.normal(size=(2, 3))
        share /= np.linalg.norm(share, axis=1, keepdims=True)
        there = cell(
            obstacle, frame=jig(_local(share.ravel()), measured=False, range_m=0.0, range_rad=0.0)
        )
        least = min(
            least, clearance(run(there, moves(where, ROUND), False), "arm/L3", "fixture:post")[1]
        )
    assert certified <= least + 1e-4
    assert certified > -0.05


def test_a_joint_limit_that_only_the_far_end_of_the_range_passes_is_found() -> None:
    track = nominal().tracks["arm"]
    plain, far = track.q[:, 2].min(), track.shifted["jig"][:, :, 2].min()
    assert far < plain - 1e-3
    arm = timelines.robot()
    for limit, severities in ((far - 0.2, []), ((far + plain) / 2, [Severity.ERROR])):
        joints = (*arm.joints[:2], replace(arm.joints[2], lower=float(limit)), *arm.joints[3:])
        where = _with_joints(joints)
        found = frame_joint_limit(Context(run(where, moves(where)))).findings
        assert sorted({f.severity for f in found if "J3" in f.subject}) == severities
    worst = next(f for f in found if f.severity is Severity.ERROR)
    assert worst.facts["frame"] == "jig"
    assert "mm" in str(worst.facts["shift"])


def _with_joints(joints: tuple[object, ...]) -> Cell:
    made = cell()
    arm = replace(made.groups["arm"].robot, joints=joints)
    return replace(made, groups={"arm": replace(made.groups["arm"], robot=arm)})


def test_a_target_that_only_a_shift_puts_out_of_reach_is_an_error() -> None:
    where = cell(frame=jig(range_m=0.08))
    made = run(where, (to(where, 1, AWAY), to(where, 2, NEAR, "world", joints=True)))
    found = frame_not_followed(Context(made)).findings
    assert min(f.line for f in found if f.severity is Severity.ERROR) == 1
    assert found[0].facts["why"] == "reach"


def test_a_joint_target_in_the_frame_moves_with_it() -> None:
    where = cell()
    what = (to(where, 1, AWAY, kind="joint", joints=True), to(where, 2, NEAR, "world", joints=True))
    made = run(where, what)
    track, chain = made.tracks["arm"], chain_of(where, "arm")
    for share, q in zip(unit_shifts(), track.shifted["jig"], strict=True):
        S = world_shift(where, where.frames["jig"], share).matrix
        knot = next(m.last for m in track.motions if m.index.line == 1)
        goal = S @ link_poses(chain, track.q[knot])[chain.flange]
        assert np.abs(link_poses(chain, q[knot])[chain.flange] - goal).max() < 1e-8


def test_the_report_says_monte_carlo_and_how_many() -> None:
    made = nominal()
    told = [text for text in assumptions_of(made) if "measured frame jig" in text]
    assert len(told) == 1
    assert f"Monte Carlo, {len(unit_shifts())} shifts" in told[0]
    rigid = [t for t in assumptions_of(unbent(made)) if "as if it were rigid" in t]
    assert len(rigid) == 1


def test_what_is_linear_in_a_shift_is_bounded_over_the_whole_range() -> None:
    random = np.random.default_rng(1)
    slope = random.normal(size=(6, 4))
    bound = farthest(unit_shifts() @ slope)
    shares = random.normal(size=(4000, 2, 3))
    shares /= np.linalg.norm(shares, axis=2, keepdims=True)
    seen = np.abs(shares.reshape(-1, 6) @ slope).max(axis=0)
    assert np.all(seen <= bound + 1e-12)
    assert np.all(seen > 0.9 * bound)
    curved = unit_shifts() @ slope + 0.3 * (unit_shifts()[:, :1] ** 2)
    assert np.all(farthest(curved) >= bound + 0.3 - 1e-9)
