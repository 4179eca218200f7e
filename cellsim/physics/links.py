"""Links, joints and motors of a chain, as PyBullet gets them."""

from __future__ import annotations

from collections.abc import Mapping

from cellsim.domain.cell import MotionGroup
from cellsim.geometry import Pose
from cellsim.kinematics.bodies import Body
from cellsim.kinematics.chain import Chain
from cellsim.physics.urdf import Block, Edge, block

STRONG = 1e6


def links_of(
    group: MotionGroup, chain: Chain, bodies: Mapping[str, Body]
) -> tuple[list[Block], list[Edge]]:
    """Return the links and joints of a chain; link 0 is its root."""
    given = {f"{group.name}/{link.name}": link for link in chain.robot.links}
    blocks = []
    for name in chain.link_names:
        link, body = given.get(name), bodies.get(name)
        solid = body.solid if body else None
        known = (link.mass, link.com, link.inertia) if link else (None, None, None)
        blocks.append(block(name, solid, *known))
    edges = [
        Edge(int(chain.parent[k]), k, Pose.from_matrix(chain.origin[k]), chain.axis[k], int(kind))
        for k, kind in enumerate(chain.kind)
        if k > 0
    ]
    return blocks, edges


def motor(group: MotionGroup, k: int) -> float:
    """Return the largest torque of the motor of axis k of q [N m | N], or `STRONG`.

    A torque limit means something only with true masses (and balancers): where the masses of the
    robot are assumed, its motors have no limit.
    """
    robots = [group.robot] * group.robot.dof
    robots += [e.robot for e in group.externals for _ in range(e.robot.dof)]
    limit = group.joints[k].torque
    if limit is None or any("mass" in figure for figure in robots[k].assumed):
        return STRONG
    return float(limit)
