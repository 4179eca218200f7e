"""Rule configuration-mismatch."""

from __future__ import annotations

import numpy as np

from cellsim.domain.program import Move
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Motion
from cellsim.geometry import Array
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def configuration_mismatch(context: Context) -> Outcome:
    """A target names one arm configuration, and the arm stands in another.

    What: the configuration is derived again from the joint values: those written beside it, or
        those in which the move ends.
    Why: a controller that believes the name goes elsewhere, or stops with an error.
    Limit: both are the same. A joint move to a pose takes the branch that is named, see
        configuration-unknown.
        It is yes or no: there is no value at it.
    Source: the signs of the shoulder, elbow and wrist singularities; ABB RAPID reference, confdata.
    """
    found, looked = [], 0
    for group, track in context.tracks.items():
        for motion in track.motions:
            move = context.move_of(group, motion)
            if move is None or motion.kind == "corner":
                continue
            if "/" not in move.to.config:
                continue
            looked += 1
            name = _name(context, group, motion, move)
            if name in ("", move.to.config):
                continue
            found.append(
                Finding(
                    "configuration-mismatch",
                    Severity.ERROR,
                    group,
                    file=motion.index.file,
                    line=motion.index.line,
                    t0=float(track.t[motion.last]),
                    t1=float(track.t[motion.last]),
                    facts={"written": move.to.config, "derived": name},
                    help="name-the-branch",
                )
            )
    return outcome(looked, found)


def _name(context: Context, group: str, motion: Motion, move: Move) -> str:
    from cellsim.kinematics.naming import branch_name

    q: Array = context.tracks[group].q[motion.last]
    if move.to.q is not None:
        q = np.array(move.to.q, dtype=np.float64)
    return branch_name(context.chains[group], q)
