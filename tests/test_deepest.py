"""A collision is told by its deepest instant, with a point on both bodies; undecided as undecided.

The true depths: closed form, or coal at many instants over all pieces.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from gantry_cells import cell_of as gantries
from gantry_cells import job_of, program, to
from random_worlds import random_line
from small_cells import arm, cell, planar, solid, timeline
from test_meshes_met import angle

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.result import Violation
from cellsim.domain.cell import Cell
from cellsim.domain.report import Finding, Report, Severity
from cellsim.domain.timeline import Concurrent, Timeline
from cellsim.geometry import Piece, Pose
from cellsim.geometry.deviation import piece_distance
from cellsim.simulate.band import simulate_band
from cellsim.simulate.tracks import BodyTracks, body_tracks
from cellsim.verify.render import render, render_html
from cellsim.verify.render.json import schema
from cellsim.verify.render.text import finding_text
from cellsim.verify.run import verify_timeline

BALL, FACE = Piece("sphere", (0.05,), Pose.translation(1.0, 0, 0)), 1.0445
PLATE = Piece("box", (0.2, 2.0, 2.0), name="plate")
SWING = 0.4137


def plate_past() -> Cell:
    """A ball on an arm of 1 m swings past a plate whose face is 1044.5 mm away: 5.5 mm deep."""
    plate = {"plate": (solid(PLATE), plate_pose())}
    return cell({"arm": planar([1.0])}, {"arm": solid(BALL)}, plate)


def plate_pose() -> Pose:
    far = FACE + 0.1
    return Pose.from_rotvec((far * np.cos(SWING), far * np.sin(SWING), 0), (0, 0, SWING))


def only_collision(line: Timeline) -> Violation:
    (found,) = [v for v in check_timeline(line).violations if v.status == "collision"]
    return found


@pytest.mark.parametrize("seconds", [0.2, 1.0, 7.0])
def test_depth_is_that_of_the_worst_instant(seconds: float) -> None:
    """The ball is deepest square to the plate: 1 + 0.05 - 1.0445 m, at its angle."""
    line = timeline(plate_past(), {"arm": np.array([[0.0], [0.9]])}, step=seconds)
    hit = only_collision(line)
    assert hit.value_m == pytest.approx(-0.0055, abs=1e-4)
    # Where it is worst is only as sharp as the depth is: 0.1 mm is left at 14 mrad.
    assert hit.q[0] == pytest.approx(SWING, abs=0.015)
    assert hit.t == pytest.approx(hit.q[0] / 0.9 * seconds, abs=1e-6)


def test_a_corner_between_two_samples_is_as_deep_as_it_is() -> None:
    """A box dives 5.5 mm into a floor and comes out, all within one motion of 37 ms."""
    lift = arm([("prismatic", (1, 0, 0), (0, 0, 0)), ("prismatic", (0, 0, 1), (0, 0, 0))])
    world = cell(
        {"arm": lift}, {"arm": solid(Piece("box", (0.1, 0.1, 0.1)))},
        {"floor": (solid(Piece("box", (2, 2, 0.2))), Pose.translation(0, 0, -0.1))},
    )  # fmt: skip
    x = np.linspace(0.0, 0.02, 31)
    q = np.stack([x, 0.0445 + 3.0 * np.abs(x - x[11])], axis=1)
    line = timeline(world, {"arm": q}, step=0.037 / 30)
    track = line.tracks["arm"]
    whole = replace(track, motions=(replace(track.motions[0], last=30),), motion=0 * track.motion)
    assert only_collision(replace(line, tracks={"arm": whole})).value_m == pytest.approx(
        -0.0055, abs=1e-4
    )


def test_two_arms_without_a_common_clock_are_as_deep_as_any_two_instants() -> None:
    """Two balls of 50 mm swing past each other, 1.9945 m apart at the nearest: 105.5 - 5.5 mm."""
    ball = solid(BALL)
    world = cell(
        {"left": planar([1.0]), "right": planar([1.0])}, {"left": ball, "right": ball},
        bases={"right": Pose.from_rotvec((2.0945, 0, 0), (0, 0, np.pi))},
    )  # fmt: skip
    paths = {g: np.array([[-0.37], [0.53]]) for g in ("left", "right")}
    both = Concurrent("left", "right", 0, 1, 0, 1)
    hit = only_collision(timeline(world, paths, concurrent=[both]))
    assert hit.value_m == pytest.approx(-0.0055, abs=1e-4)
    assert [at.group for at in hit.others] == ["right"]
    assert (abs(hit.q[0]), abs(hit.others[0].q[0])) == pytest.approx((0.0, 0.0), abs=0.03)


def test_no_depth_of_random_motions_is_less_than_coal_sees_at_400_instants_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = random_line(monkeypatch, 11, 0.0005, 10)
    tracks = body_tracks(line, hz=400.0, most=100_000)
    hits = [v for v in check_timeline(line).violations if v.status == "collision"]
    assert len(hits) >= 5
    for hit in hits:
        # The other way round it may be deeper: so many instants are not all.
        assert -hit.value_m >= seen_by_coal(tracks, hit) - 1e-4, hit


def seen_by_coal(tracks: BodyTracks, hit: Violation) -> float:
    """Return the greatest depth of a stretch at the sampled instants, over all pieces [m]."""
    a, b = (tracks.names.index(name) for name in (hit.a, hit.b))
    deep = 0.0
    for k in np.flatnonzero((tracks.t >= hit.t0) & (tracks.t <= hit.t1)):
        at_a, at_b = (Pose(T[:3, :3], T[:3, 3]) for T in tracks.poses[k, [a, b]])
        for one in tracks.solids[a].pieces:
            for other in tracks.solids[b].pieces:
                deep = max(deep, -kernel.contact(one, other, at_a, at_b).distance)
    return deep


def reported() -> Report:
    return verify_timeline(timeline(plate_past(), {"arm": np.array([[0.0], [0.9]])}))


def told(report: Report, rule: str) -> Finding:
    return next(f for f in report.findings if f.rule == rule)


def test_a_collision_has_a_point_on_each_body_pair_line_and_joints() -> None:
    report = reported()
    facts = told(report, "collision").facts
    data = json.loads(render([report], "json"))
    jsonschema.validate(data, schema())
    found = next(f for f in data["reports"][0]["findings"] if f["rule"] == "collision")
    assert found["subject"] == "arm/tool:tool_arm / fixture:plate"
    assert (found["file"], found["line"]) == ("arm.p", 1)
    assert found["facts"]["q"] == pytest.approx([SWING], abs=0.015)
    on_a, on_b = (np.array(found["facts"][f"witness_{side}_mm"]) / 1e3 for side in "ab")
    # By hand: the ball's farthest point along the plate's normal, and that point of the face.
    normal = np.array([np.cos(SWING), np.sin(SWING), 0.0])
    assert (on_a @ normal, on_b @ normal) == pytest.approx((1.05, FACE), abs=1.5e-4)
    ball, plate = Pose.from_rotvec((0, 0, 0), (0, 0, found["facts"]["q"][0])), plate_pose()
    for point in (on_a, on_b, np.array(facts["witness_mm"]) / 1e3):
        assert piece_distance(BALL, (ball.inverse() @ point)[None])[0] < 1e-5
        assert piece_distance(PLATE, (plate.inverse() @ point)[None])[0] < 1e-5


def test_text_markdown_and_page_say_where_in_both_languages() -> None:
    report = reported()
    x, y, z = told(report, "collision").facts["witness_mm"]  # type: ignore[misc]
    for lang, word in (("en", "overlap by 5.5 mm at"), ("ko", "5.5 mm 겹침, 위치")):
        shown = [render([report], form, lang) for form in ("text", "md")]
        for text in (*shown, render_html([report], lang=lang)):
            assert f"{word} ({x:.1f}, {y:.1f}, {z:.1f}) mm" in text


def test_where_only_pieces_of_a_mesh_overlap_the_text_says_geometry() -> None:
    slide = arm([("prismatic", (0, 1, 0), (0, 0, 0))], {1: solid(Piece("sphere", (0.02,)))})
    world = cell({"g": slide}, fixtures={"angle": (angle(), Pose.identity())})
    report = verify_timeline(timeline(world, {"g": [[-0.3], [-0.40]]}))
    assert told(report, "clearance").facts["geometry"] == "overlap"
    for lang in ("en", "ko"):
        (line,) = [t for t in render([report], "text", lang).splitlines() if "[clearance]" in t]
        assert "geometry" in line
        assert not re.search(r"-\d", line), line


def test_an_undecided_pair_is_never_farther_apart_than_less_than_nothing() -> None:
    wide = Finding("clearance", Severity.UNDECIDED, "a / b", -73.2, 10.0, "mm")
    touching = Finding("clearance", Severity.UNDECIDED, "a / b", -6.04, -5.0, "mm")
    assert finding_text(wide).endswith(
        "a / b not proven to stay apart: certified 73.2 mm short of their margins,"
        " required 10.0 mm beyond them"
    )
    assert finding_text(touching).endswith(
        "a / b not proven to overlap by less than 6.1 mm, allowed 5.0 mm"
    )
    near = Finding("clearance", Severity.ERROR, "a / b", -0.3, 2.0, "mm")
    assert finding_text(near).endswith(
        "a / b come within their margins by 0.3 mm, required 2.0 mm beyond them"
    )
    lost = replace(wide, value=None)
    assert finding_text(lost).endswith(
        "a / b not proven to keep apart, how near they come is not known, required 10.0 mm"
    )


def test_the_report_tells_the_depth_of_a_pair_that_collides() -> None:
    """A jaw of 20 mm drives into a rack of 10 mm: 15 mm, whatever the search knew of the pair."""
    line = simulate_band(job_of(gantries(), program("hand", to(3))))
    found = check_timeline(line)
    given_up = tuple(replace(p, clearance=-0.5) if p.status == "collision" else p
                     for p in found.pairs)  # fmt: skip
    report = verify_timeline(line, replace(found, pairs=given_up))
    (hit,) = [f for f in report.findings if f.rule == "collision"]
    (least,) = [p for p in report.clearances if f"{p.a} / {p.b}" == hit.subject]
    assert (least.clearance, hit.value) == (pytest.approx(-0.015), pytest.approx(15.0))
    assert (least.file, least.line, least.t) == ("hand.prg", 1, pytest.approx(hit.facts["worst_s"]))
