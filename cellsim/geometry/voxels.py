"""The surface of a set of voxels as a closed triangle mesh, and as a GLB file."""

from __future__ import annotations

from typing import Any

import numpy as np

from cellsim.geometry.pose import Array
from cellsim.geometry.tessellate import Faces

_Cells = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def voxel_surface(taken: _Cells, low: Array, voxel: float) -> tuple[Array, Faces]:
    """Return the boundary of taken voxels: every edge is passed as often one way as the other.

    Args:
        taken: Shape (nx, ny, nz). low: corner of the grid [m]. voxel: edge length [m].

    Returns:
        Vertices [m], shape (n, 3); faces seen from outside anticlockwise, shape (m, 3).
    """
    padded = np.pad(taken, 1)
    quads = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            other = np.roll(padded, 1 if side == 0 else -1, axis=axis)
            cells = np.argwhere(padded & ~other) - 1
            base = cells.copy()
            base[:, axis] += side
            corners = [base.copy() for _ in range(4)]
            corners[1][:, u] += 1
            corners[2][:, [u, v]] += 1
            corners[3][:, v] += 1
            order = (0, 1, 2, 3) if side else (0, 3, 2, 1)
            quads.append(np.stack([corners[k] for k in order], axis=1))
    corners_of = np.concatenate(quads).reshape(-1, 3)
    size = np.array(taken.shape) + 1
    keys = np.ravel_multi_index(corners_of.T, tuple(size)) if len(corners_of) else np.zeros(0, int)
    unique, index = np.unique(keys, return_inverse=True)
    grid = np.stack(np.unravel_index(unique, tuple(size)), axis=1) if len(unique) else corners_of
    square = index.reshape(-1, 4)
    faces = np.concatenate([square[:, [0, 1, 2]], square[:, [0, 2, 3]]])
    return low + grid * voxel, faces.astype(np.int64)


def glb_bytes(vertices: Array, faces: Faces, color: tuple[float, float, float, float]) -> bytes:
    """Return a mesh as binary glTF, in metres, z up turned to the y up that glTF asks for."""
    import trimesh

    turned = vertices[:, [0, 2, 1]] * np.array([1.0, 1.0, -1.0])
    rgba = (np.clip(np.array(color), 0.0, 1.0) * 255).astype(np.uint8)
    mesh = trimesh.Trimesh(turned, faces, process=False)
    looks: Any = trimesh.visual
    material = looks.material.PBRMaterial(
        baseColorFactor=rgba, alphaMode="BLEND" if color[3] < 1.0 else "OPAQUE"
    )
    mesh.visual = looks.TextureVisuals(material=material)
    data: Any = mesh.export(file_type="glb")
    return bytes(data)
