"""What goes well by timing alone, or once: kinds of defects."""

from __future__ import annotations

from dataclasses import replace

from jobs import TOP, Case, at
from kind import SOME_LINE, Expected, Rng, changed, kind, told
from world import BOX, TABLE_TOP, box

from cellsim.domain.equipment import Gripper
from cellsim.domain.wiring import Signal, TimeRange
from cellsim.geometry import Pose


@kind()
def device_started_while_its_start_is_on(c: Case, rng: Rng) -> Expected:
    """The camera looks once; the second look is the answer of the first."""
    del rng
    c.write("look", "set: {signal: look_go, to: true}")
    first = ("looked", "wait: {until: look_ok, timeout_s: 3}")
    again = ("look_again", "set: {signal: look_go, to: true}")
    end = ("off", "set: {signal: look_go, to: false}")
    second = ("stale", "wait: {until: look_ok, timeout_s: 3}")
    c.insert("home", first, again, second, end)
    return told(c, "answer-stale", "stale")


@kind(two=True)
def flag_left_on_for_the_next_cycle(c: Case, rng: Rng) -> Expected:
    """The picker of the next cycle does not wait for the bolter any more."""
    del rng
    c.drop("reset", "bolter")
    return Expected(("next-cycle-differs",), SOME_LINE, "")


@kind()
def branch_on_a_device_that_may_still_run(c: Case, rng: Rng) -> Expected:
    """The camera is asked before it has certainly done, and not awaited."""
    c.write("look", "set: {signal: look_go, to: true}")
    wait = f"delay: {{time_s: {float(rng.uniform(0.1, 0.6)):.3f}}}"
    ask = "{if: {when: look_ok}, then: [{delay: {time_s: 0.1}}]}"
    c.insert("home", ("meanwhile", wait), ("ask", ask))
    return told(c, "branch-on-unknown", "ask")


@kind(two=True, rare=True)
def part_taken_by_a_delay(c: Case, rng: Rng) -> Expected:
    """The second robot has a gripper, and knows by its watch alone when the part is there."""
    time = TimeRange(0.2, 0.3, 0.4, "seeded")
    grips = Gripper("take", "", "taken_it", "", time, 12.0)
    runner = replace(c.cell.tools["runner"], gripper=grips)
    more = [Signal("take", "group:bolter"), Signal("taken_it", "device:bolt", ("bolter",))]
    changed(c, tools={**c.cell.tools, "runner": runner},
            signals={**c.cell.signals, **{s.name: s for s in more}})  # fmt: skip
    c.write("await", f"delay: {{time_s: {float(rng.uniform(60, 80)):.3f}}}", "bolter")
    (x, y), yaw = c.draw.place, c.draw.yaw[1]
    down = at(x, y, TOP, yaw, 180)
    move = f"move_l: {{to: {{{down}}}, speed: 100 mm/s, zone: fine, tool: runner, frame: table}}"
    c.write("down", move, "bolter")
    c.write("bolt", "grip: {part: box, tool: runner, timeout_s: 2}", "bolter")
    return told(c, "handover-not-ordered", "bolt", group="bolter")


@kind()
def part_that_another_one_stands_on(c: Case, rng: Rng) -> Expected:
    """A cover lies on half of the box; the hand takes the box away from under it."""
    del rng
    cover = box("cover", (0.03, 0.03, 0.01), (0.0, 0.0, 0.0))
    (x, y), yaw = c.draw.pick, c.draw.yaw[0]
    beside = Pose.from_xyz_rpy((x, y, TABLE_TOP), (0, 0, yaw)) @ Pose.translation(
        0.0, 0.045, BOX[2] + 0.006
    )
    part = replace(c.cell.parts["box"], name="cover", solid=cover, frame="world", pose=beside,
                   hinge=None, features={}, grip=(), seat="", mass=0.2)  # fmt: skip
    changed(c, parts={**c.cell.parts, "cover": part})
    return told(c, "part-falls", "pull")


@kind()
def vise_closed_before_the_part_comes(c: Case, rng: Rng) -> Expected:
    """It closes on nothing; the part is put down into its jaws."""
    del rng
    k = c.at("vise")
    line = c.lines["picker"].pop(k)
    c.insert("over_place", line)
    return told(c, "clamp-closed-early", "release")
