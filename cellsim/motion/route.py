"""The geometry of a run: legs, corners between them, and the stretches between exact stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.report import Finding, Severity
from cellsim.geometry import Array
from cellsim.geometry.bits import Asked, bits_of
from cellsim.kinematics.chain import Chain
from cellsim.motion.caps import Caps
from cellsim.motion.corners import accel_of, corner_between, not_followed, same_tcp, uncertain
from cellsim.motion.curve import CornerCurve
from cellsim.motion.leg import Step, make_step
from cellsim.motion.piece import Piece, Stretch
from cellsim.motion.segment import JointCorner, Tracked, Way, follow_leg
from cellsim.motion.spec import MoveSpec
from cellsim.motion.tube import Triangle, triangle_of
from cellsim.motion.zones import Corner, fit, zone_distance

_MEET_RAD = 1e-6
# As many as the runs of a job; each class of acceleration asks for them anew.
_ROUTES = 256
_Question = tuple[Chain, Caps, Array, Sequence[MoveSpec], MotionRules]


@dataclass(frozen=True, eq=False)
class Route:
    """The moves of a run with their ways, the stretches that they make, and what was found."""

    steps: tuple[Step, ...]
    stretches: tuple[Stretch, ...]
    findings: tuple[Finding, ...]


def route_of(
    chain: Chain, caps: Caps, q_start: Array, moves: Sequence[MoveSpec], rules: MotionRules
) -> Route:
    """Return the route of a run; the same in every acceleration class, so laid once for all."""
    of_joints = caps.names, caps.speed, caps.revolute, caps.ramp, caps.slow_ramp
    key = id(chain), id(rules), bits_of((of_joints, q_start, tuple(moves)))
    kept = _kept(Asked(key, (chain, caps, q_start, moves, rules)))
    # Moves are told apart by who they are too.
    steps = tuple(replace(step, spec=moves[step.number]) for step in kept.steps)
    stretches = tuple(_of_steps(stretch, steps) for stretch in kept.stretches)
    return Route(steps, stretches, kept.findings)


@lru_cache(maxsize=_ROUTES)
def _kept(ask: Asked[_Question]) -> Route:
    chain, caps, q_start, moves, rules = ask.of
    steps, findings = steps_of(chain, caps, q_start, moves)
    stretches, more = laid(chain, caps, q_start, steps, rules)
    return Route(steps, stretches, (*findings, *more))


def _of_steps(stretch: Stretch, steps: Sequence[Step]) -> Stretch:
    pieces = tuple(replace(piece, step=steps[piece.step.number]) for piece in stretch.pieces)
    return replace(stretch, pieces=pieces, last=steps[stretch.last.number])


def steps_of(
    chain: Chain, caps: Caps, q_start: Array, moves: Sequence[MoveSpec]
) -> tuple[tuple[Step, ...], tuple[Finding, ...]]:
    """Return the moves of a run with their ways, each from where the one before ends."""
    steps: list[Step] = []
    findings: list[Finding] = []
    q = np.array(q_start, dtype=np.float64)
    for number, spec in enumerate(moves):
        step, found = make_step(chain, caps, number, spec, q)
        steps.append(step)
        findings += found
        q = step.q_end
    return tuple(steps), tuple(findings)


def laid(
    chain: Chain, caps: Caps, q_start: Array, steps: Sequence[Step], rules: MotionRules
) -> tuple[tuple[Stretch, ...], tuple[Finding, ...]]:
    """Return the stretches of the moves of a run, with the corners between them."""
    corners, notes, found = _corners(steps, rules, caps)
    found += uncertain(chain.group, steps, corners, rules)
    pairs = zip(steps, [*steps[1:], None], corners, strict=True)
    bends = [_bend(chain, s, after, c) if c and after else None for s, after, c in pairs]
    for k, (made, bend) in enumerate(zip(corners, bends, strict=True)):
        if made and bend is None:
            notes[k] = "exact stop: the corner cannot be followed"
            found.append(not_followed(chain.group, steps[k]))
    return tuple(_stretches(steps, corners, bends, notes, q_start)), tuple(found)


def _corners(
    steps: Sequence[Step], rules: MotionRules, caps: Caps
) -> tuple[list[Corner | None], list[str], list[Finding]]:
    """Return the corner after each step (None = exact stop), a note for each, and findings."""
    corners: list[Corner | None] = []
    notes: list[str] = []
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        asked = zone_distance(step.spec.zone, rules)
        between = asked and after and corner_between(step, after, asked, rules, caps)
        made = between or None
        corners.append(made)
        notes.append("exact stop: no corner possible" if asked and made is None else "")
    fitted, crowded = fit(corners[:-1])
    findings = [_overlap(steps[k], corners[k - 1], corners[k], rules) for k in crowded]
    findings += [
        _shrunk(step, c)
        for step, c in zip(steps, fitted, strict=False)
        if c and np.isfinite(c.asked) and c.distance < c.asked - 1e-9
    ]
    return [*fitted, None], notes, findings


def _overlap(
    step: Step, before: Corner | None, after: Corner | None, rules: MotionRules
) -> Finding:
    together = sum(c.distance for c in (before, after) if c)
    severity = Severity.ERROR if rules.overlap == "error" else Severity.NOTE
    length = step.way.length if step.way else 0.0
    place = step.spec.index
    return Finding(
        "corner-overlap",
        severity,
        str(place),
        1e3 * together,
        1e3 * length,
        "mm",
        file=place.file,
        line=place.line,
    )


def _shrunk(step: Step, made: Corner) -> Finding:
    place = step.spec.index
    return Finding(
        "corner-shrunk",
        Severity.NOTE,
        str(step.spec.zone),
        1e3 * made.distance,
        1e3 * made.asked,
        "mm",
        file=place.file,
        line=place.line,
    )


def _stretches(
    steps: Sequence[Step],
    corners: Sequence[Corner | None],
    bends: Sequence[Piece | None],
    notes: Sequence[str],
    q_start: Array,
) -> list[Stretch]:
    """Return the stretches: each step's own part, then the corner to the next one."""
    stretches: list[Stretch] = []
    pieces: list[Piece] = []
    begin, q = 0.0, np.array(q_start, dtype=np.float64)
    for step, made, bend, note in zip(steps, corners, bends, notes, strict=True):
        end = 1.0 - made.f1 if made and bend else 1.0
        if step.way and end - begin > 1e-9:
            pieces.append(_part(step, begin, end))
        if made and bend:
            pieces.append(bend)
            begin = made.f2
            continue
        stretches.append(Stretch(_alone(pieces), q, step.q_end, step, note))
        pieces, begin, q = [], 0.0, step.q_end
    return stretches


