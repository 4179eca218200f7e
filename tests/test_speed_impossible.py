"""A path speed that the arm has in no pose: an error, at the line that sets it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rule_findings import findings, only, with_joint
from test_rules_motion import swing
from timelines import HOME, cell, move, program, robot, timeline, track

from cellsim.domain.doubt import SetAt
from cellsim.domain.report import Severity
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of


def farthest() -> float:
    """What the TCP of the arm cannot be faster than, summed up by hand [m/s]."""
    arm, tip = robot(), cell().tools["hand"].tcps["tip"]
    lengths = [float(np.linalg.norm(j.origin.p)) for j in arm.joints]
    end = float(np.linalg.norm(arm.flange.p) + np.linalg.norm(tip.p))
    reach = [end + sum(lengths[k + 1 :]) for k in range(6)]
    return sum(j.speed * r for j, r in zip(arm.joints, reach, strict=True) if j.speed)


@pytest.mark.limit("tcp-speed-impossible")
def test_a_speed_that_the_arm_has_in_no_pose_is_an_error() -> None:
    most = farthest()
    assert findings("tcp-speed-impossible", swing(most)) == ()
    f = only("tcp-speed-impossible", swing(most * 1.001))
    assert f.severity is Severity.ERROR
    assert f.value == pytest.approx(1001.0 * most)
    assert f.limit == pytest.approx(1e3 * most)
    assert f.line == 3


def test_no_speed_of_the_arm_is_above_what_is_called_impossible() -> None:
    c, arm, most = cell(), robot(), farthest()
    chain, tip = chain_of(c, "arm"), c.tools["hand"].tcps["tip"]
    speeds = np.array([j.speed for j in arm.joints])
    rng = np.random.default_rng(7)
    for _ in range(200):
        q = np.array([rng.uniform(j.lower, j.upper) for j in arm.joints])
        qd = speeds * rng.choice((-1.0, 1.0), 6)
        ends = [tcp_pose(chain, q + sign * 1e-6 * qd, tip).p for sign in (-1.0, 1.0)]
        assert np.linalg.norm(ends[1] - ends[0]) / 2e-6 <= most


def test_a_speed_without_the_figures_of_the_joints_is_not_called_impossible() -> None:
    made = swing(1e3)
    arm = cell(with_joint(2, speed=None))
    assert findings("tcp-speed-impossible", timeline(made.tracks["arm"], arm)) == ()


def test_an_impossible_speed_is_told_once_at_the_line_that_sets_it() -> None:
    first = replace(move(3), set_at=(SetAt("speed", 2, "arm.src"),))
    made = track(HOME, (0.3, *HOME[1:]), HOME, seconds=4.0, kind="circular", speed=250.0)
    where = timeline(made, what=program(first, replace(move(5), set_at=first.set_at)))
    f = only("tcp-speed-impossible", where)
    assert (f.file, f.line) == ("arm.src", 2)
    assert str(f.facts["motion"]).endswith(":3")
