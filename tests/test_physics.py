"""Replay in PyBullet: the same poses, torques and contacts as the rest of the house."""

from __future__ import annotations

import struct
import sys
import zlib
from dataclasses import replace

import numpy as np
import pytest
import timelines
import tiny_cells as tiny

from cellsim.domain.cell import Cell, External, Frame, PairRule
from cellsim.domain.equipment import Hinge
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Event, Hold
from cellsim.errors import Unavailable
from cellsim.geometry import Pose
from cellsim.kinematics.dynamics import inverse_dynamics
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.mass import Mass

pytest.importorskip("pybullet")

from cellsim.physics.bullet import bullet
from cellsim.physics.camera import HEIGHT, WIDTH
from cellsim.physics.carry import Carrying
from cellsim.physics.contacts import DEPTH_M
from cellsim.physics.replay import replay
from cellsim.physics.world import World

AWAY = (0.5, 0.4, 0.2, 0.0, 1.0, 0.3)


def far_part(**changes: object) -> Cell:
    """The test cell with its box out of the way (its frame stays)."""
    cell = timelines.cell()
    box = replace(cell.parts["box"], **changes)
    frame = replace(cell.frames["table"], pose=Pose.translation(-2.0, 0.0, 0.5))
    return replace(cell, parts={"box": box}, frames={"table": frame})


def test_links_stand_where_forward_kinematics_puts_them() -> None:
    track = External(tiny.track(), "world", Pose.translation(0, 0.4, 0), "arm")
    cell = tiny.group_cell(tiny.big_arm(), (track,), Pose.from_xyz_rpy((0, 0, 0.1), (0, 0, 0.7)))
    chain = chain_of(cell, "r")
    q = chain.home + np.array([0.3, -0.2, 0.4, 0.5, -0.3, 1.0, 0.8])
    with World(cell) as world:
        world.set_joints({"r": q})
        for name, T in zip(chain.link_names, link_poses(chain, q), strict=True):
            distance, angle = world.pose(name).distance(Pose.from_matrix(T))
            assert distance < 1e-6
            assert angle < 1e-5
        np.testing.assert_allclose(world.joints("r", 7), q, atol=1e-12)


def test_pybullet_and_pinocchio_agree_on_torque_with_tool_and_full_inertia() -> None:
    skew = np.array([[0.05, 0.01, 0.004], [0.01, 0.06, -0.008], [0.004, -0.008, 0.03]])
    cell = timelines.cell(tool=timelines.gripper_tool(inertia=skew, com=(0.02, -0.01, 0.07)))
    arm, tool = cell.groups["arm"].robot, cell.tools["hand"]
    q, qd, qdd = (np.random.default_rng(k).uniform(-1, 1, 6) for k in range(3))
    load = Mass(tool.mass, np.array(tool.com), skew)
    wanted = inverse_dynamics(arm, q, qd, qdd, (load,))[0]
    with World(cell) as world:
        uid = world.axes["arm"][0].uid
        got = world.call("calculateInverseDynamics", uid, q.tolist(), qd.tolist(), qdd.tolist())
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=2e-2)


def test_two_worlds_live_side_by_side() -> None:
    cell = timelines.cell()
    with World(cell) as one, World(cell) as two:
        assert one.client != two.client
        two.set_joints({"arm": np.array(AWAY)})
        np.testing.assert_allclose(one.joints("arm", 6), timelines.HOME, atol=1e-12)
        np.testing.assert_allclose(two.joints("arm", 6), AWAY, atol=1e-12)


def test_motors_follow_a_slow_motion_and_say_when_they_cannot() -> None:
    cell = far_part()
    calm = replay(timelines.timeline(where=cell))
    assert calm.findings == ()
    assert calm.tracking["arm"].largest < 1e-3
    arm = cell.groups["arm"].robot
    weak = tuple(replace(j, torque=0.5 if j.name == "J2" else j.torque) for j in arm.joints)
    group = replace(cell.groups["arm"], robot=replace(arm, joints=weak))
    tired = replay(timelines.timeline(where=replace(cell, groups={"arm": group})))
    assert tired.findings[0].rule == "physics-tracking"
    assert tired.findings[0].severity is Severity.WARNING
    assert tired.findings[0].line > 0
    assert tired.tracking["arm"].largest > 0.02


def test_the_same_timeline_replays_to_the_same_numbers() -> None:
    line = timelines.timeline(where=far_part())
    first, second = replay(line), replay(line)
    assert first.tracking == second.tracking


def reaching(cell: Cell) -> object:
    """A motion whose hand passes through the box of the test cell; its motors do not give way."""
    arm = cell.groups["arm"]
    strong = tuple(replace(joint, torque=None) for joint in arm.robot.joints)
    group = replace(arm, robot=replace(arm.robot, joints=strong))
    cell = replace(cell, groups={**cell.groups, "arm": group})
    chain = chain_of(cell, "arm")
    hand = link_poses(chain, np.array(AWAY))[chain.flange]
    frame = replace(cell.frames["table"], pose=Pose(np.eye(3), hand[:3, 3] + [0.0, 0.0, 0.1]))
    return timelines.timeline(where=replace(cell, frames={"table": frame}, fixtures={}))


def test_a_contact_that_nobody_expected_names_the_pair_the_depth_and_the_line() -> None:
    result = replay(reaching(timelines.cell()))
    found = [f for f in result.findings if f.rule == "physics-contact"]
    assert found
    assert all("part:box" in f.subject for f in found)
    assert all(f.value > 1e3 * DEPTH_M and f.file == timelines.FILE for f in found)
    assert found[0].t0 == pytest.approx(2.0, abs=1.0)


