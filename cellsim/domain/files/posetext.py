"""Poses in files: `xyz_mm` and exactly one of five rotations, each named after its convention."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from cellsim.domain.files.yamltext import Strict
from cellsim.geometry import Pose, rotation_rpy
from cellsim.units import deg, mm

Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Triple = tuple[Number, Number, Number]
ROTATIONS = ("rpy_deg", "abc_deg", "wpr_deg", "rotvec_rad", "quat_wxyz")


class PoseText(Strict):
    """A pose as written.

    rpy_deg: fixed x, y, z (URDF). abc_deg: KUKA, A about z, B about y, C about x. wpr_deg: FANUC,
    fixed x, y, z. rotvec_rad: rotation vector (UR). quat_wxyz: quaternion, renormalised.
    """

    xyz_mm: Triple = (0.0, 0.0, 0.0)
    rpy_deg: Triple | None = None
    abc_deg: Triple | None = None
    wpr_deg: Triple | None = None
    rotvec_rad: Triple | None = None
    quat_wxyz: tuple[Number, Number, Number, Number] | None = None

    @model_validator(mode="after")
    def _one_rotation(self) -> PoseText:
        given = [name for name in ROTATIONS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are both given; one rotation is enough")
        if self.quat_wxyz is not None and math.hypot(*self.quat_wxyz) < 0.5:
            raise ValueError("quat_wxyz is no rotation: its length is near 0")
        return self

    def pose(self) -> Pose:
        """Return the pose [m, rad]."""
        xyz = [v * mm for v in self.xyz_mm]
        if self.quat_wxyz is not None:
            return Pose.from_quat_wxyz(xyz, self.quat_wxyz)
        if self.rotvec_rad is not None:
            return Pose.from_rotvec(xyz, self.rotvec_rad)
        if self.abc_deg is not None:
            a, b, c = self.abc_deg
            return _snapped(xyz, (c, b, a))
        return _snapped(xyz, self.rpy_deg or self.wpr_deg or (0.0, 0.0, 0.0))


def _snapped(xyz: list[float], rpy_deg: Triple) -> Pose:
    """Return the pose with exact zeros and ones where the angles are multiples of 90 degrees."""
    R = rotation_rpy(*(v * deg for v in rpy_deg))
    if all(v % 90.0 == 0.0 for v in rpy_deg):
        R = np.round(R)
    return Pose(R, np.array(xyz))


def pose_data(pose: Pose) -> dict[str, list[float]]:
    """Return `xyz_mm` and `rpy_deg` of a pose, to 1e-9 mm and 1e-10 deg."""
    data = {"xyz_mm": [round(float(v) / mm, 9) + 0.0 for v in pose.p]}
    rpy = [round(v / deg, 10) + 0.0 for v in pose.rpy()]
    return data | ({"rpy_deg": rpy} if any(rpy) else {})
