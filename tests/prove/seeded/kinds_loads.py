"""Corners, speeds and loads: kinds of defects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jobs import Case
from kind import (
    SOME_LINE,
    Expected,
    Rng,
    carrying,
    changed,
    kind,
    longer,
    move,
    place_of,
    told,
    with_joint,
    with_part,
    with_robot,
    with_tool,
)

from cellsim.domain.robot import Robot


@kind(proven=False)
def corner_grown(c: Case, rng: Rng) -> Expected:
    radius = f"radius {float(rng.uniform(600, 1500)):.0f} mm"
    c.swap(f"radius {c.draw.radius:.1f} mm", radius, "pull")
    return told(c, "corner-shrunk corner-overlap", "pull", "over_place")


@kind()
def corners_longer_than_the_way_between(c: Case, rng: Rng) -> Expected:
    """On a controller that calls it an error, and does not cut corners at half of a way."""
    from cellsim.domain.job import Job

    way = float(rng.uniform(0.1, 0.18))
    zone = f"radius {1e3 * way * float(rng.uniform(0.55, 0.9)):.1f} mm"
    corners = (("side", 0.1, zone), ("across", 0.1 - way, zone), ("back", 0.1 - way, "fine"))
    for name, dx, end in corners:
        dy = 0.0 if name == "back" else -0.25
        c.insert("look", (name, move("move_l", place_of(c, dx=dx, dy=dy), "200 mm/s", end)))
    plain = c.job

    def strict() -> Job:
        job = plain()
        rules = {g: replace(r, half_limit=False, overlap="error") for g, r in job.rules.items()}
        return replace(job, rules=rules)

    c.job = strict  # type: ignore[method-assign]
    return told(c, "corner-overlap", "across")


@kind()
def corner_where_the_program_stops(c: Case, rng: Rng) -> Expected:
    c.swap("zone: fine", f"zone: radius {float(rng.uniform(5, 40)):.0f} mm", "arc")
    return told(c, "stop-inside-corner", "arc")


@kind(proven=False)
def speed_raised(c: Case, rng: Rng) -> Expected:
    c.swap(f"{c.draw.fast:.1f} mm/s", f"{float(rng.uniform(9000, 20000)):.0f} mm/s", "pull")
    return told(c, "tcp-speed-not-held singularity-slowdown", "pull")


@kind()
def speed_in_another_unit(c: Case, rng: Rng) -> Expected:
    """Millimetres where metres are meant, as $VEL.CP=250."""
    c.swap(f"{c.draw.fast:.1f} mm/s", f"{float(rng.uniform(100, 900)):.1f} m/s", "pull")
    return told(c, "tcp-speed-impossible", "pull")


@kind(proven=False)
def move_time_too_short(c: Case, rng: Rng) -> Expected:
    c.write("leave", move("move_l", place_of(c), f"{float(rng.uniform(0.02, 0.1)):.3f} s"))
    return told(c, "move-time-not-held", "leave")


@kind(proven=False)
def joint_speed_halved(c: Case, rng: Rng) -> Expected:
    """The takt leaves 3 % to the slow end of the clean band; then the axes are half as fast."""
    from cellsim.simulate.band import simulate_band

    del rng
    changed(c, takt_s=1.03 * simulate_band(c.job()).band.high)

    def half(robot: Robot) -> Robot:
        return replace(robot, joints=tuple(replace(j, speed=j.speed / 2) for j in robot.joints))

    with_robot(c, half)
    return Expected(("takt-exceeded",), SOME_LINE, "")


@kind()
def process_longer_than_the_takt(c: Case, rng: Rng) -> Expected:
    from cellsim.simulate.band import simulate_band

    changed(c, takt_s=1.03 * simulate_band(c.job()).band.high)
    longer(c, "look", 1.0)
    c.write("look", "process: {device: look, timeout_s: 90}")
    longer(c, "look", 40.0 + float(rng.uniform(0, 20)))
    return Expected(("takt-exceeded",), SOME_LINE, "")


@kind()
def heavier_part(c: Case, rng: Rng) -> Expected:
    """The part weighs more than flange and gripper allow."""
    with_part(c, mass=float(rng.uniform(22.5, 40)))
    return told(c, "payload-exceeded", "grip")


@kind()
def part_too_heavy_for_the_gripper(c: Case, rng: Rng) -> Expected:
    with_part(c, mass=float(rng.uniform(12.1, 20)))
    return told(c, "grip-overloaded", "grip")


@kind()
def centre_of_gravity_far_out(c: Case, rng: Rng) -> Expected:
    """12 kg, half a metre and more beside the grip: the last axes carry it."""
    with_part(c, mass=11.9, com=(float(rng.uniform(0.9, 1.2)), 0.0, 0.0))
    return carrying(c, "wrist-torque-exceeded")


@kind()
def inertia_grown(c: Case, rng: Rng) -> Expected:
    with_part(c, inertia=np.eye(3) * float(rng.uniform(3.1, 8)))
    return carrying(c, "wrist-inertia-exceeded")


@kind(two=True)
def process_torque_on_the_wrist(c: Case, rng: Rng) -> Expected:
    with_tool(c, "runner", process_torque=float(rng.uniform(95, 300)))
    names = ("bolt", "unbolt") if c.draw.bolted else ("bolt",)
    return told(c, "wrist-torque-exceeded", *names, group="bolter")


@kind(proven=False)
def weaker_motor(c: Case, rng: Rng) -> Expected:
    """A shoulder that does not hold up its own arm."""
    with_joint(c, 1, torque=float(rng.uniform(50, 300)))
    return Expected(("joint-torque-exceeded",), SOME_LINE)


@kind()
def mass_forgotten(c: Case, rng: Rng) -> Expected:
    del rng
    with_part(c, mass=0.0)
    return Expected(("mass-zero",))
