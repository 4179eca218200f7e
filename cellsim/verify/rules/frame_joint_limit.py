"""Rule frame-joint-limit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.collision.strays import enclosed_by
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.frameshift import farthest, said, unit_shifts
from cellsim.verify.axes import axes_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.rules.joint_limit_exceeded import beyond
from cellsim.verify.spans import excesses


def frame_joint_limit(context: Context) -> Outcome:
    """A joint goes beyond its soft limit when a measured frame is off.

    What: the arm follows a frame that is measured at run time; for a sampled shift a joint lies
        outside its limits at a knot (an error), or may for one between the sampled (undecided).
        Where the joints are proven to stay in a box for every shift, that box counts too.
    Why: the controller refuses the shifted point, or stops on the line.
    Limit: the soft limits of the joint in `robot.yaml`, over the range of the frame.
    Source: design rule of cellsim; the shifts are `kinematics.frameshift.unit_shifts`.
    """
    found = [
        f
        for group, track in context.tracks.items()
        for name, q in track.shifted.items()
        for f in _findings(context, group, track, context.cell.frames[name], q)
    ]
    return outcome(sum(len(t.shifted) for t in context.tracks.values()), found)


def _wide(cell: Cell, track: GroupTrack, frame: Frame, q: Array) -> Array:
    """Return how far joints may be off at every knot: what samples show, what is proven."""
    wide = farthest(q - track.q)
    told = enclosed_by(cell, track, frame.name) if frame.name in track.follows else None
    if told is not None:
        for first, last, most in zip(told.first, told.last, told.boxes.most, strict=True):
            wide[first : last + 1] = np.maximum(wide[first : last + 1], most)
    return wide


def _findings(
    context: Context, group: str, track: GroupTrack, frame: Frame, q: Array
) -> Iterator[Finding]:
    axes = axes_of(context.cell.groups[group])
    lower = np.array([axis.joint.lower for axis in axes])
    upper = np.array([axis.joint.upper for axis in axes])
    plain = beyond(track.q, lower, upper)
    each, wide = beyond(q, lower, upper), _wide(context.cell, track, frame, q)
    strayed = np.abs(q - track.q).max(axis=0) > 0.0
    possible = np.where(strayed, beyond(track.q, lower + wide, upper - wide), plain)
    known = {(e.joint, e.motion) for e in excesses(track, plain)}
    for severity, over in ((Severity.ERROR, each.max(axis=0)), (Severity.UNDECIDED, possible)):
        for e in excesses(track, over):
            if (e.joint, e.motion) in known:
                continue
            known.add((e.joint, e.motion))
            axis, at = axes[e.joint], float(track.q[e.worst, e.joint])
            below = axis.joint.lower - at > at - axis.joint.upper
            limit = axis.joint.lower if below else axis.joint.upper
            value = limit + (-1.0 if below else 1.0) * float(over[e.worst, e.joint])
            worst = int(np.argmax(each[:, e.worst, e.joint]))
            file, line = context.place(group, e.worst)
            yield Finding(
                "frame-joint-limit",
                severity,
                f"{group} {axis.joint.name}",
                axis.shown(value),
                axis.shown(limit),
                axis.unit,
                file,
                line,
                float(track.t[e.first]),
                float(track.t[e.last]),
                {"frame": frame.name, "shift": said(frame, unit_shifts()[worst])},
                "joint-limit",
            )
