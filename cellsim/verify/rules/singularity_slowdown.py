"""Rule singularity-slowdown."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.slowdown import slowdowns


def singularity_slowdown(context: Context) -> Outcome:
    """A path move slows down because it passes near a singularity.

    What: at the programmed speed some joint would have to be faster than it can, and the arm is
        there near a pose in which it loses a direction.
    Why: the controller slows down hard or stops with an error, and small errors move joints far.
    Limit: kappa = max over the joints of |joint speed at programmed TCP speed| / largest speed
        <= 1 on the whole line; near a singularity: smallest singular value of the Jacobian
        (rotation rows weighed with 1 m) below 0.05.
    Source: derived from qd = J^-1 v at the knots of the motion.
    """
    found, moves = [], 0
    for group in context.tracks:
        for slow in slowdowns(context, group):
            moves += 1
            if slow.kappa <= 1.0 + 1e-6 or not slow.singular:
                continue
            found.append(
                Finding(
                    "singularity-slowdown",
                    Severity.WARNING,
                    f"{group} {slow.joint}",
                    1e3 * slow.reached,
                    1e3 * slow.programmed,
                    "mm/s",
                    slow.file,
                    slow.line,
                    slow.t,
                    slow.t,
                    {"kappa": f"{slow.kappa:.2f}", "sigma": f"{slow.sigma:.3f}"},
                    "away-from-singularity",
                )
            )
    return outcome(moves, found)
