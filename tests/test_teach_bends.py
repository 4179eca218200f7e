"""Teach counts what the verifier counts of arms that bend after a measured frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from test_frame_shifts import cell, moves, nominal, run

from cellsim.collision.check import check_timeline
from cellsim.collision.pads import Stretch
from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.teach.bend import bent_line, bent_move, line_bends_freely, path_bends_freely
from cellsim.teach.space import Room
from tests import timelines

INSIDE = frozenset({"jig"})
LINE, JOINT, OUT = 2, 3, 4


def way(line: int) -> Array:
    """Joint values along the motion of a line of the program, shape (25, dof)."""
    track = nominal().tracks["arm"]
    return np.asarray(track.q[_knots(track, line)])


def _knots(track: GroupTrack, line: int) -> np.ndarray:
    motion = next(m for m in track.motions if m.index.line == line and m.kind != "stand")
    return np.linspace(motion.first, motion.last, 25).round().astype(int)


def over_elbow(line: int, gap: float) -> Cell:
    """The cell with a small block over the elbow's highest place on the way, behind the forearm."""
    chain = chain_of(nominal().job.cell, "arm")
    elbow, fore = (link_poses(chain, way(line))[:, chain.link(f"arm/{n}")] for n in ("L3", "L4"))
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.06
    tops = (elbow[:, :3, :3] @ corners.T)[:, 2].max(axis=1) + elbow[:, 2, 3]
    k = int(np.argmax(tops))
    back = elbow[k, :2, 3] - fore[k, :2, 3]
    x, y = elbow[k, :2, 3] + 0.08 * back / np.linalg.norm(back)
    at = Pose.translation(float(x), float(y), float(tops.max()) + 0.1 + 0.007 + gap)
    return cell(Fixture("post", timelines.solid("post", (0.1, 0.1, 0.2)), "world", at))


def room(where: Cell, full: bool) -> Room:
    follows = Stretch(0, 0, INSIDE if full else frozenset(), frozenset() if full else INSIDE)
    return Room(scene_of(where, "arm", near=way(LINE), follows=follows))


@lru_cache
def refused(line: int, gap: float) -> bool:
    """What the verifier says: whether the arm comes short of the block on a line of the program."""
    where = over_elbow(line, gap)
    found = check_timeline(run(where, moves(where)))
    near = [v for p in found.pairs if "fixture:post" in (p.a, p.b) for v in p.violations]
    return any(v.motion is not None and v.motion.line == line for v in near)


def test_a_line_that_a_rigid_arm_would_pass_is_refused_as_the_verifier_refuses_it() -> None:
    for gap, free in ((0.0, False), (0.03, True)):
        where, line = over_elbow(LINE, gap), way(LINE)
        inside = room(where, full=True)
        assert inside.line_free(line)
        assert line_bends_freely(inside, where, "arm", line, INSIDE) is free
        assert refused(LINE, gap) is not free


def test_where_no_frame_is_off_a_line_is_free_as_its_room_says() -> None:
    where = over_elbow(LINE, 0.0)
    world = Room(scene_of(where, "arm", near=way(LINE)))
    assert world.line_free(way(LINE))
    assert line_bends_freely(world, where, "arm", way(LINE), frozenset())


@pytest.mark.parametrize("line", [JOINT, OUT])
def test_joint_moves_bend_as_the_simulation_of_their_program_does(line: int) -> None:
    track = nominal().tracks["arm"]
    motion = next(m for m in track.motions if m.index.line == line and m.kind != "stand")
    q = track.q[[motion.first, motion.last]]
    u = np.linspace(0.0, 1.0, 9)[:, None]
    found = bent_move(nominal().job.cell, "arm", q[:1] + u * (q[1:] - q[:1]), INSIDE,
                      INSIDE if line == JOINT else frozenset())  # fmt: skip
    assert found is not None
    ends = track.shifted["jig"][:, [motion.first, motion.last]]
    assert np.abs(found["jig"][:, [0, -1]] - ends).max() < 1e-7
    middle = (found["jig"][:, 0] + found["jig"][:, -1]) / 2
    assert np.abs(found["jig"][:, 4] - middle).max() < 1e-12


def test_lines_bend_as_the_simulation_of_their_program_does() -> None:
    track = nominal().tracks["arm"]
    found = bent_line(nominal().job.cell, "arm", way(LINE), INSIDE)
    assert found is not None
    assert np.abs(found["jig"] - track.shifted["jig"][:, _knots(track, LINE)]).max() < 1e-7


def test_a_free_move_out_of_the_frame_is_given_a_wider_room_where_it_comes_short() -> None:
    path = way(OUT)[[0, -1]]
    for gap, free in ((0.0, False), (0.03, True)):
        where = over_elbow(OUT, gap)
        given = room(where, full=False)
        assert given.scene.path_free(path)
        frames = (INSIDE, frozenset[str]())
        wider = path_bends_freely(given, where, "arm", path, frames)
        assert (wider is given) is free
        assert refused(OUT, gap) is not free
        assert wider is not None
        if wider is not given:
            assert wider.scene.clearance(path).min() < given.scene.clearance(path).min() - 1e-3
