"""What a report rests on: assumptions, exceptions, grades of the shapes, hashes, versions."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations

from cellsim.collision.apart import bounds
from cellsim.collision.clock import clock_of
from cellsim.collision.items import frames_of
from cellsim.domain.cell import Cell, PairRule, SharedClock
from cellsim.domain.pace import Pace
from cellsim.domain.robot import Robot
from cellsim.domain.timeline import Timeline
from cellsim.domain.tubes import with_tubes
from cellsim.geometry import Solid
from cellsim.kinematics.frameshift import ENDS, MIXED
from cellsim.kinematics.movers import joint_of
from cellsim.simulate.ridetimes import FULL
from cellsim.verify.follows import followed_where

_PACKAGES = ("cellsim", "numpy", "scipy", "numba", "coal", "eaik")

_RESTS_ON = {
    "quotients": "{group}, {count} motions ({places}): how far the joints leave their chords is not"
    " proven (near a singularity, or an arm of other than six axes): between two samples the third"
    " derivative of a joint is taken as at most twice its difference quotient",
    "differences": "{group}, {count} motions ({places}): how far the corners of a tube are from its"
    " lanes is not proven (near a singularity, or an arm of other than six axes): it is taken as at"
    " most twice what second differences between them show",
}
_PLACES = 3

_RIGID = (
    "{group} is shifted with the measured frame {frame} as if it were rigid; how far its elbow"
    " moves when the controller solves for the shifted pose is not worked out: links of one arm"
    " against one another get no allowance for it, and a joint move in the frame counts as"
    " following it"
)
_BOXED = (
    "{group} follows the measured frame {frame}, {millimetres:g} mm and {degrees:g} deg at"
    " most: certified joint box for every shift of that range, {most} of {joint} at most"
    " ({lines}; a-b is the corner between two lines), in which clearance and joint limits are"
    " asked; clearance is less by what is linear in the shift and by a proven bound of what is"
    " beyond; speeds, accelerations, torques and times are those without a shift; a clearance"
    " proof covers the arm moved with the frame as a rigid body only"
)
_SHIFTED = (
    "{group} follows the measured frame {frame}{where}: Monte Carlo, {count} shifts ({ends} ends of"
    " the axes of its range and {mixed} seeded ones, {millimetres:g} mm and {degrees:g} deg at"
    " most) solved as its controller would; clearance is less by what is linear in the shift, over"
    " the whole range, and by the largest that a sampled shift shows beyond it; corners take the"
    " same shares of their ways, and a tube of corners strays as the nearest place of the named"
    " one; speeds, accelerations, torques and times are those without a shift; a clearance proof"
    " covers the arm moved with the frame as a rigid body only"
)
_LOOSE = (
    "{fixture} is taken to be anywhere from {low} to {high}, all the time: no signal of the job"
    " orders what moves it"
)
_MOVER = (
    "{fixture} stands at {start} when the job begins; from a start signal until its device tells"
    " done, and for ever where nobody waits for that, it is taken to be anywhere between where it"
    " was and where it goes, whatever the law and the time of its motion"
)

_ON_ONE_CLOCK = (
    "{groups} share one clock ({source}), within {skew} s of one another: every clearance between"
    " bodies of one and of another rests on it, at most {apart} s apart on the simulated clock"
    " where both move; taken for granted: their programs start together, at one override of {low}"
    " to {high} % that stays as it is, and a stop stops them all; any stretch of a motion takes no"
    " less time than with the fast axes and no more than with the slow ones, a process no less than"
    " its least and no more than its longest time; a wait ends one cycle after its last signal at"
    " most"
)
_NO_RUN = "no run of its classes"
_CLOCK_OPEN = (
    "{groups}, one clock: nothing bounds a time at {why}; from there until they wait for one"
    " another again, pairs of theirs are certified for all shifts"
)


def assumptions_of(timeline: Timeline) -> tuple[str, ...]:
    """Return everything taken for granted, each once, in order: run, cell, robots, brands."""
    cell = timeline.job.cell
    found = [*timeline.assumptions, *cell.notes]
    if timeline.job.inputs:
        given = ", ".join(f"{k}={str(v).lower()}" for k, v in sorted(timeline.job.inputs.items()))
        found.insert(
            0, f"the verdict holds only while these inputs are as fixed by the user: {given}"
        )
    for group in cell.groups:
        if timeline.job.programs and group not in timeline.job.programs:
            found.append(f"{group} has no program in this job: it stands at its home all the time")
    for robot in _robots(cell):
        if robot.assumed:
            found.append(f"{robot.name}: recalled or estimated figures: {', '.join(robot.assumed)}")
    for rules in timeline.job.rules.values():
        found += [f"{rules.brand}: {c.text}" for c in rules.conventions if c.evidence == "assumed"]
    for device in cell.devices.values():
        time = device.time
        found.append(
            f"{device.name} takes {time.min:g} to {time.max:g} s, typically {time.typical:g} s"
            f" ({time.source})"
        )
    found += _clocks(timeline)
    found += _movers(timeline)
    found += _frames(timeline)
    found += _unproven(timeline)
    found += [note for program in timeline.job.programs.values() for note in program.notes]
    return tuple(dict.fromkeys(found))


def _movers(timeline: Timeline) -> Iterator[str]:
    """Yield what is taken for granted of each moving fixture, and where the job leaves it."""
    for name, track in timeline.fixtures.items():
        joint = joint_of(timeline.job.cell, name)
        start = _shown(joint.start, joint.unit)
        last = track.phases[-1]
        if len(track.phases) == 1:
            if last.kind == "free":
                low, high = (_shown(v, joint.unit) for v in (last.low, last.high))
                yield _LOOSE.format(fixture=name, low=low, high=high)
            continue
        yield _MOVER.format(fixture=name, start=start)
        if last.kind != "stands":
            yield (
                f"{name} stands at {start} when the job begins; where it stands when the job ends"
                " is not told"
            )
        elif last.low != joint.start:
            ends = _shown(last.low, joint.unit)
            yield f"{name} stands at {start} when the job begins and at {ends} when it ends"


def _shown(value: float, unit: str) -> str:
    return f"{math.degrees(value):g} deg" if unit == "rad" else f"{1e3 * value:g} mm"


def _unproven(timeline: Timeline) -> Iterator[str]:
    """Yield which motions may leave their chords by more than is proven, by group and reason."""
    for group, track in timeline.tracks.items():
        for reason, text in _RESTS_ON.items():
            places = list(dict.fromkeys(
                str(m.index) for m in track.motions if m.rests_on == reason
            ))  # fmt: skip
            if places:
                told = ", ".join(places[:_PLACES]) + (", ..." if len(places) > _PLACES else "")
                yield text.format(group=group, count=len(places), places=told)


def _clocks(timeline: Timeline) -> Iterator[str]:
    """Yield what rests on each clock that groups share, and where it could not be used."""
    clocks = timeline.job.cell.clocks
    if not clocks:
        return
    free = clock_of(timeline)
    for number, one in enumerate(clocks):
        names = ", ".join(one.groups)
        apart = max(free.apart(*pair) for pair in combinations(sorted(one.groups), 2))
        low, high = timeline.job.cell.groups[one.groups[0]].controller.override
        yield _ON_ONE_CLOCK.format(
            groups=names, source=one.source, skew=f"{one.skew_s:g}", apart=_seconds_up(apart),
            low=f"{min(low, FULL):g}", high=f"{max(high, FULL):g}",
        )  # fmt: skip
        for why in _open(timeline.paces[number], one) if timeline.paces else (_NO_RUN,):
            yield _CLOCK_OPEN.format(groups=names, why=why)


def _open(pace: Pace, clock: SharedClock) -> Iterator[str]:
    """Yield where nothing bounds a time."""
    yield from pace.unknown
    for instant in bounds(pace, clock.skew_s)[1]:
        yield f"{pace.places[instant]}: a wait that no signal of the cell is sure to end"


def _seconds_up(seconds: float) -> str:
    return f"{math.ceil(1e3 * seconds - 1e-6) / 1e3:.3f}"


def _frames(timeline: Timeline) -> Iterator[str]:
    """Yield how each arm was shifted with each measured frame that it follows."""
    cell, widened = timeline.job.cell, with_tubes(timeline)
    for group, track in timeline.tracks.items():
        rides_on = frames_of(cell, f"group:{group}")
        inside = {n for m in track.motions if m.frame in cell.frames
                  for n in frames_of(cell, m.frame)}  # fmt: skip
        for name in sorted(inside):
            frame = cell.frames[name]
            if not (frame.range_m or frame.range_rad):
                continue
            if name not in track.shifted or name in rides_on:
                yield _RIGID.format(group=group, frame=name)
                continue
            size = {"millimetres": 1e3 * frame.range_m, "degrees": math.degrees(frame.range_rad)}
            boxed, sampled = followed_where(cell, widened.tracks[group], name)
            if boxed:
                yield _BOXED.format(group=group, frame=name, **boxed, **size)
            if sampled or not boxed:
                where = f" ({sampled})" if boxed else ""
                yield _SHIFTED.format(group=group, frame=name, where=where, count=ENDS + MIXED,
                                      ends=ENDS, mixed=MIXED, **size)  # fmt: skip


def exceptions_of(cell: Cell) -> tuple[str, ...]:
    """Return every pair rule as a sentence with its window, reason and author."""
    return tuple(_exception(rule) for rule in cell.pair_rules)


def _exception(rule: PairRule) -> str:
    what = {
        "clearance": f"requires {1e3 * rule.value_m:g} mm",
        "contact": f"may touch up to {1e3 * rule.value_m:g} mm deep",
        "ignore": "is not checked",
    }[rule.kind]
    window = " ".join(
        text
        for text in (rule.start and f"from {rule.start}", rule.end and f"until {rule.end}")
        if text
    )
    signed = f" ({rule.author})" if rule.author else ""
    return f"{rule.a} / {rule.b} {what}{' ' + window if window else ''}: {rule.reason}{signed}"


def grades_of(cell: Cell) -> Mapping[str, int]:
    """Return how many solids have each grade, worst grade first."""
    count = Counter(solid.grade for solid in _solids(cell))
    return {grade: count[grade] for grade in ("estimate", "drawing", "cad") if count[grade]}


def hashes_of(timeline: Timeline) -> Mapping[str, str]:
    """Return SHA-256 of the canonical cell and of what each program says."""
    from cellsim.domain.canonical import digest

    job = timeline.job
    found = {"cell": digest(job.cell)}
    found |= {f"program:{group}": digest(p.routines) for group, p in job.programs.items()}
    return found


def versions() -> Mapping[str, str]:
    """Return the versions of Python and of the packages that the verdict depends on."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _robots(cell: Cell) -> list[Robot]:
    robots = [g.robot for g in cell.groups.values()]
    robots += [e.robot for g in cell.groups.values() for e in g.externals]
    return list({robot.name: robot for robot in robots}.values())


def _solids(cell: Cell) -> list[Solid]:
    found = [link.solid for robot in _robots(cell) for link in robot.links if link.solid]
    for group in (cell.tools, cell.parts, cell.fixtures):
        found += [thing.solid for thing in group.values()]
    return found
