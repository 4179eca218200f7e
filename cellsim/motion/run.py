"""time_run: moves in, knots out; the motion of one group between two standstills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Joint
from cellsim.domain.timeline import Motion, Tube
from cellsim.domain.tubes import moved
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.motion.caps import AccelClass, Caps, caps_of
from cellsim.motion.lookahead import Grid
from cellsim.motion.piece import Piece, Stretch
from cellsim.motion.route import route_of
from cellsim.motion.spec import MoveSpec, Run
from cellsim.motion.timing import Timed, grid_of, time_stretch
from cellsim.units import deg, mm

HELD_SHARE = 0.95
# A single motion that takes longer is an error of the program, not a plan [s].
LONGEST_S = 600.0


def time_run(
    chain: Chain,
    joints: Sequence[Joint],
    q_start: Array,
    moves: Sequence[MoveSpec],
    rules: MotionRules,
    accel: AccelClass = "typical",
) -> Run:
    """Return the motion of a run: moves without a stop event between them, rest to rest.

    Args:
        joints: In the order of q. q_start: [rad | m], shape (dof,).
        rules: The brand's corner laws, zone tables and interpolation cycle.
        accel: Acceleration class; "typical" is the geometric mean of slow and fast.

    Findings: line-unreachable, configuration-flip, circle-degenerate (errors), corner-overlap,
    tcp-speed-not-held, move-time-not-held (warnings; an error where one motion takes more than
    LONGEST_S), corner-shrunk (note),
    joint-figure-missing (not checked).

    Raises:
        BadInput: a speed that is not above zero, a joint move without joint values.
        UnknownName: a zone that the brand does not know.
    """
    caps, findings = caps_of(joints, accel)
    q = np.array(q_start, dtype=np.float64)
    route = route_of(chain, caps, q, moves, rules)
    collected = [*findings, *route.findings]
    rows = _Rows(q)
    for stretch in route.stretches:
        if not stretch.pieces:
            rows.stand(stretch)
            continue
        grids = tuple(grid_of(piece, caps) for piece in stretch.pieces)
        timed = time_stretch(stretch, caps, grids, rules.interpolation_s)
        slow = [_not_held(p, g, caps) for p, g in zip(stretch.pieces, grids, strict=True)]
        collected += [found for found in slow if found] + _late(stretch, timed)
        collected += _endless(stretch, timed)
        rows.add(stretch, timed, [_slow_note(found) if found else "" for found in slow])
    return rows.run(tuple(collected))


class _Rows:
    """Knots of a run while its stretches are put together."""

    def __init__(self, q: Array) -> None:
        self.t, self.v = [np.zeros(1)], [np.zeros(1)]
        self.q, self.qd, self.qdd = [q[None, :]], [np.zeros((1, len(q)))], [np.zeros((1, len(q)))]
        empty = np.zeros((0, len(q)))
        self.dev_path, self.dev_time = [empty], [empty]
        self.motion: list[int] = []
        self.motions: list[Motion] = []
        self.tubes: list[Tube] = []
        self.knot = 0

    def stand(self, stretch: Stretch) -> None:
        spec = stretch.last.spec
        note = "goes nowhere"
        self.motions.append(
            Motion(
                spec.kind,
                spec.index,
                self.knot,
                self.knot,
                frame=spec.frame,
                tool=spec.tool,
                note=note,
            )
        )

    def add(self, stretch: Stretch, timed: Timed, notes: Sequence[str]) -> None:
        first = 0
        for k, piece in enumerate(stretch.pieces):
            last = timed.last[k]
            note = "; ".join(n for n in (notes[k], _end_note(stretch, k)) if n)
            self.motion += [len(self.motions)] * (last - first)
            self.motions.append(
                replace(
                    _motion(piece, self.knot + first, self.knot + last, timed.reached[k], note),
                    rests_on=timed.rests_on[k],
                )
            )
            first = last
        self.t.append(timed.t[1:] + self.t[-1][-1])
        self.v.append(timed.v[1:])
        self.q.append(timed.q[1:])
        self.qd.append(timed.qd[1:])
        self.qdd.append(timed.qdd[1:])
        self.dev_path.append(timed.dev_path)
        self.dev_time.append(timed.dev_time)
        self.tubes += [moved(tube, self.knot, float(self.t[-2][-1])) for tube in timed.tubes]
        self.knot += len(timed.t) - 1

    def run(self, findings: tuple[Finding, ...]) -> Run:
        return Run(
            np.concatenate(self.t),
            np.concatenate(self.v),
            np.concatenate(self.q),
            np.concatenate(self.qd),
            np.concatenate(self.qdd),
            np.concatenate(self.dev_path),
            np.concatenate(self.dev_time),
            np.array(self.motion, dtype=np.int64),
            tuple(self.motions),
            findings,
            tuple(self.tubes),
        )


def _end_note(stretch: Stretch, k: int) -> str:
    return stretch.note if k == len(stretch.pieces) - 1 else ""


def _motion(piece: Piece, first: int, last: int, reached: float | None, note: str) -> Motion:
    spec = piece.step.spec
    return Motion(
        piece.kind,
        spec.index,
        first,
        last,
        piece.step.tcp_speed,
        reached,
        piece.corner,
        piece.shrunk,
        spec.frame,
        spec.tool,
        note,
    )


def _not_held(piece: Piece, grid: Grid, caps: Caps) -> Finding | None:
    """Return a finding where a joint cannot follow the programmed speed of a path: TCP or turn."""
    programmed, unit = piece.step.tcp_speed, "mm/s"
    shown = 0.0 if programmed is None else programmed / mm
    if programmed is None and piece.step.turn_speed is not None:
        shown, unit = piece.step.turn_speed / deg, "deg/s"
    if not shown or piece.kind not in ("linear", "circular"):
        return None
    by_speed = grid.speed / np.maximum(np.abs(grid.dq), 1e-12)
    by_acceleration = np.sqrt(grid.acceleration / np.maximum(np.abs(grid.ddq), 1e-12))
    share = np.minimum(by_speed, by_acceleration)
    k, j = np.unravel_index(int(np.argmin(share)), share.shape)
    least = float(share[k, j])
    if least >= HELD_SHARE:
        return None
    place = piece.step.spec.index
    span = piece.u1 - piece.u0
    return Finding(
        "tcp-speed-not-held",
        Severity.WARNING,
        caps.names[int(j)],
        shown * least,
        shown,
        unit,
        file=place.file,
        line=place.line,
        facts={
            "kappa": f"{1.0 / least:.2f}",
            "by": "speed" if by_speed[k, j] <= by_acceleration[k, j] else "acceleration",
            "way_percent": 100.0 * (piece.u0 + span * float(grid.s[k] / grid.s[-1])),
        },
    )


def _slow_note(finding: Finding) -> str:
    where = float(str(finding.facts["way_percent"]))
    speed = f"{finding.value:.0f} {finding.unit}"
    return f"slowed by {finding.subject} to {speed} at {where:.0f} % of the way"


def _late(stretch: Stretch, timed: Timed) -> list[Finding]:
    """Return a finding for each move with a programmed time that takes longer.

    A move between corners takes half of the time of each of them; where it speeds up from a
    standstill it takes a little longer in any case: it is told where less than 95 % is held.
    """
    share = 1.0 if len(stretch.pieces) == 1 else HELD_SHARE
    ends = [float(timed.t[last]) for last in timed.last]
    begins = [0.0, *ends[:-1]]
    taken: dict[int, float] = {}
    for k, piece in enumerate(stretch.pieces):
        seconds = ends[k] - begins[k]
        own = piece.step.number
        if piece.kind == "corner":
            seconds /= 2.0
            taken[own + 1] = taken.get(own + 1, 0.0) + seconds
        taken[own] = taken.get(own, 0.0) + seconds
    steps = {piece.step.number: piece.step for piece in stretch.pieces} | {
        stretch.last.number: stretch.last
    }
    return [
        Finding(
            "move-time-not-held", Severity.WARNING, str(step.spec.index), taken[number],
            step.asked_time, "s", file=step.spec.index.file, line=step.spec.index.line,
        )
        for number, step in sorted(steps.items())
        if step.asked_time is not None and share * taken.get(number, 0.0) > step.asked_time + 1e-3
    ]  # fmt: skip


def _endless(stretch: Stretch, timed: Timed) -> list[Finding]:
    """Return an error for each motion that takes longer than LONGEST_S.

    Near a singularity, or at a speed next to zero; its knots may stand wider than elsewhere.
    """
    found = []
    begin = 0.0
    for piece, last in zip(stretch.pieces, timed.last, strict=True):
        end = float(timed.t[last])
        taken, begin = end - begin, end
        place = piece.step.spec.index
        if taken > LONGEST_S:
            found.append(
                Finding(
                    "move-time-not-held",
                    Severity.ERROR,
                    str(place),
                    taken,
                    LONGEST_S,
                    "s",
                    file=place.file,
                    line=place.line,
                )
            )
    return found


__all__ = ["MoveSpec", "Run", "time_run"]
