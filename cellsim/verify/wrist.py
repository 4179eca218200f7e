"""Static torque and inertia of the wrist axes under the loads of a timeline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.loads import Load, most_carried
from cellsim.verify.outcome import figure_missing, figures_recalled

_ROUNDING = 1e-9


def wrist_findings(context: Context, group: str, figure: str, unit: str) -> Iterator[Finding]:
    """Yield where a wrist axis passes its limit; figure: "torque" or "inertia".

    A load keeps its place on the flange while it is held; every knot of its interval is looked at.
    Of an arm of six axes and more the last three are the wrist: one without a limit is not checked.
    """
    rule = f"wrist-{figure}-exceeded"
    robot = context.cell.groups[group].robot
    known = {limit.joint: getattr(limit, figure) for limit in robot.wrist_limits}
    carried = most_carried(context.loads[group], figure)
    if not any(value is not None for value in known.values()):
        yield figure_missing(rule, f"{group} {robot.name}", f"wrist {figure}", carried=carried)
        return
    wrist = [j.name for j in robot.joints[-3:] if j.kind == "revolute"] if robot.dof >= 6 else []
    for joint, value in (dict.fromkeys(wrist) | known).items():
        if value is None:
            yield figure_missing(rule, f"{group} {joint}", f"wrist {figure}", carried=carried)
    yield from figures_recalled(rule, group, (robot,), "wrist_limits", carried=carried)
    told = set()
    for load in context.loads[group]:
        for joint, value, t in _worst(context, group, load, figure):
            limit = known.get(joint)
            if limit is None or value <= limit + _ROUNDING or (joint, load.name) in told:
                continue
            told.add((joint, load.name))
            file, line = context.place_at(group, t)
            yield Finding(
                rule,
                Severity.ERROR,
                f"{group} {joint}",
                value,
                limit,
                unit,
                file,
                line,
                load.t0,
                load.t1,
                {"load": load.name},
                "lighter-load",
            )


def _worst(
    context: Context, group: str, load: Load, figure: str
) -> Iterator[tuple[str, float, float]]:
    """Yield (joint, largest value, when) of every limited wrist axis during a load."""
    from cellsim.kinematics.dynamics import wrist_load

    track, robot = context.tracks[group], context.cell.groups[group].robot
    knots = np.flatnonzero((track.t >= load.t0 - 1e-9) & (track.t <= load.t1 + 1e-9))
    if not len(knots):
        return
    torque = load.torque * context.tcp(group).R[:, 2]
    q = track.q[knots]
    for axis in wrist_load(context.chains[group], robot, q, load.masses(), torque):
        row = getattr(axis, figure)
        worst = int(np.argmax(row))
        yield axis.joint, float(row[worst]), float(track.t[knots[worst]])
