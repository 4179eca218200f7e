"""Rule gripper-acts-in-motion."""

from __future__ import annotations

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_AT_REST = 1e-6


def gripper_acts_in_motion(context: Context) -> Outcome:
    """A part is gripped or let go while the arm is moving.

    What: a joint of the group has speed at the moment of gripping or releasing.
    Why: the part is dragged, thrown or gripped askew; where it lies is not known any more.
    Limit: joint speed 0 at every grip and release.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    acts = [
        e
        for e in context.timeline.events
        if e.kind in ("grip", "release") and e.group in context.tracks
    ]
    found = []
    for event in acts:
        speed = np.abs(context.tracks[event.group].traj(event.t, 1)).max()
        if speed <= _AT_REST:
            continue
        file, line = context.place_at(event.group, event.t)
        if event.index is not None:
            file, line = event.index.file, event.index.line
        found.append(
            Finding(
                "gripper-acts-in-motion",
                Severity.ERROR,
                f"{event.group} {event.name}",
                file=file,
                line=line,
                t0=event.t,
                t1=event.t,
                facts={"act": event.kind},
                help="fine-before-grip",
            )
        )
    return outcome(len(acts), found)
