"""What the brands' lints find where a program asks for more than its robot or language has."""

from __future__ import annotations

import numpy as np

from cellsim.controllers.linting import Findings, Look
from cellsim.domain.report import Severity
from cellsim.domain.robot import CombinedLimit

_ROUNDING = 1e-9
_MM_S = {"mm/s": 1.0, "m/s": 1000.0}


def check_coupling(look: Look) -> Findings:
    """A joint target beyond a limit that holds for axes together (hoses, gears on one shaft).

    The limits are those of the robot's file, which names their source.
    """
    robot = look.group.robot
    for limit in robot.combined_limits:
        for move in look.moves:
            for target in (move.to, move.via):
                q = None if target is None else target.q
                if q is None or len(q) < robot.dof:
                    continue
                value = _sum(limit, q, [joint.name for joint in robot.joints])
                over = max(value - limit.upper, limit.lower - value)
                if over <= _ROUNDING:
                    continue
                first = next(j for j in robot.joints if j.name == limit.factors[0][0])
                turning = first.kind == "revolute"
                scale = float(np.degrees(1.0)) if turning else 1e3
                end = limit.upper if value > limit.upper else limit.lower
                names = " + ".join(name for name, _ in limit.factors)
                yield look.found(
                    "axes-coupled",
                    f"{names} at {scale * value:.3f}, its end is {scale * end:.3f}",
                    move,
                    value=scale * value,
                    limit=scale * end,
                    unit="deg" if turning else "mm",
                    source=limit.why,
                    severity=Severity.ERROR,
                )


def _sum(limit: CombinedLimit, q: tuple[float, ...], names: list[str]) -> float:
    return sum(factor * q[names.index(name)] for name, factor in limit.factors)


def check_path_speed(look: Look, most_mm_s: float, source: str) -> Findings:
    """A speed of a path motion that the language does not take: often m/s for mm/s."""
    for move in look.moves:
        scale = _MM_S.get(move.speed.unit)
        if move.kind == "joint" or scale is None:
            continue
        value = scale * move.speed.value
        if value > most_mm_s + _ROUNDING:
            yield look.found(
                "speed-range",
                f"speed {move.speed}",
                move,
                value=value,
                limit=most_mm_s,
                unit="mm/s",
                source=source,
            )


def check_joint_speed(look: Look, source: str) -> Findings:
    """A speed of a joint motion in rad/s above that of every joint: often degrees for radians."""
    speeds = [joint.speed for joint in look.group.robot.joints if joint.kind == "revolute"]
    known = [speed for speed in speeds if speed is not None]
    if not known or len(known) < len(speeds):
        return
    most = max(known)
    for move in look.moves:
        if move.speed.unit == "rad/s" and move.speed.value > most + _ROUNDING:
            yield look.found(
                "speed-range",
                f"speed {move.speed}",
                move,
                value=move.speed.value,
                limit=most,
                unit="rad/s",
                source=source,
            )