def test_a_contact_that_a_rule_allows_is_let_through() -> None:
    rule = PairRule("contact", "arm/*", "part:box", 0.01, "a test")
    result = replay(reaching(timelines.cell(pair_rules=(rule,))))
    assert [f for f in result.findings if f.rule == "physics-contact"] == []
    late = replace(rule, start="grip:box")
    result = replay(reaching(timelines.cell(pair_rules=(late,))))
    assert [f for f in result.findings if f.rule == "physics-contact"]


def carried(mass: float) -> object:
    """The box in the hand from 0.5 s to 3.5 s of a swing."""
    cell = timelines.cell(part=timelines.box_part(mass=mass))
    chain = chain_of(cell, "arm")
    flange = Pose.from_matrix(link_poses(chain, chain.home)[chain.flange])
    flange_T_part = Pose.translation(0.0, 0.0, 0.3)
    start = flange @ flange_T_part
    frame = replace(cell.frames["table"], pose=start)
    cell = replace(cell, frames={"table": frame}, fixtures={})
    made = timelines.track(timelines.HOME, AWAY, timelines.HOME)
    return timelines.timeline(
        made, where=cell, **timelines.held(0.1, float(made.t[-1]), flange_T_part)
    )


def test_a_part_within_the_gripper_capacity_stays_in_its_grip() -> None:
    result = replay(carried(10.0))
    assert [f for f in result.findings if f.rule == "physics-grip-slips"] == []
    assert result.slips[0].part == "box"
    assert result.slips[0].distance < 0.005


def test_a_part_heavier_than_the_gripper_holds_slips() -> None:
    result = replay(carried(80.0))
    (slip,) = [f for f in result.findings if f.rule == "physics-grip-slips"]
    assert slip.subject == "box"
    assert slip.value > slip.limit


def hinged(unhinged: float) -> object:
    """The box on a hinge, gripped at 0.1 s, pulled from then on, freed at `unhinged` [s]."""
    line = carried(10.0)
    cell = line.job.cell
    start = cell.frames["table"].pose
    hinge = Hinge("world", start, np.array([0.0, 0, 1]), 0.0, 1.0, 0.0, "bolts")
    box = replace(cell.parts["box"], hinge=hinge, frame="world", pose=Pose.identity())
    cell = replace(cell, parts={"box": box})
    events = (*line.events, Event(unhinged, "unhinged", "box", 1.0, "arm"))
    return replace(line, job=replace(line.job, cell=cell), events=events)


def test_a_hinge_binds_when_a_part_is_pulled_before_it_is_free() -> None:
    bound = [f for f in replay(hinged(1.5)).findings if f.rule == "physics-hinge-binds"]
    assert [(f.subject, f.unit) for f in bound] == [("box", "N")]
    free = replay(hinged(0.11))
    assert [f for f in free.findings if f.rule == "physics-hinge-binds"] == []


def test_a_part_on_a_moving_frame_starts_where_its_hold_says() -> None:
    cell = far_part()
    line = timelines.timeline(where=cell)
    stand = Hold("box", "world", Pose.translation(-1.5, 0.3, 0.2), 0.0, float(line.duration))
    with World(cell) as world:
        Carrying(world, replace(line, holds=(stand,))).update(0.0)
        assert world.pose("part:box").distance(stand.pose)[0] < 1e-6


def test_what_stands_on_a_positioner_rides_with_it() -> None:
    table = External(tiny.track(), "world", Pose.translation(1.0, 1.0, 0.0), "part")
    cell = tiny.group_cell(tiny.big_arm(), (table,))
    plate = Frame("plate", "group:r.positioner/flange", Pose.translation(0.0, 0.0, 0.1))
    box = replace(timelines.box_part(), frame="plate")
    cell = replace(cell, frames={"plate": plate}, parts={"box": box})
    home = chain_of(cell, "r").home
    line = timelines.timeline(
        timelines.track(home, home + np.eye(7)[6], group="r"),
        where=cell,
        what=timelines.program(group="r"),
        holds=(Hold("box", "frame:plate", Pose.translation(0.0, 0.2, 0.0), 0.0, 2.0),),
    )
    with World(cell) as world:
        carrying = Carrying(world, line)
        carrying.update(0.0)
        before = world.pose("part:box").p
        world.set_joints({"r": home + 0.5 * np.eye(7)[6]})
        carrying.update(1.0)
        np.testing.assert_allclose(world.pose("part:box").p - before, [0.5, 0, 0], atol=1e-5)
        want = world_T_frame(cell, "plate", {"r": home + 0.5 * np.eye(7)[6]})
        there = want @ Pose.translation(0.0, 0.2, 0.0)
        assert world.pose("part:box").distance(there)[0] < 1e-5
    assert replay(line).findings == ()


def test_a_picture_is_a_png_of_the_cell() -> None:
    data = replay(timelines.timeline(where=far_part()), pictures=(0.5,)).pictures[0]
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (WIDTH, HEIGHT)
    start = data.index(b"IDAT") + 4
    size = struct.unpack(">I", data[start - 8 : start - 4])[0]
    rows = np.frombuffer(zlib.decompress(data[start : start + size]), dtype=np.uint8)
    pixels = rows.reshape(HEIGHT, 1 + 3 * WIDTH)[:, 1:]
    assert 0.01 < np.mean(pixels < 250) < 0.99
    assert len(np.unique(pixels)) > 20


def test_without_pybullet_the_step_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pybullet", None)
    bullet.cache_clear()
    try:
        with pytest.raises(Unavailable, match="pybullet"), World(timelines.cell()):
            pass
    finally:
        bullet.cache_clear()
