"""What lies between the lanes of a tube: never farther from them than the bound says.

The second way to know: the poses, or sums of ways, solved at places between those of the table.
"""

from __future__ import annotations

from collections.abc import Iterator

import motion_cases as cases
import numpy as np
import pytest
from test_motion_remainder import ARMS, case_of, place

from cellsim.geometry import Array
from cellsim.motion.curve import Arc, CornerCurve, Line
from cellsim.motion.lanes import Grid, off
from cellsim.motion.segment import JointLine, Tracked, Way, follow_leg
from cellsim.motion.tube import Triangle, triangle_of

ROWS = 7
# One arm here, the others among the proofs.
NAMES = [ARMS[0], *(pytest.param(name, marks=pytest.mark.prove) for name in ARMS[1:])]


def bent(made: cases.Case, way: Tracked, f: float, leg: Line | Arc) -> Tracked | None:
    """Return the corner of the named law from a way into a leg."""
    curve = CornerCurve(way.leg, f, leg, f)
    start = way.joints(np.array([1.0 - f]))[0][0]
    law, reached = follow_leg(made.chain, made.tcp, curve, start)
    return law if reached == 1.0 else None


def triangles(name: str, track: bool, seed: int) -> Iterator[Triangle]:
    """Yield corners of two legs of each kind, and of a leg and a joint line."""
    rng = np.random.default_rng(seed)
    made = case_of(name, track)
    q = made.q0 + rng.uniform(-0.3, 0.3, len(made.q0))
    q[4] += 0.7
    ext = q[made.chain.arm_dof :]
    at = made.at(q - made.q0)
    a, b, c, d = (place(rng, at, 0.1, 0.4) for _ in range(4))
    there = ext + rng.uniform(-0.1, 0.1, len(ext))
    firsts = Line(at, a, (ext, there)), Arc(at, b, a, (ext, there))
    for first in firsts:
        way, reached = follow_leg(made.chain, made.tcp, first, q)
        if reached < 1.0:
            continue
        for second in (Line(a, c, (there, ext)), Arc(a, c, d, (there, ext))):
            out, reached = follow_leg(made.chain, made.tcp, second, way.q[-1])
            law = bent(made, way, 0.35, second)
            if reached == 1.0 and law is not None:
                yield triangle_of(made.chain, made.tcp, (way, out), (0.35, 0.35), law)
        joint: Way = JointLine.between(made.chain, made.tcp, way.q[-1], way.q[-1] + 0.15)
        yield triangle_of(made.chain, made.tcp, (way, joint), (0.4, 0.4), joint)


def between(whole: Triangle, grid: Grid, rng: np.random.Generator) -> float:
    """Return the most that places inside the cells of a table use of their bound."""
    off = whole.sheet.off(grid)
    assert off is not None
    worst = 0.0
    for lane in range(len(off)):
        for cell in range(off.shape[1]):
            x = grid.across[2 * lane + 1] + rng.uniform(-1.0, 1.0, 6) * grid.aside
            y = grid.places[2 * cell] + rng.uniform(0.0, 1.0, 6) * 2.0 * grid.half
            done = np.abs(y) + x * (1.0 - np.abs(y))
            a, b = 1.0 - whole.wide1 * (done - y) / 2.0, whole.wide2 * (done + y) / 2.0
            ends = grid.q[2 * lane + 1, [2 * cell, 2 * cell + 2]]
            share = ((y - grid.places[2 * cell]) / (2.0 * grid.half))[:, None]
            chord = (1.0 - share) * ends[0] + share * ends[1]
            q: Array = whole.sheet.at(a, b, chord)
            assert np.isfinite(q).all()
            worst = max(worst, float((np.abs(q - chord) / (off[lane, cell] + 1e-8)).max()))
    return worst


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("track", [False, pytest.param(True, marks=pytest.mark.prove)])
def test_nothing_between_the_lanes_is_outside_of_its_bound(name: str, track: bool) -> None:
    rng, seen = np.random.default_rng(8), 0
    for whole in triangles(name, track, 2):
        made = whole.lanes()
        assert made is not None
        if not made[2]:
            continue
        for finer in (1, 2, 4):
            grid = whole._table(ROWS, finer * whole.steps)
            assert grid is not None
            if whole.sheet.off(grid) is not None:
                assert 0.9 < between(whole, grid, rng) <= 1.0
                seen += 1
                break
    assert seen >= 1


def surface(x: Array, y: Array, across: float, along: float) -> Array:
    """A joint that turns back half way from the lane to each border, and bends on the borders."""
    middle = np.where(x < 0.5, 0.25, 0.75)
    bow = along * np.abs(2.0 * x - 1.0) * (1.0 - y**2)
    return np.asarray(across / 2.0 * (1.0 / 16.0 - (x - middle) ** 2) + bow)


@pytest.mark.parametrize(("across", "along"), [(3.0, 0.0), (0.0, 0.2), (3.0, 0.2)])
def test_a_cell_holds_what_turns_back_and_what_bends_inside(across: float, along: float) -> None:
    """One lane at x = 1/2, borders at 0 and 1; the surface is zero at all knots, y = -1 and 1."""
    x, y = np.array([0.0, 0.5, 1.0]), np.array([-1.0, 0.0, 1.0])
    grid = Grid(surface(x[:, None], y[None], across, along)[..., None], x, y, 0.3, 0.3)
    rows = np.array([[[along]], [[0.0]], [[along]]])
    wide = off(grid, rows, np.full((1, 1, 1), across))[0, 0, 0]
    inside = np.meshgrid(np.linspace(0.0, 1.0, 201), np.linspace(-1.0, 1.0, 201))
    worst = np.abs(surface(*inside, across, along)).max()
    assert 0.7 * wide < worst <= wide + 1e-12
    assert wide == pytest.approx(along + across / 32.0)
