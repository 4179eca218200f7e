"""What each maker's pendant shows at joint values: axes, the TCP in its angles, the configuration.

The angles are those of the brands' READMEs; which convention a reading proves stands here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cellsim.controllers.abb.conf import conf_text
from cellsim.controllers.fanuc.posture import config_of
from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.yaskawa.configuration import rconf
from cellsim.domain.cell import Cell
from cellsim.errors import CellsimError, UnknownName
from cellsim.geometry import Array, Pose, rotation_rpy
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.naming import branch_name
from cellsim.simulate.moves import flange_T_tcp_of

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Angles:
    """How a pendant shows an orientation: names, unit, and both ways to a rotation matrix."""

    names: tuple[str, ...]
    unit: str
    shown: Callable[[Pose], Numbers]
    turned: Callable[[Numbers], Array]


@dataclass(frozen=True)
class Pendant:
    """One maker's pendant.

    Attributes:
        angles: Its orientation. frame: What X, Y, Z are measured from, as people set it there.
        by_axes, by_pose, by_config: Conventions that matching readings prove.
        config: Name of its configuration data, "" for none.
    """

    angles: Angles
    frame: str
    by_axes: tuple[str, ...] = ()
    by_pose: tuple[str, ...] = ()
    by_config: tuple[str, ...] = ()
    config: str = ""


def _degrees(values: Numbers) -> Numbers:
    return tuple(math.degrees(v) + 0.0 for v in values)


def _rpy(values: Numbers) -> Array:
    return rotation_rpy(*(math.radians(v) for v in values))


def _zyx(values: Numbers) -> Array:
    return _rpy((values[2], values[1], values[0]))


def _vector(values: Numbers) -> Array:
    return Pose.from_rotvec((0.0, 0.0, 0.0), values).R


def _quaternion(values: Numbers) -> Array:
    return Pose.from_quat_wxyz((0.0, 0.0, 0.0), np.array(values) / np.linalg.norm(values)).R


def _fixed(*names: str) -> Angles:
    return Angles(names, "deg", lambda pose: _degrees(pose.rpy()), _rpy)


PENDANTS: Mapping[str, Pendant] = MappingProxyType(
    {
        "abb": Pendant(
            Angles(("q1", "q2", "q3", "q4"), "1", lambda p: p.quat_wxyz(), _quaternion),
            "base coordinate system, wobj0",
            by_pose=("abb.pose", "abb.world"),
            by_config=("abb.conf",),
            config="cf1 cf4 cf6 cfx",
        ),
        "fanuc": Pendant(
            _fixed("W", "P", "R"),
            "WORLD, UF 0",
            by_axes=("fanuc.j3-and-world",),
            by_pose=("fanuc.wpr", "fanuc.j3-and-world"),
            by_config=("fanuc.config",),
            config="CONFIG",
        ),
        "hyundai": Pendant(
            _fixed("Rx", "Ry", "Rz"),
            "robot coordinates",
            by_axes=("hyundai.joint-pose",),
            by_pose=("hyundai.angles",),
        ),
        "kuka": Pendant(
            Angles(("A", "B", "C"), "deg", lambda p: _degrees(p.rpy()[::-1]), _zyx),
            "base 0 ($NULLFRAME)",
            by_pose=("kuka.abc", "kuka.world"),
            by_config=("kuka.status-bit-2", "kuka.turn"),
            config="S and T",
        ),
        "ur": Pendant(
            Angles(("RX", "RY", "RZ"), "rad", lambda p: tuple(p.rotvec()), _vector),
            "base",
            by_pose=("ur.rotation-vector",),
        ),
        "yaskawa": Pendant(
            _fixed("Rx", "Ry", "Rz"),
            "ROBOT",
            by_pose=("yaskawa.rotation", "yaskawa.base"),
            by_config=("yaskawa.rconf", "yaskawa.flip"),
            config="flip,lower,rear,R,T,S",
        ),
    }
)


def pendant_of(brand: str) -> Pendant:
    """Return the pendant of a brand."""
    if brand not in PENDANTS:
        raise UnknownName("pendant", brand, PENDANTS)
    return PENDANTS[brand]


@dataclass(frozen=True)
class Reading:
    """What stands on a pendant: axes by name [deg | mm], X Y Z [mm] and angles, configuration."""

    axes: Mapping[str, float]
    pose: Mapping[str, float]
    config: str = ""


def reading_of(cell: Cell, group: str, q: Array) -> Reading:
    """Return what the pendant of a group shows at q, with the mounted tool's first TCP active."""
    found = cell.groups[group]
    pendant = pendant_of(found.controller.brand)
    axes = dict(
        zip(
            (a.name for a in found.controller.axes),
            printed_values(found.controller.axes, [float(v) for v in q]),
            strict=True,
        )
    )
    pose = base_T_tcp(cell, group, q)
    values = (*(1e3 * v for v in pose.p), *pendant.angles.shown(pose))
    names = ("X", "Y", "Z", *pendant.angles.names)
    rounded = {n: round(float(v), 6) + 0.0 for n, v in zip(names, values, strict=True)}
    shown_axes = {n: round(v, 6) + 0.0 for n, v in axes.items()}
    return Reading(shown_axes, rounded, config_text(cell, group, q))


def base_T_tcp(cell: Cell, group: str, q: Array) -> Pose:
    """Return the TCP in what the controller calls its base."""
    found = cell.groups[group]
    world_T_base = world_T_frame(cell, f"group:{group}.base") @ found.robot.controller_base
    world_T_tcp = tcp_pose(chain_of(cell, group), q, flange_T_tcp_of(cell, group, ""))
    return world_T_base.inverse() @ world_T_tcp


def config_text(cell: Cell, group: str, q: Array) -> str:
    """Return the configuration data as the pendant shows it, "" where it shows none."""
    found, chain = cell.groups[group], chain_of(cell, group)
    brand, axes = found.controller.brand, found.controller.axes
    try:
        if brand == "abb":
            return conf_text(q, cell, found, 0)
        if brand == "fanuc":
            return config_of(chain, axes, [float(v) for v in q], 0)
        if brand == "yaskawa":
            return rconf(chain, axes, q, found.controller.type) or ""
    except CellsimError:
        return ""
    return _status(cell, group, q) if brand == "kuka" else ""


def _status(cell: Cell, group: str, q: Array) -> str:
    """Return "S n T n": bits 0 wrist behind axis 1, 1 A3 above its threshold, 2 A5 < 0.

    Turn bit i is set when axis i+1 is negative. Source: KSS 8.2 SI manual. Near the threshold of
    A3, which moves with the offset of the forearm, nothing is said.
    """
    name = branch_name(chain_of(cell, group), q)
    axes = cell.groups[group].controller.axes
    shown = printed_values(axes, [float(v) for v in q])
    arm = shown[: cell.groups[group].robot.dof]
    if not name or abs(arm[2]) < 25.0:
        return ""
    status = name.startswith("back") + 2 * (arm[2] >= 0.0) + 4 * (arm[4] < 0.0)
    turn = sum((value < 0.0) << bit for bit, value in enumerate(arm))
    return f"S {status} T {turn}"
