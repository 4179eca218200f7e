"""Measured frames, doors, tasks and shapes that a cell does not keep: kinds of defects."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from jobs import TOP, Case
from kind import SOME_LINE, Expected, Rng, changed, kind, move, told, with_joint
from kinds_geometry import lowest_over_wall, wall_of
from world import BOX, HOME_DEG, TABLE_TOP

from cellsim.geometry import Piece, Pose, Solid


@kind(needs="door")
def machine_door_never_opened(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("door")
    return Expected(("device-never-started",))


@kind(needs="door")
def task_edited_after_it_was_taught(c: Case, rng: Rng) -> Expected:
    """Or gone, one time in two."""
    c.task = (c.task[0], rng.bytes(32).hex() if rng.integers(2) else "")
    return Expected(("task-changed",))


@kind(needs="seen")
def measurement_not_awaited(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("seen")
    return told(c, "frame-not-measured", "over_pick")


@kind(needs="seen")
def measurement_awaited_too_late(c: Case, rng: Rng) -> Expected:
    """Between the move over the part and the line down to it."""
    del rng
    seen = c.lines["picker"].pop(c.at("seen"))
    c.insert("pick", seen)
    return told(c, "frame-not-measured", "over_pick")


@kind(needs="seen")
def wrist_stretched_in_a_frame_that_may_be_off(c: Case, rng: Rng) -> Expected:
    """Joint values with axis 5 at zero are reached; those of a shifted place lie far from them."""
    values = (*HOME_DEG[:4], round(float(rng.uniform(-0.004, 0.004)), 4), 0.0)
    target = f"q_deg: [{', '.join(f'{v:g}' for v in values)}]"
    c.insert("over_pick", ("wrist", move("move_j", target, "30 %").replace("table", "seat")))
    return told(c, "frame-not-followed", "wrist")


@kind(needs="seen")
def joint_limit_that_only_a_shift_passes(c: Case, rng: Rng) -> Expected:
    """A limit between what a joint reaches, and what it reaches for a sampled shift.

    Of a joint whose limit takes no other branch: then the arm would go another way, in its limits.
    """
    from cellsim.simulate.run import simulate

    track, cell = simulate(c.job(), shifts=True).tracks["picker"], c.cell
    beyond = track.shifted["seat"].max(axis=(0, 1)) - track.q.max(axis=0)
    share = float(rng.uniform(0.2, 0.8))
    for joint in np.argsort(-beyond)[: np.count_nonzero(beyond > 0.0)].tolist():
        c.cell = cell
        with_joint(c, joint, upper=float(track.q[:, joint].max() + share * beyond[joint]))
        q = simulate(c.job()).tracks["picker"].q
        if q.shape == track.q.shape and bool((q == track.q).all()):
            break
    return Expected(("frame-joint-limit",), SOME_LINE, frame="seat")


@kind(needs="seen")
def body_too_near_for_a_shift_only(c: Case, rng: Rng) -> Expected:
    """The wall stands beside the box, as far off as it must: the arm goes with the box, it not."""
    (x, y), yaw, gap = c.draw.pick, c.draw.yaw[0], 0.01 + float(rng.uniform(0.0007, 0.0012))
    solid = Solid("wall", (Piece("box", (0.3, 0.04, 0.1), Pose.translation(0, 0, 0.051)),))
    side = Pose.translation(0, BOX[1] / 2 + gap + 0.02, 0)
    place = Pose.from_xyz_rpy((x, y, 0.0), (0, 0, yaw)) @ side
    wall = replace(c.cell.fixtures["wall"], solid=solid, pose=place)
    changed(c, fixtures={**c.cell.fixtures, "wall": wall})
    return replace(told(c, "clearance", "pick", "grip", "pull"), frame="seat")


@kind()
def nearer_than_wants_to_be_told(c: Case, rng: Rng) -> Expected:
    """Nothing is short; the cell wants to hear of what comes within 50 mm."""
    changed(c, near_miss_m=0.05)
    low = lowest_over_wall(c) - TABLE_TOP - TOP
    wall_of(c, (0.6, 0.04, low - 0.001 - float(rng.uniform(0.02, 0.04))))
    return told(c, "near-miss", "over_place")


@kind()
def mesh_larger_than_its_pieces(c: Case, rng: Rng) -> Expected:
    """The drawing of the wall was changed, its pieces were not."""
    import trimesh

    wall, more = c.cell.fixtures["wall"], float(rng.uniform(0.002, 0.02))
    (piece,) = wall.solid.pieces
    size = np.array(piece.size) + np.array([2.0 * more, 0.0, 0.0])
    mesh = trimesh.creation.box(size)
    vertices = np.asarray(mesh.vertices) + piece.pose.p
    solid = Solid("wall", (Piece("box", piece.size, piece.pose),), vertices=vertices,
                  faces=np.asarray(mesh.faces, dtype=np.int64))  # fmt: skip
    changed(c, fixtures={**c.cell.fixtures, "wall": replace(wall, solid=solid)})
    assert math.isclose(float(vertices[:, 0].max() - piece.pose.p[0]), piece.size[0] / 2 + more)
    return Expected(("shape-understated",))
