"""One move as a leg: its way, its nominal time, and the speed it was written with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.program import Speed
from cellsim.domain.report import Finding, Severity
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import tcp_pose
from cellsim.motion.caps import Caps
from cellsim.motion.curve import Arc, Leg, Line
from cellsim.motion.segment import JointLine, Tracked, Way, follow_leg
from cellsim.motion.spec import MoveSpec

STILL = 1e-9
FLIP_RAD = 1e-3
SNAP_RAD = 1e-8
_LEAST_TIME = 1e-3


@dataclass(frozen=True, eq=False)
class Step:
    """A move with its way.

    Attributes:
        way: None for a move that goes nowhere.
        nominal: Time [s] that u = 0..1 takes at the written speed.
        least: Time [s] that it takes at the joint speeds.
        capped: The written speed is a cap on the way's own rate.
        joint_share: Share of the joint speeds that may be used, 0..1 ("%" on path moves).
        tcp_speed: Programmed TCP speed [m/s], None where none is.
        asked_time: Programmed time of the move [s], None where none is.
        q_end: Configuration after it.
        lost: A line that cannot be followed, which a joint line or nothing stands for.
        turn_speed: Programmed turning speed of a path move [rad/s], None where none is.
    """

    number: int
    spec: MoveSpec
    way: Way | None
    nominal: float
    least: float
    capped: bool
    joint_share: float
    tcp_speed: float | None
    asked_time: float | None
    q_end: Array
    lost: bool = False
    turn_speed: float | None = None


def make_step(
    chain: Chain, caps: Caps, number: int, spec: MoveSpec, q: Array
) -> tuple[Step, tuple[Finding, ...]]:
    """Return the move from configuration q as a Step, with what was found on the way."""
    if not spec.speed.value > 0.0:
        raise BadInput(
            f"speed {spec.speed} is not above zero", file=spec.index.file, line=spec.index.line
        )
    if spec.kind == "joint":
        if spec.q_target is None:
            raise BadInput(
                "a joint move needs joint values", file=spec.index.file, line=spec.index.line
            )
        return _joint(chain, caps, number, spec, q, np.array(spec.q_target, dtype=float)), ()
    return _path(chain, caps, number, spec, q)


def _joint(chain: Chain, caps: Caps, number: int, spec: MoveSpec, q: Array, target: Array) -> Step:
    step = np.abs(target - q)
    own = float(np.max(step / caps.speed))
    if float(np.max(step)) < STILL:
        return Step(number, spec, None, 0.0, 0.0, True, 1.0, None, None, target)
    way = JointLine.between(chain, spec.flange_T_tcp, q, target)
    nominal, tcp_speed, asked = own, None, None
    v = _si(spec.speed)
    if spec.speed.unit == "%":
        nominal = own / min(v, 1.0)
    elif spec.speed.unit in ("mm/s", "m/s"):
        nominal, tcp_speed = max(own, _top_rate(chain, spec.flange_T_tcp, way) / v), v
    elif spec.speed.unit in ("deg/s", "rad/s"):
        nominal = max(own, float(np.max(step[caps.revolute], initial=0.0)) / v)
    else:
        nominal, asked = max(own, v), v
    return Step(number, spec, way, nominal, own, True, 1.0, tcp_speed, asked, target)


def _top_rate(chain: Chain, flange_T_tcp: Pose, way: JointLine) -> float:
    """Return the largest |dp/du| [m] along a joint line, from 257 central differences."""
    from cellsim.motion.track import tcp_points

    u = np.linspace(0.0, 1.0, 257)[:, None]
    e = 1e-6
    ahead = tcp_points(chain, way.q0 + (u + e) * way.step, flange_T_tcp)
    behind = tcp_points(chain, way.q0 + (u - e) * way.step, flange_T_tcp)
    return float(np.max(np.linalg.norm(ahead - behind, axis=1))) / (2.0 * e) * (1.0 + 1e-5)


def _si(speed: Speed) -> float:
    """Return the value in SI: m/s, rad/s, s, or a share of 1 for per cent."""
    factors = {
        "%": 0.01,
        "mm/s": 1e-3,
        "m/s": 1.0,
        "deg/s": np.pi / 180,
        "rad/s": 1.0,
        "s": 1.0,
    }
    if speed.unit not in factors:
        raise BadInput(f"no speed unit '{speed.unit}'", expected=", ".join(factors))
    return speed.value * float(factors[speed.unit])


def _path(
    chain: Chain, caps: Caps, number: int, spec: MoveSpec, q: Array
) -> tuple[Step, tuple[Finding, ...]]:
    start = tcp_pose(chain, q, spec.flange_T_tcp)
    leg, findings = _leg(chain, spec, start, q)
    e0, e1 = q[chain.arm_dof :], leg.at(np.ones(1)).ext[0]
    if max(leg.length, leg.angle, float(np.max(np.abs(e1 - e0), initial=0.0))) < STILL:
        return Step(number, spec, None, 0.0, 0.0, True, 1.0, None, None, q), findings
    tracked, reached = follow_leg(chain, spec.flange_T_tcp, leg, q)
    if reached < 1.0:
        return _instead(chain, caps, number, spec, q, tracked, reached, findings)
    q_end = tracked.q[-1]
    if spec.q_target is not None:
        target = np.asarray(spec.q_target, dtype=float)
        off = np.abs(q_end - target)
        if float(np.max(off)) <= SNAP_RAD:
            q_end = target
        elif float(np.max(off)) > FLIP_RAD:
            findings = (*findings, _flip(spec, caps, q_end - target))
    return _rated(number, spec, caps, tracked, q_end), findings


def _leg(chain: Chain, spec: MoveSpec, start: Pose, q: Array) -> tuple[Leg, tuple[Finding, ...]]:
    """Return the TCP leg of a path move; a circle through one line is an error and a line."""
    end = spec.world_T_tcp
    if end is None:
        if spec.q_target is None:
            raise BadInput(
                "a path move needs a pose or joint values",
                file=spec.index.file,
                line=spec.index.line,
            )
        end = tcp_pose(chain, np.asarray(spec.q_target, dtype=float), spec.flange_T_tcp)
    ext0 = q[chain.arm_dof :]
    ext1 = np.asarray(spec.ext if spec.ext else ext0, dtype=float)
    if spec.q_target is not None:
        ext1 = np.asarray(spec.q_target, dtype=float)[chain.arm_dof :]
    if spec.kind == "linear":
        return Line(start, end, (ext0, ext1)), ()
    if spec.via is None:
        raise BadInput(
            "a circular move needs a via pose", file=spec.index.file, line=spec.index.line
        )
    try:
        return Arc(start, spec.via, end, (ext0, ext1)), ()
    except ValueError:
        place = spec.index
        found = Finding(
            "circle-degenerate", Severity.ERROR, str(place), file=place.file, line=place.line
        )
        return Line(start, end, (ext0, ext1)), (found,)


def _rated(number: int, spec: MoveSpec, caps: Caps, tracked: Tracked, q_end: Array) -> Step:
    """Return the step of a path move that was followed to its end."""
    steps = np.abs(np.diff(tracked.q, axis=0)) / caps.speed
    own = max(float(np.sum(np.max(steps, axis=1))), _LEAST_TIME)
    v, unit, leg = _si(spec.speed), spec.speed.unit, tracked.leg
    if unit in ("mm/s", "m/s") and leg.length > 1e-6:
        return Step(number, spec, tracked, leg.length / v, own, True, 1.0, v, None, q_end)
    if unit in ("deg/s", "rad/s") and leg.angle > 1e-6:
        nominal = leg.angle / v
        return Step(number, spec, tracked, nominal, own, True, 1.0, None, None, q_end, turn_speed=v)
    if unit == "s":
        return Step(number, spec, tracked, max(v, own), own, True, 1.0, None, v, q_end)
    share = min(v, 1.0) if unit == "%" else 1.0
    return Step(number, spec, tracked, own / share, own, False, share, None, None, q_end)


def _flip(spec: MoveSpec, caps: Caps, off: Array) -> Finding:
    worst = int(np.argmax(np.abs(off)))
    return Finding(
        "configuration-flip",
        Severity.ERROR,
        caps.names[worst],
        float(np.degrees(abs(off[worst]))),
        float(np.degrees(FLIP_RAD)),
        "deg",
        file=spec.index.file,
        line=spec.index.line,
    )


def _instead(
    chain: Chain,
    caps: Caps,
    number: int,
    spec: MoveSpec,
    q: Array,
    tracked: Tracked,
    reached: float,
    findings: tuple[Finding, ...],
) -> tuple[Step, tuple[Finding, ...]]:
    """Report a line that cannot be followed, and go on so that the rest can be judged.

    With joint values the move is run as a joint line to them, else it stands.
    """
    at = tracked.leg.at(np.array([reached])).p[0]
    found = Finding(
        "line-unreachable",
        Severity.ERROR,
        str(spec.index),
        100.0 * reached,
        100.0,
        "%",
        file=spec.index.file,
        line=spec.index.line,
        facts={"xyz_mm": tuple(round(1e3 * float(x), 3) for x in at)},
    )
    target = q if spec.q_target is None else np.asarray(spec.q_target, dtype=float)
    step = _joint(chain, caps, number, spec, q, target)
    return replace(step, lost=True), (*findings, found)
