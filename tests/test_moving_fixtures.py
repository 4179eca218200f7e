"""Fixtures that devices move: what is certain of them, and what is certified against them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import box, put, seconds, to, wait
from mover_cells import DOOR_SOLID, cell_of, closer, door, moves
from mover_jobs import DOOR, IN, JAW, OPEN, hand, known, status
from slides import find_pair

from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.equipment import Fixture
from cellsim.domain.program import Delay, Statement
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Phase
from cellsim.domain.wiring import Device
from cellsim.geometry import Piece, Pose, Solid
from cellsim.proofcheck.nested import tracks_and_clock
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.provenance import assumptions_of
from cellsim.verify.rules.fixture_moved_by_two import fixture_moved_by_two
from cellsim.verify.run import verify_timeline


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


def test_the_help_of_a_collision_speaks_of_the_fixture_where_that_may_move_and_not_else() -> None:
    early = verify_timeline(simulate(hand(cell_of(), put("open"), Delay(5.0), *IN)))
    hits = [f for f in early.findings if f.rule == "collision" and DOOR in f.subject]
    assert {f.help for f in hits} == {"fixture-on-its-way"}
    assert hits[0].facts["fixture"] == DOOR.removeprefix("fixture:")
    shut = verify_timeline(simulate(hand(cell_of(), Delay(5.0), *IN)))
    hits = [f for f in shut.findings if f.rule == "collision" and DOOR in f.subject]
    assert {f.help for f in hits} == {"make-room"}


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


def test_what_a_door_stands_in_is_told_once_where_its_first_phase_lasts_no_time() -> None:
    block = Fixture("block", DOOR_SOLID, "world", Pose.translation(0.5, 0.0, 0.0))
    cell = cell_of(fixtures={"door": door(), "block": block})
    run = simulate(hand(cell, *OPEN, *IN))
    first, second, *_ = run.fixtures[DOOR].phases
    assert first.t1 == second.t0 == 0.0
    hits = [v for v in find_pair(check_timeline(run), DOOR, "fixture:block").violations
            if v.status == "collision"]  # fmt: skip
    assert [(v.t0, v.t1 > 1e-6) for v in hits] == [(0.0, True)]


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


@pytest.mark.parametrize(
    ("before", "expected"), [(wait("opened"), "free"), (Delay(1.5), "clearance")]
)
def test_a_rule_from_the_end_of_a_process_counts_where_that_is_awaited(
    before: Statement, expected: str
) -> None:
    """The jaw may come 25 mm near a post once a clamp of the cell is shut: 1 s, at most 2 s."""
    post = Fixture("post", box("post", 0.02, 0.02, 0.02), "world", Pose.translation(1.045, 0, 0))
    let = PairRule("clearance", JAW, "fixture:post", 0.001, "shut", "us", start="process:clamp")
    clamp = Device("clamp", "open", "opened", seconds(1.0))
    cell = cell_of({"clamp": clamp}, {"post": post}, pair_rules=(let,), clearance_m=0.05)
    run = simulate(hand(cell, put("open"), before, *IN))
    assert status(run, JAW, "fixture:post") == expected
    spread = tracks_and_clock(run)[1].spread("hand", 1.0)
    assert spread == clock_of(run).doubt("hand", 1.0)
    assert (spread[0] < spread[1]) is (expected != "free")


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


def test_phases_say_what_device_and_line_began_them() -> None:
    run = simulate(hand(cell_of(), to(0.1), *OPEN))
    first, moving, open_ = run.fixtures[DOOR].phases
    assert (first.device, first.index) == ("", None)
    assert isinstance(moving, Phase)
    assert moving.index is not None
    assert (moving.device, moving.index.line, open_.device) == ("opener", 2, "opener")
