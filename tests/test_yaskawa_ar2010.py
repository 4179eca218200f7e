"""INFORM pulses, frames and RCONF against the backup of a real controller, an AR2010 on YRC1000."""

from __future__ import annotations

import numpy as np
import pytest

from cellsim.geometry import Pose, rotation_axis
from cellsim.units import deg

# UFRAME.CND, TOOL.CND and RC.PRM of a public backup (fixtures of
# icors2/Yaskawa-Job-Helper): pulses of origin, X and XY points, and the controller's frames.
RATIOS = np.array(
    [241449 / 180, 295690 / 155, 254863 / 160, 204573 / 200, 147036 / 150, 206914 / 455]
)
FRAMES = (
    (
        (-202041, -68179, -82397, -47606, -56939, 36643),
        (-217178, -82740, -89297, -47410, -66939, 39264),
        (-208718, -43873, -68857, -50000, -57576, 40017),
        (-699.439, -728.744, 50.297, 0.7381, 0.4043, 87.7138),
    ),
    (
        (-46843, -84846, -95223, 7024, -29869, -5287),
        (-44522, -74185, -90434, 10195, -27603, -7161),
        (-41196, -89780, -97299, 12308, -31770, -8607),
        (841.349, -619.510, -14.118, -0.0176, 0.0306, -10.0157),
    ),
    (
        (43288, -101967, -101971, 19961, -36358, -12329),
        (40967, -89283, -96995, 19722, -32547, -11994),
        (57461, -87368, -96197, 32391, -37185, -20593),
        (865.580, 431.473, -9.134, -0.0067, -0.0047, 11.0718),
    ),
)


def ar2010(pulses: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return rotation and place [mm] of the backup's tool 0 from pulses, its base at the L axis."""
    s, low, up, r, b, t = np.array(pulses) / RATIOS * deg
    turns = [((0, 0, 1), s, (150, 0, 0)), ((0, 1, 0), low, (0, 0, 760))]
    turns += [((0, -1, 0), up, (1082, 0, 200)), ((-1, 0, 0), r, (0, 0, 0))]
    turns += [((0, -1, 0), b, (100, 0, 0)), ((-1, 0, 0), t, (0, 0, 0))]
    R, p = np.eye(3), np.zeros(3)
    for axis, angle, step in turns:
        R = R @ rotation_axis(list(axis), angle)
        p = p + R @ np.array(step, dtype=float)
    R = R @ np.array([[0.0, 0, 1], [0, -1, 0], [1, 0, 0]])
    return R @ rotation_axis([0, 1, 0], -45 * deg), p + R @ np.array([-88.687, 0.981, 463.147])


@pytest.mark.parametrize("frame", FRAMES)
def test_pulses_base_and_angles_are_those_of_a_real_controller(frame: tuple[tuple, ...]) -> None:
    """Zero at home, one ratio an axis, no coupling; Rz Ry Rx; the base at the height of L."""
    o, x, y = (ar2010(pulses)[1] for pulses in frame[:3])
    ex = (x - o) / np.linalg.norm(x - o)
    ez = np.cross(ex, y - o)
    ez /= np.linalg.norm(ez)
    made = Pose(np.column_stack([ex, np.cross(ez, ex), ez]), o)
    rx, ry, rz = (a * deg for a in frame[3][3:])
    R = rotation_axis([0, 0, 1], rz) @ rotation_axis([0, 1, 0], ry) @ rotation_axis([1, 0, 0], rx)
    far, turned = made.distance(Pose(R, np.array(frame[3][:3])))
    assert far < 0.006, "mm"
    assert turned < 5e-4 * deg


def test_no_flip_in_a_real_job_is_b_below_zero() -> None:
    """P100 of its jobs is RCONF 1,0,0,.. (no flip); they stand there with R = 0 and B = -130."""
    home = (0, -75310, 1200, 0, -127658, -70)
    R, p = ar2010(home)
    asked = rotation_axis([0, 1, 0], 45 * deg) @ rotation_axis([1, 0, 0], 180 * deg)
    assert p == pytest.approx((275.0, 0.0, 875.0), abs=0.75)
    assert Pose(R, np.zeros(3)).distance(Pose(asked, np.zeros(3)))[1] < 0.2 * deg
    assert home[4] / RATIOS[4] == pytest.approx(-130.23, abs=0.01)
