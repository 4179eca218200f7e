"""The same TCP poses with another arm: all branches of every stretch, the steadiest way through.

A stretch begins with a joint move; the lines and circles after it are followed from each of its
configurations. The ladder of teach picks one a stretch: least joint travel between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Target
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import flange_pose, tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.ik import solve_all, solve_path
from cellsim.simulate.moves import flange_T_tcp_of
from cellsim.teach.candidates import Candidate
from cellsim.teach.ladder import cheapest, ladder_of
from cellsim.translate.losses import Loss
from cellsim.translate.ways import Way
from cellsim.units import deg

HOME_RAD = 1e-3
STEP_M, STEP_RAD = 0.005, 0.02
MARGIN = 5.0 * deg


@dataclass(frozen=True, eq=False)
class Stop:
    """One motion of the source, or a point between its ends; home has no pose."""

    move: Move
    frame: str
    frame_T_tcp: Pose | None
    frame_T_via: Pose | None = None
    between: bool = False


@dataclass(frozen=True, eq=False)
class Aim:
    """Where a motion of the new arm ends: target and via point in a frame.

    before: Joints [rad | m] to pass first, so that the TCP keeps to the way of the source.
    """

    to: Target
    via: Target | None
    frame: str
    before: tuple[tuple[float, ...], ...] = ()


@dataclass
class Retargeted:
    """New targets by line, and what could not be done."""

    targets: dict[int, Aim] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


def retarget(
    moves: Mapping[int, Move],
    ways: Mapping[int, Way],
    source: tuple[Cell, str],
    goal: tuple[Cell, str],
    tools: Mapping[str, str],
    between: int = 0,
) -> Retargeted:
    """Return targets for another arm that keep every TCP pose, in its frame.

    Args:
        moves: By line. ways: In the order they are driven first.
        source, goal: Cell and group. tools: Old tool names to new ones.
        between: Points between the ends of every joint move that the TCP has to pass.
    """
    cell, group = goal
    done = Retargeted()
    stops = [
        stop
        for line in ways
        if line in moves
        for stop in (
            *_points(moves[line], ways[line], source, between),
            _stop(moves[line], ways[line], source),
        )
    ]
    stretches = _stretches(stops)
    chain = chain_of(cell, group)
    layers = [[_standing(chain.home)]]
    kept: list[list[Stop]] = []
    for stretch in stretches:
        found = _candidates(chain, cell, group, stretch, tools, first=not kept)
        if not found:
            what = f"{stretch[0].move.kind} move and {len(stretch) - 1} path moves after it"
            why = f"{cell.groups[group].robot.name} reaches no configuration for all of them"
            done.losses.append(Loss("lost", stretch[0].move.line, what, why))
            continue
        layers.append(found)
        kept.append(stretch)
    speeds = np.array([np.inf if j.speed is None else j.speed for j in cell.groups[group].joints])
    ladder = ladder_of(layers, speeds, chain.home)
    picks = cheapest(ladder)
    if picks is None:
        done.losses.append(Loss("lost", 0, "the way", "no chain of configurations"))
        return done
    passed: list[tuple[float, ...]] = []
    for number, stretch in enumerate(kept, start=1):
        rows = ladder.layers[number][picks[number]].q
        for stop, q in zip(stretch, rows, strict=True):
            if stop.between:
                passed.append(tuple(float(v) for v in q))
                continue
            done.targets[stop.move.line] = replace(_target(stop, q), before=tuple(passed))
            passed.clear()
    return done


def _points(move: Move, way: Way, source: tuple[Cell, str], between: int) -> list[Stop]:
    """Return points of a joint move between its ends, evenly along its joints."""
    if move.kind != "joint":
        return []
    chain, tcp = chain_of(*source), flange_T_tcp_of(*source, move.tool)
    shares = [k / (between + 1) for k in range(1, between + 1)]
    rows = [way.start + s * (way.end - way.start) for s in shares]
    return [Stop(move, "world", tcp_pose(chain, q, tcp), between=True) for q in rows]


def _stop(move: Move, way: Way, source: tuple[Cell, str]) -> Stop:
    cell, group = source
    home = np.array(cell.groups[group].home)
    if move.kind == "joint" and np.abs(way.end - home).max() < HOME_RAD:
        return Stop(move, "world", None)
    chain = chain_of(cell, group)
    tcp = flange_T_tcp_of(cell, group, move.tool)
    frame = "world" if move.frame.startswith("group:") else move.frame
    frame_T_world = world_T_frame(cell, frame).inverse()
    to = frame_T_world @ tcp_pose(chain, way.end, tcp)
    if move.to.pose is not None and move.to.q is None and frame == move.frame:
        to = move.to.pose
    via = None
    if move.via is not None and move.via.pose is not None:
        via = frame_T_world @ world_T_frame(cell, move.frame) @ move.via.pose
    elif move.via is not None and move.via.q is not None:
        via = frame_T_world @ tcp_pose(chain, np.array(move.via.q), tcp)
    return Stop(move, frame, to, via)


def _stretches(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Return stops in stretches that begin with a joint move (the first may begin with a line)."""
    found: list[list[Stop]] = []
    for stop in stops:
        if stop.move.kind == "joint" or not found:
            found.append([stop])
        else:
            found[-1].append(stop)
    return found


