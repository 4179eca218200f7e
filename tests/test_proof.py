"""Clearance proofs: a valid one passes the small checker, every mutation of one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from proof_cell import PLATES, at
from releases import first_job, simulated
from small_cells import solid
from test_house import imported

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Piece
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.proofcheck.bound import PAD, REQUIRED, look, room_for, stands_for
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.course import course_of, stand
from cellsim.proofcheck.duty import duties_of
from cellsim.proofcheck.file import Proof, dump_proof, parse_proof
from cellsim.proofcheck.shapes import gap_along, pieces_of


def test_a_valid_proof_passes_and_shows_what_the_search_found(line: Timeline, proof: Proof) -> None:
    told = check_proof(line, proof)
    assert told.problems == ()
    assert told.backs_all
    assert told.leaves > 100
    for pair in check_timeline(line).pairs:
        shown = told.clearances[(pair.a, pair.b)]
        # What is found to 0.1 mm takes too many leaves where two clocks are free: there
        # the proof claims 2 % or half a millimetre less.
        two = pair.a.partition("/")[0] != pair.b.partition("/")[0]
        least = min(0.98 * pair.clearance, pair.clearance - 5e-4) if two else pair.clearance
        assert shown >= least - 2e-5 - 3e-4 * abs(pair.clearance)


def test_a_proof_is_the_same_bytes_and_the_same_proof_read_back(proof: Proof) -> None:
    data = dump_proof(proof)
    assert dump_proof(parse_proof(data)) == data
    assert data.startswith(b'{"format":"cellsim/proof@1"')
    assert len(data) < 60_000


def test_the_checker_imports_nothing_of_the_search() -> None:
    folder = Path(__file__).resolve().parents[1] / "cellsim" / "proofcheck"
    names = {name for file in folder.glob("*.py") for name in imported(file)}
    ours = {name for name in names if name.startswith("cellsim.")}
    assert not {n for n in ours if n.split(".")[1] in ("collision", "motion", "simulate", "plan")}
    assert not names & {"coal", "pinocchio"}
    # The link tree and the list of bodies are shared; where they stand, it works out itself.
    shared = {"anchors", "bodies", "chain", "frames"}
    assert {n.split(".")[2] for n in ours if n.startswith("cellsim.kinematics.")} == shared


def test_a_gap_is_that_of_a_unit_normal_in_double_precision() -> None:
    """A vector that is unit to 1e-7 only would overstate a gap of 100 m by 10 µm."""
    balls = pieces_of([solid(Piece("sphere", (0.1,)))] * 2)
    rng = np.random.default_rng(7)
    A, B = np.eye(3, 4), np.eye(3, 4)
    for way in rng.normal(size=(200, 3)):
        n = (way / np.linalg.norm(way)).astype(np.float32)
        B[:, 3] = 100.0 * way / np.linalg.norm(way)
        exact = n.astype(np.float64) / np.linalg.norm(n.astype(np.float64))
        gap = gap_along(balls, 0, 1, A, B, n)
        assert gap == pytest.approx(B[:, 3] @ exact - 0.2, abs=1e-12)
        assert gap <= 99.8 + 1e-12


@pytest.mark.parametrize(
    ("name", "variant"), [("palletizing", "large_boxes"), ("machine_tending", "shaft_80")]
)
def test_duties_of_shipped_cells_are_those_of_the_search(name: str, variant: str) -> None:
    """Two derivations of what is required, of which neither reads the other, agree."""
    from cellsim.collision.check import _jobs, scope_of
    from cellsim.collision.complete import completed
    from cellsim.domain.strokes import with_fixtures
    from cellsim.domain.tubes import with_tubes

    run = simulated(first_job(name, variant))
    duties = duties_of(run)
    mine: dict[tuple[str, str, int, int], np.ndarray] = {}
    for k, (a, b, *_) in enumerate(duties.runs):
        rows = duties.table.rows[duties.table.runs[k, 8] : duties.table.runs[k, 9]]
        mine[(a.name, b.name, _hold(a.since), _hold(b.since))] = rows
    jobs = list(_jobs(scope_of(with_tubes(with_fixtures(completed(run)))), {}))
    theirs = {(j.a.name, j.b.name, _hold(j.a.begin), _hold(j.b.begin)): j for j in jobs}
    assert set(mine) == set(theirs)
    for key, job in theirs.items():
        # Pairs of one robot stand on one path, those of a robot and a moving fixture on two.
        assert (job.boxes is not None) == (len(job.groups) == 2)
        spans = job.spans
        places = spans[:, [0, 1, 0, 1]] if job.boxes is None else job.boxes
        for span, place in zip(spans, places, strict=True):
            u, v = (place[0] + place[1]) / 2, (place[2] + place[3]) / 2
            row = next(
                r
                for r in mine[key]
                if r[0] - 1e-9 <= u <= r[1] + 1e-9 and r[2] - 1e-9 <= v <= r[3] + 1e-9
            )
            assert row[REQUIRED] == span[2]
            assert row[PAD] == pytest.approx(span[3], abs=1e-12)


def _hold(moment: Any) -> float:
    return -1.0 if moment is None else float(moment.t)


def test_own_kinematics_agree_with_the_other(line: Timeline) -> None:
    chain, track = chain_of(line.job.cell, "left"), line.tracks["left"]
    course = course_of(chain, track)
    poses = np.zeros((len(course.links), 3, 4))
    for u in (0.0, 7.25, 33.5, 60.0):
        q = track.q[int(u)] + (u % 1) * (track.q[min(int(u) + 1, 60)] - track.q[int(u)])
        stand(course, u, poses)
        for pose, expected in zip(poses, link_poses(chain, q), strict=True):
            assert np.allclose(pose, expected[:3], atol=1e-12)


@pytest.mark.parametrize("slots", [1, 3, 1024])
def test_poses_that_runs_share_are_those_of_their_instants(line: Timeline, slots: int) -> None:
    """Whatever was kept before in a slot; the second way is the kinematics of the house."""
    duties, rng = duties_of(line), np.random.default_rng(slots)
    chains = {g: chain_of(line.job.cell, g) for g in duties.courses}
    looked = 0
    for p, q in sorted({run[2:] for run in duties.runs}):
        stands = stands_for(duties.courses[p], duties.courses[q], slots)
        mine = [k for k, run in enumerate(duties.runs) if run[2:] == (p, q)]
        for k in rng.choice(mine, 40):
            run, hangs = duties.table.runs[k], duties.table.hangs[k]
            joints = duties.table.joints[run[6] : run[7]]
            us = rng.integers(0, 40, 4) / 2.0
            box = np.array([*sorted(us[:2]), *sorted(us[:2] if run[4] else us[2:])])
            room = room_for(duties.pieces, run, joints)
            courses = duties.courses[p], duties.courses[q]
            assert look(*courses, run, joints, hangs, box, stands, room)
            for side, g in enumerate((p, q)):
                at, track = box[2 * side : 2 * side + 2].mean(), line.tracks[g]
                q_at = [np.interp(at, np.arange(len(track.t)), x) for x in track.q.T]
                link, pose = run[2 + side], np.eye(4)
                if link >= 0:
                    pose = link_poses(chains[g], np.array(q_at))[link]
                    looked += 1
                assert np.allclose(room.pose[side], pose[:3, :3] @ hangs[side] + [
                    [0, 0, 0, x] for x in pose[:3, 3]
                ], atol=1e-12)  # fmt: skip
    assert looked > 40


def test_what_is_shown_is_never_above_the_distance_of_another_kernel(
    line: Timeline, proof: Proof
) -> None:
    """At 40 instants of both groups, wherever both may be at once."""
    told, chains = check_proof(line, proof), {}
    rng = np.random.default_rng(3)
    for g in ("left", "right"):
        chains[g] = chain_of(line.job.cell, g)
    pair = ("left/tool:tool_left", "right/tool:tool_right")
    shown, least = told.clearances[pair], np.inf
    for box in ((0, 30, 0, 40), (30, 60, 20, 60)):
        for _ in range(20):
            u, v = rng.integers(box[0], box[1] + 1), rng.integers(box[2], box[3] + 1)
            a = at(chains["left"], line.tracks["left"].q[u])
            b = at(chains["right"], line.tracks["right"].q[v])
            for one in PLATES.pieces:
                for other in PLATES.pieces:
                    least = min(least, kernel.contact(one, other, a, b).distance)
    assert shown <= least
    assert least - shown < 0.5


def test_what_does_not_fit_is_left_unproved_and_said(
    line: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellsim.collision import prove as writer

    monkeypatch.setattr(writer, "MOST_LEAVES", 40)
    made = writer.prove(line, check_timeline(line))
    told = check_proof(line, made)
    assert told.problems == ()
    assert told.unproved
    assert not told.backs_all
