"""A part that is put down on the table of a positioner, or on a part there, goes with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tiny_cells as tiny
from gantry_cells import box, cell_of, group, job_of, panel, program

from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.domain.cell import Cell, External, Frame, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.program import FINE, Grip, Move, Release, Speed, Target
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.proofcheck.check import check_proof
from cellsim.simulate.run import simulate


def to(x: float, z: float = 0.0, table: float = 0.0) -> Move:
    return Move("joint", Target(q=(x, 0.0, z, table)), Speed(100, "%"), FINE)


def table_cell(post: float | None = None, stacked: bool = False) -> Cell:
    """A gantry and a plate on a sliding table whose top is 10 mm under z = 0 at x = 2."""
    slide = External(tiny.track(), "world", Pose.translation(2.0, 0, -0.22), "part")
    plate = Fixture("plate", box("plate", 0.3, 0.3, 0.02), "table", Pose.identity())
    parts = [replace(panel((1.0, 0, 0), hinge=False), frame="world")]
    if stacked:
        low = replace(panel(hinge=False), name="low", frame="table", grip=(),
                      pose=Pose.translation(0, 0, 0.02))  # fmt: skip
        parts.append(low)
    made = cell_of(tuple(parts))
    hand = replace(group("hand", "jaw"), externals=(slide,), home=(0.0, 0, 0, 0))
    posts = {} if post is None else {
        "post": Fixture("post", box("post", 0.02, 0.02, 0.5), "world", Pose.translation(post, 0, 0))
    }  # fmt: skip
    return replace(
        made,
        groups={"hand": hand}, devices={}, tools={"jaw": made.tools["jaw"]},
        fixtures={"plate": plate, **posts},
        frames={"table": Frame("table", "group:hand.positioner/flange", Pose.identity())},
        pair_rules=(
            PairRule("contact", "part:*", "fixture:plate", 0.001, "lies on it"),
            PairRule("contact", "part:*", "part:*", 0.001, "lies on it"),
            PairRule("contact", "hand/tool:jaw", "part:*", 0.02, "grips it"),
        ),
    )  # fmt: skip


def carried(cell: Cell, height: float = 0.0) -> Timeline:
    body = (to(1.0), Grip("panel"), to(1.0, 0.5), to(2.0, 0.5), to(2.0, height), Release("panel"),
            to(2.0, 0.5), to(0.0, 0.5), to(0.0, 0.5, 0.6))  # fmt: skip
    return simulate(job_of(cell, program("hand", *body)))


@pytest.mark.parametrize("stacked", [False, True])
def test_a_part_let_go_on_a_table_is_where_the_table_takes_it(stacked: bool) -> None:
    cell = table_cell(stacked=stacked)
    made = carried(cell, 0.02 if stacked else 0.0)
    assert [f.rule for f in made.findings if f.rule == "part-dropped"] == []
    last = max((h for h in made.holds if h.part == "panel"), key=lambda h: h.t0)
    q = {"hand": made.tracks["hand"].q[-1]}
    at = world_T_frame(cell, last.parent.removeprefix("frame:"), q) @ last.pose
    assert np.allclose(at.p, [2.6, 0, 0.02 if stacked else 0.0], atol=1e-9)


def high_post() -> Cell:
    """A post at x = 2.5 that begins above the plate: only what lies on the plate meets it."""
    cell = table_cell(post=2.5)
    high = replace(cell.fixtures["post"], pose=Pose.translation(2.5, 0, 0.251))
    return replace(cell, fixtures={**cell.fixtures, "post": high})


def test_what_the_table_carries_into_a_post_hits_it() -> None:
    pairs = {frozenset((p.a, p.b)): p for p in check_timeline(carried(high_post())).pairs}
    hit = {
        body: any(
            v.status == "collision" for v in pairs[frozenset((body, "fixture:post"))].violations
        )
        for body in ("part:panel", "fixture:plate")
    }
    assert hit == {"part:panel": True, "fixture:plate": False}


def test_the_checker_of_proofs_sees_it_ride_too() -> None:
    """A proof of a part that stays where it was put is none of one that rides."""
    made = carried(high_post())
    last = max((h for h in made.holds if h.part == "panel"), key=lambda h: h.t0)
    stays = replace(last, parent="world", pose=Pose.translation(2.0, 0, 0))
    still = replace(made, holds=tuple(stays if h is last else h for h in made.holds))
    proof = prove(still, check_timeline(still))
    panel_and_post = {"part:panel", "fixture:post"}
    assert panel_and_post in [{a, b} for a, b in check_proof(still, proof).clearances]
    refused = check_proof(made, proof)
    assert any("part:panel" in text for text in refused.problems)
    assert not refused.backs_all
