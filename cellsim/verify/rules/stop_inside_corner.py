"""Rule stop-inside-corner."""

from __future__ import annotations

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_AT_REST = 1e-9


def stop_inside_corner(context: Context) -> Outcome:
    """A move was written with a corner, and the robot stops at its end all the same.

    What: the statement after the move stops the advance run (a signal, a wait), or a round ends
        there and each round is looked at standing.
    Why: the corner is not driven; the time model and the reader of the program are misled. Where
    no manual says that the robot stops there, or the next round begins with a motion, it may cut
    the corner uncertified: undecided. So too beside a motion that cannot be followed or goes
    nowhere, where no distance of the TCP measures the corner and nothing bounds it, and where an
    output behind it is set as the zone is reached, before the robot stands (Hi6).
    Limit: a move with a corner passes its end without standing still.
        It is yes or no: there is no value at it.
    Source: ABB RAPID reference, zonedata (fly-by becomes a stop).
    """
    looked, found = 0, []
    told = {
        (f.subject, f.line) for f in context.timeline.findings if f.rule == "stop-inside-corner"
    }
    for group, track in context.tracks.items():
        last = track.motions[-1].last if track.motions else 0
        for motion in track.motions:
            move = context.move_of(group, motion)
            if move is None or move.zone.kind == "fine":
                continue
            looked += 1
            if (group, move.line) in told:
                continue
            if motion.last >= last or np.abs(track.qd[motion.last]).max() > _AT_REST:
                continue
            found.append(
                Finding(
                    "stop-inside-corner",
                    Severity.NOTE,
                    group,
                    file=motion.index.file,
                    line=motion.index.line,
                    t0=float(track.t[motion.last]),
                    t1=float(track.t[motion.last]),
                    facts={"zone": str(move.zone)},
                    help="fine-here",
                )
            )
    return outcome(looked, found)
