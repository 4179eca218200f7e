"""World: one cell in one PyBullet client of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.geometry import Array, Pose
from cellsim.kinematics.bodies import Body, bodies_of
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.frames import chain_of, link_pose
from cellsim.physics.bullet import bullet
from cellsim.physics.links import links_of, motor
from cellsim.physics.urdf import Block, Edge, block, write_urdf

GRAVITY = 9.80665


@dataclass(frozen=True, eq=False)
class Axes:
    """The moving joints of one multibody.

    Attributes:
        uid: Body id. joints: PyBullet joint numbers. index: Their places in the group's q.
        torque: Largest torque or force of each [N m | N]; `STRONG` where it is not `limited`.
    """

    uid: int
    joints: tuple[int, ...]
    index: tuple[int, ...]
    torque: tuple[float, ...]


@dataclass(eq=False)
class World:
    """A cell in PyBullet, at its start; use as `with World(cell) as world:`.

    Every call names this world's client, so that worlds live side by side.

    Attributes:
        place: Body name to (body id, link number), link -1 = the base.
        axes: Group name to its multibodies (arm with track, then positioners).
        inertial: (body id, link number) to `link_T_com` as PyBullet turned it.
    """

    cell: Cell
    gravity: bool = True
    client: int = -1
    place: dict[str, tuple[int, int]] = field(default_factory=dict)
    axes: dict[str, tuple[Axes, ...]] = field(default_factory=dict)
    inertial: dict[tuple[int, int], Pose] = field(default_factory=dict)

    def __enter__(self) -> World:
        """Open a client and build the cell.

        Raises:
            Unavailable: pybullet is not installed.
        """
        self.p = bullet()
        self.client = self.p.connect(self.p.DIRECT)
        self.p.setPhysicsEngineParameter(
            enableFileCaching=0,
            deterministicOverlappingPairs=1,
            physicsClientId=self.client,
        )
        if self.gravity:
            self.p.setGravity(0.0, 0.0, -GRAVITY, physicsClientId=self.client)
        try:
            with TemporaryDirectory(prefix="cellsim-") as folder:
                _build(self, Path(folder))
        except BaseException:
            self.p.disconnect(physicsClientId=self.client)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        self.p.disconnect(physicsClientId=self.client)

    def call(self, name: str, *args: Any, **more: Any) -> Any:
        """Call a pybullet function on this world's client."""
        return getattr(self.p, name)(*args, physicsClientId=self.client, **more)

    def set_joints(self, q_by_group: Mapping[str, Array]) -> None:
        """Put the axes where q says [rad | m], at rest."""
        for group, q in q_by_group.items():
            for axes in self.axes[group]:
                for joint, k in zip(axes.joints, axes.index, strict=True):
                    self.call("resetJointState", axes.uid, joint, float(q[k]), 0.0)

    def joints(self, group: str, dof: int) -> Array:
        """Return q of a group as it is in the world now, shape (dof,)."""
        q = np.zeros(dof)
        for axes in self.axes[group]:
            states = self.call("getJointStates", axes.uid, axes.joints)
            for state, k in zip(states, axes.index, strict=True):
                q[k] = state[0]
        return q

    def pose(self, name: str) -> Pose:
        """Return `world_T_body` of a body now."""
        uid, link = self.place[name]
        if link < 0:
            p, x = self.call("getBasePositionAndOrientation", uid)
            return _pose(p, x) @ self.inertial[uid, link].inverse()
        state = self.call("getLinkState", uid, link, computeForwardKinematics=1)
        return _pose(state[4], state[5])

    def put(self, name: str, world_T_body: Pose) -> None:
        """Put a loose body somewhere, at rest."""
        uid, link = self.place[name]
        p, x = _numbers(world_T_body @ self.inertial[uid, link])
        self.call("resetBasePositionAndOrientation", uid, p, x)
        self.call("resetBaseVelocity", uid, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))

    def drive(self, group: str, q: Array, qd: Array) -> None:
        """Set the position motors of a group: where it should be now, and the speed from now on.

        Args:
            q: [rad | m], qd: [per s], shape (dof,).
        """
        for axes in self.axes[group]:
            k = list(axes.index)
            self.call(
                "setJointMotorControlArray",
                axes.uid,
                axes.joints,
                self.p.POSITION_CONTROL,
                targetPositions=q[k].tolist(),
                targetVelocities=qd[k].tolist(),
                forces=axes.torque,
                positionGains=[0.3] * len(k),
                velocityGains=[1.0] * len(k),
            )

    def fix(self, carrier: str, part: str, carrier_T_part: Pose, force: float) -> int:
        """Hold a body on another with at most `force` [N, N m]; return the constraint's id."""
        (a, la), (b, lb) = self.place[carrier], self.place[part]
        parent, x0 = _numbers(self.inertial[a, la].inverse() @ carrier_T_part)
        child, x1 = _numbers(self.inertial[b, lb].inverse())
        made = self.call(
            "createConstraint",
            a,
            la,
            b,
            lb,
            self.p.JOINT_FIXED,
            (0.0, 0.0, 0.0),
            parent,
            child,
            x0,
            x1,
        )
        self.call("changeConstraint", made, maxForce=force)
        return int(made)

    def pin(self, part: str, point: Array, force: float) -> int:
        """Pin a point of a body [m, body frame] where it is now in the world."""
        uid, link = self.place[part]
        here = self.inertial[uid, link].inverse() @ point
        there = self.pose(part) @ point
        made = self.call(
            "createConstraint",
            uid,
            link,
            -1,
            -1,
            self.p.JOINT_POINT2POINT,
            (0.0, 0.0, 0.0),
            here.tolist(),
            there.tolist(),
        )
        self.call("changeConstraint", made, maxForce=force)
        return int(made)

    def load(
        self, blocks: Sequence[Block], edges: Sequence[Edge], folder: Path, fixed: bool
    ) -> int:
        """Load links and joints as one body and return its id."""
        path = write_urdf(blocks, edges, folder, f"body{len(self.inertial)}")
        uid = self.call(
            "loadURDF",
            str(path),
            useFixedBase=fixed,
            flags=self.p.URDF_USE_INERTIA_FROM_FILE | self.p.URDF_MAINTAIN_LINK_ORDER,
        )
        for link in range(-1, self.call("getNumJoints", uid)):
            info = self.call("getDynamicsInfo", uid, link)
            self.inertial[uid, link] = _pose(info[3], info[4])
        return int(uid)


