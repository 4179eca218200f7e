"""Pose: a rigid transform, named after both of its frames where it is used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _frozen(values: object, shape: tuple[int, ...]) -> Array:
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        array = array.reshape(shape)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Pose:
    """Rigid transform `a_T_b`; `a_T_c = a_T_b @ b_T_c`, and `a_T_b @ points` maps points.

    Attributes:
        R: Rotation matrix, shape (3, 3).
        p: Translation [m], shape (3,).
    """

    R: Array
    p: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "R", _frozen(self.R, (3, 3)))
        object.__setattr__(self, "p", _frozen(self.p, (3,)))

    @staticmethod
    def identity() -> Pose:
        """Return the transform that moves nothing."""
        return _IDENTITY

    @staticmethod
    def translation(x: float, y: float, z: float) -> Pose:
        """Return a pure translation [m]."""
        return Pose(np.eye(3), np.array([x, y, z]))

    @staticmethod
    def from_xyz_rpy(
        xyz: Sequence[float] = (0.0, 0.0, 0.0), rpy: Sequence[float] = (0.0, 0.0, 0.0)
    ) -> Pose:
        """Return the pose of a URDF origin: xyz [m], rpy [rad] about fixed x, y, z."""
        return Pose(rotation_rpy(*rpy), np.array(xyz, dtype=np.float64))

    @staticmethod
    def from_matrix(T: Array) -> Pose:
        """Return the pose of a homogeneous matrix, shape (4, 4) [m]."""
        return Pose(np.asarray(T)[:3, :3], np.asarray(T)[:3, 3])

    @staticmethod
    def from_quat_wxyz(xyz: Sequence[float], quat: Sequence[float]) -> Pose:
        """Return the pose of a translation [m] and a quaternion (w, x, y, z), renormalised."""
        v = np.asarray(quat, dtype=np.float64)
        w, x, y, z = (v / math.sqrt(v.dot(v))).tolist()
        R = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        return Pose(R, np.array(xyz, dtype=np.float64))

    @staticmethod
    def from_rotvec(xyz: Sequence[float], rotvec: Sequence[float]) -> Pose:
        """Return the pose of a translation [m] and a rotation vector [rad]."""
        v = np.asarray(rotvec, dtype=np.float64)
        angle = math.sqrt(v.dot(v))
        axis = v / angle if angle > 0.0 else np.array([0.0, 0.0, 1.0])
        return Pose(rotation_axis(axis, angle), np.array(xyz, dtype=np.float64))

    @property
    def matrix(self) -> Array:
        """Homogeneous matrix, shape (4, 4) [m]."""
        T = np.eye(4)
        T[:3, :3], T[:3, 3] = self.R, self.p
        return T

    def inverse(self) -> Pose:
        """Return `b_T_a` for this `a_T_b`."""
        return _fresh(np.array(self.R.T), -self.R.T @ self.p)

    @overload
    def __matmul__(self, other: Pose) -> Pose: ...
    @overload
    def __matmul__(self, other: Array) -> Array: ...
    def __matmul__(self, other: Pose | Array) -> Pose | Array:
        if isinstance(other, Pose):
            return _fresh(self.R @ other.R, self.R @ other.p + self.p)
        return np.asarray(other) @ self.R.T + self.p

    def rpy(self) -> tuple[float, float, float]:
        """Return roll, pitch, yaw [rad] about fixed x, y, z; roll is 0 at gimbal lock."""
        R = self.R
        pitch = math.atan2(-R[2, 0], math.hypot(R[0, 0], R[1, 0]))
        if abs(math.cos(pitch)) < 1e-9:
            return 0.0, pitch, math.atan2(-R[0, 1], R[1, 1])
        return math.atan2(R[2, 1], R[2, 2]), pitch, math.atan2(R[1, 0], R[0, 0])

    def quat_wxyz(self) -> tuple[float, float, float, float]:
        """Return the unit quaternion (w, x, y, z) with w >= 0."""
        return self._quat

    @cached_property
    def _quat(self) -> tuple[float, float, float, float]:
        (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = self.R.tolist()
        K = np.array(
            [
                [xx + yy + zz, 0.0, 0.0, 0.0],
                [zy - yz, xx - yy - zz, 0.0, 0.0],
                [xz - zx, yx + xy, yy - xx - zz, 0.0],
                [yx - xy, zx + xz, zy + yz, zz - xx - yy],
            ]
        )
        q = np.linalg.eigh(K / 3.0, UPLO="L")[1][:, -1]
        q = -q if q[0] < 0.0 else q
        w, x, y, z = q.tolist()
        return w, x, y, z

    def rotvec(self) -> Array:
        """Return the rotation vector [rad], shape (3,)."""
        w, *xyz = self.quat_wxyz()
        v = np.array(xyz)
        s = math.sqrt(v.dot(v))
        return 2.0 * math.atan2(s, w) * v / s if s > 0.0 else np.zeros(3)

    def distance(self, other: Pose) -> tuple[float, float]:
        """Return (translation [m], rotation angle [rad]) between two poses in one frame."""
        D = self.R.T @ other.R
        sin = 0.5 * math.hypot(D[2, 1] - D[1, 2], D[0, 2] - D[2, 0], D[1, 0] - D[0, 1])
        angle = math.atan2(sin, (float(np.trace(D)) - 1.0) / 2.0)
        return float(np.linalg.norm(self.p - other.p)), angle

    def __repr__(self) -> str:
        xyz = ", ".join(f"{1e3 * v:.3f}" for v in self.p)
        rpy = ", ".join(f"{math.degrees(v):.3f}" for v in self.rpy())
        return f"Pose(xyz_mm=[{xyz}], rpy_deg=[{rpy}])"


def _fresh(R: Array, p: Array) -> Pose:
    """Return the pose of arrays of the right shapes that nothing else holds: without a copy."""
    R.setflags(write=False)
    p.setflags(write=False)
    pose = object.__new__(Pose)
    pose.__dict__["R"], pose.__dict__["p"] = R, p
    return pose


def rotation_rpy(roll: float, pitch: float, yaw: float) -> Array:
    """Return Rz(yaw) Ry(pitch) Rx(roll), shape (3, 3); angles [rad]."""
    cr, sr = math.cos(roll), math.sin(roll)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cy, sy = math.cos(yaw), math.sin(yaw)
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


def rotation_axis(axis: Sequence[float] | Array, angle: float) -> Array:
    """Return the rotation by `angle` [rad] about a unit `axis`, shape (3, 3)."""
    x, y, z = map(float, axis)
    c, s = math.cos(angle), math.sin(angle)
    C = 1.0 - c
    return np.array(
        [
            [c + x * x * C, x * y * C - z * s, x * z * C + y * s],
            [y * x * C + z * s, c + y * y * C, y * z * C - x * s],
            [z * x * C - y * s, z * y * C + x * s, c + z * z * C],
        ]
    )


_IDENTITY = Pose(np.eye(3), np.zeros(3))
