"""The data of the 3D replay: quantised meshes, sampled poses, findings as ticks, as safe JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from cellsim.domain.report import Report, Severity
from cellsim.domain.timeline import Ints, Timeline
from cellsim.geometry import Array
from cellsim.messages import sentence
from cellsim.simulate.tracks import BodyTracks, body_tracks
from cellsim.verify.render.numbers import fields

_HZ = 20.0
_MOST = 900
_MOST_FACES = 20000
_STILL = 1e-9


def sampled(timeline: Timeline) -> BodyTracks:
    """Return the bodies sampled as often as the replay needs."""
    return body_tracks(timeline, _HZ, _MOST)


def scene_data(report: Report, tracks: BodyTracks, lang: str) -> dict[str, Any]:
    """Return everything the player needs: bodies, meshes, pose tracks, findings."""
    meshes: dict[str, int] = {}
    packed: list[dict[str, Any]] = []
    bodies = []
    for k, name in enumerate(tracks.names):
        key = tracks.solids[k].hash() + str(len(tracks.meshes[k][0]))
        if key not in meshes:
            meshes[key] = len(packed)
            packed.append(_mesh(*tracks.meshes[k]))
        bodies.append(_body(tracks, k, name, meshes[key]))
    return {
        "duration": float(tracks.t[-1]),
        "frames": len(tracks.t),
        "bodies": bodies,
        "meshes": packed,
        "findings": _ticks(report, lang),
    }


def _body(tracks: BodyTracks, k: int, name: str, mesh: int) -> dict[str, Any]:
    poses = tracks.poses[:, k]
    moves = bool(np.abs(poses - poses[0]).max() > _STILL)
    color = [round(float(c), 3) for c in tracks.solids[k].color]
    rows = poses if moves else poses[:1]
    values = np.hstack([rows[:, :3, 3], quaternions(rows[:, :3, :3])])
    return {"name": name, "mesh": mesh, "color": color, "moves": moves, "track": _pack(values)}


def quaternions(R: Array) -> Array:
    """Return (x, y, z, w) of rotation matrices, shape (n, 3, 3) -> (n, 4), without sign jumps.

    The component with the largest square comes from the diagonal, the others from it (Shepperd).
    """
    xx, yy, zz = R[:, 0, 0], R[:, 1, 1], R[:, 2, 2]
    four = np.stack([1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz, 1 + xx + yy + zz])
    outer = np.empty((len(R), 4, 4))
    for i in range(4):
        outer[:, i, i] = four[i]
    for i, j, value in (
        (0, 1, R[:, 0, 1] + R[:, 1, 0]),
        (0, 2, R[:, 0, 2] + R[:, 2, 0]),
        (1, 2, R[:, 1, 2] + R[:, 2, 1]),
        (0, 3, R[:, 2, 1] - R[:, 1, 2]),
        (1, 3, R[:, 0, 2] - R[:, 2, 0]),
        (2, 3, R[:, 1, 0] - R[:, 0, 1]),
    ):
        outer[:, i, j] = outer[:, j, i] = value
    best = np.argmax(four, axis=0)
    q = outer[np.arange(len(R)), best]
    q = q / np.linalg.norm(q, axis=1, keepdims=True)
    turned = np.where(np.sum(q[1:] * q[:-1], axis=1) < 0.0, -1.0, 1.0)
    return np.asarray(q * np.concatenate([[1.0], np.cumprod(turned)])[:, None])


def _mesh(vertices: Array, faces: Ints) -> dict[str, Any]:
    """Return a mesh with its vertices as 16-bit steps of its box; a huge one as its box."""
    low = vertices.min(axis=0) if len(vertices) else np.zeros(3)
    high = vertices.max(axis=0) if len(vertices) else np.zeros(3)
    if len(faces) > _MOST_FACES:
        vertices, faces = _box(low, high)
    scale = np.where(high > low, (high - low) / 65535.0, 1.0)
    steps = np.round((vertices - low) / scale).astype("<u2")
    return {
        "v": base64.b64encode(steps.tobytes()).decode(),
        "low": [round(float(v), 6) for v in low],
        "scale": [float(f"{v:.8g}") for v in scale],
        "f": base64.b64encode(np.asarray(faces).astype("<u2").tobytes()).decode(),
    }


def _box(low: Array, high: Array) -> tuple[Array, Ints]:
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = [f for a, b, c, d in quads for f in ((a, b, c), (a, c, d))]
    return low + corners * (high - low), np.array(faces, dtype=np.int64)


def _pack(values: Array) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def _ticks(report: Report, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "t0": f.t0,
            "t1": f.t1,
            "severity": "waived" if f.waived_by else str(f.severity),
            "pair": f.subject.split(" / "),
            "text": sentence(lang, f.rule, f.severity, fields(f)),
        }
        for f in report.findings
        if f.t0 is not None and f.severity is not Severity.NOTE
    ]


def data_script(data: dict[str, Any]) -> str:
    """Return a JSON block that no name in it can end: <, > and & are written as escapes."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f'<script type="application/json" class="scene">{text}</script>'