def _build(world: World, folder: Path) -> None:
    bodies = {body.name: body for body in bodies_of(world.cell)}
    for group in world.cell.groups.values():
        chain = chain_of(world.cell, group.name)
        tool = bodies.get(f"{group.name}/tool:{group.tool}")
        parts = [_chain(world, group, chain, bodies, tool, folder)]
        parts += [_chain(world, group, c, bodies, None, folder) for c in chain.branch]
        world.axes[group.name] = tuple(parts)
    for body in bodies.values():
        if body.name.startswith(("part:", "fixture:")):
            _loose(world, body, folder)


def _loose(world: World, body: Body, folder: Path) -> None:
    """Load a part or a fixture; both stand still until the replay lets a part go."""
    mass: float | None = None
    made = block(body.name, body.solid, mass)
    part = world.cell.parts.get(body.name.partition(":")[2]) if "part:" in body.name else None
    if part is not None:
        made = block(body.name, body.solid, part.mass, part.com, part.inertia)
    uid = world.load([made], [], folder, fixed=part is None)
    world.place[body.name] = (uid, -1)
    world.call("changeDynamics", uid, -1, mass=0.0)
    world.put(body.name, link_pose(world.cell, body.parent) @ body.parent_T_body)


def _chain(
    world: World,
    group: MotionGroup,
    chain: Chain,
    bodies: Mapping[str, Body],
    tool: Body | None,
    folder: Path,
) -> Axes:
    """Load a chain as one multibody with its tool on the flange, rooted where it stands."""
    blocks, edges = links_of(group, chain, bodies)
    if tool is not None:
        data = world.cell.tools[group.tool]
        edges.append(Edge(chain.flange, len(blocks), Pose.identity(), np.zeros(3), 0))
        blocks.append(block(tool.name, tool.solid, data.mass, data.com, data.inertia))
    uid = world.load(blocks, edges, folder, fixed=True)
    number = {"l0": -1}
    for joint in range(world.call("getNumJoints", uid)):
        number[world.call("getJointInfo", uid, joint)[12].decode()] = joint
    for k, made in enumerate(blocks):
        world.place[made.name] = (uid, number[f"l{k}"])
    root = chain.world_T_root @ world.inertial[uid, -1]
    world.call("resetBasePositionAndOrientation", uid, *_numbers(root))
    moving = [k for k in range(len(chain.kind)) if chain.kind[k]]
    index = tuple(int(chain.qindex[k]) for k in moving)
    torque = tuple(motor(group, k) for k in index)
    axes = Axes(uid, tuple(number[f"l{k}"] for k in moving), index, torque)
    for joint, k in zip(axes.joints, index, strict=True):
        world.call("resetJointState", uid, joint, float(chain.home[k]), 0.0)
        world.call("changeDynamics", uid, joint, linearDamping=0.0, angularDamping=0.0)
    return axes


def _pose(p: Sequence[float], x: Sequence[float]) -> Pose:
    """Return a pose from PyBullet's position and quaternion (x, y, z, w)."""
    return Pose.from_quat_wxyz(p, (x[3], x[0], x[1], x[2]))


def _numbers(pose: Pose) -> tuple[list[float], list[float]]:
    """Return PyBullet's position and quaternion (x, y, z, w)."""
    w, x, y, z = pose.quat_wxyz()
    return pose.p.tolist(), [x, y, z, w]
