"""A pair that is short only because a measured frame may be off: the frame and its worst shift."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

import jsonschema
import numpy as np
import pytest
from test_frame_shifts import (
    AWAY,
    NEAR,
    RANGE_M,
    ROUND,
    cell,
    clearance,
    jig,
    moves,
    nominal,
    post,
    run,
    to,
)

from cellsim.collision.check import check_timeline
from cellsim.collision.result import Violation
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.report import Finding, Report
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of, world_T_part
from cellsim.verify.render import render
from cellsim.verify.render.json import schema
from cellsim.verify.run import verify_timeline
from tests import timelines

PAIR = ("arm/L3", "fixture:post")


@lru_cache
def over(gap: float) -> Timeline:
    """The run with a post at a gap over its elbow."""
    where = cell(post(gap))
    return run(where, moves(where, ROUND))


def short(made: Timeline, a: str, b: str) -> tuple[Violation, ...]:
    return next(p for p in check_timeline(made).pairs if {p.a, p.b} == {a, b}).violations


def test_the_worst_shift_is_named_and_a_cell_that_stands_there_is_as_short() -> None:
    """The second way: the frame itself stands there, and the job is simulated anew."""
    worst = min((v for v in short(over(0.002), *PAIR) if v.shift), key=lambda v: v.value_m)
    shift = worst.shift
    assert shift is not None
    assert shift.frame == "jig"
    share = np.array(shift.share)
    assert np.linalg.norm(share.reshape(2, 3), axis=1) == pytest.approx([1.0, 1.0])
    assert shift.nominal_m >= worst.required_m > shift.shifted_m >= worst.value_m
    still = {"measured": False, "range_m": 0.0, "range_rad": 0.0}
    there = cell(post(0.002), frame=jig(_local(share), **still))
    status, value = clearance(run(there, moves(there_less(there), ROUND), False), *PAIR)
    assert status != "free"
    # Measured: 0.14 mm; the nearest instant of the stretch may lie between two knots.
    assert value == pytest.approx(shift.shifted_m, abs=3e-4)
    plain = cell(post(0.002), frame=jig(**still))
    status, value = clearance(run(plain, moves(plain, ROUND), False), *PAIR)
    assert status == "free"


def there_less(where: Cell) -> Cell:
    """The targets are those of the frame where it is named: poses in it, not in the world."""
    return replace(where, frames={**where.frames, "jig": jig()})


def _local(share: np.ndarray) -> Pose:
    return Pose.from_rotvec(tuple(RANGE_M * share[:3]), tuple(0.001 * share[3:]))


def test_what_is_short_without_a_shift_is_not_laid_on_the_frame() -> None:
    found = short(over(-0.0015), *PAIR)
    assert any(v.shift is None for v in found)
    for v in found:
        assert v.shift is None or v.shift.nominal_m >= v.required_m


def held_near(gap: float, **frame: object) -> Timeline:
    """An arm that moves in the world beside a block that stands in the frame, along the world's z.

    Its tool comes from above to `gap` over the block.
    """
    chain = chain_of(nominal().job.cell, "arm")
    way = np.linspace(NEAR, AWAY, 401)
    hands = link_poses(chain, way)[:, chain.flange]
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (0, 3)]) * 0.05
    points = corners @ hands[:, :3, :3].transpose(0, 2, 1) + hands[:, None, :3, 3]
    x, y = points[..., :2].reshape(-1, 2).mean(axis=0)
    low = float(points[..., 2].min())
    world_T_block = Pose.translation(float(x), float(y), low - gap - 0.2)
    frame_T_block = jig().pose.inverse() @ world_T_block
    block = Fixture("block", timelines.solid("block", (0.6, 0.6, 0.4)), "jig", frame_T_block)
    where = cell(block, frame=jig(range_rad=0.0, **frame))
    return run(where, (to(where, 1, AWAY, "world", "joint", joints=True),
                       to(where, 2, NEAR, "world", "joint", joints=True)))  # fmt: skip


def test_a_body_in_the_frame_comes_nearer_by_the_whole_range_along_the_way_between() -> None:
    """By hand: it is moved by the range straight at the tool, so all of it is lost."""
    found = [v for v in short(held_near(0.006), "arm/tool:hand", "fixture:block") if v.shift]
    worst = min(found, key=lambda v: v.value_m)
    shift = worst.shift
    assert shift is not None
    assert shift.shifted_m == pytest.approx(shift.nominal_m - RANGE_M, abs=2e-4)
    assert worst.value_m == pytest.approx(shift.shifted_m, abs=1e-3)
    up = jig().pose.R @ np.array(shift.share[:3])
    assert up == pytest.approx([0.0, 0.0, 1.0], abs=0.02)
    assert short(held_near(0.0115), "arm/tool:hand", "fixture:block") == ()


def test_two_bodies_that_stand_in_and_beside_the_frame_are_told_so_too() -> None:
    """No arm moves either of them: the shift moves the one that stands in the frame."""
    plain = cell()
    box = world_T_part(plain, "box")
    over = jig().pose.inverse() @ box @ Pose.translation(0, 0, 0.154)
    lamp = Fixture("lamp", timelines.solid("lamp", (0.1, 0.1, 0.1)), "jig", over)
    rule = PairRule("clearance", "part:box", "fixture:lamp", 0.002, "a gap to look through")
    where = replace(cell(lamp), pair_rules=(rule,))
    found = short(run(where, moves(where)), "fixture:lamp", "part:box")[0]
    assert found.shift is not None
    assert (found.shift.frame, found.shift.nominal_m) == ("jig", pytest.approx(0.004, abs=1e-6))
    assert found.shift.shifted_m < 0.0


@lru_cache
def report() -> Report:
    return verify_timeline(over(0.002))


def told() -> Finding:
    found = [f for f in report().findings if f.rule == "clearance" and "shift_mm" in f.facts]
    return min(found, key=lambda f: float(f.value or 0.0))


def test_every_form_of_the_report_says_frame_shift_and_both_clearances() -> None:
    f = told()
    assert (f.facts["frame"], f.help) == ("jig", "frame-off")
    assert f.line > 0
    nominal_mm, shifted_mm = f.facts["nominal_mm"], f.facts["shifted_mm"]
    assert isinstance(nominal_mm, float)
    assert isinstance(shifted_mm, float)
    assert f.limit is not None
    assert nominal_mm >= f.limit > shifted_mm
    for form in ("text", "md", "html", "sarif", "junit"):
        for lang in ("en", "ko"):
            text = render(report(), form, lang)
            assert f"{nominal_mm:g} mm" in text, form
            assert f"{shifted_mm:g} mm" in text, form
            assert str(f.facts["shift"]) in text, form
    data = json.loads(render(report(), "json"))
    jsonschema.validate(data, schema())
    (entry,) = [e for e in data["reports"][0]["findings"] if e["facts"] == _listed(f)]
    assert entry["facts"]["shift_mm"] == f.facts["shift_mm"]
    assert len(entry["facts"]["shift_deg"]) == 3
    assert "is shifted by" in entry["message"]


def _listed(f: Finding) -> object:
    return json.loads(json.dumps(dict(f.facts)))
