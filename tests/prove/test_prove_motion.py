"""Random programs on shipped robots: caps, continuity and deviation bounds (make prove)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Controller, MotionRules
from cellsim.domain.files.robot import load_robot
from cellsim.domain.program import FINE, Index, Speed, Zone
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain, build_chain
from cellsim.kinematics.fk import tcp_pose
from cellsim.motion import sampling
from cellsim.motion.run import MoveSpec, Run, time_run

pytestmark = pytest.mark.prove
ROBOTS = ("ur10e", "hyundai_hs220", "kuka_kr210_r2700_2", "hyundai_hh050", "ur5e")
RULES = (
    MotionRules(
        "levels", "parabola", "parabola", {"accu": (0, 0.001, 0.005, 0.02, 0.05, 0.1, 0.2)}
    ),
    MotionRules("distances", "parabola", "parabola", {}, {"distance": 1e-3}, {"cptp": 0.01}),
    MotionRules(
        "radii",
        "parabola",
        "parabola",
        {},
        {"radius": 1e-3},
        {},
        half_limit=False,
        overlap="error",
    ),
)
RUNS = 2000 if os.environ.get("CELLSIM_PROVE") == "full" else 100


def zone(rng: np.random.Generator, rules: MotionRules) -> Zone:
    """Return a random zone that the brand knows."""
    if rng.random() < 0.3:
        return FINE
    if rules.brand == "levels":
        return Zone("accu", int(rng.integers(0, 7)), "level")
    if rules.brand == "radii":
        return Zone("radius", float(rng.uniform(1, 100)), "mm")
    if rng.random() < 0.5:
        return Zone("distance", float(rng.uniform(1, 100)), "mm")
    return Zone("cptp", float(rng.uniform(5, 100)), "%")


def program(
    rng: np.random.Generator, chain: Chain, q0: Array, reach: float, rules: MotionRules
) -> Iterator[MoveSpec]:
    """Yield one to eight random moves from q0."""
    tcp = Pose.from_xyz_rpy(rng.uniform(-0.2, 0.2, 3), rng.uniform(-1, 1, 3))
    here = tcp_pose(chain, q0, tcp)
    for line in range(int(rng.integers(1, 9))):
        place, written = zone(rng, rules), Index("random", line + 1)
        if rng.random() < 0.4:
            q = np.clip(q0 + rng.uniform(-0.5, 0.5, len(q0)), chain.lower, chain.upper)
            speed = Speed(float(rng.uniform(5, 100)), "%")
            yield MoveSpec("joint", q, None, None, tcp, speed, place, index=written)
            here = tcp_pose(chain, q, tcp)
            continue
        turn = Pose.from_xyz_rpy(rpy=rng.uniform(-0.5, 0.5, 3))
        goal = Pose.translation(*(reach * rng.uniform(-0.15, 0.15, 3))) @ here @ turn
        middle = Pose(here.R, (here.p + goal.p) / 2 + reach * rng.uniform(-0.05, 0.05, 3))
        via, kind = (middle, "circular") if rng.random() < 0.3 else (None, "linear")
        speed = Speed(float(rng.uniform(50, 1500)), "mm/s")
        yield MoveSpec(kind, None, goal, via, tcp, speed, place, index=written)
        here = goal


def check(run: Run, speed: Array) -> None:
    """Assert what every run must hold."""
    if len(run.t) < 2:
        return
    dt = np.diff(run.t)[:, None]
    assert dt.min() > 1e-7
    assert np.max(np.abs(run.qd) / speed) <= 1 + 1e-6
    assert np.max(np.abs(np.diff(run.q, axis=0)) / dt / speed) <= 1 + 1e-3
    assert np.max(run.dev_path) <= 2.1e-5
    assert np.all(np.isfinite(run.qdd))
    assert np.all(np.isfinite(run.dev_time))
    mean = (run.qd[:-1] + run.qd[1:]) / 2 * dt
    assert np.max(np.abs(np.diff(run.q, axis=0) - mean)) < 1e-3


def test_random_programs_hold_caps_continuity_and_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple] = []
    refine = sampling._refined

    def watched(piece, start, law, knots):
        samples = refine(piece, start, law, knots)
        seen.append((piece, start, law, samples))
        return samples

    monkeypatch.setattr(sampling, "_refined", watched)
    rng = np.random.default_rng(20260701)
    for _ in range(RUNS):
        robot, rules = load_robot(ROBOTS[rng.integers(len(ROBOTS))]), RULES[rng.integers(3)]
        controller = Controller("any", "", "", ())
        group = MotionGroup("r", robot, "world", Pose.identity(), (), controller, "", robot.home)
        chain = build_chain(group, Pose.identity())
        spread = rng.uniform(-0.6, 0.6, robot.dof)
        q0 = np.clip(np.array(robot.home) + spread, chain.lower, chain.upper)
        moves = list(program(rng, chain, q0, robot.reach or 1.0, rules))
        accel = ("slow", "typical", "fast")[rng.integers(3)]
        seen.clear()
        check(time_run(chain, robot.joints, q0, moves, rules, accel), chain.speed)
        for piece, start, law, samples in seen[-4:]:
            encloses(rng, piece, start, law, samples)


def encloses(rng, piece, start, law, samples) -> None:
    """Assert that dense points of some intervals lie within the bound of their chord."""
    dev, knots = sampling.path_bounds(samples)[1], samples.t[::2]
    for k in rng.integers(0, len(knots) - 1, size=6):
        s = law.at(np.linspace(knots[k], knots[k + 1], 12))[0]
        if s[-1] - s[0] < 1e-12:
            continue
        q = piece.joints(piece.local(s - start))[0]
        share = ((s - s[0]) / (s[-1] - s[0]))[:, None]
        chord = samples.q[2 * k] + share * (samples.q[2 * k + 2] - samples.q[2 * k])
        assert np.all(np.max(np.abs(q - chord), axis=0) <= dev[k] + 2e-9)
