"""Corners: the largest zone of the brand whose rounded way is free, else an exact stop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Zone
from cellsim.geometry import Array, Pose
from cellsim.kinematics import Chain
from cellsim.kinematics.fk import link_poses
from cellsim.motion.caps import Caps
from cellsim.motion.zones import Ramp, full_overlap, in_tube
from cellsim.teach.bend import room_at_corner
from cellsim.teach.space import Space
from cellsim.teach.stage import Motion
from cellsim.teach.taught import Taught
from cellsim.units import mm

DISTANCES_MM = (100.0, 50.0, 20.0, 10.0)
PERCENTS = (60.0, 30.0, 10.0)
SAMPLES = 9
OVERLAP_PERCENTS = (100.0, 50.0, 20.0)
LARGEST_SHARE = 0.48
MARGIN_M = 2.0 * mm


def zones_of(
    chain: Chain, space: Space, rules: MotionRules, taught: list[Taught], caps: Caps
) -> dict[int, Zone]:
    """Return the zone of every motion that may be rounded, by its number over all stages."""
    motions = [motion for stage in taught for motion in stage.motions]
    zones = {}
    for number, (here, there) in enumerate(pairwise(motions)):
        if here.stops:
            continue
        both = here.kind == there.kind == "joint"
        if (rules.corner_joint if both else rules.corner_linear) == "overlap":
            zone = _overlapping(chain, space, rules, here, there, caps)
        else:
            tube = in_tube(here.kind, there.kind, rules)
            zone = _rounded(chain, space, rules, here, there, tube)
        if zone is not None:
            zones[number] = zone
    return zones


def _rounded(
    chain: Chain, space: Space, rules: MotionRules, here: Motion, there: Motion, tube: bool
) -> Zone | None:
    """Return the largest corner of a distance or a share of the way that is free."""
    for zone, distance, fraction in _choices(rules, here.kind):
        f = min(fraction, 1.0) / 2.0
        fractions = (f, f)
        if fraction <= 0.0:
            ways = (here.way[::-1], there.way)
            f1, f2 = (_share(chain, space.flange_T_tcp, way, distance) for way in ways)
            fractions = (f1, f2)
            if max(fractions) > LARGEST_SHARE:
                continue
            if rules.zone_reach_m:
                reach = distance + rules.zone_reach_m
                wide = [_share(chain, space.flange_T_tcp, way, reach) for way in ways]
                fractions = (min(wide[0], 0.5), min(wide[1], 0.5))
        if _free(space, here, there, fractions, tube):
            return zone
    return None


def _overlapping(
    chain: Chain, space: Space, rules: MotionRules, here: Motion, there: Motion, caps: Caps
) -> Zone | None:
    """Return the largest corner of motions that overlap in time that is free."""
    name, unit = next(iter(rules.zone_fraction.items()))
    times = [_nominal(chain, space.flange_T_tcp, m, caps) for m in (here, there)]
    before, after = (Ramp(t, caps.slow_ramp) for t in times)
    for percent in OVERLAP_PERCENTS:
        f = full_overlap(before, after, percent * unit, half_limit=True)
        if max(f) <= LARGEST_SHARE and _free(space, here, there, f, tube=True):
            return Zone(name, percent)
    return None


def _nominal(chain: Chain, flange_T_tcp: Pose, motion: Motion, caps: Caps) -> float:
    """Return the time [s] that a motion takes at its written speed, at least a millisecond."""
    speed = motion.speed
    if speed.unit in ("mm/s", "m/s"):
        length = float(_arcs(chain, flange_T_tcp, motion.way)[-1])
        return max(length / (speed.value * (mm if speed.unit == "mm/s" else 1.0)), 1e-3)
    own = float(np.sum(np.max(np.abs(np.diff(motion.way, axis=0)) / caps.speed, axis=1)))
    return max(own * 100.0 / speed.value if speed.unit == "%" else own, 1e-3)


def _choices(rules: MotionRules, kind: str) -> list[tuple[Zone, float, float]]:
    """Return (zone, distance [m], fraction) that the brand can say for a move, largest first."""
    found: list[tuple[Zone, float, float]] = []
    law = rules.corner_joint if kind == "joint" else rules.corner_linear
    if law == "stop":
        return found
    for name, table in rules.zone_distance_m.items():
        levels = [(d, level) for level, d in enumerate(table) if 0.0 < d <= DISTANCES_MM[0] * mm]
        found += [(Zone(name, float(level)), d, 0.0) for d, level in sorted(levels, reverse=True)]
    if found:
        return found
    if kind == "joint" and rules.zone_fraction:
        name = next(iter(rules.zone_fraction))
        return [(Zone(name, p, "%"), 0.0, p * rules.zone_fraction[name]) for p in PERCENTS]
    for name, unit in rules.zone_unit_m.items():
        return [(Zone(name, d, "mm"), d * unit, 0.0) for d in DISTANCES_MM]
    return found


def _free(
    space: Space, here: Motion, there: Motion, fractions: tuple[float, float], tube: bool
) -> bool:
    """Tell whether the full corner and the half corner are free in both scenes.

    tube: The straight way from entry to exit too, which bounds all corners of the tube.
    """
    f1, f2 = fractions
    rows = [_corner(here.way, there.way, f1 * s, f2 * s) for s in (1.0, 0.5)]
    if tube:
        rows += [_cut(here.way, there.way, f1 * s, f2 * s) for s in (1.0, 0.75, 0.5)]
    q = np.concatenate(rows)
    for move, share in ((here, (1.0 - f1, 1.0)), (there, (0.0, f2))):
        room = space.room(move.point, move.option, move.follow)
        if not np.all(room.scene.free(q, MARGIN_M)):
            return False
        bent = room_at_corner(room, space.cell, space.group, move, share)
        if bent is None or (bent is not room and not np.all(bent.scene.free(q, MARGIN_M))):
            return False
    return True


def _share(chain: Chain, flange_T_tcp: Pose, way: Array, distance: float) -> float:
    """Return the part of a way that the TCP's first `distance` [m] takes, 0.5 at most."""
    arcs = _arcs(chain, flange_T_tcp, way)
    return min(0.5, float(np.interp(distance, arcs, np.linspace(0.0, 1.0, len(way)))))


def _arcs(chain: Chain, flange_T_tcp: Pose, way: Array) -> Array:
    """Return the way of the TCP [m] up to each row."""
    poses = link_poses(chain, way)[:, chain.flange]
    tcp = poses[:, :3, :3] @ flange_T_tcp.p + poses[:, :3, 3]
    steps = np.linalg.norm(np.diff(tcp, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _corner(before: Array, after: Array, f1: float, f2: float) -> Array:
    """Return joints on the parabola that joins two ways, shape (SAMPLES, dof)."""
    w = np.linspace(0.0, 1.0, SAMPLES)
    a = _at(before, 1.0 - f1 * (1.0 - w) ** 2)
    b = _at(after, f2 * w**2)
    return np.asarray(a + b - before[-1])


def _cut(before: Array, after: Array, f1: float, f2: float) -> Array:
    """Return joints on the straight way from entry to exit, shape (SAMPLES, dof)."""
    w = np.linspace(0.0, 1.0, SAMPLES)
    a, b = _at(before, 1.0 - f1 * (1.0 - w)), _at(after, f2 * w)
    return np.asarray(a + b - before[-1])


def _at(way: Array, u: Array) -> Array:
    grid = np.linspace(0.0, 1.0, len(way))
    return np.column_stack([np.interp(u, grid, column) for column in way.T])
