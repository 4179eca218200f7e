"""Convex pieces for a mesh: one hull of few points, or a decomposition, with what they miss."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import math
import os
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from cellsim.errors import Unavailable
from cellsim.geometry.pose import Array, Pose
from cellsim.geometry.solid import Piece
from cellsim.geometry.tessellate import Faces

_DIRECTIONS = 150
_TIMEOUT_S = 300.0
_MOST_KEPT = 50_000_000
_CHILD = """
import sys, numpy, coacd
data = numpy.load(sys.argv[1], allow_pickle=False)
coacd.set_log_level("error")
mesh = coacd.Mesh(data["vertices"], data["faces"])
threshold, most = float(sys.argv[3]), int(sys.argv[4])
parts = coacd.run_coacd(mesh, threshold=threshold, max_convex_hull=most, seed=0)
numpy.savez(sys.argv[2], *[numpy.asarray(points) for points, _ in parts])
"""


def hull_piece(points: Array, name: str = "") -> Piece:
    """Return the hull of a point cloud, thinned to its extreme points in even directions.

    What thinning loses is small and is measured afterwards by `mesh_deviation`, not assumed.
    """
    from scipy.spatial import ConvexHull, QhullError

    try:
        corners = points[ConvexHull(points).vertices]
    except QhullError:
        corners = _thickened(points)
    if len(corners) > _DIRECTIONS:
        picked = np.unique((corners @ _directions().T).argmax(axis=0))
        corners = corners[picked]
    return Piece("hull", (), Pose.identity(), corners, name=name)


def decomposed(vertices: Array, faces: Faces, threshold: float, most: int) -> list[Piece]:
    """Return convex pieces of a closed mesh by coacd, in a process of its own.

    Args:
        threshold: Concavity that coacd accepts, as a share of the size (0.01 to 1).
        most: At most so many pieces.

    What was decomposed before is taken from the user's cache, found by the content of the mesh.

    Errors: Unavailable where coacd is not installed, fails or takes longer than five minutes.
    """
    if importlib.util.find_spec("coacd") is None:
        raise Unavailable("coacd is not installed (pip install coacd)")
    place = _place(vertices, faces, threshold, most)
    clouds = _kept(place)
    if clouds is None:
        clouds = _decompose(vertices, faces, threshold, most)
        _keep(place, clouds)
    return [hull_piece(points, f"part {i}") for i, points in enumerate(clouds)]


def _decompose(vertices: Array, faces: Faces, threshold: float, most: int) -> list[Array]:
    """Return the corners of each part, worked out by coacd in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "mesh.npz"), Path(folder, "parts.npz")
        np.savez(given, vertices=vertices, faces=faces)
        command = [sys.executable, "-c", _CHILD, str(given), str(made), str(threshold), str(most)]
        try:
            done = subprocess.run(command, timeout=_TIMEOUT_S, capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"coacd took longer than {_TIMEOUT_S:g} s") from None
        if done.returncode != 0 or not made.exists():
            raise Unavailable(f"coacd failed with code {done.returncode}")
        with np.load(made, allow_pickle=False) as parts:
            return [np.asarray(parts[key], dtype=np.float64) for key in parts.files]


def _place(vertices: Array, faces: Faces, threshold: float, most: int) -> Path:
    """Return the cache file of a decomposition, by the content of all it is made from."""
    try:
        coacd = version("coacd")
    except PackageNotFoundError:
        coacd = "unknown"
    digest = hashlib.sha256(f"coacd {coacd} {threshold!r} {most} {_CHILD}".encode())
    digest.update(np.ascontiguousarray(vertices, dtype="<f8").tobytes())
    digest.update(np.ascontiguousarray(faces, dtype="<i8").tobytes())
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(os.environ.get("CELLSIM_CACHE") or Path(home) / "cellsim")
    return folder / f"pieces-{digest.hexdigest()}.npz"


def _kept(place: Path) -> list[Array] | None:
    """Return kept parts; None where there are none, or what is there is damaged."""
    try:
        if place.stat().st_size > _MOST_KEPT:
            return None
        with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as parts:
            clouds = [np.asarray(parts[key], dtype=np.float64) for key in parts.files]
    except Exception:  # damaged bytes may fail anywhere in zipfile and numpy: as not there
        return None
    sound = all(c.ndim == 2 and c.shape[1] == 3 and np.isfinite(c).all() for c in clouds)
    return clouds if clouds and sound else None


def _keep(place: Path, clouds: list[Array]) -> None:
    """Keep parts with one rename: another process sees all of them or none; never an error."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".pieces-", suffix=".npz", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, *clouds)
        os.replace(name, place)
    except OSError:
        return


def _directions() -> Array:
    """Return even directions on the sphere, the six axis directions first."""
    i = np.arange(_DIRECTIONS) + 0.5
    polar, turn = np.arccos(1 - 2 * i / _DIRECTIONS), math.pi * (1 + math.sqrt(5)) * i
    across = np.sin(polar)
    spiral = np.column_stack([np.cos(turn) * across, np.sin(turn) * across, np.cos(polar)])
    return np.vstack([np.eye(3), -np.eye(3), spiral])


def _thickened(points: Array) -> Array:
    """Return the corners of a flat or thin cloud pushed 0.1 mm to both sides of its plane."""
    centre = points.mean(axis=0)
    normals = np.linalg.svd(points - centre)[2]
    shifts = 1e-4 * np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
    cloud = (points[:, None] + (shifts @ normals)[None]).reshape(-1, 3)
    from scipy.spatial import ConvexHull

    return np.asarray(cloud[ConvexHull(cloud).vertices])
