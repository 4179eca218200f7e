"""Figures taken away: kinds of defects."""

from __future__ import annotations

import math
from dataclasses import replace

from jobs import Case
from kind import (
    SOME_LINE,
    Expected,
    Rng,
    changed,
    kind,
    with_joint,
    with_robot,
)

from cellsim.domain.robot import CombinedLimit, Robot


@kind()
def joint_speed_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), speed=None)
    return Expected(("joint-speed-exceeded", "joint-figure-missing"))


@kind()
def acceleration_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), acceleration=None)
    return Expected(("joint-acceleration-exceeded", "joint-figure-missing"))


@kind()
def jerk_unknown(c: Case, rng: Rng) -> Expected:
    with_joint(c, int(rng.integers(6)), jerk=None)
    return Expected(("joint-jerk-exceeded",))


@kind()
def payload_unknown(c: Case, rng: Rng) -> Expected:
    del rng
    with_robot(c, lambda robot: replace(robot, payload=None))
    return Expected(("payload-exceeded",))


@kind()
def link_masses_estimated(c: Case, rng: Rng) -> Expected:
    del rng
    with_robot(c, lambda robot: replace(robot, assumed=("links.mass",)))
    return Expected(("joint-torque-exceeded",))


@kind()
def link_without_a_shape(c: Case, rng: Rng) -> Expected:
    k = int(rng.integers(6))

    def bare(robot: Robot) -> Robot:
        links = list(robot.links)
        links[k] = replace(links[k], solid=None)
        return replace(robot, links=tuple(links))

    with_robot(c, bare)
    return Expected(("link-shape-missing",))


@kind()
def override_left_open(c: Case, rng: Rng) -> Expected:
    """Corners that overlap in time change with the override; on a parabola the range is proven."""
    from cellsim.domain.job import Job

    plain = c.job

    def overlapping() -> Job:
        job = plain()
        rules = {g: replace(r, corner_joint="overlap") for g, r in job.rules.items()}
        return replace(job, rules=rules)

    c.job = overlapping  # type: ignore[method-assign]
    g = c.cell.groups["picker"]
    low = float(rng.uniform(5, 90))
    opened = replace(g, controller=replace(g.controller, override=(low, 100.0)))
    changed(c, groups={**c.cell.groups, "picker": opened})
    return Expected(("override-not-proven",))


@kind()
def hose_too_short(c: Case, rng: Rng) -> Expected:
    """The dress pack lets axes 4 and 6 turn less together than the program asks."""
    limit = math.radians(float(rng.uniform(0.05, 0.5)))
    hose = CombinedLimit((("J4", 1.0), ("J6", 1.0)), -limit, limit, "hose")
    with_robot(c, lambda robot: replace(robot, combined_limits=(hose,)))
    return Expected(("combined-limit-exceeded",), SOME_LINE)


@kind(proven=False)
def jerk_above_its_figure(c: Case, rng: Rng) -> Expected:
    with_joint(c, 0, jerk=float(rng.uniform(5, 20)))
    return Expected(("joint-jerk-exceeded",), SOME_LINE)
