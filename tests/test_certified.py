"""The certified test: pads, windows, cuts, two groups, tolerances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cells import arm, cell, planar, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.certify import Limits
from cellsim.collision.check import check_timeline
from cellsim.collision.query import scene_of
from cellsim.collision.result import CollisionResult, PairResult
from cellsim.domain.cell import Cell, Fixture, Frame, PairRule
from cellsim.domain.timeline import Concurrent, Event, Hold
from cellsim.geometry import Array, Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of

BOX = Piece("box", (0.2, 0.2, 0.2))
SLIDE = [("prismatic", (1, 0, 0), (0, 0, 0))]


def _find(result: CollisionResult, a: str, b: str) -> PairResult:
    return next(p for p in result.pairs if {p.a, p.b} == {a, b})


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
    pair = _find(result, "arm/tool:tool_arm", "fixture:wall")
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
    pair = _find(result, "arm/tool:tool_arm", "fixture:wall")
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
        pair = _find(
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
    pair = _find(result, "arm/tool:tool_arm", "fixture:wall")
    assert 0.02 - 6e-4 <= pair.clearance <= 0.02


def test_shortfall_between_the_knots_is_a_clearance_violation_with_its_line() -> None:
    """The tip passes 1 mm from a ball half way along a chord; 4 mm are asked for."""
    ball = solid(Piece("sphere", (0.05,)))
    at = Pose.translation((1.0 + 0.05 + 0.011) * np.cos(0.5), 1.061 * np.sin(0.5), 0)
    tip = solid(Piece("sphere", (0.01,), Pose.translation(1.0, 0, 0)))
    world = cell({"arm": planar([1.0])}, {"arm": tip}, {"ball": (ball, at)}, clearance=0.004)
    result = check_timeline(timeline(world, {"arm": np.array([[-0.2], [0.0], [1.0]])}))
    pair = _find(result, "arm/tool:tool_arm", "fixture:ball")
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
    pair = _find(result, "arm/link1", "arm/link3")
    assert pair.status == "free"
    assert pair.clearance >= 0.1
    assert result.stats["intervals"] < 20


def test_a_cylinder_that_turns_on_its_own_axis_costs_one_interval() -> None:
    """Its distance from a wall beside it stays what it is."""
    round_ = solid(Piece("cylinder", (0.1, 0.5)))
    wall = (solid(Piece("box", (0.1, 2, 2))), Pose.translation(0.1 + 0.05 + 0.03, 0, 0))
    world = cell({"arm": planar([0.0])}, {"arm": round_}, {"wall": wall})
    result = check_timeline(timeline(world, {"arm": np.array([[-2.0], [2.0]])}))
    assert 0.98 * 0.03 <= _find(result, *WALL).clearance <= 0.03
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
        tool, thing = _random_piece(rng), _random_piece(rng)
        at = Pose.from_rotvec(rng.normal(size=3) * 0.5, rng.normal(size=3))
        world = cell(
            {"arm": arm(places)}, {"arm": solid(tool)}, {"thing": (solid(thing), at)},
            clearance=0.001,
        )  # fmt: skip
        q = rng.uniform(-1.0, 1.0, (2, 4))
        pair = _find(
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


def _random_piece(rng: np.random.Generator) -> Piece:
    pose = Pose.from_rotvec(rng.normal(size=3) * 0.2, rng.normal(size=3))
    if rng.integers(2):
        return Piece("capsule", (rng.uniform(0.005, 0.1), rng.uniform(0.1, 0.8)), pose)
    return Piece("box", tuple(rng.uniform(0.002, 0.4, 3)), pose)


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
    assert _find(free, "fixture:shelf", "part:p").status == "free"
    bare = cell({"arm": lift}, fixtures={"shelf": (shelf, Pose.identity())},
                parts={"p": (part, at)}, rules=rules[:1], clearance=0.005)  # fmt: skip
    shut = check_timeline(timeline(bare, {"arm": q}, holds=holds, events=[grip]))
    assert _find(shut, "fixture:shelf", "part:p").status != "free"
    down = check_timeline(timeline(world, {"arm": -0.1 * q}, holds=holds, events=[grip]))
    pair = _find(down, "fixture:shelf", "part:p")
    assert pair.status == "collision"


def _two_slides(apart: float) -> Cell:
    """Two boxes that slide along x and y through the same place."""
    other = [("prismatic", (0, 1, 0), (0, 0, 0))]
    tools = {"a": solid(BOX), "b": solid(BOX)}
    bases = {"a": Pose.identity(), "b": Pose.translation(0.0, 0.0, apart)}
    return cell({"a": arm(SLIDE), "b": arm(other)}, tools, bases=bases)


CROSS_A = np.array([[-1.0], [1.0], [1.0], [1.0]])
CROSS_B = np.array([[-1.0], [-1.0], [-1.0], [1.0]])


def test_two_groups_that_miss_each_other_on_the_clock_only_are_not_free() -> None:
    """On the nominal clock b waits until a has passed; without a signal nothing makes it wait."""
    world, names = _two_slides(0.0), ("a/tool:tool_a", "b/tool:tool_b")
    every = Concurrent("a", "b", 0, 3, 0, 3)
    shifted = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=[every]))
    assert _find(shifted, *names).status == "collision"
    ordered = [Concurrent("a", "b", 0, 1, 0, 2), Concurrent("a", "b", 1, 3, 0, 3)]
    signals = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=ordered))
    assert _find(signals, *names).status == "free"


@pytest.mark.parametrize(("free_until", "status"), [(2, "free"), (4, "clearance")])
def test_an_event_of_another_group_may_close_a_window_early(free_until: int, status: str) -> None:
    """Group a touches a block before b's event at 3 s; where b may come earlier, that is too near.

    Blocks: a touches at knot 1 and is away from knot 2 on; b's event lies at its knot 3.
    """
    block = (solid(BOX), Pose.translation(0.2, 0, 0))
    rule = PairRule("contact", "a/tool:*", "fixture:block", 0.001, "set down", end="process:x")
    tools = {"a": solid(BOX), "b": solid(Piece("sphere", (0.01,)))}
    world = cell({"a": arm(SLIDE), "b": arm(SLIDE)}, tools, {"block": block}, rules=[rule],
                 bases={"a": Pose.identity(), "b": Pose.translation(0, 0, 9)})  # fmt: skip
    q = {"a": np.array([[-1.0], [0.0], [-1.0], [-1.0], [-1.0]]), "b": np.zeros((5, 1))}
    if free_until == 2:
        orders = [Concurrent("a", "b", 0, 2, 0, 2), Concurrent("a", "b", 2, 4, 2, 4)]
    else:
        orders = [Concurrent("a", "b", 0, 4, 0, 4)]
    event = Event(3.0, "process", "x", 1.0, "b")
    result = check_timeline(timeline(world, q, events=[event], concurrent=orders))
    assert _find(result, "a/tool:tool_a", "fixture:block").status == status


def test_what_no_rectangle_holds_is_checked_on_the_nominal_clock() -> None:
    world = _two_slides(0.0)
    result = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_A.copy()}))
    assert _find(result, "a/tool:tool_a", "b/tool:tool_b").status == "collision"


def test_a_group_without_a_program_stands_at_home_and_can_be_hit() -> None:
    """Neither it nor a part that no hold speaks of is left out."""
    world = cell(
        {"a": arm(SLIDE), "b": arm(SLIDE)}, {"a": solid(BOX), "b": solid(BOX)},
        parts={"p": (solid(BOX), Pose.translation(-0.5, 0, 0))},
        bases={"b": Pose.translation(0.5, 0, 0)},
    )  # fmt: skip
    both = timeline(world, {"a": np.array([[-0.25], [0.5]])})
    result = check_timeline(replace(both, holds=()))
    assert _find(result, "a/tool:tool_a", "b/tool:tool_b").status == "collision"
    assert _find(result, "a/tool:tool_a", "part:p").clearance == pytest.approx(0.05, abs=1e-3)


def test_two_groups_at_a_distance_are_free_for_all_shifts() -> None:
    world = _two_slides(0.25)
    every = Concurrent("a", "b", 0, 3, 0, 3)
    result = check_timeline(timeline(world, {"a": CROSS_A, "b": CROSS_B}, concurrent=[every]))
    pair = _find(result, "a/tool:tool_a", "b/tool:tool_b")
    assert pair.status == "free"
    assert 0.6 * 0.05 - 1e-9 <= pair.clearance <= 0.05


def test_no_two_groups_called_free_meet_at_any_sampled_pair_of_instants() -> None:
    """Random arms, the second one put so that the tools come near at some pair of instants."""
    rng, free = np.random.default_rng(12), 0
    for _ in range(16):
        axes, at = np.eye(3)[rng.integers(3, size=(2, 3))], rng.uniform(-0.4, 0.4, (2, 3, 3))
        robots = {
            g: arm([("revolute", tuple(axes[k, j]), tuple(at[k, j])) for j in range(3)])
            for k, g in enumerate("ab")
        }
        pieces = {g: _random_piece(rng) for g in "ab"}
        q = {g: rng.uniform(-0.6, 0.6, (2, 3)) for g in "ab"}
        bases = {"a": Pose.identity(), "b": Pose.identity()}
        tips = [_tool_poses(cell(robots, bases=bases), g, q[g])[rng.integers(15)].p for g in "ab"]
        bases["b"] = Pose.translation(*(tips[0] - tips[1] + rng.normal(size=3) * 0.2))
        world = cell(robots, {g: solid(p) for g, p in pieces.items()}, bases=bases)
        every = [Concurrent("a", "b", 0, 1, 0, 1)]
        result = check_timeline(timeline(world, q, concurrent=every))
        pair = _find(result, "a/tool:tool_a", "b/tool:tool_b")
        least = min(
            kernel.contact(pieces["a"], pieces["b"], A, B).distance
            for A in _tool_poses(world, "a", q["a"])
            for B in _tool_poses(world, "b", q["b"])
        )
        assert pair.clearance <= least + 1e-6
        if pair.status == "free":
            free += 1
            assert least >= 0.002
        if least < 0.0:
            assert pair.status == "collision"
    assert 2 <= free <= 14


def _tool_poses(world: Cell, group: str, q: Array) -> list[Pose]:
    """Return `world_T_flange` at 15 instants of a chord."""
    chain = chain_of(world, group)
    line = q[0] + np.linspace(0, 1, 15)[:, None] * (q[1] - q[0])
    return [Pose.from_matrix(T) for T in link_poses(chain, line)[:, chain.flange]]


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
    pair = _find(check_timeline(timeline(hung, {"arm": line})), "arm/tool:tool_arm", "fixture:wall")
    assert 0.05 - 0.003 - 1.1e-3 <= pair.clearance <= 0.05 - 0.003


def test_budget_spent_is_undecided_never_free() -> None:
    line = np.linspace(-0.5, 0.5, 101)[:, None]
    world = _slide_past_wall(0.006)
    result = check_timeline(timeline(world, {"arm": line}), limits=Limits(most_nodes=3))
    pair = _find(result, "arm/tool:tool_arm", "fixture:wall")
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
    """A parallel slide 20 mm beside a wall that must keep 19.9 mm: thousands of intervals."""
    world = _slide_past_wall(0.02, clearance=0.0199)
    line = timeline(world, {"arm": np.linspace(-0.5, 0.5, 11)[:, None]})
    pair = _find(check_timeline(line, limits=Limits(most_nodes=30)), *WALL)
    assert pair.status == "undecided"
    assert pair.violations[0].cause == "interval budget spent"
    assert 0.9 * 0.0199 <= pair.violations[0].value_m <= 0.02
    assert 0.9 * 0.0199 <= pair.clearance <= 0.02
    assert _find(check_timeline(line), *WALL).status == "free"


WALL = ("arm/tool:tool_arm", "fixture:wall")
