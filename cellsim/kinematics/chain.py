"""Chain: what one group's q moves, as arrays in physical order from the world to the flange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import External, MotionGroup
from cellsim.domain.robot import Joint, Robot
from cellsim.domain.timeline import Ints
from cellsim.errors import UnknownName
from cellsim.geometry import Array, Pose

FIXED, REVOLUTE, PRISMATIC = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Chain:
    """Serial chain of a group: fixed root, track joints, arm joints, flange.

    Attributes:
        group: Group name.
        link_names: "GROUP/link", "GROUP/track/link"; the last one is "GROUP/flange".
        parent: Index of the parent link, -1 for link 0, shape (L,).
        origin: `parent_T_joint` at zero (link 0: `world_T_root`), shape (L, 4, 4).
        axis: Unit joint axis in the joint frame, zeros where fixed, shape (L, 3).
        kind: 0 fixed, 1 revolute, 2 prismatic, shape (L,).
        qindex: Index into q of the joint before the link, -1 where fixed, shape (L,).
        dof: Length of q (all axes of the group, a branch's included).
        arm_dof: Number of robot axes; they come first in q.
        lower, upper: Limits in the order of q [rad | m], shape (dof,).
        speed: Largest joint speeds [rad/s | m/s], inf where not given, shape (dof,).
        joint_names: In the order of q.
        order: Index into q of each moving joint of this chain, in physical order.
        flange: Index of the flange link; base: index of the arm's first link.
        home: q at program start.
        branch: Chains of the positioners of this group; they take the same q.
        robot: The arm (of a branch: the positioner).
    """

    group: str
    link_names: tuple[str, ...]
    parent: Ints
    origin: Array
    axis: Array
    kind: Ints
    qindex: Ints
    dof: int
    arm_dof: int
    lower: Array
    upper: Array
    speed: Array
    joint_names: tuple[str, ...]
    order: tuple[int, ...]
    flange: int
    base: int
    home: Array
    robot: Robot
    branch: tuple[Chain, ...] = ()

    @property
    def world_T_root(self) -> Pose:
        """Where the chain stands."""
        return Pose.from_matrix(self.origin[0])

    def link(self, name: str) -> int:
        """Return the index of a link by full name; UnknownName where there is none."""
        if name not in self.link_names:
            raise UnknownName("link", name, self.link_names)
        return self.link_names.index(name)


@dataclass
class _Rows:
    """Rows of a chain while it is put together."""

    names: list[str]
    origin: list[Array]
    axis: list[Array]
    kind: list[int]
    qindex: list[int]

    def fixed(self, name: str, pose: Pose) -> None:
        self.names.append(name)
        self.origin.append(pose.matrix)
        self.axis.append(np.zeros(3))
        self.kind.append(FIXED)
        self.qindex.append(-1)

    def moving(self, name: str, joint: Joint, before: Pose, index: int) -> None:
        self.names.append(name)
        self.origin.append((before @ joint.origin).matrix)
        axis = np.asarray(joint.axis, dtype=np.float64)
        self.axis.append(axis / np.linalg.norm(axis))
        self.kind.append(REVOLUTE if joint.kind == "revolute" else PRISMATIC)
        self.qindex.append(index)


def build_chain(group: MotionGroup, world_T_stand: Pose, branch: tuple[Chain, ...] = ()) -> Chain:
    """Return the chain of a group whose track (or base) stands in `world_T_stand`."""
    rows = _Rows([], [], [], [], [])
    before = world_T_stand
    first = group.robot.dof
    for number, external in enumerate(group.externals):
        if external.carries == "arm":
            prefix = f"{group.name}/{external_label(group.externals, number)}"
            _append(rows, external.robot, prefix, before @ external.pose, first)
            before = external.robot.flange
        first += external.robot.dof
    base = len(rows.names)
    _append(rows, group.robot, group.name, before @ group.base, 0)
    rows.fixed(f"{group.name}/flange", group.robot.flange)
    return _chain(group, rows, base, group.robot, branch)


def branch_chain(group: MotionGroup, number: int, world_T_stand: Pose) -> Chain:
    external = group.externals[number]
    first = group.robot.dof + sum(e.robot.dof for e in group.externals[:number])
    prefix = f"{group.name}/{external_label(group.externals, number)}"
    rows = _Rows([], [], [], [], [])
    _append(rows, external.robot, prefix, world_T_stand @ external.pose, first)
    rows.fixed(f"{prefix}/flange", external.robot.flange)
    return _chain(group, rows, 0, external.robot, ())


def _append(rows: _Rows, robot: Robot, prefix: str, start: Pose, first: int) -> None:
    rows.fixed(f"{prefix}/{robot.links[0].name}", start)
    for number, joint in enumerate(robot.joints):
        name = f"{prefix}/{robot.links[number + 1].name}"
        rows.moving(name, joint, Pose.identity(), first + number)


def external_label(externals: Sequence[External], number: int) -> str:
    """Return "track", "positioner", "track2" ...: unique within the group."""
    kind = "track" if externals[number].carries == "arm" else "positioner"
    earlier = sum(e.carries == externals[number].carries for e in externals[:number])
    return kind if earlier == 0 else f"{kind}{earlier + 1}"


def robot_of(group: MotionGroup, prefix: str) -> Robot:
    """Return the robot whose links are named "PREFIX/link": the arm or one of the externals."""
    for number, external in enumerate(group.externals):
        if prefix == f"{group.name}/{external_label(group.externals, number)}":
            return external.robot
    return group.robot


def _chain(
    group: MotionGroup, rows: _Rows, base: int, robot: Robot, branch: tuple[Chain, ...]
) -> Chain:
    joints: tuple[Joint, ...] = group.joints
    count = len(rows.names)
    return Chain(
        group=group.name,
        link_names=tuple(rows.names),
        parent=np.arange(-1, count - 1, dtype=np.int64),
        origin=np.ascontiguousarray(np.stack(rows.origin)),
        axis=np.ascontiguousarray(np.stack(rows.axis)),
        kind=np.array(rows.kind, dtype=np.int64),
        qindex=np.array(rows.qindex, dtype=np.int64),
        dof=group.dof,
        arm_dof=group.robot.dof,
        lower=np.array([j.lower for j in joints], dtype=np.float64),
        upper=np.array([j.upper for j in joints], dtype=np.float64),
        speed=np.array([np.inf if j.speed is None else j.speed for j in joints]),
        joint_names=tuple(j.name for j in joints),
        order=tuple(i for i in rows.qindex if i >= 0),
        flange=count - 1,
        base=base,
        home=np.array(group.home, dtype=np.float64),
        branch=branch,
        robot=robot,
    )
