"""Rule tcp-speed-not-held."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome
from cellsim.verify.slowdown import slowdowns


def tcp_speed_not_held(context: Context) -> Outcome:
    """A path move cannot keep its programmed TCP speed.

    What: at the programmed speed some joint would have to be faster than it can.
    Why: the process or the cycle time counts on a speed that the robot does not reach.
    Limit: kappa = max over the joints of |joint speed at programmed TCP speed| / largest speed
        <= 1 on the whole line; near a singularity: smallest singular value of the Jacobian
        (rotation rows weighed with 1 m) below 0.05 is the other rule. Of a turning speed (deg/s):
        told where less than 95 % of it is held.
    Source: derived from qd = J^-1 v at the knots of the motion.
    """
    found, moves = [], 0
    for group in context.tracks:
        for slow in slowdowns(context, group):
            moves += 1
            if slow.kappa <= 1.0 + 1e-6 or slow.singular:
                continue
            found.append(
                Finding(
                    "tcp-speed-not-held",
                    Severity.WARNING,
                    f"{group} {slow.joint}",
                    1e3 * slow.held,
                    1e3 * slow.programmed,
                    "mm/s",
                    slow.file,
                    slow.line,
                    slow.t,
                    slow.t,
                    {"kappa": f"{slow.kappa:.2f}", "sigma": f"{slow.sigma:.3f}"},
                    "slower-line",
                )
            )
    return outcome(moves, found)
