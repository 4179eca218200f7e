"""Rule gripper-acts-in-motion."""

from __future__ import annotations

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_AT_REST = 1e-6
_STEP_S, _NEAR_S, _ROUNDING = 1e-5, 1e-6, 1e-11


def gripper_acts_in_motion(context: Context) -> Outcome:
    """A part is gripped or let go while the arm is moving.

    What: a joint of the group has speed at the moment of gripping or releasing, or what the part
        lay on or goes to moves then: another robot's gripper, a positioner. Undecided where neither
        a signal nor times prove that the gripper has closed or opened before the next motion.
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
        if speed <= _AT_REST and not _carrier_moves(context, event):
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


def _carrier_moves(context: Context, event: Event) -> bool:
    """Whether what the part hangs on right before or after moves: it is looked at 10 us around."""
    from cellsim.kinematics.anchors import WORLD, anchor_of
    from cellsim.kinematics.frames import link_pose

    holds = [h for h in context.timeline.holds if h.part == event.name]
    near = [h for h in holds if event.t - _NEAR_S <= h.t1 and h.t0 <= event.t + _NEAR_S]
    for parent in {h.parent.removeprefix("frame:") for h in near}:
        anchor, _ = anchor_of(context.cell, parent)
        carrier = anchor.partition("/")[0]
        if anchor == WORLD or carrier not in context.tracks:
            continue
        times = (event.t - _STEP_S, event.t + _STEP_S)
        a, b = (
            link_pose(context.cell, anchor, {carrier: context.tracks[carrier].traj(max(t, 0.0))})
            for t in times
        )
        if max(a.distance(b)) > _AT_REST * 2.0 * _STEP_S + _ROUNDING:
            return True
    return False
