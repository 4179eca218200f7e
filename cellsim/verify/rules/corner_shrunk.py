"""Rule corner-shrunk."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def corner_shrunk(context: Context) -> Outcome:
    """A corner is smaller than it was written, because a neighbouring move is too short.

    What: the written corner distance passes half of a neighbouring move.
    Why: the controller shrinks the corner without saying so, and the robot brakes there.
    Limit: half of the shorter neighbour, as the brand's motion rules say.
    Source: ABB RAPID reference, zonedata.
    """
    corners, found = 0, []
    for group, track in context.tracks.items():
        for motion in track.motions:
            corners += motion.kind == "corner"
            if motion.shrunk <= motion.corner + 1e-9:
                continue
            found.append(
                Finding(
                    "corner-shrunk",
                    Severity.NOTE,
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
