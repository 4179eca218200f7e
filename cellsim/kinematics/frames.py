"""Named frames: where they are, and what carries them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.chain import FIXED, PRISMATIC, Chain, branch_chain, build_chain
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.lines import line_of, stand_of
from cellsim.kinematics.movers import MOVER, ON, joint_of, mover_chain, movers_of, moving_link

QByGroup = Mapping[str, Array]


@lru_cache(maxsize=64)
def chain_of(cell: Cell, group: str) -> Chain:
    """Return the chain of a group, rooted in the world (cached by the identity of the cell).

    group: its name, or "fixture:NAME" of a fixture that moves; "fixture:NAME on fixture:BASE"
    begins on the moving link of BASE, where that is at the start.
    """
    mover, _, base = group.partition(ON)
    if mover in movers_of(cell):
        line = line_of(cell, mover)
        stands = [(one, stand_of(cell, one)[1]) for one in line]
        if base:
            stands = stands[line.index(base) + 1 :]
            stands[0] = stands[0][0], link_pose(cell, moving_link(base)) @ stands[0][1]
        return mover_chain(cell, group, stands)
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    found = cell.groups[group]
    _refuse_circle(cell, group)

    def place(frame: str) -> Pose:
        return world_T_frame(cell, frame)

    tracks = [e for e in found.externals if e.carries == "arm"]
    world_T_stand = place(tracks[0].frame) if tracks else place(found.frame)
    branches = tuple(
        branch_chain(found, number, place(external.frame))
        for number, external in enumerate(found.externals)
        if external.carries == "part"
    )
    return build_chain(found, world_T_stand, branches)


def _refuse_circle(cell: Cell, group: str) -> None:
    """Raise BadInput where a group stands, over others or not, on a link of its own."""
    path = [group]
    while True:
        found = cell.groups[path[-1]]
        tracks = [e for e in found.externals if e.carries == "arm"]
        anchor, _ = anchor_of(cell, tracks[0].frame if tracks else found.frame)
        carrier = anchor.partition("/")[0]
        if carrier not in cell.groups:
            return
        path.append(carrier)
        if carrier in path[:-1]:
            raise BadInput(f"groups stand on each other in a circle: {' -> '.join(path)}")


def refuse_moving_stands(cell: Cell) -> None:
    """Raise BadInput where an arm, a track or a positioner stands on something that moves."""
    for group in cell.groups.values():
        tracks = [e.frame for e in group.externals if e.carries == "arm"]
        turned = [e.frame for e in group.externals if e.carries == "part"]
        for frame in (tracks[0] if tracks else group.frame, *turned):
            anchor, _ = anchor_of(cell, frame)
            if anchor != WORLD:
                raise BadInput(
                    f"group '{group.name}' stands on {anchor}, which moves",
                    expected="a group that stands in the world or on its own track",
                )


def link_pose(cell: Cell, link: str, q_by_group: QByGroup | None = None) -> Pose:
    """Return `world_T_link` of a full link name; groups without q stand at home.

    Moving fixtures are in `q_by_group` as "fixture:NAME"; those that are not stand at their start.
    """
    if link == WORLD:
        return Pose.identity()
    group = link.partition("/")[0]
    chain, given = chain_of(cell, group), q_by_group or {}
    q = _along(cell, group, given) if group.startswith(MOVER) else given.get(group, chain.home)
    for candidate in (chain, *chain.branch):
        if link in candidate.link_names:
            return Pose.from_matrix(link_poses(candidate, np.asarray(q))[candidate.link(link)])
    names = [n for c in (chain, *chain.branch) for n in c.link_names]
    raise UnknownName("link", link, names)


def _along(cell: Cell, mover: str, q_by_group: QByGroup) -> Array:
    """Return the joint values of the chain of a moving fixture, the lowest first."""
    line = line_of(cell, mover)
    return np.array([float(q_by_group[m][0]) if m in q_by_group else joint_of(cell, m).start
                     for m in line])  # fmt: skip


def world_T_frame(cell: Cell, name: str, q_by_group: QByGroup | None = None) -> Pose:
    """Return a frame in the world; groups without q in `q_by_group` stand at home."""
    anchor, anchor_T_frame = anchor_of(cell, name)
    return link_pose(cell, anchor, q_by_group) @ anchor_T_frame


def frame_ball(cell: Cell, name: str) -> tuple[Array, float]:
    """Return a ball (centre, radius) [m] that holds a frame's origin wherever its carrier goes.

    About the first joint that moves it, as far as the links reach, strokes within their limits.
    """
    anchor, anchor_T_frame = anchor_of(cell, name)
    if anchor == WORLD:
        return world_T_frame(cell, name).p, 0.0
    whole = chain_of(cell, anchor.partition("/")[0])
    chain = next(c for c in (whole, *whole.branch) if anchor in c.link_names)
    links: list[int] = []
    link = chain.link(anchor)
    while link >= 0:
        links.insert(0, link)
        link = int(chain.parent[link])
    T, radius, moved = np.eye(4), 0.0, False
    for link in links:
        if moved:
            radius += float(np.linalg.norm(chain.origin[link][:3, 3]))
        else:
            T = T @ chain.origin[link]
        moved = moved or chain.kind[link] != FIXED
        if chain.kind[link] == PRISMATIC:
            j = chain.qindex[link]
            radius += float(max(abs(chain.lower[j]), abs(chain.upper[j])))
    if not moved:
        return (T @ anchor_T_frame.matrix)[:3, 3], 0.0
    return T[:3, 3], radius + float(np.linalg.norm(anchor_T_frame.p))


def world_T_part(cell: Cell, part: str, q_by_group: QByGroup | None = None) -> Pose:
    """Return where a part is at the start."""
    return world_T_frame(cell, f"part:{part}", q_by_group)


def world_T_fixture(cell: Cell, fixture: str, q_by_group: QByGroup | None = None) -> Pose:
    """Return where a fixture stands."""
    return world_T_frame(cell, f"fixture:{fixture}", q_by_group)


def mover_under(cell: Cell, frame: str) -> str:
    """Return the moving fixture "fixture:NAME" that carries a frame, part or fixture, "" if none.

    The nearest one where they carry one another, see `line_of`.

    frame: As a parent of a frame: a frame name, "part:NAME", "fixture:NAME" or "world".
    """
    movers = movers_of(cell)
    if not movers:
        return ""
    mover = anchor_of(cell, frame)[0].partition("/")[0]
    return mover if mover in movers else ""


def movers_under(cell: Cell, frame: str) -> tuple[str, ...]:
    """Return all moving fixtures that carry something, the lowest first, see `mover_under`."""
    mover = mover_under(cell, frame)
    return line_of(cell, mover) if mover else ()
