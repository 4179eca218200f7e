"""Corners of two moves as tubes, and random blends of them."""

from __future__ import annotations

from dataclasses import replace

import motion_cases as cases
import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.program import FINE, Zone
from cellsim.domain.timeline import Tube
from cellsim.geometry import Array
from cellsim.motion.caps import caps_of
from cellsim.motion.route import route_of
from cellsim.motion.run import MoveSpec
from cellsim.motion.tube import PoseSheet, Triangle

BOTH = frozenset({"path", "joint"})
RULES = replace(cases.RULES, tube=BOTH)
RADIUS = Zone("radius", 120, "mm")


def ramps(rng: np.random.Generator) -> tuple[Array, Array]:
    """Shares left of the first way and done of the second, from random ramps of the speed.

    The first speed only falls, the second only rises; either may stand at zero for a while.
    """
    n = 60
    out = np.sort(rng.random(n) ** rng.uniform(0.3, 4.0))[::-1]
    into = np.sort(rng.random(n) ** rng.uniform(0.3, 4.0))
    quiet = int(rng.integers(0, n // 2))
    into[:quiet] = 0.0
    left = 1.0 - np.concatenate([[0.0], np.cumsum(out)]) / out.sum()
    done = np.concatenate([[0.0], np.cumsum(into)]) / into.sum()
    return left, done


def blends(rng: np.random.Generator) -> Array:
    """(alpha, beta) of corners between no blend and the full one, shape (n, 2)."""
    rows = [np.stack(ramps(rng), axis=1)[::5] for _ in range(12)]
    v = np.linspace(0.0, 1.0, 15)
    for _ in range(6):
        f1, f2 = rng.random(2)
        rows.append(np.stack([f1 * (1.0 - v) ** 2, f2 * v**2], axis=1))
    edge = np.linspace(0.0, 1.0, 25)
    rows += [np.stack([edge, 0 * edge], axis=1), np.stack([0 * edge, edge], axis=1)]
    rows.append(np.stack([edge, 1.0 - edge], axis=1))
    return np.concatenate(rows)


def on(whole: Triangle, tube: Tube, rows: Array) -> Array:
    """Configurations at (alpha, beta), each reached from the entry in small steps."""
    q = np.repeat(tube.q[:1], len(rows), axis=0)
    for share in np.linspace(0.1, 1.0, 10) if isinstance(whole.sheet, PoseSheet) else (1.0,):
        alpha, beta = 1.0 - share * (1.0 - rows[:, 0]), share * rows[:, 1]
        q = whole.sheet.at(1.0 - whole.wide1 * alpha, whole.wide2 * beta, q)
    assert np.isfinite(q).all()
    return q


def moves_of(case: cases.Case, kinds: str, rng: np.random.Generator) -> list[MoveSpec]:
    """Two moves with a corner between, each "j"oint or "l"ine."""
    found, dq = [], np.zeros(6)
    for kind, zone in zip(kinds, (RADIUS, FINE), strict=True):
        dq = dq + rng.uniform(-0.35, 0.35, 6)
        found.append(case.joint(dq, zone) if kind == "j" else case.line(case.at(dq), zone))
    return found


def triangle(case: cases.Case, moves: list[MoveSpec], rules: MotionRules = RULES) -> Triangle:
    """The triangle of the only corner of two moves."""
    caps = caps_of(case.joints, "typical")[0]
    stretches = route_of(case.chain, caps, case.q0, moves, rules).stretches
    (found,) = [p.tube for s in stretches for p in s.pieces if p.tube is not None]
    return found
