"""Rule trajectory-disagrees."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.recheck import (
    STRAIGHT_M,
    extrema_disagree,
    jerks_disagree,
    off_line,
    seen_of,
    speeds_disagree,
    tcp_path,
)
from cellsim.verify.retorque import torques_disagree
from cellsim.verify.torque import missing_figures


def trajectory_disagrees(context: Context) -> Outcome:
    """Two ways to know one number of the motion do not agree: an error of ours.

    What: the motion is looked at every millisecond by code that did not make it. Its extrema must
        be those of the closed form, and so must the jerk of each piece, but beside the ends of a
        corner; speeds must lead from one position to the next; on a straight
        move the TCP must stay on the straight line. Where an arm has link masses, the peak of each
        torque must be that of a Newton-Euler recursion of our own in the world frame.
    Why: every other verdict rests on these numbers.
    Limit: a sample never passes the closed form, which passes the samples by at most half a
        millisecond of the next derivative; 1 % of the largest joint speed, 0.5 % of the
        largest jerk; 0.1 mm off the line;
        a torque by 1e-6 of itself at its peak, and beyond it by its change over a millisecond.
        No value at it: what is told is an error of ours, not a value of a cell.
    Source: design rule of cellsim: two ways to know every number.
    """
    return outcome(
        len(context.tracks), (f for group in context.tracks for f in _findings(context, group))
    )


def _findings(context: Context, group: str) -> Iterator[Finding]:
    track, owner = context.tracks[group], context.cell.groups[group]
    seen = seen_of(track)
    by_track = (
        extrema_disagree(track, owner, seen),
        speeds_disagree(track, owner),
        jerks_disagree(track, owner, seen),
    )
    for bad in (bad for found in by_track for bad in found):
        file, line = context.place(group, bad.at)
        yield _finding(f"{group} {bad.joint}", bad.what, bad.value, bad.limit, bad.unit, file, line)
    if not missing_figures(owner):
        for bad in torques_disagree(context, group):
            file, line = context.place(group, bad.at)
            subject = f"{group} {bad.joint}"
            yield _finding(subject, bad.what, bad.value, bad.limit, bad.unit, file, line)
    for motion in track.motions:
        if motion.kind != "linear" or motion.last <= motion.first:
            continue
        away = off_line(tcp_path(context, group, motion)[1])
        if away > STRAIGHT_M:
            file, line = motion.index.file, motion.index.line
            what = "TCP off its straight line"
            yield _finding(group, what, 1e3 * away, 1e3 * STRAIGHT_M, "mm", file, line)


def _finding(
    subject: str, what: str, value: float, limit: float, unit: str, file: str, line: int
) -> Finding:
    return Finding(
        "trajectory-disagrees", Severity.ERROR, subject, value, limit, unit, file, line,
        facts={"what": what}, help="tell-us",
    )  # fmt: skip
