"""The certified test: pads, windows, cuts, two groups, tolerances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from slides import BOX, SLIDE, find_pair, random_piece
from small_cells import arm, cell, planar, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.certify import Limits
from cellsim.collision.check import check_timeline
from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell, Frame, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.timeline import Event, Hold
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of


def _slide_past_wall(gap: float, clearance: float = 0.005, margin: float = 0.0) -> Cell:
    """A box that slides along x, `gap` beside a wall."""
    wall = solid(Piece("box", (5, 0.1, 1)), margin=margin)
    return cell(
        {"arm": arm(SLIDE)},
        {"arm": solid(BOX, margin=margin)},
        {"wall": (wall, Pose.translation(0, 0.1 + 0.05 + gap, 0))},
        clearance=clearance,
    )


def test_least_clearance_is_the_gap_of_a_parallel_slide() -> None:
    line = np.linspace(-0.5, 0.5, 101)[:, None]
    result = check_timeline(timeline(_slide_past_wall(0.02), {"arm": line}, step=0.01))
    pair = find_pair(result, "arm/tool:tool_arm", "fixture:wall")
    assert pair.status == "free"
    assert 0.02 - 6e-4 <= pair.clearance <= 0.02
    assert pair.index is not None


def test_deviation_from_the_chord_is_taken_off_in_full() -> None:
    """A prismatic joint that stands: the clearance is the gap minus the deviation, not half of it.

    With the pad once in the sum of two ends, only half of it would be taken off.
    """
    wall = solid(Piece("box", (0.1, 1, 1)))
    at = Pose.translation(0.1 + 0.05 + 0.030, 0, 0)
    world = cell({"arm": arm(SLIDE)}, {"arm": solid(BOX)}, {"wall": (wall, at)}, clearance=0.0)
    still = np.zeros((5, 1))
    result = check_timeline(timeline(world, {"arm": still}, deviation=0.012))
    pair = find_pair(result, "arm/tool:tool_arm", "fixture:wall")
    assert pair.clearance == pytest.approx(0.030 - 0.012, abs=1e-6)
    needs = cell({"arm": arm(SLIDE)}, {"arm": solid(BOX)}, {"wall": (wall, at)}, clearance=0.020)
    assert check_timeline(timeline(needs, {"arm": still}, deviation=0.012)).status != "free"


@pytest.mark.parametrize("step", [0.001, 0.1, 1.0])
def test_what_is_certified_deep_enough_is_no_finding(step: float) -> None:
    """A box goes up to 2.2 mm into a cylinder that it may touch 2 mm deep, turning a little.

    What stays open is short of what is allowed: an instant certified at -1.9 mm keeps -2 mm.
    """
    spin = arm([*SLIDE, ("revolute", (0, 0, 1), (0, 0, 0))])
    rule = PairRule("contact", "arm/tool:*", "fixture:post", 0.002, "it touches")
    post = {"post": (solid(Piece("cylinder", (0.15, 0.4))), Pose.translation(0.25, 0, 0))}
    world = cell({"arm": spin}, {"arm": solid(BOX)}, post, rules=[rule], clearance=0.0)
    rng = np.random.default_rng(5)
    told = 0
    for _ in range(20):
        q = np.stack([rng.uniform(-3e-3, 2.2e-3, 6), rng.uniform(-0.01, 0.01, 6)], axis=1)
        pair = find_pair(
            check_timeline(timeline(world, {"arm": q}, step=step)),
            "arm/tool:tool_arm",
            "fixture:post",
        )
        told += len(pair.violations)
        assert all(v.value_m < v.required_m for v in pair.violations), pair.violations
        assert pair.violations or pair.clearance >= -0.002
    assert told


def test_margins_of_both_shapes_are_taken_off() -> None:
    line = np.linspace(-0.5, 0.5, 11)[:, None]
    result = check_timeline(timeline(_slide_past_wall(0.05, margin=0.015), {"arm": line}))
    pair = find_pair(result, "arm/tool:tool_arm", "fixture:wall")
    assert 0.02 - 6e-4 <= pair.clearance <= 0.02


def test_shortfall_between_the_knots_is_a_clearance_violation_with_its_line() -> None:
    """The tip passes 1 mm from a ball half way along a chord; 4 mm are asked for."""
    ball = solid(Piece("sphere", (0.05,)))
    at = Pose.translation((1.0 + 0.05 + 0.011) * np.cos(0.5), 1.061 * np.sin(0.5), 0)
    tip = solid(Piece("sphere", (0.01,), Pose.translation(1.0, 0, 0)))
    world = cell({"arm": planar([1.0])}, {"arm": tip}, {"ball": (ball, at)}, clearance=0.004)
    result = check_timeline(timeline(world, {"arm": np.array([[-0.2], [0.0], [1.0]])}))
    pair = find_pair(result, "arm/tool:tool_arm", "fixture:ball")
    assert pair.status == "clearance"
    (violation,) = pair.violations
    assert 0.0005 < violation.value_m <= 0.001
    assert violation.required_m == 0.004
    assert violation.motion is not None
    assert violation.motion.line == 2
    assert violation.t0 < 1.5 < violation.t1


def test_a_long_track_move_costs_self_pairs_nothing() -> None:
    """Only joints between the two bodies count, however far the track goes."""
    places = [("prismatic", (1, 0, 0), (0, 0, 0)), ("revolute", (0, 0, 1), (0, 0, 0)),
              *[("revolute", (0, 0, 1), (0.5, 0, 0))] * 2]  # fmt: skip
    piece = solid(Piece("sphere", (0.05,)))
    world = cell({"arm": arm(places, {1: piece, 3: piece})}, clearance=0.01)
    q = np.array([[0, 0.1, 0.2, 0.3], [30.0, 0.1, 0.2, 0.3]])
    result = check_timeline(timeline(world, {"arm": q}))
    pair = find_pair(result, "arm/link1", "arm/link3")
    assert pair.status == "free"
    assert pair.clearance >= 0.1
    assert result.stats["intervals"] < 20


def test_a_cylinder_that_turns_on_its_own_axis_costs_one_interval() -> None:
    """Its distance from a wall beside it stays what it is."""
    round_ = solid(Piece("cylinder", (0.1, 0.5)))
    wall = (solid(Piece("box", (0.1, 2, 2))), Pose.translation(0.1 + 0.05 + 0.03, 0, 0))
    world = cell({"arm": planar([0.0])}, {"arm": round_}, {"wall": wall})
    result = check_timeline(timeline(world, {"arm": np.array([[-2.0], [2.0]])}))
    assert 0.98 * 0.03 <= find_pair(result, *WALL).clearance <= 0.03
    assert result.stats["intervals"] < 20


@pytest.mark.parametrize("name", ["arm/link3", "arm/tool:tool_arm", "part:p", "fixture:wall"])
def test_every_pair_of_bodies_is_tested_or_let_off(name: str) -> None:
    piece = solid(Piece("sphere", (0.01,)))
    links = dict.fromkeys(range(5), piece)
    robot = arm([("revolute", (0, 0, 1), (0.5, 0, 0))] * 4, links)
    world = cell(
        {"arm": robot}, {"arm": piece}, {"wall": (piece, Pose.translation(9, 0, 0))},
        {"p": (piece, Pose.translation(8, 0, 0))},
    )  # fmt: skip
    result = check_timeline(timeline(world, {"arm": np.array([[0.0] * 4, [0.1] * 4])}))
    met = {p.b if p.a == name else p.a for p in result.pairs if name in (p.a, p.b)}
    bodies = {"arm/tool:tool_arm", "part:p", "fixture:wall", *(f"arm/link{k}" for k in range(5))}
    off = {"arm/link3": {"arm/link2", "arm/link4"}, "arm/tool:tool_arm": {"arm/link4"}}
    assert met == bodies - {name} - off.get(name, set())


@pytest.mark.parametrize("seed", range(4))
def test_no_segment_called_free_is_hit_in_dense_samples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    axes = ["revolute", "revolute", "prismatic", "revolute"]
    undecided = 0
    for _ in range(25):
        places = [
            (kind, tuple(np.eye(3)[rng.integers(3)]), tuple(rng.uniform(-0.4, 0.4, 3)))
            for kind in axes
        ]
        tool, thing = random_piece(rng), random_piece(rng)
        at = Pose.from_rotvec(rng.normal(size=3) * 0.5, rng.normal(size=3))
        world = cell(
            {"arm": arm(places)}, {"arm": solid(tool)}, {"thing": (solid(thing), at)},
            clearance=0.001,
        )  # fmt: skip
        q = rng.uniform(-1.0, 1.0, (2, 4))
        pair = find_pair(
            check_timeline(timeline(world, {"arm": q})), "arm/tool:tool_arm", "fixture:thing"
        )
        least = _sampled(world, q, tool, thing, at)
        if pair.status == "free":
            assert least >= 0.001
            assert pair.clearance <= least + 1e-6
        elif pair.status == "collision":
            assert least <= 1e-3
        undecided += pair.status == "undecided"
    assert undecided <= 1


def _sampled(world: Cell, q: Array, tool: Piece, thing: Piece, at: Pose) -> float:
    """Return the least distance coal sees along the segment at 400 samples [m]."""
    chain = chain_of(world, "arm")
    line = q[0] + np.linspace(0, 1, 400)[:, None] * (q[1] - q[0])
    poses = link_poses(chain, line)[:, chain.flange]
    return min(kernel.contact(tool, thing, Pose.from_matrix(T), at).distance for T in poses)


def test_contact_is_allowed_in_its_window_and_nowhere_else() -> None:
    """A part in touch with a shelf: allowed until it is lifted off, required 5 mm from then on."""
    shelf = solid(Piece("box", (1, 1, 0.1)))
    part = solid(BOX)
    lift = arm([("prismatic", (0, 0, 1), (0, 0, 0))])
    rules = [
        PairRule("contact", "part:*", "fixture:shelf", 0.001, "it stands there", end="grip:*"),
        PairRule("clearance", "part:*", "fixture:shelf", 0.02, "pulled off", start="grip:*",
                 ramp_from_m=-0.001, ramp_over_m=0.1),
    ]  # fmt: skip
    at = Pose.translation(0, 0, 0.15)
    world = cell({"arm": lift}, fixtures={"shelf": (shelf, Pose.identity())},
                 parts={"p": (part, at)}, rules=rules, clearance=0.005)  # fmt: skip
    holds = [
        Hold("p", "world", at, 0.0, 1.0),
        Hold("p", "group:arm.flange", at, 1.0, 3.0, "grip:p"),
    ]
    grip = Event(1.0, "grip", "p", 1.0, "arm")
    q = np.array([[0.0], [0.0], [0.3], [0.3]])
    free = check_timeline(timeline(world, {"arm": q}, holds=holds, events=[grip]))
    assert find_pair(free, "fixture:shelf", "part:p").status == "free"
    bare = cell({"arm": lift}, fixtures={"shelf": (shelf, Pose.identity())},
                parts={"p": (part, at)}, rules=rules[:1], clearance=0.005)  # fmt: skip
    shut = check_timeline(timeline(bare, {"arm": q}, holds=holds, events=[grip]))
    assert find_pair(shut, "fixture:shelf", "part:p").status != "free"
    down = check_timeline(timeline(world, {"arm": -0.1 * q}, holds=holds, events=[grip]))
    pair = find_pair(down, "fixture:shelf", "part:p")
    assert pair.status == "collision"


def test_a_tolerant_frame_pads_what_does_not_hang_on_it() -> None:
    wall = solid(Piece("box", (5, 0.1, 1)))
    frame = Frame("stand", "world", Pose.translation(0, 0.2, 0), 0.003, 0.0)
    world = cell({"arm": arm(SLIDE)}, {"arm": solid(BOX)}, clearance=0.005)
    hung = replace(
        world,
        frames={"stand": frame},
        fixtures={"wall": Fixture("wall", wall, "stand", Pose.identity())},
    )
    line = np.linspace(-0.5, 0.5, 11)[:, None]
    pair = find_pair(
        check_timeline(timeline(hung, {"arm": line})), "arm/tool:tool_arm", "fixture:wall"
    )
    assert 0.05 - 0.003 - 1.1e-3 <= pair.clearance <= 0.05 - 0.003


def _roll_past_wall(gap: float, clearance: float = 0.005) -> tuple[Cell, Array]:
    """A cylinder that slides beside a wall and turns about itself; only slid, one look decides."""
    world = _slide_past_wall(gap, clearance)
    groups = {g: replace(group, robot=SPIN) for g, group in world.groups.items()}
    round_ = replace(world.tools["tool_arm"], solid=solid(Piece("cylinder", (0.1, 0.2))))
    line = np.stack([np.linspace(-0.5, 0.5, 11), np.linspace(0.0, 20.0, 11)], axis=1)
    return replace(world, groups=groups, tools={"tool_arm": round_}), line


SPIN = arm([*SLIDE, ("revolute", (0, 0, 1), (0, 0, 0))])


def test_budget_spent_is_undecided_never_free() -> None:
    world, line = _roll_past_wall(0.006)
    result = check_timeline(timeline(world, {"arm": line}), limits=Limits(most_nodes=3))
    pair = find_pair(result, "arm/tool:tool_arm", "fixture:wall")
    assert pair.status == "undecided"
    assert pair.violations[0].cause == "interval budget spent"


def test_scene_edges_agree_with_the_check() -> None:
    ball = solid(Piece("sphere", (0.05,)))
    at = Pose.translation(np.cos(0.5), np.sin(0.5), 0)
    tip = solid(Piece("sphere", (0.01,), Pose.translation(1.0, 0, 0)))
    world = cell({"arm": planar([1.0])}, {"arm": tip}, {"ball": (ball, at)}, clearance=0.004)
    scene = scene_of(world, "arm")
    assert not scene.segment_free(np.array([0.0]), np.array([1.0]))
    assert scene.segment_free(np.array([-1.0]), np.array([0.4]))
    assert scene.clearance(np.array([[0.5]]))[0] < 0.0
    expected = 2 * np.sin(0.25) - 0.06 - 0.004
    assert scene.clearance(np.array([[0.0], [0.0]])) == pytest.approx([0.25] * 2, abs=0.2)
    assert scene.clearance(np.array([0.0]))[0] == pytest.approx(min(expected, 0.25), abs=1e-3)
    assert {scene.why(np.array([0.5])).a, scene.why(np.array([0.5])).b} == {
        "arm/tool:tool_arm",
        "fixture:ball",
    }


def test_the_same_timeline_gives_the_same_result() -> None:
    line = np.linspace(-0.5, 0.5, 21)[:, None]
    runs = [check_timeline(timeline(_slide_past_wall(0.02), {"arm": line})) for _ in range(2)]
    rows = [[(p.a, p.b, p.status, p.clearance, p.t) for p in run.pairs] for run in runs]
    assert rows[0] == rows[1]


def test_a_pair_that_ran_out_of_budget_has_a_useful_bound() -> None:
    """A parallel slide 20 mm beside a wall that must keep 19.9 mm: hundreds of intervals."""
    world, q = _roll_past_wall(0.02, clearance=0.0199)
    line = timeline(world, {"arm": q})
    pair = find_pair(check_timeline(line, limits=Limits(most_nodes=30)), *WALL)
    assert pair.status == "undecided"
    assert pair.violations[0].cause == "interval budget spent"
    assert 0.9 * 0.0199 <= pair.violations[0].value_m <= 0.02
    assert 0.9 * 0.0199 <= pair.clearance <= 0.02
    assert find_pair(check_timeline(line), *WALL).status == "free"


WALL = ("arm/tool:tool_arm", "fixture:wall")
