"""Parts that nobody thought of: taken from under another, tilted off, held twice, or not at all."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import tiny_cells as tiny
from gantry_cells import (
    box,
    cell_of,
    door_cell,
    door_job,
    group,
    hand,
    job_of,
    panel,
    program,
    put,
    rack,
    seconds,
    to,
    wait,
    wire,
)
from rule_findings import BY_ID
from run_looks import finding, rules_of

from cellsim.domain.cell import Cell, External, Frame
from cellsim.domain.equipment import Fixture, Gripper, Part
from cellsim.domain.feature import Feature
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Delay,
    Grip,
    Move,
    Process,
    Program,
    Release,
    Routine,
    Speed,
    Statement,
    Target,
)
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Timeline
from cellsim.domain.wiring import Device
from cellsim.geometry import Pose
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context


def part(name: str, at: tuple[float, float, float], grips: bool = True) -> Part:
    found = replace(panel(at, hinge=False), name=name)
    return found if grips else replace(found, grip=())


def on_bench(*parts: Part) -> Cell:
    """Parts on a bench whose top is at -0.01, where a part of 20 mm stands at 0."""
    made = cell_of(parts)
    bench = Fixture("bench", box("bench", 9, 9, 0.1), "world", Pose.translation(0, 0, -0.06))
    return replace(made, fixtures={"rack": rack(), "bench": bench})


def run(cell: Cell, *body: Statement) -> Timeline:
    return simulate(job_of(cell, program("hand", *body)))


def test_a_part_is_told_whose_support_is_gripped_and_carried_away() -> None:
    """B stands on A; what its box says of the ground under it, without A, is that there is none."""
    cell = on_bench(part("A", (1, 0, 0)), part("B", (1, 0, 0.02), grips=False))
    f = finding(run(cell, to(1), Grip("A"), to(1, 0.5)), "part-falls")
    assert (f.subject, f.severity, f.line) == ("B", Severity.ERROR, 3)
    assert (f.facts["under"], f.facts["group"]) == ("part:A", "hand")


@pytest.mark.parametrize("beside", [(1.0, 0.2, 0.0), (1.0, 0.0, 0.5)])
def test_a_part_beside_or_far_above_is_not_told(beside: tuple[float, float, float]) -> None:
    cell = on_bench(part("A", (1, 0, 0)), part("B", beside, grips=False))
    assert "part-falls" not in rules_of(run(cell, to(1), Grip("A"), to(1, 0.5)))


def test_a_part_that_also_lies_on_something_else_stays_there() -> None:
    """The plank of B lies on A and on C: with A gone its centre is still above C."""
    plank = replace(part("B", (1.09, 0, 0.02), grips=False), solid=box("plank", 0.2, 0.05, 0.02))
    cell = on_bench(part("A", (1, 0, 0)), part("C", (1.1, 0, 0)), plank)
    assert "part-falls" not in rules_of(run(cell, to(1), Grip("A"), to(1, 0.5)))


def test_gripping_alone_takes_nothing_away() -> None:
    cell = on_bench(part("A", (1, 0, 0)), part("B", (1, 0, 0.02), grips=False))
    assert "part-falls" not in rules_of(run(cell, to(1), Grip("A"), Delay(1.0), Release("A")))


def test_what_the_cell_hangs_on_a_part_is_told_when_that_part_goes() -> None:
    """Nothing lies under B: the cell says that its frame is on A."""
    hung = replace(part("B", (0, 0, 0), grips=False), frame="on_a")
    cell = on_bench(part("A", (1, 0, 0)), hung)
    cell = replace(cell, frames={"on_a": Frame("on_a", "part:A", Pose.translation(0, 0.5, 0.3))})
    f = finding(run(cell, to(1), Grip("A"), to(1, 0.5)), "part-falls")
    assert (f.subject, f.facts["under"]) == ("B", "part:A")


def test_a_part_in_two_grippers_is_told_when_either_arm_moves() -> None:
    two = Gripper("close2", "", "closed2", "opened2", seconds(0.4), 50.0)
    cell = cell_of((part("panel", (1, 0, 0)),), held="group:hand")
    wires = [wire("close2", "group:second"), wire("closed2", "cell"), wire("opened2", "cell")]
    cell = replace(
        cell,
        groups={**cell.groups, "second": group("second", "jaw2")},
        tools={**cell.tools, "jaw2": hand("jaw2", two)},
        signals={**cell.signals, **dict(wires)},
    )
    first = program("hand", to(1), Grip("panel"), put("held"), Delay(5.0), to(1, 0, 1))
    then = program("second", wait("held"), to(1), Grip("panel"), Delay(9.0), to(1, 0, -1))
    found = [f for f in simulate(job_of(cell, first, then)).findings
             if f.rule == "moved-while-clamped"]  # fmt: skip
    assert [(f.file, f.line, f.facts["others"]) for f in found] == [
        ("hand.prg", 5, "second"),
        ("second.prg", 5, "hand"),
    ]


def test_a_gripper_that_closes_again_on_its_part_lets_go_of_it_at_once() -> None:
    """It was held twice, let go once, and went on with the arm after it was put down."""
    again = (put("close", False), wait("closed", False), put("close"), wait("closed"))
    body = (to(1), put("close"), wait("closed"), *again, to(3), put("close", False),
            wait("opened"), to(3, 0, 1))  # fmt: skip
    made = run(cell_of((part("panel", (1, 0, 0)),)), *body)
    assert [h.parent for h in made.holds] == ["world", "group:hand.flange", "world"]
    assert [e.kind for e in made.events if e.name == "panel"] == ["grip", "release"]


def test_a_gripper_catches_the_part_that_is_nearest() -> None:
    far = part("far", (1.0025, 0, 0))
    for parts in ((far, part("panel", (1, 0, 0))), (part("panel", (1, 0, 0)), far)):
        made = run(cell_of(parts), to(1), Grip("panel"), to(1, 0, 1))
        assert [e.name for e in made.events if e.kind == "grip"] == ["panel"]


def held(*body: Statement) -> list[tuple[int, object]]:
    cell = cell_of((part("panel", (1, 0, 0)), part("other", (2, 0, 0))))
    found = BY_ID["part-not-held"](Context(run(cell, *body))).findings
    return [(f.line, f.facts["held"]) for f in found]


def test_a_grip_of_another_part_than_it_names_is_told() -> None:
    assert held(to(2), Grip("panel"), to(2, 0, 1)) == [(2, "other")]
    assert held(to(1), Grip("panel"), to(1, 0, 1)) == []


def test_a_grip_by_a_gripper_that_is_closed_already_is_told() -> None:
    away = (to(1), Grip("panel"), to(1, 0, 1), to(2), Grip("other"), to(2, 0, 1))
    assert held(*away) == [(5, "panel")]
    assert held(to(1), Grip("panel"), Grip("panel"), to(1, 0, 1)) == []


def tilt(degrees: float) -> Timeline:
    """A box put down on a positioner's table, which then turns about a horizontal axis."""
    axis = replace(tiny.track().joints[0], kind="revolute", axis=np.array([0.0, 1, 0]), lower=-2.0,
                   upper=2.0, name="tilt")  # fmt: skip
    table = replace(tiny.track(), name="table", kind="positioner", joints=(axis,), home=(0.0,),
                    flange=Pose.identity())  # fmt: skip
    made = tiny.pick_cell(box_at=(0.55, -0.35))
    ext = External(table, "world", Pose.translation(0.55, 0.35, 0.05), "part")
    arm = made.groups["r"]
    arm = replace(arm, externals=(ext,), home=(*arm.home, 0.0))
    plate = Frame("plate", "group:r.positioner/flange", Pose.identity())
    nest = Feature("nest", "pocket", (Pose.translation(0, 0, 0.051),))
    jig = Fixture("jig", tiny.box("jig", 0.2, 0.2, 0.1), "plate", Pose.identity(), {"nest": nest})
    lying = replace(made.parts["box"], frame="world", pose=Pose.translation(0.55, 0.35, 0.151))
    made = replace(
        made, groups={"r": arm}, frames={**made.frames, "plate": plate},
        fixtures={"jig": jig}, parts={"box": lying},
    )  # fmt: skip
    return simulate(_put_down(made, math.radians(degrees)))


