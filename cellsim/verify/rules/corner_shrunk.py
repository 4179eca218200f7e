"""Rule corner-shrunk."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def corner_shrunk(context: Context) -> Outcome:
    """A corner is smaller than it was written, because a neighbouring move is too short.

    What: the written corner distance passes half of a neighbouring move. Where a controller was
        measured not to cut such a corner (ABB), what it drives is not what is certified: undecided.
    Why: the controller shrinks the corner without saying so, and the robot brakes there.
    Limit: half of the shorter neighbour, as the brand's motion rules say.
    Source: ABB RAPID reference, zonedata; RobotStudio, as measured in LeroyDu56/CrossArm: z200 on
        ways of 300 and 400 mm is not cut at half.
    """
    corners, found = 0, []
    for group, track in context.tracks.items():
        rules = context.timeline.job.rules.get(group)
        uncut = rules is not None and rules.zone_reach_m > 0.0
        for motion in track.motions:
            corners += motion.kind == "corner"
            if motion.shrunk <= motion.corner + 1e-9:
                continue
            found.append(
                Finding(
                    "corner-shrunk",
                    Severity.UNDECIDED if uncut else Severity.NOTE,
                    group,
                    1e3 * motion.corner,
                    1e3 * motion.shrunk,
                    "mm",
                    motion.index.file,
                    motion.index.line,
                    float(track.t[motion.first]),
                    float(track.t[motion.last]),
                    help="smaller-corner",
                )
            )
    return outcome(corners, found)
