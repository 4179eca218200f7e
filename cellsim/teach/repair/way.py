"""Edits that lead a motion another way: a via, a line in two, another branch, a turned target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from cellsim.collision.query import Scene
from cellsim.domain.program import FINE, Move, Target, Zone
from cellsim.domain.walk import statements_of
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.kinematics import Chain, chain_of, solve_path
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.kinematics.ik import solve_all, solve_near
from cellsim.kinematics.naming import branch_name
from cellsim.plan import RRTConnect
from cellsim.simulate.moves import flange_T_tcp_of
from cellsim.teach.candidates import line_poses
from cellsim.teach.fill import Filler
from cellsim.teach.repair.case import Case, Edit, rewritten
from cellsim.teach.repair.world import scene_at
from cellsim.teach.space import Room
from cellsim.units import deg, mm

OFFSETS_MM = (10, 20, 40, 80, 120, 180, 260, 360)
TURNS_DEG = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
SPARE = 1.0 * mm
NEARER_STEPS = 6
AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


def via(case: Case) -> Iterator[Edit]:
    """Yield the motion led over a via, the one nearest to its way first.

    The via is the TCP at the worst instant, shifted along the axes of the world and back along
    the tool. It is offered where the scene at that time certifies both halves. For a joint move
    the planner's way comes last. A line that a grip, a release or a process begins or ends stays
    straight: how a part is pulled off or put down is no way to be led elsewhere.
    """
    move, ends = case.move, case.ends()
    if move is None or ends is None or move.kind == "circular":
        return
    if move.kind == "linear" and case.acts_beside(move):
        return
    kind: Literal["joint", "linear"] = "joint" if move.kind == "joint" else "linear"
    chain, q0, q1 = chain_of(case.cell, case.group), *ends
    worst = np.asarray(case.track.traj(case.time))
    scene = scene_at(case.timeline, case.group, case.time, np.stack([q0, worst, q1]))
    flange_T_tcp = flange_T_tcp_of(case.cell, case.group, move.tool)
    world_T_tcp = tcp_pose(chain, worst, flange_T_tcp)
    found = False
    for offset in OFFSETS_MM:
        for direction in (*np.eye(3), *-np.eye(3), -world_T_tcp.R[:, 2]):
            shifted = Pose(world_T_tcp.R, world_T_tcp.p + offset * mm * direction)
            q = solve_near(chain, shifted @ flange_T_tcp.inverse(), worst)
            if q is None or not _both_free(chain, scene, kind, (q0, q, q1), flange_T_tcp):
                continue
            found = True
            for zone in _zones(case, kind):
                yield _with_vias(case, move, kind, [q], offset, zone)
        if found:
            return
    if kind == "joint":
        yield from _planned(case, move, chain, scene, q0, q1)


def _both_free(
    chain: Chain, scene: Scene, kind: str, q: tuple[Array, Array, Array], flange_T_tcp: Pose
) -> bool:
    if not scene.free(np.stack(q[1:2]), SPARE)[0]:
        return False
    for a, b in ((q[0], q[1]), (q[1], q[2])):
        way = np.stack([a, b]) if kind == "joint" else _line(chain, a, b, flange_T_tcp)
        if way is None or not scene.path_free(way, 0.5 * SPARE):
            return False
    return True


def _line(chain: Chain, a: Array, b: Array, flange_T_tcp: Pose) -> Array | None:
    """Return joints along the straight TCP line from a to b, None where it does not lead there."""
    start, end = tcp_pose(chain, a, flange_T_tcp), tcp_pose(chain, b, flange_T_tcp)
    poses = line_poses(start, end, flange_T_tcp.inverse())
    ext = a[None, chain.arm_dof :] + np.linspace(0.0, 1.0, len(poses))[:, None] * (
        b[None, chain.arm_dof :] - a[None, chain.arm_dof :]
    )
    way = solve_path(chain, poses, a, ext)
    return way if len(way) == len(poses) and np.abs(way[-1] - b).max() < 1e-6 else None


def _planned(
    case: Case, move: Move, chain: Chain, scene: Scene, q0: Array, q1: Array
) -> Iterator[Edit]:
    way = Filler(chain, RRTConnect()).way(Room(scene), q0, q1)
    if way is not None and len(way.path) > 2:
        flange_T_tcp = flange_T_tcp_of(case.cell, case.group, move.tool)
        line = [tcp_pose(chain, q, flange_T_tcp).p for q in (q0, q1)]
        vias = [_nearer(scene, *way.path)] if len(way.path) == 3 else list(way.path[1:-1])
        off = [_off_line(tcp_pose(chain, q, flange_T_tcp).p, *line) for q in vias]
        for zone in _zones(case, "joint"):
            yield _with_vias(case, move, "joint", vias, max(off) / mm, zone)


def _nearer(scene: Scene, q0: Array, q: Array, q1: Array) -> Array:
    """Return the via drawn as near to the straight joint move as the scene certifies."""
    before, after = float(np.linalg.norm(q - q0)), float(np.linalg.norm(q1 - q))
    straight = q0 + before / max(before + after, 1e-12) * (q1 - q0)
    low, high = 0.0, 1.0
    for _ in range(NEARER_STEPS):
        share = 0.5 * (low + high)
        if scene.path_free(np.stack([q0, straight + share * (q - straight), q1]), SPARE):
            high = share
        else:
            low = share
    return np.asarray(straight + high * (q - straight))


def _off_line(p: Array, a: Array, b: Array) -> float:
    """Return the distance of a point from the segment a, b [m]."""
    way = b - a
    share = float(np.clip((p - a) @ way / max(float(way @ way), 1e-12), 0.0, 1.0))
    return float(np.linalg.norm(p - a - share * way))


def _zones(case: Case, kind: str) -> tuple[Zone, ...]:
    """Return the corner that the program writes most often for a kind of motion, then a stop."""
    zones = Counter(m.zone for m in _moves(case) if m.kind == kind and m.zone.kind != "fine")
    return (*(zone for zone, _ in zones.most_common(1)), FINE)


def _with_vias(
    case: Case,
    move: Move,
    kind: Literal["joint", "linear"],
    qs: list[Array],
    offset_mm: float,
    zone: Zone,
) -> Edit:
    points = [_target(case, move, q) for q in qs]
    moves = [replace(move, kind=kind, to=to, zone=zone, comment="via", line=0) for to in points]
    edited = rewritten(case.program, {id(move): [*moves, move]})
    facts = {"line": move.line, "count": len(qs), "offset_mm": f"{offset_mm:.0f}"}
    return Edit("via" if kind == "joint" else "split", edited, facts)


def _target(case: Case, move: Move, q: Array) -> Target:
    """Return joints as a target; for a line with its pose in the frame of the motion."""
    target = Target(q=tuple(float(v) for v in q))
    if move.kind == "joint":
        return target
    chain = chain_of(case.cell, case.group)
    world_T_tcp = tcp_pose(chain, q, flange_T_tcp_of(case.cell, case.group, move.tool))
    frame_T_tcp = world_T_frame(case.cell, move.frame, {case.group: q}).inverse() @ world_T_tcp
    return replace(target, pose=frame_T_tcp)


def branch(case: Case) -> Iterator[Edit]:
    """Yield the joint target reached in another branch, the nearest to where the move begins first.

    The target itself stays; lines that start from it are followed in the new branch, and their
    joint values are written anew.
    """
    move = case.move if case.move is None or case.move.kind == "joint" else _joint_before(case)
    if move is None or move.to.q is None:
        return
    chain, q = chain_of(case.cell, case.group), np.array(move.to.q)
    flange_T_tcp = flange_T_tcp_of(case.cell, case.group, move.tool)
    goal = tcp_pose(chain, q, flange_T_tcp) @ flange_T_tcp.inverse()
    others = [o for o in solve_all(chain, goal, tuple(q[chain.arm_dof :])) if _differs(o, q)]
    ends = case.ends()
    start = q if ends is None else ends[0]
    for other in sorted(others, key=lambda o: float(np.abs(o - start).max())):
        changes = _followed(case, chain, move, other)
        if changes is not None:
            largest = float(np.abs(other - q)[: chain.arm_dof].max()) / deg
            names = {"before": branch_name(chain, q), "after": branch_name(chain, other)}
            facts = {"line": move.line, **names, "largest_deg": f"{largest:.0f}"}
            yield Edit("branch", rewritten(case.program, changes), facts)


def _differs(a: Array, b: Array) -> bool:
    return bool(np.abs(a - b).max() > 1e-3)


def _joint_before(case: Case) -> Move | None:
    moves = _moves(case)
    at = next((k for k, m in enumerate(moves) if m is case.move), 0)
    return next((m for m in reversed(moves[:at]) if m.kind == "joint"), None)


def _moves(case: Case) -> list[Move]:
    return [s for s in statements_of(case.program) if isinstance(s, Move)]


def _followed(case: Case, chain: Chain, move: Move, q: Array) -> dict[int, list[Move]] | None:
    """Return the edits that bring a joint move and the lines after it into the branch of q."""
    changes = {id(move): [replace(move, to=replace(move.to, q=_tuple(q), config=""))]}
    moves = _moves(case)
    at = next(k for k, m in enumerate(moves) if m is move)
    for line in moves[at + 1 :]:
        if line.kind != "linear":
            break
        flange_T_tcp = flange_T_tcp_of(case.cell, case.group, line.tool)
        goal = _pose_of(case, chain, line, flange_T_tcp)
        way = _straight(chain, q, goal, flange_T_tcp)
        if way is None:
            return None
        q = way
        if line.to.q is not None:
            changes[id(line)] = [replace(line, to=replace(line.to, q=_tuple(q), config=""))]
    return changes


def _pose_of(case: Case, chain: Chain, line: Move, flange_T_tcp: Pose) -> Pose:
    if line.to.q is not None:
        return tcp_pose(chain, np.array(line.to.q), flange_T_tcp)
    assert line.to.pose is not None
    q = {g: np.asarray(t.traj(case.time)) for g, t in case.timeline.tracks.items()}
    return world_T_frame(case.cell, line.frame, q) @ line.to.pose


def _straight(chain: Chain, q: Array, goal: Pose, flange_T_tcp: Pose) -> Array | None:
    """Return where a line from q to a TCP pose ends, None where it cannot be followed."""
    poses = line_poses(tcp_pose(chain, q, flange_T_tcp), goal, flange_T_tcp.inverse())
    way = solve_path(chain, poses, q)
    return way[-1] if len(way) == len(poses) else None


def _tuple(q: Array) -> tuple[float, ...]:
    return tuple(float(v) for v in q)


def turn(case: Case) -> Iterator[Edit]:
    """Yield the target turned about the axis that its tolerance leaves free, least turn first."""
    move = case.move
    if move is None or move.to.tolerance is None or move.to.tolerance.free_axis not in AXES:
        return
    chain, free_axis = chain_of(case.cell, case.group), move.to.tolerance.free_axis
    flange_T_tcp, ends = flange_T_tcp_of(case.cell, case.group, move.tool), case.ends()
    seed = np.array(case.cell.groups[case.group].home) if ends is None else ends[0]
    pose = _pose_of(case, chain, move, flange_T_tcp)
    for angle in (sign * a for a in TURNS_DEG for sign in (1.0, -1.0)):
        turned = Pose(pose.R @ rotation_axis(np.array(AXES[free_axis]), angle * deg), pose.p)
        q = _nearest(chain, turned @ flange_T_tcp.inverse(), seed)
        if q is None:
            continue
        to = replace(_target(case, move, q), feature=move.to.feature, tolerance=move.to.tolerance)
        edited = rewritten(case.program, {id(move): [replace(move, to=to)]})
        yield Edit(
            "turn", edited, {"line": move.line, "axis": free_axis, "angle_deg": f"{angle:g}"}
        )


def _nearest(chain: Chain, world_T_flange: Pose, seed: Array) -> Array | None:
    found = solve_all(chain, world_T_flange, tuple(seed[chain.arm_dof :]))
    return min(found, key=lambda q: float(np.abs(q - seed).max()), default=None)