def _put_down(made: Cell, turn: float) -> Job:
    """Grip the box where it lies, let it go there, move away, turn the table."""
    from tubes_corners import RULES

    down = Pose.from_xyz_rpy((0.55, 0.35, 0.201), (math.pi, 0, 0))
    over = Pose.from_xyz_rpy((0.55, 0.35, 0.4), (math.pi, 0, 0))
    home = made.groups["r"].home

    def at(pose: Pose, line: int) -> Move:
        return Move("joint", Target(pose=pose, ext=(0.0,)), Speed(30, "%"), FINE, line=line)

    body = (
        at(over, 1), at(down, 2), Grip("box", line=3), Release("box", line=4), Delay(1.0, line=4),
        at(over, 5),
        Move("joint", Target(q=(*home[:-1], turn)), Speed(30, "%"), FINE, line=6),
    )  # fmt: skip
    what = Program("r", "r", (Routine("main", body),), "r.yaml")
    return Job("job", made, {"r": what}, {"r": RULES})


@pytest.mark.limit("part-falls")
def test_a_loose_part_is_told_when_its_positioner_tilts_by_more_than_5_degrees() -> None:
    f = finding(tilt(5.1), "part-falls")
    assert (f.line, f.unit, f.limit) == (6, "deg", pytest.approx(5.0))
    assert f.value == pytest.approx(5.1)
    assert "part-falls" not in rules_of(tilt(5.0))
    assert "part-falls" not in rules_of(tilt(-4.9))


