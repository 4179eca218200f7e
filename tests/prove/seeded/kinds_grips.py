"""Grips: kinds of defects."""

from __future__ import annotations

import math
from dataclasses import replace

from jobs import TOP, Case, at, seat_of
from kind import (
    Expected,
    Rng,
    kind,
    move,
    place_of,
    told,
    with_tool,
)


@kind()
def part_gripped_beside(c: Case, rng: Rng) -> Expected:
    """The pick lies 30 mm off the grip."""
    (x, y), angle = c.draw.pick, float(rng.uniform(0, 2 * math.pi))
    target = at(x + 0.03 * math.cos(angle), y + 0.03 * math.sin(angle), TOP, c.draw.yaw[0])
    c.write("pick", move("move_l", target, f"{c.draw.slow:.1f} mm/s"))
    return told(c, "grip-missed", "grip")


@kind()
def part_let_go_in_the_air(c: Case, rng: Rng) -> Expected:
    (x, y), high = c.draw.place, float(rng.uniform(0.02, 0.15))
    c.write("place", move("move_l", at(x, y, TOP + high, c.draw.yaw[1]), "100 mm/s"))
    return told(c, "part-dropped", "release")


@kind()
def part_put_beside_its_place(c: Case, rng: Rng) -> Expected:
    """30 mm and more to the side: into a jaw of the vise."""
    (x, y), yaw = c.draw.place, c.draw.yaw[1]
    off = float(rng.choice([-1, 1])) * float(rng.uniform(0.03, 0.05))
    dx, dy = -math.sin(yaw) * off, math.cos(yaw) * off
    for name, z, zone in (("over_place", TOP + c.draw.lift, "fine"), ("place", TOP, "fine")):
        verb, speed = ("move_j", "30 %") if name == "over_place" else ("move_l", "100 mm/s")
        c.write(name, move(verb, at(x + dx, y + dy, z, yaw), speed, zone))
    return told(c, "collision", "place")


@kind(proven=False)
def wrong_frame(c: Case, rng: Rng) -> Expected:
    """The pick is given in the world instead of on the table: under the floor of the table."""
    del rng
    c.swap(f"frame: {seat_of(c.draw)}", "frame: world", "pick")
    return Expected(("collision", "line-unreachable", "grip-missed"),
                    (c.line("pick"), c.line("grip")))  # fmt: skip


@kind(two=True)
def wrong_tool(c: Case, rng: Rng) -> Expected:
    del rng
    c.swap("tool: hand", "tool: runner", "leave")
    return told(c, "tool-not-mounted", "leave")


@kind()
def grip_dropped(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("grip")
    return told(c, "part-not-held", "release")


@kind()
def release_dropped(c: Case, rng: Rng) -> Expected:
    """The part is still in the hand, and in the vise, when the arm leaves."""
    del rng
    c.drop("release")
    return told(c, "moved-while-clamped", "leave")


@kind()
def gripper_opened_in_motion(c: Case, rng: Rng) -> Expected:
    """An output among moves that pass their points: the part falls."""
    del rng
    from cellsim.domain.job import Job

    c.insert("over_place", ("open", "set: {signal: close, to: false}"))
    plain = c.job

    def without_stops() -> Job:
        job = plain()
        rules = {g: replace(r, stops=frozenset({"wait", "delay"})) for g, r in job.rules.items()}
        return replace(job, rules=rules)

    c.job = without_stops  # type: ignore[method-assign]
    return told(c, "gripper-acts-in-motion part-dropped", "open")


@kind()
def gripper_closed_before_the_arm_is_there(c: Case, rng: Rng) -> Expected:
    """Grip and pick are swapped: the hand closes above the part."""
    del rng
    a, b = c.at("pick"), c.at("grip")
    lines = c.lines["picker"]
    lines[a], lines[b] = lines[b], lines[a]
    return told(c, "grip-missed", "grip")


@kind()
def gripper_that_is_closed_as_the_arm_comes(c: Case, rng: Rng) -> Expected:
    """Its fingers were left closed: told to close they catch nothing; no statement names a part."""
    gripper = c.cell.tools["hand"].gripper
    assert gripper is not None
    with_tool(c, "hand", gripper=replace(gripper, state0="closed"))
    c.write("grip", "set: {signal: close, to: true}")
    closing = f"delay: {{time_s: {float(rng.uniform(0.8, 1.5)):.3f}}}"
    c.insert("pull", ("closing", closing))
    return told(c, "grip-missed", "grip")


@kind(two=False)
def part_put_down_beside_the_place_it_names(c: Case, rng: Rng) -> Expected:
    """Safely, on the table; the statement says in the vise."""
    off = 0.15 + float(rng.uniform(0.0, 0.1))
    c.write("over_place", move("move_j", place_of(c, dx=off), "30 %"))
    for name, dz in (("place", -c.draw.lift), ("leave", 0.0)):
        c.write(name, move("move_l", place_of(c, dx=off, dz=dz), "100 mm/s"))
    return told(c, "part-placed-elsewhere", "release")
