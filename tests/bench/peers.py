"""The peers of the collision benchmark on the same bodies and the same pairs, sampled.

Neither guarantees anything between the samples. Imported by benchmarks only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cellsim.collision.check import scope_of
from cellsim.collision.items import Item
from cellsim.collision.rules import is_layout, let_off
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array, Piece, Pose, Solid
from cellsim.geometry.tessellate import solid_mesh
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.pinocchio_adapter import to_pinocchio


def pairs_of(line: Timeline) -> tuple[tuple[Item, ...], list[tuple[int, int]]]:
    """Return the bodies and the pairs that the certified check looks at, layout left out."""
    scope, cell = scope_of(line), line.job.cell
    found = [
        (i, k)
        for i, a in enumerate(scope.items)
        for k, b in enumerate(scope.items[i + 1 :], i + 1)
        if not let_off(cell, scope.trees, a, b) and not is_layout(scope.trees, a, b)
        and {a.kind, b.kind} != {"tool", "part"}
    ]  # fmt: skip
    return scope.items, found


def shape_of(solid: Solid, true_mesh: bool) -> list[tuple[Any, Pose]]:
    """Return coal shapes: a triangle mesh with its tree, or exact pieces where there is no mesh."""
    import coal

    if true_mesh or len(solid.faces):
        vertices, faces = solid_mesh(solid)
        mesh = coal.BVHModelOBBRSS()
        mesh.beginModel(len(faces), len(vertices))
        mesh.addVertices(np.asfortranarray(vertices))
        mesh.addTriangles(np.asfortranarray(faces))
        mesh.endModel()
        return [(mesh, Pose.identity())]
    return [(_primitive(piece), piece.pose) for piece in solid.pieces]


def _primitive(piece: Piece) -> Any:
    import coal

    if piece.kind == "box":
        return coal.Box(*piece.size)
    make = {"sphere": coal.Sphere, "capsule": coal.Capsule, "cylinder": coal.Cylinder}
    return make[piece.kind](*piece.size)


def pinocchio_batch(line: Timeline, threads: int) -> tuple[Callable[[Array], Array], int]:
    """Return (a function of q (n, dof) that says which are in collision, number of pairs).

    Each configuration stops at its first hit. TreeBroadPhase over DynamicAABBTree: the manager
    of pinocchio that is both fast and misses nothing.
    """
    import pinocchio as pin

    model, geometry, _ = _pinocchio(line)
    pool = pin.TreeBroadPhaseManagerPool_DynamicAABBTreeCollisionManager(model, geometry, threads)

    def run(q: Array) -> Array:
        rows = np.asfortranarray(q.T)
        return np.asarray(pin.computeCollisionsInParallel(threads, pool, rows, True, False))

    return run, len(geometry.collisionPairs)


def pinocchio_distances(
    line: Timeline,
) -> tuple[Callable[[Array], Array], list[tuple[str, str]]]:
    """Return (a function of q (n, dof) to the distance of each pair [m], names of the pairs).

    pinocchio has no batch over threads for distances: one configuration after the other, on one.
    """
    import pinocchio as pin

    model, geometry, names = _pinocchio(line)
    data, found = model.createData(), pin.GeometryData(geometry)

    def run(q: Array) -> Array:
        rows = np.zeros((len(q), len(names)))
        for row, values in zip(q, rows, strict=True):
            pin.computeDistances(model, data, geometry, found, row)
            values[:] = [result.min_distance for result in found.distanceResults]
        return rows

    return run, names


def _pinocchio(line: Timeline) -> tuple[Any, Any, list[tuple[str, str]]]:
    """Return model, geometry and the body names of each collision pair.

    Moving bodies and meshes are triangle meshes; objects that have none are exact primitives.
    """
    import pinocchio as pin

    world = line.job.cell
    chain = chain_of(world, "arm")
    model, geometry = to_pinocchio(chain.robot, inertia=False), pin.GeometryModel()
    items, pairs = pairs_of(line)
    numbers: list[list[int]] = []
    for item in items:
        joint, placed = _joint(chain, item)
        shapes = shape_of(item.solid, bool(item.group))
        numbers.append([
            geometry.addGeometryObject(
                pin.GeometryObject(
                    f"{item.name}.{k}", joint, _se3(pin, placed @ pose), shape
                )
            )
            for k, (shape, pose) in enumerate(shapes)
        ])  # fmt: skip
    names = []
    for i, k in pairs:
        for a in numbers[i]:
            for b in numbers[k]:
                geometry.addCollisionPair(pin.CollisionPair(a, b))
                names.append((items[i].name, items[k].name))
    return model, geometry, names


def _joint(chain: Any, item: Item) -> tuple[int, Pose]:
    """Return (joint number in pinocchio, `joint_T_body`)."""
    local = Pose(item.link_T_body[:, :3], item.link_T_body[:, 3])
    if item.link < 0:
        return 0, local
    if item.link == chain.flange:
        return chain.arm_dof, chain.robot.flange @ local
    return int(item.link), local


def _se3(pin: Any, pose: Pose) -> Any:
    return pin.SE3(np.array(pose.R), np.array(pose.p))


def pybullet_closest(line: Timeline, clearance: float) -> Callable[[Array], int]:
    """Return a function of q (n, dof) that counts configurations nearer than the clearance [m].

    The arm with tool and part is one multibody; resetJointState, then getClosestPoints of every
    pair up to the first one within the clearance.
    """
    import pybullet as p

    client = p.connect(p.DIRECT)
    items, pairs = pairs_of(line)
    chain = chain_of(line.job.cell, "arm")
    arm, links = _bullet_arm(p, client, chain, items)
    where = [
        (arm, links[k]) if item.group else (_bullet_body(p, client, item), -1)
        for k, item in enumerate(items)
    ]
    ends = [(where[a][0], where[b][0], where[a][1], where[b][1]) for a, b in pairs]

    def run(q: Array) -> int:
        hits = 0
        for row in q.tolist():
            for k, value in enumerate(row):
                p.resetJointState(arm, k, value, physicsClientId=client)
            hits += any(
                p.getClosestPoints(a, b, clearance, i, k, physicsClientId=client)
                for a, b, i, k in ends
            )
        return hits

    return run


def _bullet_arm(
    p: Any, client: int, chain: Any, items: tuple[Item, ...]
) -> tuple[int, dict[int, int]]:
    """Return (multibody, item number to its link): the joints first, then what hangs on them."""
    links: dict[str, list[Any]] = {name: [] for name in (
        "linkMasses", "linkCollisionShapeIndices", "linkVisualShapeIndices", "linkPositions",
        "linkOrientations", "linkInertialFramePositions", "linkInertialFrameOrientations",
        "linkParentIndices", "linkJointTypes", "linkJointAxis",
    )}  # fmt: skip

    def add(shape: int, pose: Pose, parent: int, kind: int, axis: Any) -> int:
        turn = pose.quat_wxyz()
        row = (0.0, shape, -1, list(pose.p), [*turn[1:], turn[0]], [0, 0, 0], [0, 0, 0, 1],
               parent, kind, list(axis))  # fmt: skip
        for column, value in zip(links.values(), row, strict=True):
            column.append(value)
        return len(links["linkMasses"]) - 1

    for k, joint in enumerate(chain.robot.joints):
        add(-1, joint.origin, k, p.JOINT_REVOLUTE, joint.axis)
    found = {}
    for number, item in enumerate(items):
        if item.group:
            joint_number, pose = _joint(chain, item)
            shape = _compound(p, client, item.solid.pieces)
            found[number] = add(shape, pose, joint_number, p.JOINT_FIXED, (0, 0, 1))
    return int(p.createMultiBody(0.0, -1, **links, physicsClientId=client)), found


def _bullet_body(p: Any, client: int, item: Item) -> int:
    """Return a body that stands: its mesh where it has one (concave), else its pieces."""
    solid = item.solid
    if len(solid.faces):
        vertices, faces = solid_mesh(solid)
        shape = p.createCollisionShape(
            p.GEOM_MESH, vertices=vertices.tolist(), indices=faces.ravel().tolist(),
            flags=p.GEOM_FORCE_CONCAVE_TRIMESH, physicsClientId=client,
        )  # fmt: skip
    else:
        shape = _compound(p, client, solid.pieces)
    at, turn = item.link_T_body[:, 3], Pose(item.link_T_body[:, :3], np.zeros(3)).quat_wxyz()
    return int(p.createMultiBody(0.0, shape, -1, at, [*turn[1:], turn[0]], physicsClientId=client))


def _compound(p: Any, client: int, pieces: tuple[Piece, ...]) -> int:
    kinds = {"box": p.GEOM_BOX, "cylinder": p.GEOM_CYLINDER, "capsule": p.GEOM_CAPSULE,
             "sphere": p.GEOM_SPHERE}  # fmt: skip
    rows: dict[str, list[Any]] = {
        "shapeTypes": [], "halfExtents": [], "radii": [], "lengths": [],
        "collisionFramePositions": [], "collisionFrameOrientations": [],
    }  # fmt: skip
    for piece in pieces:
        rows["shapeTypes"].append(kinds[piece.kind])
        is_box = piece.kind == "box"
        rows["halfExtents"].append([e / 2 for e in piece.size] if is_box else [0.0] * 3)
        rows["radii"].append(0.0 if is_box else piece.size[0])
        rows["lengths"].append(piece.size[1] if len(piece.size) == 2 else 0.0)
        turn = piece.pose.quat_wxyz()
        rows["collisionFramePositions"].append(list(piece.pose.p))
        rows["collisionFrameOrientations"].append([*turn[1:], turn[0]])
    return int(p.createCollisionShapeArray(**rows, physicsClientId=client))