@pytest.mark.limit("part-dropped")
@pytest.mark.parametrize("turned", [0.0, 0.6])
def test_a_part_is_dropped_whose_centre_is_not_above_what_it_lies_on(turned: float) -> None:
    """A bench whose edge is at x = 3: a part of 50 mm let go on it, and 1.5 mm beyond it."""
    for beyond, falls in ((-0.0005, False), (0.0005, False), (0.0015, True), (0.02, True)):
        cell = cell_of((part("panel", (1, 0, 0)),))
        way = np.array([math.cos(turned), math.sin(turned), 0.0])
        ground = Fixture("ground", box("ground", 0.2, 0.2, 0.1), "world",
                         Pose.translation(1, 0, -0.06))  # fmt: skip
        edge = Fixture(
            "edge", box("edge", 2, 0.3, 0.1), "world",
            Pose.from_xyz_rpy(np.array([3.0, 0, -0.06]) - way, (0, 0, turned)),
        )  # fmt: skip
        cell = replace(cell, fixtures={"ground": ground, "edge": edge})
        x, y, _ = np.array([3.0, 0, 0]) + beyond * way
        made = run(cell, to(1), Grip("panel"), to(x, y), Release("panel"), to(x, y, 1))
        assert ("part-dropped" in rules_of(made)) is falls, beyond


def test_a_plank_that_only_its_end_lies_on_tips_over_when_the_other_end_is_taken_away() -> None:
    plank = replace(part("B", (1.05, 0, 0.02), grips=False), solid=box("plank", 0.2, 0.05, 0.02))
    cell = on_bench(part("A", (1, 0, 0)), part("C", (1.1, 0, 0)), plank)
    f = finding(run(cell, to(1), Grip("A"), to(1, 0.5)), "part-falls")
    assert (f.subject, f.facts["under"]) == ("B", "part:A")


def clamped(*body: Statement) -> list[int]:
    """A vise at the hook of the rack, which a device of the hand closes; it is open at first."""
    cell = cell_of((part("panel", (1, 0, 0)),), shut="group:hand", is_shut="device:vise")
    vise = Device("vise", "shut", "is_shut", seconds(0.4), "clamp", target="rack")
    cell = replace(cell, devices={**cell.devices, "vise": vise})
    found = [f for f in run(cell, *body).findings if f.rule == "clamp-closed-early"]
    return [f.line for f in found]


def test_a_part_put_into_a_clamp_that_closed_before_it_came_is_told() -> None:
    early = (Process("vise"), to(1), Grip("panel"), to(3), Release("panel"), to(3, 0, 1))
    assert clamped(*early) == [5]
    in_time = (to(1), Grip("panel"), to(3), Process("vise"), Release("panel"), to(3, 0, 1))
    assert clamped(*in_time) == []


def hung(at: float, turned: float = 0.0) -> bool:
    """Whether a panel whose lug is 0.5 m beside its grip hangs on the hook when let go at x."""
    lug = Pose.from_xyz_rpy((0.5, 0, 0), (math.pi + turned, 0, 0))
    lugged = part("panel", (1, 0, 0))
    lugged = replace(
        lugged, features={**lugged.features, "lug": Feature("lug", "face", (lug,))}, seat="lug"
    )
    body = (to(1), Grip("panel"), to(at), Release("panel"), to(at, 0, 1))
    return "part-dropped" not in rules_of(run(cell_of((lugged,)), *body))


def test_a_part_hangs_by_its_seat_and_not_by_what_else_is_near_the_hook() -> None:
    """The hook is at x = 3: with the lug there it hangs, with the grip there it falls."""
    assert hung(2.5)
    assert hung(2.486)
    assert not hung(2.484)
    assert not hung(3.0)


def test_a_part_hangs_the_way_its_seat_faces() -> None:
    assert hung(2.5, math.radians(44.0))
    assert not hung(2.5, math.radians(46.0))
    assert not hung(2.5, math.pi)


def unscrewed(*driver: Statement) -> list[tuple[int, object]]:
    cell = door_cell()
    slow = replace(cell.devices["nutrunner"], time=seconds(4.0))
    cell = replace(cell, devices={"nutrunner": slow})
    rest = (to(1.2), Process("nutrunner"), to(0, 1, 1), put("free"))
    made = simulate(door_job(cell, driver_body=(wait("held"), *driver, *rest)))
    return [(f.line, f.facts.get("case")) for f in made.findings if f.rule == "fastener-missed"]


def test_a_nutrunner_that_is_started_on_its_way_to_the_bolt_is_told() -> None:
    """It runs for 4 s, and is at the bolt long before that; it was 1.1 m off when it began."""
    early = (put("run"), to(1.1), wait("done"), put("run", False))
    assert unscrewed(*early) == [(2, "moved")]
    assert unscrewed(to(1.1), put("run"), wait("done"), put("run", False)) == []
    near = (to(1.097), put("run"), to(1.1), wait("done"), put("run", False))
    assert unscrewed(*near) == []
