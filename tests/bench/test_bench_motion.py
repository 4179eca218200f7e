"""How long timing takes: 120 moves of a two-door job in three acceleration classes."""

from __future__ import annotations

import time

import numpy as np
import pytest

from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Controller, MotionRules
from cellsim.domain.files.robot import load_robot
from cellsim.domain.program import FINE, Speed, Zone
from cellsim.geometry import Pose
from cellsim.kinematics.chain import build_chain
from cellsim.kinematics.fk import tcp_pose
from cellsim.motion.run import MoveSpec, time_run

pytestmark = pytest.mark.bench


def test_120_moves_in_three_classes() -> None:
    robot = load_robot("hyundai_hs220")
    controller = Controller("any", "", "", ())
    group = MotionGroup("r", robot, "world", Pose.identity(), (), controller, "", robot.home)
    chain = build_chain(group, Pose.identity())
    rules = MotionRules("levels", "parabola", "parabola", {"accu": (0.0, 0.001, 0.005, 0.02)})
    q0, rng = np.array(robot.home), np.random.default_rng(3)
    here, tcp = tcp_pose(chain, q0, Pose.identity()), Pose.identity()
    moves = []
    for k in range(120):
        place = Zone("accu", 3, "level") if k % 2 else FINE
        if k % 3 == 0:
            q = q0 + rng.uniform(-0.2, 0.2, 6)
            moves.append(MoveSpec("joint", q, None, None, tcp, Speed(60, "%"), place))
        else:
            goal = Pose(here.R, here.p + rng.uniform(-0.2, 0.2, 3))
            moves.append(MoveSpec("linear", None, goal, None, tcp, Speed(300, "mm/s"), place))
    time_run(chain, robot.joints, q0, moves[:6], rules)
    start = time.process_time()
    runs = [time_run(chain, robot.joints, q0, moves, rules, a) for a in ("slow", "typical", "fast")]
    taken = time.process_time() - start
    print(f"\n120 moves, 3 classes, {runs[1].duration:.0f} s of motion: {taken:.2f} s of CPU")
    assert runs[0].duration > runs[1].duration > runs[2].duration
