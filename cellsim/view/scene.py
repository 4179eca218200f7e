"""The 3D scene: every body of a cell, its frames, the ways of the TCPs, the marks of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.simulate.tracks import BodyTracks
from cellsim.view.marks import COLORS, Mark

if TYPE_CHECKING:
    from viser import SceneApi

WAY_COLORS = ((31, 119, 180), (255, 127, 14), (44, 160, 44), (148, 103, 189))
MARK_RADIUS_M = 0.06


def add_bodies(scene: SceneApi, bodies: BodyTracks) -> list[Any]:
    """Add one mesh per body under /bodies and return the handles in the order of the bodies."""
    handles = []
    for number, name in enumerate(bodies.names):
        vertices, faces = bodies.meshes[number]
        red, green, blue, alpha = bodies.solids[number].color
        handle = scene.add_mesh_simple(
            f"/bodies/{name}",
            np.asarray(vertices, dtype=np.float32),
            np.asarray(faces, dtype=np.uint32),
            color=(round(255 * red), round(255 * green), round(255 * blue)),
            opacity=alpha if alpha < 1.0 else None,
            flat_shading=True,
            side="double",
        )
        handles.append(handle)
    return handles


def place_bodies(handles: list[Any], bodies: BodyTracks, t: float) -> None:
    """Move every body to where it is at t [s] (the nearest sample)."""
    k = int(np.abs(bodies.t - t).argmin())
    for number, handle in enumerate(handles):
        world_T_body = Pose.from_matrix(bodies.poses[k, number])
        handle.position = tuple(world_T_body.p)
        handle.wxyz = world_T_body.quat_wxyz()


def add_frames(scene: SceneApi, cell: Cell) -> list[Any]:
    """Add the named frames of a cell as small axes with their names, under /frames."""
    handles: list[Any] = []
    for name in cell.frames:
        world_T_named = world_T_frame(cell, name)
        handles.append(
            scene.add_frame(
                f"/frames/{name}",
                axes_length=0.15,
                axes_radius=0.004,
                position=tuple(world_T_named.p),
                wxyz=world_T_named.quat_wxyz(),
            )
        )
        handles.append(scene.add_label(f"/frames/{name}/name", name))
    return handles


def look_from_above(camera: Any, bodies: BodyTracks) -> None:
    """Aim the first view at the middle of the moving bodies and parts, from beyond the corner."""
    seen = [n for n, name in enumerate(bodies.names) if not name.startswith("fixture:")]
    places = bodies.poses[0][seen or slice(None)][:, :3, 3]
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    reach = max(float(np.ptp(places, axis=0).max()), 1.5)
    camera.look_at = tuple(middle)
    camera.position = tuple(middle + reach * np.array([0.9, 1.2, 0.9]))


def add_floor(scene: SceneApi, bodies: BodyTracks) -> None:
    """Add a grid under everything, one line a metre."""
    edge = float(np.abs(bodies.poses[..., :2, 3]).max(initial=1.0))
    size = 2.0 * np.ceil(edge + 1.0)
    below = (0.0, 0.0, -0.005)
    scene.add_grid(
        "/floor", width=size, height=size, cell_size=1.0, section_size=5.0, position=below
    )


def add_ways(scene: SceneApi, timeline: Timeline) -> list[Any]:
    """Add the way of each group's first TCP as a line, under /ways."""
    handles: list[Any] = []
    for number, (group, track) in enumerate(timeline.tracks.items()):
        points = tcp_way(timeline.job.cell, group, track.q)
        moved = np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6
        if not moved.any():
            continue
        segments = np.stack([points[:-1], points[1:]], axis=1)[moved]
        color = WAY_COLORS[number % len(WAY_COLORS)]
        handles.append(
            scene.add_line_segments(
                f"/ways/{group}", segments.astype(np.float32), color, thickness=0.008
            )
        )
    return handles


def tcp_way(cell: Cell, group: str, q: Array) -> Array:
    """Return the TCP positions of q of shape (n, dof), shape (n, 3) [m, world]."""
    chain = chain_of(cell, group)
    world_T_flange = link_poses(chain, q)[:, chain.flange]
    tool = cell.tools.get(cell.groups[group].tool)
    tip = np.zeros(3) if tool is None else np.array(next(iter(tool.tcps.values())).p)
    return np.array(world_T_flange[:, :3, :3] @ tip + world_T_flange[:, :3, 3])


def add_marks(scene: SceneApi, marks: tuple[Mark, ...]) -> list[Any]:
    """Add a ball at each mark, under /findings, and a label where one or several of them are."""
    handles: list[Any] = []
    for number, mark in enumerate(marks):
        name, place = f"/findings/{number}", tuple(mark.place)
        color = COLORS[mark.finding.severity]
        handles.append(scene.add_icosphere(name, MARK_RADIUS_M, color, position=place, opacity=0.6))
    for number, text in labels_of(marks).items():
        handles.append(scene.add_label(f"/findings/{number}/rule", text))
    return handles


def labels_of(marks: tuple[Mark, ...]) -> dict[int, str]:
    """Return labels by the number of their mark: the first rule there, and how many more.

    Marks whose balls touch share the label of the first of them: labels would cover each other.
    """
    near: dict[int, int] = {}
    for number, mark in enumerate(marks):
        reach = 2.0 * MARK_RADIUS_M
        same = [k for k in near if np.linalg.norm(marks[k].place - mark.place) < reach]
        first = same[0] if same else number
        near[first] = near.get(first, -1) + 1
    return {k: f"{marks[k].finding.rule}{f' +{n}' if n else ''}" for k, n in near.items()}
