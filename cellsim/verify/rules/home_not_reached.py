"""Rule home-not-reached."""

from __future__ import annotations

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.axes import axes_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_NEAR = 1e-3


def home_not_reached(context: Context) -> Outcome:
    """A program does not end where it began.

    What: at the end a joint stands elsewhere than the home of its group.
    Why: the next cycle starts from another pose than the verified one.
    Limit: 0.001 rad or 1 mm off home. A note; in a cell with a takt, which repeats its cycle, of a
        group with a program undecided: the way of its first move is another one then.
    Source: design rule of cellsim.
    """
    found = []
    cyclic, programs = context.cell.takt_s is not None, context.timeline.job.programs
    for group, track in context.tracks.items():
        home = np.array(context.cell.groups[group].home)
        off = np.abs(track.q[-1] - home)
        if off.max(initial=0.0) <= _NEAR + 1e-12:
            continue
        axis = axes_of(context.cell.groups[group])[int(np.argmax(off))]
        file, line = context.place(group, len(track.t) - 1)
        found.append(
            Finding(
                "home-not-reached",
                Severity.UNDECIDED if cyclic and group in programs else Severity.NOTE,
                f"{group} {axis.joint.name}",
                axis.shown(float(off.max())),
                axis.shown(_NEAR),
                axis.unit,
                file,
                line,
                float(track.t[-1]),
                float(track.t[-1]),
                help="end-at-home",
            )
        )
    return outcome(len(context.tracks), found)
