"""The corner between two moves of a run by its brand's law, and where none of it is certain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.report import Finding, Severity
from cellsim.geometry import Pose
from cellsim.motion import zones
from cellsim.motion.caps import Caps
from cellsim.motion.leg import Step
from cellsim.motion.zones import Corner, Ramp, corner, full_overlap, overlap, zone_distance


def corner_between(
    step: Step, after: Step, asked: tuple[float, float], rules: MotionRules, caps: Caps
) -> Corner | None:
    """Return the corner between two moves by the brand's law, or None for an exact stop."""
    if step.way is None or after.way is None:
        return None
    kinds = step.spec.kind, after.spec.kind
    law = rules.corner_joint if kinds == ("joint", "joint") else rules.corner_linear
    if law == "stop":
        return None
    if law == "overlap" and asked[1] > 0.0:
        made = _overlapping(step, after, asked[1], rules, caps)
    elif asked[0] > 0.0 and _not_measured(step, after):
        made = zones.by_halves(step.way, after.way, asked[0]) if rules.half_limit else None
    else:
        made = corner(step.way, after.way, asked, rules.half_limit)
        ways, behind = (step.way, after.way), zone_distance(after.spec.zone, rules)
        share = behind[1] if behind is not None and asked[1] > 0.0 else 0.0
        made = made and replace(made, wide=zones.widest(made, ways, kinds, rules, share))
    tube = zones.in_tube(*kinds, rules) or _not_measured(step, after) is not None
    return made if tube or made is None else replace(made, wide=(0.0, 0.0))


def uncertain(
    group: str, steps: Sequence[Step], corners: Sequence[Corner | None], rules: MotionRules
) -> list[Finding]:
    """Return a finding for each corner that is taken as an exact stop, or as driven, unbounded.

    Args:
        corners: After each step, None for an exact stop.
    """
    found = []
    for number, (step, made) in enumerate(zip(steps, corners, strict=True)):
        asked = zone_distance(step.spec.zone, rules)
        if asked is None or number + 1 == len(steps):
            continue
        why = _why(steps[number:], asked, made, rules)
        if why:
            found.append(_open(group, step, why))
    return found


def _why(
    rest: Sequence[Step], asked: tuple[float, float], made: Corner | None, rules: MotionRules
) -> str:
    """Return why nothing is certain of the corner behind the first of some moves, "" where it is.

    Towards a move that goes nowhere the robot only stops at its own end; a corner of that move too
    may be one with the motion behind it.
    """
    step, after = rest[:2]
    if step.lost or after.lost:
        return "a motion beside it cannot be followed"
    if step.way is None:
        return ""
    if after.way is None:
        return "the motion behind it goes nowhere" if _drives_on(rest[1:], rules) else ""
    law = {rules.corner_linear, rules.corner_joint} - {"stop"}
    if made is None and law and asked[0] > 0.0:
        return _not_measured(step, after) or ""
    return ""


def _drives_on(rest: Iterable[Step], rules: MotionRules) -> bool:
    """Return whether a motion comes behind moves that go nowhere, with corners all along."""
    for step in rest:
        if step.way is not None:
            return True
        if zone_distance(step.spec.zone, rules) is None:
            return False
    return False


def not_followed(group: str, step: Step) -> Finding:
    """Return the finding of a corner whose law leads where the robot cannot follow."""
    return _open(group, step, "its law cannot be followed")


def _open(group: str, step: Step, why: str) -> Finding:
    place = step.spec.index
    facts = {"zone": str(step.spec.zone), "why": why}
    return Finding(
        "stop-inside-corner", Severity.UNDECIDED, group, file=place.file, line=place.line,
        facts=facts,
    )  # fmt: skip


def _not_measured(step: Step, after: Step) -> str | None:
    """Return why no distance of the TCP measures the corner between two motions, None if one does.

    If the tool is not moved, RAPID gives the size of the zone in degrees (Basic Characteristics,
    2.3.3): the corner is driven all the same.
    """
    if any(s.way is not None and zones.stands(s.way) for s in (step, after)):
        return "the TCP of a motion beside it stands"
    return None if same_tcp(step, after) else "the tool changes in it"


def same_tcp(step: Step, after: Step) -> bool:
    """Return whether two motions lead the same TCP."""
    return _same(step.spec.flange_T_tcp, after.spec.flange_T_tcp)


def _same(a: Pose, b: Pose) -> bool:
    return bool(np.array_equal(a.R, b.R) and np.array_equal(a.p, b.p))


def _overlapping(
    step: Step, after: Step, share: float, rules: MotionRules, caps: Caps
) -> Corner | None:
    assert step.way is not None
    assert after.way is not None
    out, into = [Ramp(s.nominal, caps.ramp / accel_of(s)) for s in (step, after)]
    made = overlap(step.way, out, after.way, into, share, rules.half_limit)
    out, into = [Ramp(s.nominal, caps.slow_ramp / accel_of(s)) for s in (step, after)]
    return made and replace(made, wide=full_overlap(out, into, share, rules.half_limit))


def accel_of(step: Step) -> float:
    """Return the share of the accelerations that a move may use."""
    return 1.0 if step.spec.accel is None else min(max(step.spec.accel / 100.0, 0.01), 1.0)
