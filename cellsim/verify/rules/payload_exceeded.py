"""Rule payload-exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Hold
from cellsim.kinematics.anchors import anchor_of
from cellsim.verify.context import Context
from cellsim.verify.loads import flange_T, most_carried
from cellsim.verify.outcome import Outcome, figure_missing, figures_recalled, outcome

_ROUNDING = 1e-9


def payload_exceeded(context: Context) -> Outcome:
    """A flange carries more than the robot's payload, or a positioner or track more than its own.

    What: mass of the tool and of every part on the flange together pass the payload, whether it
        was gripped or hangs there from the start; or the parts on a positioner's table pass its
        own; or an arm with its tool and parts that of the track under it. A fixture that hangs
        there has no mass in the cell: not checked.
    Why: overload alarm, lost accuracy, longer stopping distance, worn gears.
    Limit: the robot's payload in `robot.yaml`; none given, or recalled: not checked, with the mass
        that is carried, to which a waiver may be bound (`worst`). So is a track
        under an arm whose mass is not given, or recalled.
    Source: the maker's data sheet, named in the robot's `sources`.
    """
    looks = (_findings, _tables, _under_arm)
    found = [f for g in context.tracks for look in looks for f in look(context, g)]
    return outcome(len(context.tracks), found)


def _findings(context: Context, group: str) -> Iterator[Finding]:
    robot = context.cell.groups[group].robot
    carried = most_carried(context.loads[group], "mass")
    if robot.payload is None:
        name = f"{group} {robot.name}"
        yield figure_missing("payload-exceeded", name, "payload", carried=carried)
        return
    yield from figures_recalled("payload-exceeded", group, (robot,), "payload", carried=carried)
    for name, fixture in context.cell.fixtures.items():
        if flange_T(context.cell, group, fixture.frame) is not None:
            yield figure_missing("payload-exceeded", f"{group} fixture:{name}", "mass")
    told = set()
    for load in context.loads[group]:
        if load.mass <= robot.payload + _ROUNDING or load.name in told:
            continue
        told.add(load.name)
        file, line = context.place_taken(group, load.t0)
        yield Finding(
            "payload-exceeded",
            Severity.ERROR,
            group,
            load.mass,
            robot.payload,
            "kg",
            file,
            line,
            load.t0,
            load.t1,
            {"load": load.name, "robot": robot.name},
            "lighter-load",
        )


def _tables(context: Context, group: str) -> Iterator[Finding]:
    """Yield what the positioners of a group carry too much of, or nobody can weigh."""
    cell, branches = context.cell, context.chains[group].branch
    externals = [e for e in cell.groups[group].externals if e.carries == "part"]
    for external, branch in zip(externals, branches, strict=True):
        robot, ends = external.robot, branch.link_names[-2:]
        held = [h for h in context.timeline.holds if h.part in cell.parts]
        held = [h for h in held if anchor_of(cell, h.parent.removeprefix("frame:"))[0] in ends]
        fixtures = [n for n, f in cell.fixtures.items() if anchor_of(cell, f.frame)[0] in ends]
        for name in fixtures:
            yield figure_missing("payload-exceeded", f"{group} fixture:{name}", "mass")
        if not held and not fixtures:
            continue
        if robot.payload is None:
            yield figure_missing("payload-exceeded", f"{group} {robot.name}", "payload")
            continue
        yield from figures_recalled("payload-exceeded", group, (robot,), "payload")
        most, t0, parts = max(
            (_together(context, held, h.t0) for h in held), default=(0.0, 0.0, "")
        )
        if most > robot.payload + _ROUNDING:
            yield Finding(
                "payload-exceeded", Severity.ERROR, f"{group} {robot.name}", most, robot.payload,
                "kg", *context.place_at(group, t0), t0, t0, {"load": parts, "robot": robot.name},
                "lighter-load",
            )  # fmt: skip


def _under_arm(context: Context, group: str) -> Iterator[Finding]:
    """Yield what the tracks under an arm carry too much of: the arm and what hangs on it."""
    owner, rule = context.cell.groups[group], "payload-exceeded"
    arm = owner.robot
    for track in (e.robot for e in owner.externals if e.carries == "arm"):
        if track.payload is None:
            yield figure_missing(rule, f"{group} {track.name}", "payload")
            continue
        yield from figures_recalled(rule, group, (track,), "payload")
        if arm.mass is None:
            yield figure_missing(rule, f"{group} {track.name}", f"mass of {arm.name}")
            continue
        yield from figures_recalled(rule, group, (arm,), "mass")
        load = max(context.loads[group], key=lambda one: one.mass)
        most = arm.mass + load.mass
        if most > track.payload + _ROUNDING:
            yield Finding(
                rule, Severity.ERROR, f"{group} {track.name}", most, track.payload, "kg",
                *context.place_taken(group, load.t0), load.t0, load.t1,
                {"load": f"{arm.name} + {load.name}", "robot": track.name}, "lighter-load",
            )  # fmt: skip


def _together(context: Context, held: Sequence[Hold], t: float) -> tuple[float, float, str]:
    """Return (mass [kg], t [s], names) of the parts that lie on a table at a time."""
    names = sorted(h.part for h in held if h.t0 <= t < h.t1)
    return sum(context.cell.parts[n].mass for n in names), t, " + ".join(names)
