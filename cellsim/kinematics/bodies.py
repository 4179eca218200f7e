"""Bodies: everything in the cell that has a solid, and what it is fixed to at the start."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.errors import UnknownName
from cellsim.geometry import Pose, Solid
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.frames import chain_of


@dataclass(frozen=True, eq=False)
class Body:
    """A solid and its carrier.

    Attributes:
        name: "holder/R1" (link), "holder/tool:NAME", "part:NAME" or "fixture:NAME".
        solid: In the body frame.
        parent: Link name, or "world".
        parent_T_body: Fixed while the carrier does not change.
    """

    name: str
    solid: Solid
    parent: str
    parent_T_body: Pose


def bodies_of(cell: Cell) -> tuple[Body, ...]:
    """Return every body of the cell in its start state: links, tools, fixtures, parts."""
    bodies: list[Body] = []
    for group in cell.groups.values():
        chain = chain_of(cell, group.name)
        bodies += _links(chain, group)
        if group.tool:
            bodies.append(_tool(cell, group))
    for name, fixture in cell.fixtures.items():
        bodies.append(Body(f"fixture:{name}", fixture.solid, *anchor_of(cell, f"fixture:{name}")))
    for name, part in cell.parts.items():
        bodies.append(Body(f"part:{name}", part.solid, *anchor_of(cell, f"part:{name}")))
    return tuple(bodies)


def _links(chain: Chain, group: MotionGroup) -> list[Body]:
    """Return the bodies of all links that have a solid: externals first, then the arm."""
    names = [n for c in (chain, *chain.branch) for n in c.link_names]
    robots = [e.robot for e in group.externals if e.carries == "arm"]
    robots += [group.robot]
    solids = [link.solid for robot in robots for link in robot.links] + [None]
    for branch in chain.branch:
        solids += [link.solid for link in branch.robot.links] + [None]
    identity = Pose.identity()
    return [
        Body(name, solid, name, identity)
        for name, solid in zip(names, solids, strict=True)
        if solid is not None
    ]


def _tool(cell: Cell, group: MotionGroup) -> Body:
    if group.tool not in cell.tools:
        raise UnknownName("tool", group.tool, cell.tools)
    solid = cell.tools[group.tool].solid
    name = f"{group.name}/tool:{group.tool}"
    return Body(name, solid, f"{group.name}/flange", Pose.identity())