def _alone(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces; a lone move in seconds runs as fast as it can and is then stretched."""
    if len(pieces) != 1 or pieces[0].step.asked_time is None:
        return tuple(pieces)
    step = pieces[0].step
    return (replace(pieces[0], cap=step.nominal / step.least),)


def _part(step: Step, u0: float, u1: float) -> Piece:
    assert step.way is not None
    rate = (u1 - u0) * step.nominal
    kind = step.spec.kind if isinstance(step.way, Tracked) else "joint"
    cap = 1.0 if step.capped else np.inf
    return Piece(step.way, u0, u1, rate, rate, kind, step, cap, step.joint_share, accel_of(step))


def _bend(chain: Chain, step: Step, after: Step, made: Corner) -> Piece | None:
    """Return the corner piece, or None where it cannot be followed."""
    first, second = step.way, after.way
    assert first is not None
    assert second is not None
    way: Way
    if isinstance(first, Tracked) and isinstance(second, Tracked) and same_tcp(step, after):
        curve = CornerCurve(first.leg, made.f1, second.leg, made.f2)
        start = first.joints(np.array([1.0 - made.f1]))[0][0]
        bent, reached = follow_leg(chain, step.spec.flange_T_tcp, curve, start)
        goal = second.joints(np.array([made.f2]))[0][0]
        if reached < 1.0 or float(np.max(np.abs(bent.q[-1] - goal))) > _MEET_RAD:
            return None
        way = bent
    else:
        way = JointCorner(first, made.f1, second, made.f2)
    r0, r1 = 2.0 * made.f1 * step.nominal, 2.0 * made.f2 * after.nominal
    shrunk = made.asked if np.isfinite(made.asked) and made.distance < made.asked - 1e-9 else 0.0
    return Piece(
        way,
        0.0,
        1.0,
        r0,
        r1,
        "corner",
        step,
        made.rate,
        max(step.joint_share, after.joint_share),
        min(accel_of(step), accel_of(after)),
        made.distance,
        shrunk,
        _tube(chain, step, after, made, way),
    )


def _tube(chain: Chain, step: Step, after: Step, made: Corner, law: Way) -> Triangle | None:
    """Return the tube of a corner that is not certified as its named law alone."""
    if made.wide == (0.0, 0.0) or step.way is None or after.way is None:
        return None
    ways = step.way, after.way
    return triangle_of(chain, step.spec.flange_T_tcp, ways, made.wide, law)
