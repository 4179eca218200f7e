"""The hinge of a part, read from its URDF: origin, axis and limits of its one joint."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from cellsim.domain.equipment import Hinge
from cellsim.domain.files.celltext import HingeText
from cellsim.domain.files.solid import Key, inside
from cellsim.domain.files.yamltext import Lines, read_text
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.units import deg

_MAX_BYTES = 1_000_000


def hinge_of(text: HingeText, folder: Path, lines: Lines, key: Key) -> Hinge:
    """Return the hinge of a part; the part's frame is the child link of the joint."""
    file = inside(folder, text.urdf, lines, *key, "urdf")
    try:
        origin, axis, lower, upper = _joint(file)
    except BadInput as error:
        raise error.at(text.urdf) from None
    angle = text.angle_deg * deg
    if not lower - 1e-9 <= angle <= upper + 1e-9:
        raise lines.error(
            f"angle_deg: {text.angle_deg:g}",
            *key,
            "angle_deg",
            expected=f"{lower / deg:g} to {upper / deg:g} as in {text.urdf}",
        )
    return Hinge(text.parent, origin, axis, lower, upper, angle, text.fasteners, text.urdf)


def _joint(file: Path) -> tuple[Pose, Array, float, float]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(read_text(file, _MAX_BYTES))
    except ParseError as error:
        line, column = error.position
        raise BadInput("not XML", file=file.name, line=line, column=column + 1) from None
    except DefusedXmlException as error:
        raise BadInput(f"XML that is not allowed: {error}", file=file.name) from None
    joints = [joint for joint in root.findall("joint") if joint.get("type") == "revolute"]
    if len(joints) != 1:
        raise BadInput(f"{len(joints)} revolute joints", file=file.name, expected="one, the hinge")
    joint = joints[0]
    origin, limit, axis = joint.find("origin"), joint.find("limit"), joint.find("axis")
    if limit is None:
        raise BadInput("the hinge has no limit", file=file.name)
    xyz = _numbers(None if origin is None else origin.get("xyz"), 3, "0 0 0", file)
    rpy = _numbers(None if origin is None else origin.get("rpy"), 3, "0 0 0", file)
    direction = np.array(_numbers(None if axis is None else axis.get("xyz"), 3, "1 0 0", file))
    length = float(np.linalg.norm(direction))
    if length < 1e-6:
        raise BadInput("the hinge axis is zero", file=file.name)
    (lower,) = _numbers(limit.get("lower"), 1, "0", file)
    (upper,) = _numbers(limit.get("upper"), 1, "0", file)
    if not lower < upper:
        message = f"hinge limits: {lower:g} is not below {upper:g}"
        raise BadInput(message, file=file.name)
    return Pose.from_xyz_rpy(xyz, rpy), direction / length, lower, upper


def _numbers(text: str | None, count: int, default: str, file: Path) -> list[float]:
    try:
        values = [float(word) for word in (text or default).split()]
    except ValueError:
        values = []
    if len(values) != count or not all(math.isfinite(value) for value in values):
        raise BadInput(f"'{text}'", file=file.name, expected=f"{count} numbers")
    return values


def hinge_pose(hinge: Hinge) -> Pose:
    """Return `parent_T_part` at the hinge's angle."""
    return hinge.origin @ Pose(rotation_axis(hinge.axis, hinge.angle), np.zeros(3))
