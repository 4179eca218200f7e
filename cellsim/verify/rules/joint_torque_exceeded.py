"""Rule joint-torque-exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Joint
from cellsim.geometry import Array
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome
from cellsim.verify.torque import LEAST, Peak, Torques, missing_figures, torques

_RULE = "joint-torque-exceeded"
_ROUNDING = 1e-9


def joint_torque_exceeded(context: Context) -> Outcome:
    """A joint needs more torque than it has.

    What: inverse dynamics with the links, the tool and the held parts, the pull of a track under
        the arm, and the torque of a running process without reaction arm, at every knot of the
        motion and every millisecond between them, as interpolated by code that did not make it;
        friction and the inertia of the motors are left out. Also the mean square over the cycle,
        where the maker gives a continuous torque.
    Why: the motor falls behind, or the controller stops with an overload.
    Limit: the largest torque of the joint in `robot.yaml`, at its speed where the maker gives a
        curve, and 1e-6 N m (N) for rounding, which alone counts where the limit is 0. Without a
        torque, or with estimated link masses: not checked.
    Source: recursive Newton-Euler (Featherstone 2008, section 5.3), by pinocchio.
    """
    found = [f for group in context.tracks for f in _findings(context, group)]
    return outcome(sum(g.robot.dof for g in context.cell.groups.values()), found)


def _findings(context: Context, group: str) -> Iterator[Finding]:
    owner, file = context.cell.groups[group], context.file(group)
    for external in owner.externals:
        names = ", ".join(joint.name for joint in external.robot.joints)
        yield figure_missing(_RULE, f"{group} {names}", "dynamics of a track or positioner", file)
    missing = missing_figures(owner)
    bare = [j.name for j in owner.robot.joints if j.torque is None and not j.torque_at_speed]
    if bare:
        missing.append(f"torque of {', '.join(bare)}")
    if missing:
        subject = f"{group} {owner.robot.name}"
        yield figure_missing(_RULE, subject, "; ".join(missing), file)
    if missing_figures(owner) or len(bare) == owner.robot.dof:
        return
    parts = torques(context, group)
    for j, joint in enumerate(owner.robot.joints):
        yield from _peak(context, group, j, joint, parts)
        yield from _continuous(context, group, j, joint, parts)


def _peak(
    context: Context, group: str, j: int, joint: Joint, parts: Sequence[Torques]
) -> Iterator[Finding]:
    """Yield the worst instant of a joint under each load that asks for too much."""
    for part in parts:
        peak = part.peaks[j]
        if peak.value > peak.limit * (1.0 + _ROUNDING) + LEAST:
            yield _finding(context, group, joint, peak, part.load, "peak")


def _continuous(
    context: Context, group: str, j: int, joint: Joint, parts: Sequence[Torques]
) -> Iterator[Finding]:
    """Yield a joint whose mean square torque over the cycle passes its continuous torque."""
    if joint.torque_rms is None:
        return
    track = context.tracks[group]
    torque = np.zeros(len(track.t))
    for part in parts:
        torque[part.knots] = np.maximum(torque[part.knots], part.torque[:, j])
    rms = _root_mean_square(track.t, torque)
    if rms > joint.torque_rms * (1.0 + _ROUNDING) + LEAST:
        knot = int(np.argmax(torque))
        load = max(parts, key=lambda part: float(part.torque[:, j].max())).load
        peak = Peak(rms, joint.torque_rms, float(track.t[knot]), knot)
        yield _finding(context, group, joint, peak, load, "rms")


def _root_mean_square(t: Array, x: Array) -> float:
    """Return the root of the mean square of x over t, by the trapezoid rule."""
    if len(t) < 2:
        return float(x[0])
    square = float(np.sum(np.diff(t) * (x[:-1] ** 2 + x[1:] ** 2)) / 2.0)
    return float(np.sqrt(square / (t[-1] - t[0])))


def _finding(
    context: Context, group: str, joint: Joint, peak: Peak, load: str, how: str
) -> Finding:
    file, line = context.place(group, peak.knot)
    return Finding(
        _RULE,
        Severity.ERROR,
        f"{group} {joint.name}",
        peak.value,
        peak.limit,
        "N m" if joint.kind == "revolute" else "N",
        file,
        line,
        peak.t,
        peak.t,
        {"load": load, "how": how},
        "lighter-load",
    )