def _candidates(
    chain: Chain,
    cell: Cell,
    group: str,
    stretch: list[Stop],
    tools: Mapping[str, str],
    first: bool,
) -> list[Candidate]:
    tail = tuple(float(v) for v in chain.home[chain.arm_dof :])
    poses = [_flange(stop, cell, group, tools) for stop in stretch]
    if poses[0] is None:
        starts = [np.array(chain.home)]
    elif first and stretch[0].move.kind != "joint":
        way = solve_path(chain, _between(flange_pose(chain, chain.home), poses[0]), chain.home)
        starts = [way[-1]] if len(way) else []
    else:
        starts = solve_all(chain, poses[0], tail)
    found = []
    for q in starts:
        rows = _followed(chain, poses, q)
        if rows is not None:
            found.append(Candidate(rows, (), None, _tightness(chain, rows)))
    return found


def _followed(chain: Chain, poses: list[Pose | None], q: Array) -> Array | None:
    """Return the joints at every stop of a stretch from its first configuration."""
    rows = [q]
    for pose in poses[1:]:
        start = flange_pose(chain, rows[-1])
        assert pose is not None
        line = _between(start, pose)
        way = solve_path(chain, line, rows[-1])
        if len(way) < len(line):
            return None
        rows.append(way[-1])
    return np.stack(rows)


def _flange(stop: Stop, cell: Cell, group: str, tools: Mapping[str, str]) -> Pose | None:
    """Return `world_T_flange` of the new arm at a stop, None for home."""
    if stop.frame_T_tcp is None:
        return None
    tcp = flange_T_tcp_of(cell, group, tools.get(stop.move.tool, stop.move.tool))
    return world_T_frame(cell, stop.frame) @ stop.frame_T_tcp @ tcp.inverse()


def _target(stop: Stop, q: Array) -> Aim:
    joints = tuple(float(v) for v in q)
    if stop.move.kind == "joint" or stop.frame_T_tcp is None:
        return Aim(Target(q=joints), None, stop.frame)
    via = None if stop.frame_T_via is None else Target(pose=stop.frame_T_via)
    return Aim(Target(q=joints, pose=stop.frame_T_tcp), via, stop.frame)


def _standing(q: Array) -> Candidate:
    return Candidate(np.array(q)[None], (), None, 0.0)


def _tightness(chain: Chain, rows: Array) -> float:
    """Return a cost [s] for coming nearer than 5 deg to a joint limit."""
    arm = slice(0, chain.arm_dof)
    near = np.minimum(rows[:, arm] - chain.lower[arm], chain.upper[arm] - rows[:, arm]).min(axis=0)
    return float(np.sum(np.clip(1.0 - near / MARGIN, 0.0, 1.0)))


def _between(start: Pose, end: Pose) -> Array:
    """Return poses from start (left out) to end on a straight line, shape (n, 4, 4)."""
    distance, angle = start.distance(end)
    steps = max(int(np.ceil(max(distance / STEP_M, angle / STEP_RAD))), 1)
    turn = Pose(start.R.T @ end.R, np.zeros(3)).rotvec()
    axis = turn / angle if angle > 0.0 else np.array([0.0, 0.0, 1.0])
    poses = []
    for i in range(1, steps + 1):
        s = i / steps
        R = end.R if i == steps else start.R @ rotation_axis(axis, s * angle)
        poses.append(Pose(R, start.p + s * (end.p - start.p)).matrix)
    return np.array(poses)
