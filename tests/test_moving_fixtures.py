"""Fixtures that devices move: what is certain of them, and what is certified against them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import job_of, program, put, to, wait
from mover_cells import cell_of, closer, cover_cell, door, moves
from slides import find_pair

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.job import Job
from cellsim.domain.program import Delay, Grip, Release, Statement
from cellsim.domain.report import Severity
from cellsim.domain.strokes import driven, with_fixtures
from cellsim.domain.timeline import Phase, Timeline
from cellsim.geometry import Array, Piece, Pose, Solid
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import link_pose, world_T_part
from cellsim.simulate.devices import Process
from cellsim.simulate.run import simulate
from cellsim.simulate.tracks import body_tracks
from cellsim.verify.context import Context
from cellsim.verify.provenance import assumptions_of
from cellsim.verify.rules.fixture_moved_by_two import fixture_moved_by_two
from cellsim.verify.rules.fixture_not_standing import fixture_not_standing

JAW, DOOR = "hand/tool:jaw", "fixture:door"
IN: tuple[Statement, ...] = (to(1), to(0))
OPEN: tuple[Statement, ...] = (put("open"), wait("opened"))


def hand(cell: Cell, *body: Statement, driver: tuple[Statement, ...] = ()) -> Job:
    programs = [program("hand", *body)] + ([program("driver", *driver)] if driver else [])
    return job_of(cell, *programs)


def known(run: Timeline, name: str = DOOR) -> list[tuple[str, float, float]]:
    """Kind and range [m | rad, rounded] of each phase."""
    return [(p.kind, round(p.low, 9), round(p.high, 9)) for p in run.fixtures[name].phases]


def status(run: Timeline, a: str = JAW, b: str = DOOR) -> str:
    return find_pair(check_timeline(run), a, b).status


def test_a_door_is_anywhere_until_it_is_told_open_and_stands_from_then_on() -> None:
    run = simulate(hand(cell_of(), *OPEN, put("open", False), *IN))
    assert known(run) == [("stands", 0, 0), ("moves", 0, 1.2), ("stands", 1.2, 1.2)]
    result = check_timeline(run)
    pair = find_pair(result, JAW, DOOR)
    assert pair.status == "free"
    # What is drawn: at constant speed over its typical second.
    assert run.fixtures[DOOR].at(0.25)[0] == pytest.approx(0.3)
    assert run.fixtures[DOOR].at(9.0)[0] == pytest.approx(1.2)


def test_going_in_before_the_door_is_told_open_meets_it_and_names_the_line() -> None:
    """On the nominal clock the door is long open; nothing but that clock says so."""
    run = simulate(hand(cell_of(), put("open"), Delay(5.0), *IN))
    assert run.fixtures[DOOR].at(5.0)[0] == pytest.approx(1.2)
    pair = find_pair(check_timeline(run), JAW, DOOR)
    assert pair.status == "collision"
    hits = [v for v in pair.violations if v.status == "collision"]
    assert {(v.motion.file, v.motion.line) for v in hits if v.motion} == {
        ("hand.prg", 3),
        ("hand.prg", 4),
    }
    assert hits[0].group == "hand"
    assert [at.group for at in hits[0].others] == [DOOR]


def test_a_start_that_falls_early_leaves_the_door_anywhere_until_a_later_done() -> None:
    off = (put("open"), Delay(0.2), put("open", False))
    run = simulate(hand(cell_of(), *off, *IN))
    assert known(run) == [("stands", 0, 0), ("moves", 0, 1.2), ("free", 0, 1.2)]
    assert run.fixtures[DOOR].at(9.0)[0] == pytest.approx(0.24)
    assert status(run) == "collision"
    again = simulate(hand(cell_of(), *off, Delay(1.0), *OPEN, *IN))
    assert known(again)[-2:] == [("moves", 0, 1.2), ("stands", 1.2, 1.2)]
    assert status(again) == "free"


def test_a_door_that_goes_back_when_its_signal_falls_is_told_nowhere_then() -> None:
    opener = moves("opener", "open", "opened", "door", 1.2, back=0.0)
    cell = cell_of({"opener": opener})
    held = simulate(hand(cell, *OPEN, *IN, put("open", False)))
    assert known(held) == [
        ("stands", 0, 0),
        ("moves", 0, 1.2),
        ("stands", 1.2, 1.2),
        ("free", 0, 1.2),
    ]
    assert status(held) == "free"
    early = simulate(hand(cell, *OPEN, put("open", False), Delay(9.0), *IN))
    assert early.fixtures[DOOR].at(9.0)[0] == 0.0
    assert status(early) == "collision"


def test_two_devices_open_and_shut_one_door() -> None:
    cell = cell_of({"opener": cell_of().devices["opener"], "closer": closer()})
    shut = (put("shut"), wait("shut_told"))
    run = simulate(hand(cell, *OPEN, put("open", False), *IN, *shut, to(0, 0, 1)))
    assert known(run)[2:] == [("stands", 1.2, 1.2), ("moves", 0, 1.2), ("stands", 0, 0)]
    assert status(run) == "free"
    assert fixture_moved_by_two(Context(run)).findings == ()
    through = simulate(hand(cell, *OPEN, put("open", False), *shut, *IN))
    assert status(through) == "collision"


def test_two_devices_at_once_are_a_finding_and_the_door_is_anywhere() -> None:
    cell = cell_of({"opener": cell_of().devices["opener"], "closer": closer()})
    run = simulate(hand(cell, put("open"), put("shut"), wait("opened"), wait("shut_told"), *IN))
    (found,) = fixture_moved_by_two(Context(run)).findings
    assert (found.severity, found.line, found.subject) == (Severity.ERROR, 2, DOOR)
    assert found.facts["devices"] == "closer, opener"
    assert all(kind != "stands" for kind, _, _ in known(run)[1:])
    assert status(run) == "collision"


def test_starts_that_no_signal_orders_leave_the_door_anywhere_all_the_time() -> None:
    """The driver shuts the door at a time of its own: luck alone has it after the opening."""
    shut = replace(closer(), start="go")
    cell = cell_of({"opener": cell_of().devices["opener"], "closer": shut})
    run = simulate(hand(cell, *OPEN, driver=(Delay(9.0), put("go"))))
    assert known(run) == [("free", 0, 1.2)]
    (found,) = fixture_moved_by_two(Context(run)).findings
    assert found.severity is Severity.UNDECIDED


def test_a_done_that_the_user_fixed_tells_nothing() -> None:
    job = replace(hand(cell_of(), *OPEN, *IN), inputs={"opened": True})
    run = simulate(job)
    assert known(run)[-1][0] != "stands"
    assert status(run) == "collision"


def test_a_door_that_somebody_else_opens_is_anywhere_unless_the_user_says_when() -> None:
    """Nothing in the job determines the start signal: it comes when it likes."""
    cell = cell_of()
    signals = {**cell.signals, "open": replace(cell.signals["open"], source="cell")}
    job = hand(replace(cell, signals=signals), to(0, 0, 0.1), *IN)
    run = simulate(job)
    assert known(run) == [("free", 0, 1.2)]
    assert status(run) == "collision"
    (said,) = (text for text in assumptions_of(run) if text.startswith(DOOR))
    assert said.startswith(f"{DOOR} is taken to be anywhere from 0 mm to 1200 mm, all the time")
    told = replace(job, inputs={"open": True}, programs=hand(cell, wait("opened"), *IN).programs)
    assert known(simulate(told)) == [("stands", 0, 0), ("moves", 0, 1.2), ("stands", 1.2, 1.2)]
    assert status(simulate(told)) == "free"


@pytest.mark.parametrize(("end", "expected"), [("process:opener", "clearance"), ("", "free")])
def test_a_rule_until_the_door_is_told_open_ends_there(end: str, expected: str) -> None:
    """The door stays 5 mm from a post: let near it by a rule, for ever or until it is told open."""
    post = Fixture("post", Solid("post", (Piece("box", (0.02, 0.02, 0.8)),)), "world",
                   Pose.translation(0.5, -0.415, 0))  # fmt: skip
    let = PairRule("clearance", "fixture:post", DOOR, 0.001, "shut", "a person", end=end)
    opener = replace(cell_of().devices["opener"], goal=0.0)
    cell = cell_of({"opener": opener}, {"door": door(), "post": post}, pair_rules=(let,))
    assert status(simulate(hand(cell, *OPEN, to(0, 1))), "fixture:post", DOOR) == expected


def test_a_door_that_slides_into_a_wall_hits_it() -> None:
    wall = Fixture("wall", Solid("wall", (Piece("box", (0.04, 0.1, 0.8)),)), "world",
                   Pose.translation(0.5, 1.5, 0))  # fmt: skip
    far = replace(wall, name="far", pose=Pose.translation(0.5, 1.7, 0))
    cell = cell_of(fixtures={"door": door(), "wall": wall, "far": far})
    result = check_timeline(simulate(hand(cell, *OPEN)))
    assert find_pair(result, "fixture:wall", DOOR).status == "collision"
    # Open, its edge is at 1.6 m; the far wall begins at 1.65 m.
    pair = find_pair(result, "fixture:far", DOOR)
    assert (pair.status, round(pair.clearance, 4)) == ("free", 0.05)
    let = PairRule("ignore", "fixture:wall", DOOR, 0.0, "a stop", "a person")
    result = check_timeline(simulate(hand(replace(cell, pair_rules=(let,)), *OPEN)))
    assert not [p for p in result.pairs if {p.a, p.b} == {"fixture:wall", DOOR}]


def two_doors() -> Cell:
    """A second door, across the way of the first: it slides along x from -1 m to 0.5 m."""
    joint = replace(door().joint, axis=np.array([1.0, 0.0, 0.0]))  # type: ignore[type-var]
    other = Fixture("gate", Solid("gate", (Piece("box", (0.04, 0.04, 0.8)),)), "world",
                    Pose.translation(-1.0, 0.8, 0), joint=joint)  # fmt: skip
    return cell_of(
        {
            "opener": cell_of().devices["opener"],
            "gater": moves("gater", "lift", "lifted", "gate", 1.5),
        },
        {"door": door(), "gate": other},
    )


def test_two_moving_fixtures_are_certified_against_each_other() -> None:
    """The gate comes to where the door is when open: one after the other, or both at once."""
    both = simulate(hand(two_doors(), put("open"), put("lift"), wait("opened"), wait("lifted")))
    assert status(both, DOOR, "fixture:gate") == "collision"
    lift = (put("lift"), wait("lifted"))
    only = simulate(hand(two_doors(), *lift))
    assert status(only, DOOR, "fixture:gate") == "free"
    after = simulate(hand(two_doors(), *lift, *OPEN))
    assert status(after, DOOR, "fixture:gate") == "collision"


def test_a_timeline_that_says_nothing_of_a_moving_fixture_leaves_it_anywhere() -> None:
    run = replace(simulate(hand(cell_of(), *OPEN, *IN)), fixtures={}, concurrent=())
    assert status(run) == "collision"
    still = replace(cell_of(), devices={})
    run = simulate(hand(still, to(0, 1)))
    assert known(run) == [("stands", 0, 0)]
    assert status(replace(run, fixtures={}, concurrent=())) == "free"


def allowed(run: Timeline, group: str, block: int) -> list[tuple[float, float]]:
    """Return the ranges in which the door may be while a group is in a block."""
    knots = np.flatnonzero(run.tracks[group].block == block)
    phases = run.fixtures[DOOR].phases
    found: set[int] = set()
    for c in run.concurrent:
        if {c.a, c.b} != {group, DOOR}:
            continue
        u0, u1, v0, v1 = (c.a0, c.a1, c.b0, c.b1) if c.a == group else (c.b0, c.b1, c.a0, c.a1)
        if len(knots) and u0 <= knots[0] and knots[-1] < u1:
            found |= set(range(v0 // 3, v1 // 3))
    return [(phases[k].low, phases[k].high) for k in found]


def random_body(rng: np.random.Generator, cell: Cell) -> tuple[Statement, ...]:
    """Return starts, waits and moves in some order; waits have a timeout, so that none hangs."""
    made: list[Statement] = []
    for _ in range(int(rng.integers(3, 9))):
        kind = int(rng.integers(6))
        name = str(rng.choice(["open", "shut"]))
        if kind < 2:
            made.append(put(name, bool(rng.integers(2))))
        elif kind == 2:
            made.append(wait({"open": "opened", "shut": "shut_told"}[name], True, 3.0))
        elif kind == 3:
            made.append(Delay(float(rng.uniform(0.0, 1.5))))
        else:
            made.append(to(float(rng.uniform(-0.2, 0.2))))
    return tuple(made)


def test_no_other_timing_finds_the_door_where_it_was_said_not_to_be() -> None:
    """Random programs, run with the least and the longest process times: at every instant the door
    is in a range that the typical run left free for the block that each group is in."""
    rng, seen = np.random.default_rng(5), 0
    for number in range(40):
        opener = moves(
            "opener", "open", "opened", "door", 1.2, back=0.3 if number % 3 == 0 else None
        )
        devices = {"opener": opener} | ({} if number % 3 == 0 else {"closer": closer()})
        cell = cell_of(devices)
        job = hand(cell, *random_body(rng, cell), to(0, 0, 0.1), driver=(to(0, 1), to(0, 2)))
        typical = simulate(job)
        ends: tuple[Process, ...] = ("min", "max")
        for process in ends:
            other = simulate(job, process=process)
            if [e.name for e in other.events if e.kind == "wait" and not e.value] != [
                e.name for e in typical.events if e.kind == "wait" and not e.value
            ]:
                continue  # a timeout more or less is another course
            for group, track in other.tracks.items():
                for t in np.linspace(0.0, other.duration, 60)[1:-1]:
                    block = int(track.block[min(np.searchsorted(track.t, t), len(track.t) - 1) - 1])
                    place = float(other.fixtures[DOOR].at(t)[0])
                    ranges = allowed(typical, group, block)
                    if not ranges:
                        continue  # the block lasts no time in the typical run
                    seen += 1
                    assert any(a - 1e-9 <= place <= b + 1e-9 for a, b in ranges)
    assert seen > 4000


def test_certified_clearance_is_never_above_that_of_another_kernel() -> None:
    """Coal, over instants of the robot times places of the door, of every pair with the door."""
    run = simulate(hand(cell_of(), to(0.3, 0.3), *OPEN, to(1, 0.2, 0.1), to(0)))
    result = check_timeline(run)
    full, rng = with_fixtures(run), np.random.default_rng(2)
    bodies = {b.name: b for b in bodies_of(run.job.cell)}
    for name in (JAW, "driver/tool:socket"):
        pair = find_pair(result, name, DOOR)
        group, least = name.partition("/")[0], np.inf
        for c in full.concurrent:
            if (c.a, c.b) != (group, DOOR):
                continue
            for _ in range(60):
                u, v = rng.uniform(c.a0, c.a1), rng.uniform(c.b0, c.b1)
                q = {g: at_knot(full, g, x) for g, x in ((group, u), (DOOR, v))}
                poses = [link_pose(run.job.cell, bodies[n].parent, q) @ bodies[n].parent_T_body
                         for n in (name, DOOR)]  # fmt: skip
                for one in bodies[name].solid.pieces:
                    for two in bodies[DOOR].solid.pieces:
                        least = min(least, kernel.contact(one, two, *poses).distance)
        assert pair.status == "free"
        assert pair.clearance <= least + 1e-9
        # Beyond 0.1 m nothing finer is asked for.
        assert pair.clearance > min(0.1, 0.6 * least) - 1e-9


def at_knot(run: Timeline, name: str, u: float) -> Array:
    q = run.tracks[name].q
    return np.array([np.interp(u, np.arange(len(q)), q[:, j]) for j in range(q.shape[1])])


def test_the_driven_track_goes_through_the_whole_range_of_every_phase() -> None:
    run = simulate(
        hand(cell_of(), put("open"), Delay(0.2), put("open", False), Delay(2.0), *OPEN, *IN)
    )
    track = driven(run.fixtures[DOOR])
    for k, phase in enumerate(run.fixtures[DOOR].phases):
        q = track.q[3 * k : 3 * k + 4, 0]
        assert (q.min(), q.max()) == (phase.low, phase.high)
    assert np.all(np.diff(track.t) > 0.0)
    assert track.t[-1] == pytest.approx(run.duration, abs=1e-5)


# The cover that turns on its hinge, with a tray and a part on it.

LOWER: tuple[Statement, ...] = (put("lower"), wait("lowered"), put("lower", False))
LIFT: tuple[Statement, ...] = (put("lift"), wait("lifted"), put("lift", False))
TAKE: tuple[Statement, ...] = (to(1.4, 0, 0.1), Grip("block"), to(1.4, 0, 0.6))


def test_what_hangs_on_a_turning_cover_turns_with_it() -> None:
    cell = cover_cell()
    q = {"fixture:cover": np.array([0.0])}
    assert np.allclose(world_T_part(cell, "block", q).p, (1.4, 0, 0.05))
    assert np.allclose(world_T_part(cell, "block").p, (0.95, 0, 0.4))  # upright, at the start
    run = simulate(hand(cell, *LOWER, to(0, 0, 1)))
    bodies = body_tracks(run, 20.0)
    tray, block = (bodies.poses[:, bodies.names.index(n)] for n in ("fixture:tray", "part:block"))
    assert np.allclose(np.linalg.inv(tray) @ block, np.linalg.inv(tray[0]) @ block[0], atol=1e-9)
    assert np.allclose(tray[-1][:3, 3], (1.4, 0, 0), atol=1e-9)
    angle = -math.pi / 2 * (1.0 - bodies.t[7])
    assert np.allclose(tray[7][:3, 3], (1 + 0.4 * math.cos(angle), 0, -0.4 * math.sin(angle)))


@pytest.mark.parametrize(
    ("at", "hit"), [((1.28, 0, 0.28), "part tray cover"), ((0.93, 0, 0.4), "part")]
)
def test_a_part_on_a_turning_cover_is_certified_with_the_cover_anywhere(
    at: tuple[float, float, float], hit: str
) -> None:
    """A ball halfway down is met by all three; one behind the upright cover by the part alone."""
    post = Fixture("post", Solid("post", (Piece("sphere", (0.01,)),)), "world",
                   Pose.translation(*at))  # fmt: skip
    cell = cover_cell()
    cell = replace(cell, fixtures={**cell.fixtures, "post": post}, clearance_m=0.0)
    result = check_timeline(simulate(hand(cell, *LOWER, to(0, 0, 1))))
    names = {"part": "part:block", "tray": "fixture:tray", "cover": "fixture:cover"}
    for short, name in names.items():
        expected = "collision" if short in hit else "free"
        assert find_pair(result, name, "fixture:post").status == expected


def test_a_part_is_gripped_from_the_cover_where_that_stands_and_put_back_on_it() -> None:
    cell = cover_cell()
    back = (to(1.4, 0, 0.1), Release("block"), to(1.4, 0, 0.6), to(0, 0, 0.6))
    run = simulate(hand(cell, *LOWER, *TAKE, *back, *LIFT))
    assert [f.rule for f in run.findings] == []
    assert fixture_not_standing(Context(run)).findings == ()
    holds = [(h.parent, h.cause) for h in run.holds]
    assert holds == [("frame:spot", "start"), ("group:hand.flange", "grip:block"),
                     ("frame:fixture:tray", "release:block")]  # fmt: skip
    bodies = body_tracks(run, 20.0)
    block = bodies.poses[:, bodies.names.index("part:block")]
    assert np.allclose(block[-1][:3, 3], block[0][:3, 3], atol=1e-6)  # up again with the cover


def test_a_grip_on_a_cover_that_nobody_awaited_is_undecided() -> None:
    run = simulate(hand(cover_cell(), put("lower"), Delay(3.0), *TAKE))
    (found,) = fixture_not_standing(Context(run)).findings
    assert (found.severity, found.subject) == (Severity.UNDECIDED, "block / fixture:cover")
    assert found.line == 4
    early = simulate(
        hand(cover_cell(), *LOWER, to(1.4, 0, 0.1), put("close"), Delay(1.0), put("lift"))
    )
    (found,) = fixture_not_standing(Context(early)).findings
    assert found.subject == "block / fixture:cover"


def test_phases_say_what_device_and_line_began_them() -> None:
    run = simulate(hand(cell_of(), to(0.1), *OPEN))
    first, moving, open_ = run.fixtures[DOOR].phases
    assert (first.device, first.index) == ("", None)
    assert isinstance(moving, Phase)
    assert moving.index is not None
    assert (moving.device, moving.index.line, open_.device) == ("opener", 2, "opener")
