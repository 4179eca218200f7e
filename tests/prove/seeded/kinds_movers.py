"""A vise that comes and goes on a shuttle, a frame on the other robot: kinds of defects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jobs import Case
from kind import Expected, Rng, changed, kind, move, told
from world import HOME_DEG, TABLE_TOP, box

from cellsim.domain.cell import Frame
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame

STEP = 0.1  # how far a stage under the shuttle stands from its place at the start [m]
AWAY = 0.3  # how far from its place the shuttle stands at the start [m]


def on_shuttle(c: Case) -> None:
    """Put the vise on a shuttle that one device brings and another one sends away again.

    It slides along its jaws: wherever it is, the box goes in between them and touches neither.
    """
    d, x = c.draw, np.array([1.0, 0.0, 0.0])
    joint = FixtureJoint("prismatic", np.zeros(3), x, 0.0, AWAY, AWAY)
    below = box("shuttle", (0.1, 0.1, 0.02), (0, 0, -0.2))  # the table, out of everybody's way
    place = Pose.from_xyz_rpy((*d.place, 0.0), (0, 0, d.yaw[1]))
    shuttle = Fixture("shuttle", below, "table", place, joint=joint)
    ride = Frame("ride", "fixture:shuttle", Pose.identity())
    vise = replace(c.cell.fixtures["vise"], frame="ride", pose=Pose.identity())
    time = TimeRange(0.4, 0.8, 1.3, "seeded")
    devices, signals = _movers("shuttle", {"come": 0.0, "go": AWAY}, time)
    changed(c, fixtures={**c.cell.fixtures, "shuttle": shuttle, "vise": vise},
            frames={**c.cell.frames, "ride": ride}, devices={**c.cell.devices, **devices},
            signals={**c.cell.signals, **signals})  # fmt: skip
    c.insert("over_pick", ("come", "process: {device: come, timeout_s: 3}"))
    c.lines["picker"].append(("go", "process: {device: go, timeout_s: 3}"))


def _movers(
    target: str, goals: dict[str, float], time: TimeRange
) -> tuple[dict[str, Device], dict[str, Signal]]:
    """Return the devices that move a fixture to each goal [m], by name, and their signals."""
    devices, signals = {}, {}
    for name, goal in goals.items():
        start, done = f"{name}_start", f"{name}_told"
        devices[name] = Device(name, start, done, time, "move", target=target, goal=goal)
        signals[start] = Signal(start, "group:picker")
        signals[done] = Signal(done, f"device:{name}", ("picker",))
    return devices, signals


def on_stage(c: Case) -> None:
    """Put the shuttle of the vise on a stage that comes and goes a little along the jaws too."""
    on_shuttle(c)
    joint = FixtureJoint("prismatic", np.zeros(3), np.array([1.0, 0.0, 0.0]), 0.0, STEP, STEP)
    shuttle = c.cell.fixtures["shuttle"]
    below = box("stage", (0.06, 0.06, 0.02), (0, 0, -0.3))
    stage = Fixture("stage", below, "table", shuttle.pose, joint=joint)
    top = Frame("stage_top", "fixture:stage", Pose.identity())
    shuttle = replace(shuttle, frame="stage_top", pose=Pose.identity())
    time = TimeRange(0.2, 0.5, 0.9, "seeded")
    devices, signals = _movers("stage", {"stage_come": 0.0, "stage_go": STEP}, time)
    changed(c, fixtures={**c.cell.fixtures, "stage": stage, "shuttle": shuttle},
            frames={**c.cell.frames, "stage_top": top}, devices={**c.cell.devices, **devices},
            signals={**c.cell.signals, **signals})  # fmt: skip
    c.insert("over_pick", ("stage_come", "process: {device: stage_come, timeout_s: 3}"))
    c.lines["picker"].append(("stage_go", "process: {device: stage_go, timeout_s: 3}"))


def on_other_robot(c: Case) -> None:
    """Hang the frame that the first robot leaves in on the flange of the other, which stands."""
    flange = Frame("held", "group:bolter.flange", Pose.identity())
    cell = replace(c.cell, frames={**c.cell.frames, "held": flange})
    pose = world_T_frame(cell, "held").inverse() @ Pose.translation(0, 0, TABLE_TOP)
    changed(c, frames={**c.cell.frames, "held": replace(flange, pose=pose)})
    for name in ("leave", "arc"):
        c.swap("frame: table", "frame: held", name)


@kind()
def vise_that_nobody_saw_come(c: Case, rng: Rng) -> Expected:
    """It is started in time; that it stands is awaited never, or behind the release."""
    on_shuttle(c)
    c.write("come", "set: {signal: come_start, to: true}")
    if rng.integers(2):
        c.insert("leave", ("late", "wait: {until: come_told, timeout_s: 3}"))
    return told(c, "fixture-not-standing", "release")


@kind()
def vise_on_a_stage_that_nobody_saw_come(c: Case, rng: Rng) -> Expected:
    """The shuttle is told to stand; the stage that it stands on is awaited never, or too late."""
    on_stage(c)
    c.write("stage_come", "set: {signal: stage_come_start, to: true}")
    if rng.integers(2):
        c.insert("leave", ("late", "wait: {until: stage_come_told, timeout_s: 3}"))
    return told(c, "fixture-not-standing", "release")


@kind()
def vise_sent_away_before_it_has_come(c: Case, rng: Rng) -> Expected:
    """Or called back before it has gone."""
    on_shuttle(c)
    if rng.integers(2):
        c.write("come", "set: {signal: come_start, to: true}")
        c.insert("over_pick", ("early", "set: {signal: go_start, to: true}"))
        return told(c, "fixture-moved-by-two", "early")
    c.write("go", "set: {signal: go_start, to: true}")
    c.lines["picker"].append(("back", "process: {device: come, timeout_s: 3}"))
    return told(c, "fixture-moved-by-two", "back")


@kind(two=True)
def frame_on_a_robot_that_still_moves(c: Case, rng: Rng) -> Expected:
    """The other robot turns its wrist and turns it back, in time by its clock and by no signal."""
    on_other_robot(c)
    turn = float(rng.choice([-1, 1])) * float(rng.uniform(1.0, 40.0))
    for name, last in (("turn", turn), ("turn_back", HOME_DEG[5])):
        target = f"q_deg: [{', '.join(f'{v:.3f}' for v in (*HOME_DEG[:5], last))}]"
        text = move("move_j", target, "60 %").replace("tool: hand", "tool: runner")
        c.insert("await", (name, text), group="bolter")
    return told(c, "frame-moves-meanwhile", "leave", "arc")
