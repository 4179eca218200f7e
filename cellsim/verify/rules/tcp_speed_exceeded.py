"""Rule tcp-speed-exceeded."""

from __future__ import annotations

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Motion
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.recheck import tcp_path, top_speed

_ROOM = 0.01


def tcp_speed_exceeded(context: Context) -> Outcome:
    """A path move is faster than it was written.

    What: the speed of the TCP on a straight or circular move, by differences of its position
        every millisecond and by the joint speeds at the knots, passes the programmed speed.
    Why: the process, the part in the gripper and the people who set the speed count on it.
    Limit: the programmed TCP speed, with 1 % for differences in place of derivatives.
    Source: definition of speed.
    """
    found, moves = [], 0
    for group, track in context.tracks.items():
        for motion in track.motions:
            path = motion.kind in ("linear", "circular") and motion.last > motion.first
            if not path or not motion.speed:
                continue
            moves += 1
            speed, t = _top(context, group, motion)
            if speed <= motion.speed * (1.0 + _ROOM):
                continue
            found.append(
                Finding(
                    "tcp-speed-exceeded",
                    Severity.ERROR,
                    group,
                    1e3 * speed,
                    1e3 * motion.speed,
                    "mm/s",
                    motion.index.file,
                    motion.index.line,
                    t,
                    t,
                    help="slow-down",
                )
            )
    return outcome(moves, found)


def _top(context: Context, group: str, motion: Motion) -> tuple[float, float]:
    """Return the largest TCP speed [m/s] of a motion, and when [s]."""
    t = context.tracks[group].t[motion.first : motion.last + 1]
    at_knots = np.linalg.norm(context.tcp_velocity(group, motion), axis=1)
    k = int(np.argmax(at_knots))
    return max(top_speed(*tcp_path(context, group, motion)), (float(at_knots[k]), float(t[k])))
