"""Other overrides than 100 %: which are run, and what of their course is proven by it.

A corner on a parabola and a stop do not depend on the speed: at any override the arm drives the
same way, and two robots are certified for all shifts that their signals leave free. A corner of
motions that overlap in time does, but its tube holds those of every lower override. What does
depend on the speed is when things happen: a wait with a timeout may run out, and signals may come
in another order. So the job is run at the ends of the override ranges, in every combination, with
typical, fast and slow axes and processes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from cellsim.domain.controller import MotionRules
from cellsim.domain.job import Job
from cellsim.motion.spec import MoveSpec

MOST_RUNS = 16
FULL = (100.0, 100.0)


def at_override(spec: MoveSpec, percent: float) -> MoveSpec:
    """Return a motion at an override [%]: its speed goes down, its acceleration stays."""
    speed, share = spec.speed, percent / 100.0
    value = speed.value / share if speed.unit == "s" else speed.value * share
    return replace(spec, speed=replace(speed, value=value))


def fixed_path(rules: MotionRules) -> bool:
    """Tell whether what is certified of a brand's path holds at every speed.

    Where the law does not depend on it, or the corner is certified as a tube.
    """
    laws = {"path": rules.corner_linear, "joint": rules.corner_joint}
    return all(law != "overlap" or kind in rules.tube for kind, law in laws.items())


def ranges_of(job: Job) -> dict[str, tuple[float, float]]:
    """Return the override ranges [%] that can be proven: group name to (lowest, highest).

    Of groups with a program, a range other than 100 to 100 %, and a certified path that holds at
    every speed; none where there would be more than 16 runs.
    """
    found = {
        name: group.controller.override
        for name, group in job.cell.groups.items()
        if name in job.programs
        and group.controller.override != FULL
        and name in job.rules
        and fixed_path(job.rules[name])
    }
    return found if 2 ** len(found) <= MOST_RUNS else {}


def highest_of(job: Job) -> dict[str, float]:
    """Return the highest override [%] of the groups that may never run at 100 %."""
    found = {n: job.cell.groups[n].controller.override[1] for n in job.programs}
    return {name: high for name, high in found.items() if high < 100.0}


def ends_of(ranges: Mapping[str, tuple[float, float]]) -> Iterator[dict[str, float]]:
    """Yield every combination of the ends of the ranges, all at 100 % left out."""
    for values in product(*(dict.fromkeys(ends) for ends in ranges.values())):
        if any(value != 100.0 for value in values):
            yield dict(zip(ranges, values, strict=True))
