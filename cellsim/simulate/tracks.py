"""Where every body of a cell is while a timeline runs: what reports and viewers draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Hold, Ints, Timeline
from cellsim.geometry import Array, Pose, Solid

Mesh = tuple[Array, Ints]


@dataclass(frozen=True, eq=False)
class BodyTracks:
    """Bodies of a cell, sampled for the eye; never for a verdict.

    Attributes:
        names: Body names ("holder/R1", "part:door.front_left"), B of them.
        solids: The solid of each body.
        meshes: (vertices [m], shape (v, 3); triangles, shape (f, 3)) of each body.
        t: Sample times [s], shape (n,); equally spaced, the last one is the end.
        poses: `world_T_body`, shape (n, B, 4, 4).
    """

    names: tuple[str, ...]
    solids: tuple[Solid, ...]
    meshes: tuple[Mesh, ...]
    t: Array
    poses: Array


def body_tracks(timeline: Timeline, hz: float = 20.0, most: int = 1500) -> BodyTracks:
    """Return meshes and sampled poses of every body.

    Args:
        hz: Samples per second; fewer where more than `most` samples would come out.
    """
    from cellsim.geometry.mesh import solid_mesh
    from cellsim.kinematics.bodies import bodies_of

    bodies = bodies_of(timeline.job.cell)
    count = int(np.clip(round(timeline.duration * hz), 1, most - 1)) + 1
    t = np.linspace(0.0, timeline.duration, count)
    links = _links(timeline, t)
    poses = np.empty((count, len(bodies), 4, 4))
    for number, body in enumerate(bodies):
        parent = links.get(body.parent, np.eye(4))
        poses[:, number] = parent @ body.parent_T_body.matrix
        if body.name.startswith("part:"):
            _held(timeline, links, t, body.name.removeprefix("part:"), poses[:, number])
    return BodyTracks(
        tuple(body.name for body in bodies),
        tuple(body.solid for body in bodies),
        tuple(solid_mesh(body.solid) for body in bodies),
        t,
        poses,
    )


def _links(timeline: Timeline, t: Array) -> Mapping[str, Array]:
    """Return link name to `world_T_link`, shape (n, 4, 4), moving fixtures on their nominal course.

    Groups without a track stand at home, fixtures at their start.
    """
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.lines import line_of
    from cellsim.kinematics.movers import movers_of

    found: dict[str, Array] = {}
    cell, at = timeline.job.cell, {n: f.at for n, f in timeline.fixtures.items()}
    at |= {group: track.traj for group, track in timeline.tracks.items()}
    for group in (*cell.groups, *movers_of(cell)):
        chain = chain_of(cell, group)
        names = (group,) if group in cell.groups else line_of(cell, group)
        homes = [chain.home] if group in cell.groups else chain.home[:, None]
        q = np.concatenate([
            np.asarray(at[n](t)) if n in at else np.tile(home, (len(t), 1))
            for n, home in zip(names, homes, strict=True)
        ], axis=1)  # fmt: skip
        for branch in (chain, *chain.branch):
            poses = link_poses(branch, q)
            found |= {name: poses[:, k] for k, name in enumerate(branch.link_names)}
    return found


def _held(timeline: Timeline, links: Mapping[str, Array], t: Array, part: str, out: Array) -> None:
    """Write `world_T_part` into out, shape (n, 4, 4), for every hold of the part."""
    for hold in timeline.holds:
        if hold.part != part:
            continue
        rows = (t >= hold.t0 - 1e-9) & (t <= hold.t1 + 1e-9)
        link, link_T_part = _anchor(timeline.job.cell, hold)
        carrier = links[link][rows] if link in links else np.eye(4)
        out[rows] = carrier @ link_T_part.matrix


def _anchor(cell: Cell, hold: Hold) -> tuple[str, Pose]:
    """Return (link name or "world", `link_T_part`) of a hold."""
    from cellsim.kinematics.anchors import anchor_of

    link, link_T_parent = anchor_of(cell, hold.parent.removeprefix("frame:"))
    return link, link_T_parent @ hold.pose
