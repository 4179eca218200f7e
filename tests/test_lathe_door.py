"""The lathe's door of the shipped cell: opened before the arm goes in, certified, proved, swept."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from releases import first_job
from slides import find_pair

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.collision.result import CollisionResult
from cellsim.collision.swept import swept_volume
from cellsim.collision.work import Limits
from cellsim.domain.job import Job
from cellsim.domain.program import Move, Process, SetSignal
from cellsim.domain.strokes import with_fixtures
from cellsim.domain.timeline import Phase, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of, link_pose
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.course import stand
from cellsim.proofcheck.duty import duties_of
from cellsim.proofcheck.file import Proof
from cellsim.simulate.run import simulate
from cellsim.verify.provenance import assumptions_of
from cellsim.verify.render.page.scene import sampled

DOOR, FILE = "fixture:door", "tender.program.yaml"


def until_gripped(job: Job, *, waiting: bool) -> Job:
    """Return the job up to the first line into the lathe, or without waiting for the door."""
    (routine,) = job.programs["tender"].routines
    body = list(routine.body)
    last = next(k for k, s in enumerate(body) if isinstance(s, Move) and s.kind == "linear")
    body = body[: last + 1]
    if not waiting:
        body = [SetSignal("door_open_request", True, line=s.line) if isinstance(s, Process) else s
                for s in body]  # fmt: skip
    program = replace(job.programs["tender"], routines=(replace(routine, body=tuple(body)),))
    return replace(job, programs={"tender": program})


@cache
def opened() -> tuple[Timeline, CollisionResult]:
    run = simulate(until_gripped(first_job("machine_tending", "shaft_80"), waiting=True))
    return run, check_timeline(run)


@cache
def proved() -> Proof:
    return prove(*opened())


def test_the_arm_goes_in_after_the_door_is_told_open_and_is_free() -> None:
    run, result = opened()
    assert [p.kind for p in run.fixtures[DOOR].phases] == ["stands", "moves", "stands"]
    with_door = [p for p in result.pairs if DOOR in (p.a, p.b)]
    assert {p.status for p in with_door} == {"free"}
    # Every other body of the cell is held against it, none is let off.
    assert {p.a if p.b == DOOR else p.b for p in with_door} == {
        b.name for b in bodies_of(run.job.cell)
    } - {DOOR}


def test_without_the_wait_the_arm_meets_the_door_on_the_line_that_goes_in() -> None:
    run = simulate(until_gripped(first_job("machine_tending", "shaft_80"), waiting=False))
    assert run.duration < 6.0
    result = check_timeline(run, limits=Limits(most_nodes=4_000))
    hits = [v for p in result.pairs for v in p.violations if v.status == "collision"]
    assert {DOOR} == {v.b for v in hits}
    assert {v.a for v in hits} > {"tender/tool:finger_gripper", "tender/wrist_3"}
    lines = {v.motion.line for v in hits if v.motion and v.motion.file == FILE}
    assert lines >= {12, 13}


def test_a_door_drawn_shut_and_never_asked_for_is_met_too() -> None:
    """Why it matters that the program asks: nothing else opens it."""
    job = until_gripped(first_job("machine_tending", "shaft_80"), waiting=False)
    (routine,) = job.programs["tender"].routines
    silent = tuple(s for s in routine.body if not isinstance(s, SetSignal))
    program = replace(job.programs["tender"], routines=(replace(routine, body=silent),))
    run = simulate(replace(job, programs={"tender": program}))
    assert run.fixtures[DOOR].phases == (Phase("stands", 0.0, run.duration, 0.0, 0.0),)
    pair = find_pair(check_timeline(run), "tender/tool:finger_gripper", DOOR)
    assert pair.status == "collision"


@pytest.mark.parametrize("goal", [0.36, 0.386, 0.64])
def test_an_open_door_is_judged_as_one_that_is_drawn_open(goal: float) -> None:
    """Another way to know: the same panel as a part of the layout, on one path."""
    job = until_gripped(first_job("machine_tending", "shaft_80"), waiting=True)
    door, device = job.cell.fixtures["door"], job.cell.devices["machine_door"]
    moving = replace(device, goal=goal)
    still = replace(device, effect="", target="", goal=None, unit="")
    drawn = replace(door, joint=None, pose=Pose.translation(0, goal, 0))
    told = []
    for fixture, one in ((door, moving), (drawn, still)):
        fixtures, devices = {**job.cell.fixtures, "door": fixture}, dict(job.cell.devices)
        devices["machine_door"] = one
        cell = replace(job.cell, fixtures=fixtures, devices=devices)
        result = check_timeline(simulate(replace(job, cell=cell)))
        pairs = {p.a: p for p in result.pairs if p.b == DOOR and p.a.startswith("tender/")}
        lines = {a: {v.motion.line for v in p.violations if v.motion} for a, p in pairs.items()}
        told.append((pairs, lines))
    for name in told[0][0]:
        a, b = told[0][0][name], told[1][0][name]
        assert (a.status, told[0][1][name]) == (b.status, told[1][1][name])
        if a.status == "free" and b.clearance < 0.1:
            # On two paths it is worked out a little less finely.
            assert b.clearance - 1.5e-3 < a.clearance < b.clearance + 2e-4


def test_no_certified_clearance_from_the_door_is_above_that_of_coal() -> None:
    """Robot times by door positions, wherever signals let both be at once."""
    run, result = opened()
    full, rng = with_fixtures(run), np.random.default_rng(4)
    bodies = [b for b in bodies_of(run.job.cell) if b.name.startswith("tender/")]
    (panel,) = run.job.cell.fixtures["door"].solid.pieces
    chain, track = chain_of(run.job.cell, "tender"), full.tracks["tender"]
    least = dict.fromkeys((b.name for b in bodies), np.inf)
    for c in full.concurrent:
        us = rng.uniform(c.a0, c.a1, 80)
        q = np.stack([np.interp(us, np.arange(len(track.q)), x) for x in track.q.T], axis=1)
        y = np.interp(rng.uniform(c.b0, c.b1, 80), np.arange(10), full.tracks[DOOR].q[:, 0])
        links = link_poses(chain, q)
        for k in range(80):
            place = link_pose(run.job.cell, f"{DOOR}/moving", {DOOR: y[k : k + 1]})
            for body in bodies:
                at = Pose.from_matrix(links[k, chain.link(body.parent)]) @ body.parent_T_body
                for piece in body.solid.pieces:
                    found = kernel.contact(piece, panel, at, place).distance
                    least[body.name] = min(least[body.name], found)
    for name, value in least.items():
        pair = find_pair(result, name, DOOR)
        assert pair.clearance <= value + 1e-9
        assert value < np.inf


def test_the_checker_accepts_the_proof_and_shows_what_was_found() -> None:
    run, result = opened()
    told = check_proof(run, proved())
    assert told.problems == ()
    assert told.backs_all
    shown = {frozenset(pair): value for pair, value in told.clearances.items()}
    for pair in result.pairs:
        if DOOR in (pair.a, pair.b):
            least = min(0.98 * pair.clearance, pair.clearance - 5e-4)
            assert shown[frozenset((pair.a, pair.b))] >= least - 2e-5 - 3e-4 * pair.clearance


def test_a_proof_that_was_touched_or_is_of_another_door_is_refused() -> None:
    run, proof = opened()[0], proved()
    own = [k for k, r in enumerate(proof.runs) if DOOR in (r[0], r[2]) and "tool" in r[0]]
    first = int(proof.row_counts[: own[0]].sum())
    rows = proof.rows.copy()
    rows[first, 3] -= 1.0  # a place of the door left out
    told = check_proof(run, replace(proof, rows=rows))
    assert "the intervals are not those" in told.problems[0]
    leaves = proof.leaves._replace(normals=-proof.leaves.normals)
    assert check_proof(run, replace(proof, leaves=leaves)).problems
    wider = replace(run.job.cell.devices["machine_door"], goal=0.2)
    cell = replace(run.job.cell, devices={**run.job.cell.devices, "machine_door": wider})
    other = simulate(replace(run.job, cell=cell))
    assert check_proof(other, proof).problems


@pytest.mark.parametrize("change", ["narrower", "untold", "gap", "stranger"])
def test_the_checker_derives_for_itself_where_a_fixture_may_be(change: str) -> None:
    run = opened()[0]
    first, moving, last = run.fixtures[DOOR].phases
    events = run.events
    if change == "narrower":
        moving = replace(moving, high=0.5)
    elif change == "gap":
        moving = replace(moving, t0=1.0)
    elif change == "stranger":
        moving = replace(moving, device="chuck_clamp")
    else:
        events = tuple(e for e in events if e.kind != "process")
    track = replace(run.fixtures[DOOR], phases=(first, moving, last))
    with pytest.raises(BadInput, match=DOOR):
        duties_of(replace(run, fixtures={DOOR: track}, events=events))


def test_the_checkers_own_kinematics_of_the_door_agree_with_the_other() -> None:
    run = opened()[0]
    course, poses = duties_of(run).courses[DOOR], np.zeros((2, 3, 4))
    for u in (0.0, 3.4, 5.0, 8.5):
        y = np.interp(u, np.arange(len(course.q)), course.q[:, 0])
        stand(course, u, poses)
        expected = link_pose(run.job.cell, f"{DOOR}/moving", {DOOR: np.array([y])})
        assert np.allclose(poses[1], expected.matrix[:3], atol=1e-12)


def test_the_swept_volume_of_the_door_holds_all_its_places() -> None:
    run = opened()[0]
    swept = swept_volume(run, [DOOR], 0.04)
    points = np.array([[1.0 - 0.262, y, 1.1] for y in np.linspace(-0.32, 0.96, 50)])
    assert swept.holds(points).all()
    assert not swept.holds(np.array([[0.738, -0.6, 1.1], [0.738, 1.2, 1.1]])).any()


def test_the_page_draws_the_door_where_it_is_and_the_report_says_what_is_assumed() -> None:
    run = opened()[0]
    tracks = sampled(run)
    y = tracks.poses[:, tracks.names.index(DOOR), 1, 3]
    assert (y[0], y[-1]) == (0.0, pytest.approx(0.64))
    assert np.interp(2.0, tracks.t, y) == pytest.approx(0.32, abs=0.01)
    said = [text for text in assumptions_of(run) if text.startswith(DOOR)]
    assert [text.partition(";")[0] for text in said] == [
        f"{DOOR} stands at 0 mm when the job begins",
        f"{DOOR} stands at 0 mm when the job begins and at 640 mm when it ends",
    ]
