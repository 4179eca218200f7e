"""Tubes: a way through every corner between no blend and the full one.

A corner leaves the first way at entry E and joins the second at exit X. Whatever is driven between
has done part of both: q(alpha, beta), with alpha the share of the way from E to the corner point
that is left, beta the share of that from the corner point to X that is done. No blend runs alpha
from 1 to 0, then beta from 0 to 1. While one motion only slows down and the other only speeds up,
alpha and beta are convex in time and so is their sum, which is 1 at both ends: alpha + beta <= 1
all the way. So the triangle of E, corner point and X holds every corner of every override and ramp
up to the widest, whatever the form of its ramps.

The triangle is cut into lanes from E to X, evenly between no blend and the straight line E X. One
path runs them forth and back; its deviation reaches half way to the next lane. Between joint lines
the triangle is flat and the lanes are exact. With a TCP leg they are worked out on a grid twice as
fine, and what the grid cannot see is bounded by `lanes`; where that proves nothing, near a
singularity and for arms of other than six axes, by second differences, doubled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import FIXED, PRISMATIC, Chain
from cellsim.kinematics.fk import link_poses
from cellsim.motion.curve import CornerCurve, flange_poses
from cellsim.motion.lanes import Grid, added, posed
from cellsim.motion.segment import JointLine, Tracked, Way
from cellsim.motion.track import polish

# Lanes lie so near that a body moves about this much from one to half way to the next [m].
_HALF_LANE_M = 2e-3
_MOST_LANES = 31
_FLAT_STEPS, _LEAST_STEPS, _MOST_STEPS = 3, 4, 16
_STEP_M, _STEP_RAD = 0.02, 0.05
# Steps are cut so often where nothing is proven.
_FINER = (1, 2)
_LANDED, _MEET_RAD = 1e-7, 1e-5
# Half the reach of a tool and what it holds [m], for the number of lanes only.
_TOOL_M = 0.3


class Sheet(Protocol):
    """The surface of all points that two ways reach when they are run at once."""

    def at(self, a: Array, b: Array, seed: Array) -> Array:
        """Return q at fractions a of the first way and b of the second, near seed (n, dof).

        A row of NaN where there is none.
        """

    def off(self, grid: Grid) -> Array | None:
        """Return how far the cells of a table are from its lanes; None where it is not proven."""


@dataclass(frozen=True, eq=False)
class JointSheet:
    """q1(a) + q2(b) - corner."""

    first: Way
    second: Way

    def at(self, a: Array, b: Array, seed: Array) -> Array:
        """Return q at a and b; the seed is not needed."""
        del seed
        meet = self.second.joints(np.zeros(1))[0]
        q: Array = self.first.joints(a)[0] + self.second.joints(b)[0] - meet
        return q

    def off(self, grid: Grid) -> Array | None:
        """Return how far the cells of a table are from its lanes; None where it is not proven."""
        return added(grid, self.first, self.second)


@dataclass(frozen=True, eq=False)
class PoseSheet:
    """The configuration at the TCP pose that two legs give together."""

    chain: Chain
    flange_T_tcp: Pose
    corner: CornerCurve

    def at(self, a: Array, b: Array, seed: Array) -> Array:
        """Return q at a and b by Newton steps from the seed."""
        curve = self.corner.moving(a, b, 0.0, 0.0, 0.0, 0.0)
        goals = flange_poses(curve, self.flange_T_tcp)
        start = np.array(seed)
        start[:, self.chain.arm_dof :] = curve.ext
        q = polish(self.chain, goals, start)
        off = np.abs(link_poses(self.chain, q)[:, self.chain.flange] - goals).max(axis=(1, 2))
        q[~(off <= _LANDED)] = np.nan
        return q

    def off(self, grid: Grid) -> Array | None:
        """Return how far the cells of a table are from its lanes; None where it is not proven."""
        return posed(grid, self.chain, self.flange_T_tcp, self.corner)


@dataclass(frozen=True, eq=False)
class Triangle:
    """The triangle of one corner on its sheet.

    Attributes:
        wide1, wide2: Fractions of the two ways that the full corner takes.
        q_entry, q_exit: Where it begins and ends, shape (dof,).
        flat: Between two joint lines.
        steps: Steps of a lane on either side of its middle.
        lever: About how far a body moves per joint, shape (dof,), to choose the number of lanes.
    """

    sheet: Sheet
    wide1: float
    wide2: float
    q_entry: Array
    q_exit: Array
    flat: bool
    steps: int
    lever: Array

    def lanes(self) -> tuple[Array, Array, bool] | None:
        """Return q (n, dof) along all lanes from entry to exit, and its deviation (n - 1, dof).

        And whether the deviation is proven. None where part of the triangle cannot be reached
        without leaving the configuration.
        """
        return self._lanes

    @cached_property
    def _lanes(self) -> tuple[Array, Array, bool] | None:
        rough = self._table(1, self.steps)
        if rough is None:
            return None
        width = np.abs(rough.q[2] - rough.q[0]).max(axis=0)
        count = math.ceil(float(width @ self.lever) / (2.0 * _HALF_LANE_M))
        count = min(2 * (count // 2) + 1, _MOST_LANES)
        for finer in _FINER:
            table = self._table(count, finer * self.steps)
            off = None if table is None else self.sheet.off(table)
            if table is not None and off is not None:
                return *_forth_and_back(table.q, off), True
        table = self._table(count, self.steps)
        return None if table is None else (*_forth_and_back(table.q, _seen(table.q)), False)

    def _table(self, count: int, steps: int) -> Grid | None:
        """Return 2 count + 1 lines from no blend to full at 4 steps + 1 places, or None."""
        across = np.linspace(0.0, 1.0, 2 * count + 1)
        places = np.linspace(-1.0, 1.0, 4 * steps + 1)
        table = np.empty((len(across), len(places), len(self.q_entry)))
        grid = Grid(table, across, places, self.wide1, self.wide2)
        a, b = (np.array(x) for x in zip(*map(grid.fractions, range(len(across))), strict=True))
        seed = np.repeat(self.q_entry[None], len(across), axis=0)
        for k in range(len(places)):
            seed = self.sheet.at(a[:, k], b[:, k], seed)
            table[:, k] = seed
        met = np.abs(table[:, -1] - self.q_exit).max() <= _MEET_RAD
        return grid if met and np.isfinite(table).all() else None


def _seen(table: Array) -> Array:
    """Return how far the cells seem to be from the lanes, from second differences, doubled."""
    lane, sides = table[1::2], (table[:-2:2], table[2::2])
    bend = np.abs(sides[0] - 2.0 * lane + sides[1])
    across = np.maximum(*(np.abs(side - lane) for side in sides)) + bend / 4.0
    middle = np.abs(lane[:, 1::2] - (lane[:, :-2:2] + lane[:, 2::2]) / 2.0)
    change = np.abs(np.diff(across, axis=1))
    near = np.maximum(np.maximum(across[:, :-2:2], across[:, 1::2]), across[:, 2::2])
    off: Array = near + np.maximum(change[:, ::2], change[:, 1::2]) / 2.0 + 2.0 * middle
    return off


def _forth_and_back(table: Array, off: Array) -> tuple[Array, Array]:
    """Return the path along the lanes of a table, and how far what lies between is from it."""
    lane = table[1::2]
    q, dev = [lane[0, :1]], []
    for k in range(len(lane)):
        way, wide = lane[k, ::2], off[k]
        q.append(way[1:] if k % 2 == 0 else way[-2::-1])
        dev.append(wide if k % 2 == 0 else wide[::-1])
    return np.concatenate(q), np.concatenate(dev)


def triangle_of(
    chain: Chain, flange_T_tcp: Pose, ways: tuple[Way, Way], wide: tuple[float, float], law: Way
) -> Triangle:
    """Return the triangle of a corner between two ways.

    Args:
        wide: Fractions of both ways that the full corner takes.
        law: The named law, which lies on the same sheet.
    """
    first, second = ways
    sheet: Sheet = JointSheet(first, second)
    if isinstance(law, Tracked) and isinstance(law.leg, CornerCurve):
        sheet = PoseSheet(chain, flange_T_tcp, law.leg)
    flat = isinstance(first, JointLine) and isinstance(second, JointLine)
    steps = _FLAT_STEPS if flat else _steps(first, wide[0], second, wide[1])
    ends = first.joints(np.array([1.0 - wide[0]]))[0][0], second.joints(np.array([wide[1]]))[0][0]
    return Triangle(sheet, *wide, *ends, flat, steps, _levers(chain, flange_T_tcp))


def _steps(first: Way, wide1: float, second: Way, wide2: float) -> int:
    steps = 0.0
    for way, wide in ((first, wide1), (second, wide2)):
        turn = wide * way.leg.angle if isinstance(way, Tracked) else 0.0
        steps = max(steps, wide * way.length / _STEP_M, turn / _STEP_RAD)
    return int(np.clip(math.ceil(steps), _LEAST_STEPS, _MOST_STEPS))


def _levers(chain: Chain, flange_T_tcp: Pose) -> Array:
    """Return how far the TCP is from each joint with the arm stretched [m], 1 where it slides."""
    levers = np.ones(chain.dof)
    reach = float(np.linalg.norm(flange_T_tcp.p)) + _TOOL_M
    for link in range(len(chain.parent) - 1, -1, -1):
        if chain.kind[link] not in (FIXED, PRISMATIC):
            levers[chain.qindex[link]] = reach
        reach += float(np.linalg.norm(chain.origin[link][:3, 3]))
    return levers
