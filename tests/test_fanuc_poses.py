"""TP poses and CONFIG against the vendor's links, worked out apart from writer and reader."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace

import numpy as np
import pytest
from controllers_support import cell_of
from tp_moves import HOME, joint, joints, line, written

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.fanuc.posing import letters_of, letters_of_rows
from cellsim.controllers.fanuc.posture import config_of
from cellsim.domain.files.robot import load_robot
from cellsim.domain.program import Move, Raw, Target
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.units import deg, mm

X, Y, Z = ([1, 0, 0], [0, 1, 0], [0, 0, 1])
# a1, a2, a3, d4, d6 [mm] of the vendor's descriptions.
LINKS = {
    "fanuc_r2000ic_210f": (312.0, 1075.0, 225.0, 1280.0, 215.0),
    "fanuc_m20id_25": (75.0, 840.0, 215.0, 890.0, 90.0),
}
NUMBER = r"\s*(-?[\d.]+)"


def about(axis: list[int], degrees: float) -> Array:
    return rotation_axis(axis, degrees * deg)


def by_formula(robot: str, shown: tuple[float, ...]) -> Pose:
    """Return `world_T_flange` in the maker's world from pendant angles [deg].

    R = Rz(J1) Ry(-J3) Rx(-J4) Ry(-J5) Rx(-J6) Ry(-90) Rx(180), fitted to backups of 12 robots.
    """
    a1, a2, a3, d4, d6 = LINKS[robot]
    j1, j2, j3, j4, j5, j6 = shown
    forearm = about(Y, -j3)
    hand = forearm @ about(X, -j4) @ about(Y, -j5)
    s, c = math.sin(j2 * deg), math.cos(j2 * deg)
    p = np.array([a1 + a2 * s, 0.0, a2 * c]) + forearm @ [d4, 0, a3] + hand @ [d6, 0, 0]
    R = hand @ about(X, -j6) @ about(Y, -90) @ about(X, 180)
    return Pose(about(Z, j1) @ R, about(Z, j1) @ p * mm)


def random_shown(rng: random.Random) -> tuple[float, ...]:
    wrist = rng.choice([-1.0, 1.0]) * rng.uniform(20.0, 110.0)
    j2 = rng.uniform(-55, 70)
    return (
        rng.uniform(-170, 170),
        j2,
        rng.uniform(-75, 90) - j2,
        rng.uniform(-350, 350),
        wrist,
        rng.uniform(-350, 350),
    )


@pytest.mark.parametrize("name", sorted(LINKS))
@pytest.mark.parametrize("seed", range(12))
def test_flange_in_the_makers_world_is_that_of_the_formula(name: str, seed: int) -> None:
    rng = random.Random(seed)
    shown = random_shown(rng)
    base = cell_of("fanuc")
    group = replace(base.groups["arm"], robot=load_robot(name))
    cell = replace(base, groups={"arm": group})
    world_T_base = world_T_frame(cell, "group:arm.base")
    reached = tcp_pose(chain_of(cell, "arm"), np.array(joints(shown)), Pose.identity())
    in_world = (world_T_base @ group.robot.controller_base).inverse() @ reached
    distance, angle = in_world.distance(by_formula(name, shown))
    assert distance < 1e-9
    assert angle < 1e-7


@pytest.mark.parametrize("seed", range(12))
def test_printed_poses_are_those_of_the_formula(seed: int) -> None:
    shown = random_shown(random.Random(100 + seed))
    text, _ = written(joint(HOME), line(joints(shown)))
    pose = by_formula("fanuc_r2000ic_210f", shown) @ Pose.translation(0, 0, 0.25)
    x, y, z = (
        float(v) for v in re.search(rf"X ={NUMBER}.*Y ={NUMBER}.*Z ={NUMBER}", text).groups()
    )  # type: ignore[union-attr]
    assert np.allclose([x, y, z], pose.p * 1000.0, atol=6e-4)
    w, p, r = (
        float(v) for v in re.search(rf"W ={NUMBER}.*P ={NUMBER}.*R ={NUMBER}", text).groups()
    )  # type: ignore[union-attr]
    R = about(Z, r) @ about(Y, p) @ about(X, w)
    assert Pose(R, pose.p).distance(pose)[1] < 3e-5
    assert "UF : 0, UT : 1" in text


def test_home_reads_as_on_every_pendant() -> None:
    """All zero but J5 = -90: the flange looks down, W is 180, CONFIG is N U T, 0, 0, 0."""
    text, _ = written(joint(HOME), line(HOME))
    assert "X =  1592.000  mm,\tY =     0.000  mm,\tZ =   835.000  mm" in text
    assert "W =   180.000 deg,\tP =     0.000 deg,\tR =     0.000 deg" in text
    assert "CONFIG : 'N U T, 0, 0, 0'" in text
    assert "J4=     0.000 deg,\tJ5=   -90.000 deg,\tJ6=     0.000 deg" in text


def test_j3_is_printed_against_the_ground() -> None:
    text, _ = written(joint(joints((10.0, 30.0, -20.0, 0.0, -70.0, 0.0))))
    assert "J1=    10.000 deg,\tJ2=    30.000 deg,\tJ3=   -20.000 deg" in text


@pytest.mark.parametrize(
    ("j4", "j5", "j6", "config"),
    [
        (0.0, -90.0, 0.0, "N U T, 0, 0, 0"),
        (180.0, 90.0, 0.0, "F U T, 0, 1, 0"),
        (179.999, 90.0, 0.0, "F U T, 0, 0, 0"),
        (-179.999, 90.0, 0.0, "F U T, 0, 0, 0"),
        (-180.0, 90.0, 0.0, "F U T, 0, -1, 0"),
        (-180.001, 90.0, 0.0, "F U T, 0, -1, 0"),
        (0.0, -1.0, 359.0, "N U T, 0, 0, 1"),
        (0.0, 1.0, -359.0, "F U T, 0, 0, -1"),
    ],
)
def test_letters_and_turns_of_the_wrist(j4: float, j5: float, j6: float, config: str) -> None:
    text, _ = written(joint(HOME), line(joints((0.0, 0.0, 0.0, j4, j5, j6))))
    assert f"CONFIG : '{config}'" in text


@pytest.mark.parametrize(
    ("j2", "j3", "letters"),
    [(0.0, 0.0, "U T"), (-50.0, 110.0, "U B"), (70.0, 80.0, "D T"), (76.0, 70.0, "D T")],
)
def test_letters_of_elbow_and_shoulder_from_drawn_points(
    j2: float, j3: float, letters: str
) -> None:
    a1, a2, a3, d4, _ = LINKS["fanuc_r2000ic_210f"]
    elbow = np.array([a2 * math.sin(j2 * deg), a2 * math.cos(j2 * deg)])
    out = np.array([math.cos(j3 * deg), math.sin(j3 * deg)])
    wrist = elbow + d4 * out + a3 * np.array([-out[1], out[0]])
    front = a1 + wrist[0] >= 0.0
    above = wrist[0] * elbow[1] - wrist[1] * elbow[0] > 0.0
    assert letters == f"{'U' if above else 'D'} {'T' if front else 'B'}"
    text, _ = written(joint(HOME), line(joints((0.0, j2, j3, 0.0, -60.0, 0.0))))
    assert f"CONFIG : 'N {letters}, 0, 0, 0'" in text


# Joints [deg] of an M-20iD/25, where its flange is [mm] in the maker's world, and its CONFIG, as
# the maker's simulator gave them: LeroyDu56/CrossArm, tests/fixtures/probes/results,
# CFGPROBE_roboguide.LS.
MEASURED = (
    ((0, 0, 0, 0, -90, 0), (965.0, 0.0, 965.0), "N U T, 0, 0, 0"),
    ((0, 0, 0, 0, 90, 0), (965.0, 0.0, 1145.0), "F U T, 0, 0, 0"),
    ((0, 0, 0, 0, -30, 0), (1042.942, 0.0, 1010.0), "N U T, 0, 0, 0"),
    ((0, 0, 0, 0, 30, 0), (1042.942, 0.0, 1100.0), "F U T, 0, 0, 0"),
    ((0, 0, 0, 185, -90, 0), (965.0, 7.844, 1144.657), "N U T, 0, 1, 0"),
    ((0, 0, 0, -185, -90, 0), (965.0, -7.844, 1144.657), "N U T, 0, -1, 0"),
    ((0, 0, 0, 0, -90, 190), (965.0, 0.0, 965.0), "N U T, 0, 0, 1"),
    ((0, 0, 0, 0, -90, -190), (965.0, 0.0, 965.0), "N U T, 0, 0, -1"),
    ((0, 0, 0, 0, -90, 350), (965.0, 0.0, 965.0), "N U T, 0, 0, 1"),
    ((0, 40, 60, 0, -90, 0), (951.688, 0.0, 1476.740), "N D T, 0, 0, 0"),
    ((0, 40, -60, 0, -90, 0), (1168.195, 0.0, -64.785), "N U T, 0, 0, 0"),
    ((0, -60, -80, 0, -90, 0), (-374.813, 0.0, -434.773), "N D B, 0, 0, 0"),
    ((0, -60, 80, 0, -90, 0), (-621.015, 0.0, 1318.185), "N U B, 0, 0, 0"),
    ((0, 60, 80, 0, -90, 0), (833.907, 0.0, 1318.185), "N D T, 0, 0, 0"),
    ((90, 0, 0, 0, -90, 0), (0.0, 965.0, 965.0), "N U T, 0, 0, 0"),
    ((-150, 0, 0, 0, -90, 0), (-835.714, -482.5, 965.0), "N U T, 0, 0, 0"),
)


@pytest.mark.parametrize(("shown", "xyz", "config"), MEASURED)
def test_letters_and_turns_are_those_of_the_makers_simulator(
    shown: tuple[float, ...], xyz: tuple[float, ...], config: str
) -> None:
    base = cell_of("fanuc")
    group = replace(base.groups["arm"], robot=load_robot("fanuc_m20id_25"))
    cell = replace(base, groups={"arm": group})
    q = np.array(joints(shown))
    assert np.allclose(by_formula("fanuc_m20id_25", shown).p * 1000.0, xyz, atol=6e-4)
    assert config_of(chain_of(cell, "arm"), group.controller.axes, q, 0) == config
    assert letters_of(q, cell, group) == config.partition(",")[0]
    assert letters_of_rows([q, q], cell, group) == [config.partition(",")[0]] * 2


def test_letters_of_many_joints_are_those_of_each_by_itself() -> None:
    cell, rng = cell_of("fanuc"), random.Random(8)
    group = cell.groups["arm"]
    # An arm straight up, where rounding decides the letters, among others.
    rows = [joints(random_shown(rng)) for _ in range(200)] + [joints((0, 0, 90, 0, 0, 0))]
    apart = [letters_of(np.array(q), cell, group) for q in rows]
    assert letters_of_rows(rows, cell, group) == apart
    assert len(set(apart)) >= 6
    assert letters_of_rows([], cell, group) == []


@pytest.mark.parametrize(
    ("j6", "turn", "read"),
    [(180.0, 1, 180.0), (-180.0, -1, -180.0), (180.0, 0, None), (-180.0, 0, None)],
)
def test_turn_0_ends_short_of_half_a_turn_on_either_side(
    j6: float, turn: int, read: float | None
) -> None:
    """J6 of 180 deg with turn 0 is refused by the controller (MOTN-018), so it is no joint."""
    text, _ = written(joint(HOME), line(joints((0.0, 0.0, 0.0, 0.0, -90.0, j6))))
    assert f"CONFIG : 'N U T, 0, 0, {int(math.copysign(1, j6))}'" in text
    edited = re.sub(r":L (P\[\d+\]) 100mm/sec", r":J \1 50%", text)
    edited = re.sub(r"N U T, 0, 0, -?1", f"N U T, 0, 0, {turn}", edited)
    result = BRANDS["fanuc"].read({"P.LS": edited.encode()}, cell_of("fanuc"), "arm")
    last = result.program.routines[0].body[-1]
    if read is None:
        assert isinstance(last, Raw)
        assert last.text.startswith("J P[2] 50%")
    else:
        assert isinstance(last, Move), result.notes
        assert np.allclose(last.to.q, joints((0.0, 0.0, 0.0, 0.0, -90.0, read)), atol=2e-4)


@pytest.mark.parametrize("seed", range(30))
def test_joints_that_become_a_pose_with_config_come_back_as_the_same_joints(seed: int) -> None:
    """The writer's CONFIG against the reader's search: they share no code."""
    shown = random_shown(random.Random(200 + seed))
    frame = ["body", "pallet"][seed % 2]
    text, _ = written(joint(HOME, frame=frame), line(joints(shown), frame=frame))
    edited = re.sub(r":L (P\[\d+\]) 100mm/sec", r":J \1 50%", text)
    result = BRANDS["fanuc"].read({"P.LS": edited.encode()}, cell_of("fanuc"), "arm")
    move = result.program.routines[0].body[-1]
    assert isinstance(move, Move), result.notes
    assert np.allclose(move.to.q, joints(shown), atol=2e-4)


@pytest.mark.parametrize("p", [0.0, 89.999, 90.0, -90.0, -45.0])
@pytest.mark.parametrize("w", [0.0, 180.0, -179.999, 37.5])
def test_wpr_mean_the_rotation_near_gimbal_lock_too(p: float, w: float) -> None:
    R = about(Z, 25.0) @ about(Y, p) @ about(X, w)
    target = Target(pose=Pose(R, np.array([1.234567, -0.5, 0.25])), config="N U T, 0, 0, 0")
    text, quantised = written(joint(HOME), line((), to=target, frame="body"))
    assert "X =  1234.567  mm,\tY =  -500.000  mm,\tZ =   250.000  mm" in text
    after = quantised.routines[0].body[1].to.pose  # type: ignore[attr-defined]
    assert after.distance(target.pose)[1] < 2e-5
