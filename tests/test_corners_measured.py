"""Corners that were measured in the makers' simulators lie in the tubes that are certified.

The figures are of LeroyDu56/CrossArm, tests/fixtures/probes/motion/results: right angles between
ways of 300 and 400 mm from stop to stop, how near [mm] the TCP came to the corner point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from controllers_support import cell_of

from cellsim.controllers.abb.motion import rules as abb
from cellsim.controllers.kuka.motion import rules as kuka
from cellsim.domain.files.robot import load_robot
from cellsim.motion.caps import caps_of
from cellsim.motion.zones import Ramp, corner, full_overlap, widest

LEGS_MM = (300.0, 400.0)
ZONES = (1, 5, 10, 20, 30, 50, 100, 150, 200)
CNTS = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
# IRB 6700-140/2.85, RobotWare 8.1: motion_abb.json, MoveL at 200, 500, 1000 mm/s, MoveJ at the
# last two, for the zones above.
CUT_BY_ZONE = (
    (1.976, 3.281, 4.617, 7.144, 9.917, 15.76, 30.807, 45.992, 61.206),
    (2.544, 3.727, 5.349, 8.555, 11.488, 17.35, 31.853, 46.715, 61.773),
    (2.544, 3.746, 5.36, 8.564, 11.534, 17.712, 32.967, 48.221, 63.34),
    (2.498, 3.655, 5.129, 8.0, 10.703, 15.992, 29.139, 42.686, 56.327),
    (2.525, 3.709, 5.138, 8.076, 10.805, 16.413, 30.393, 44.286, 57.846),
)
# profile.json of an M-20iD/25 and an R-2000iC/190S, L at a speed [mm/s], for the CNT above.
CUT_BY_CNT = {
    ("fanuc_m20id_25", 200): (0.18, 0.5, 0.91, 1.39, 1.94, 2.57, 3.21, 3.88, 4.37, 4.75),
    ("fanuc_m20id_25", 500): (0.46, 1.25, 2.27, 3.48, 4.86, 6.42, 8.01, 9.69, 10.92, 11.88),
    ("fanuc_m20id_25", 1000): (1.02, 2.82, 5.21, 7.95, 11.07, 14.65, 18.05, 20.49, 23.36, 25.57),
    ("fanuc_r2000ic_210f", 200): (0.35, 0.96, 1.77, 2.71, 3.79, 4.75, 5.56, 6.47, 7.33, 8.1),
    ("fanuc_r2000ic_210f", 500): (1.05, 2.96, 5.42, 8.23, 11.45, 14.13, 16.73, 19.29, 21.83, 24.21),
    ("fanuc_r2000ic_210f", 1000): (2.38, 6.74, 12.31, 18.88, 26.19, 33.94, 42.2, 48.5, 55.0, 58.3),
}


@dataclass(frozen=True)
class Leg:
    """A straight way of constant rate, as far as a corner asks for it."""

    length: float

    def fraction(self, distance: float, at_end: bool) -> float:
        del at_end
        return distance / self.length


def farthest_mm(wide: tuple[float, float]) -> float:
    """Return how far the chord of a right angle's tube stays away from its corner point [mm]."""
    a, b = (f * leg for f, leg in zip(wide, LEGS_MM, strict=True))
    return a * b / math.hypot(a, b)


@pytest.mark.parametrize("row", range(len(CUT_BY_ZONE)))
@pytest.mark.parametrize("k", range(len(ZONES)))
def test_corners_of_robotstudio_lie_in_the_tube(row: int, k: int) -> None:
    rules = abb(cell_of("abb").groups["arm"].controller)
    legs = Leg(LEGS_MM[0] / 1000.0), Leg(LEGS_MM[1] / 1000.0)
    made = corner(*legs, (ZONES[k] / 1000.0, 0.0), rules.half_limit)  # type: ignore[arg-type]
    assert made is not None
    kind = "linear" if row < 3 else "joint"
    wide = widest(made, legs, (kind, kind), rules)  # type: ignore[arg-type]
    assert CUT_BY_ZONE[row][k] <= farthest_mm(wide)
    assert {"path", "joint"} <= rules.tube


@pytest.mark.parametrize(("robot", "speed"), CUT_BY_CNT)
def test_corners_of_roboguide_lie_in_the_tube(robot: str, speed: int) -> None:
    """A ramp of the slowest class; the 190S is of the 210F's series, its figures are not ours."""
    caps, _ = caps_of(load_robot(robot).joints, "typical")
    ramps = [Ramp(leg / speed, caps.slow_ramp) for leg in LEGS_MM]
    for cnt, cut in zip(CNTS, CUT_BY_CNT[robot, speed], strict=True):
        assert cut <= farthest_mm(full_overlap(*ramps, cnt / 100.0, half_limit=True)), cnt


def test_the_reach_of_rapid_corners_is_that_of_the_farthest_one() -> None:
    """A parabola that begins at d passes a right angle at d / sqrt(8)."""
    rules = abb(cell_of("abb").groups["arm"].controller)
    begins = [
        math.sqrt(8.0) * cut - zone
        for row in CUT_BY_ZONE
        for zone, cut in zip(ZONES[:-1], row, strict=False)
    ]
    assert 6.0 < max(begins) < 1000.0 * rules.zone_reach_m < max(begins) + 0.5


@pytest.mark.parametrize(("behind", "ends"), [(1.0, 0.5), (0.5, 0.25), (0.1, 0.25), (0.0, 0.25)])
def test_a_corner_in_per_cent_may_end_by_the_figure_of_the_next_motion(
    behind: float, ends: float
) -> None:
    """$APO.CPTP=50 at the first point and 100 at the next: from a quarter before to half behind."""
    rules = kuka(cell_of("kuka").groups["arm"].controller)
    legs = Leg(0.3), Leg(0.4)
    made = corner(*legs, (0.0, 0.5), rules.half_limit)  # type: ignore[arg-type]
    assert made is not None
    wide = widest(made, legs, ("joint", "joint"), rules, behind)  # type: ignore[arg-type]
    assert (made.f1, made.f2) == (0.25, 0.25)
    assert wide == (0.25, ends)
