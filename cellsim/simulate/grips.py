"""Grippers: what they catch when they close, and what becomes of it when they open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.equipment import Gripper
from cellsim.domain.feature import Feature
from cellsim.domain.program import Index
from cellsim.geometry import Pose
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.simulate.attach import (
    Parts,
    QByGroup,
    carrier_of,
    check_support,
    misfit,
    sits_in,
    tcp_of,
)
from cellsim.units import deg, mm


def catch(
    parts: Parts, group: str, gripper: Gripper, q: QByGroup, t: float, index: Index | None
) -> str:
    """Hold the part whose grip feature is nearest of those that the TCP stands on, once.

    Where it stands on none it is said how far the nearest one is. Fingers that are closed already
    catch nothing: where they hold nothing, and the TCP stands on a part, that is said.

    Args:
        q: Joint values of all groups at t [s].

    Returns:
        Name of the part, "" for none.
    """
    was_closed = group in parts.closed
    parts.closed.add(group)
    if was_closed and _holds(parts, group):
        return ""
    places = list(_misfits(parts, group, q))
    if caught := _within(places, gripper):
        if was_closed and not _in_hand(parts, group, caught):
            parts.find("grip-missed", group, t, index, part=caught, case="closed")
            return ""
        if group not in parts.states[caught].holders:
            _hold(parts, caught, group, q, t, index)
        return caught
    if not places:
        parts.find("grip-missed", group, t, index, part="", feature="")
        return ""
    distance, angle, name, feature_name = min(places, key=lambda place: place[:2])
    parts.find(
        "grip-missed", group, t, index, distance / mm, gripper.position_m / mm, "mm", part=name,
        feature=feature_name, angle_deg=round(angle / deg, 2),
        angle_limit_deg=round(gripper.angle_rad / deg, 2),
    )  # fmt: skip
    return ""


def closed_by_no_edge(
    parts: Parts, group: str, gripper: Gripper, q: QByGroup, t: float, index: Index | None
) -> None:
    """Say so where a gripper on a part is told to close by a signal that is on: nothing moves."""
    if _holds(parts, group):
        return
    name = _within(list(_misfits(parts, group, q)), gripper)
    if name and not _in_hand(parts, group, name):
        case = "closed" if group in parts.closed else "no_edge"
        parts.find("grip-missed", group, t, index, part=name, case=case)


def _holds(parts: Parts, group: str) -> bool:
    return any(group in state.holders for state in parts.states.values())


def _misfits(parts: Parts, group: str, q: QByGroup) -> Iterator[tuple[float, float, str, str]]:
    """Yield (distance [m], angle [rad], part, feature) of the TCP from every place to grip."""
    world_T_tcp = tcp_of(parts.cell, group, q[group])
    for name, feature, place in _grips(parts, q):
        yield *misfit(world_T_tcp, place), name, feature.name


def _within(places: Sequence[tuple[float, float, str, str]], gripper: Gripper) -> str:
    """Return the part that is nearest of those that a gripper catches, "" where it catches none."""
    fitting = [
        place
        for place in places
        if place[0] <= gripper.position_m and place[1] <= gripper.angle_rad
    ]
    return min(fitting)[2] if fitting else ""


def _in_hand(parts: Parts, group: str, name: str) -> bool:
    """Whether a part hangs on the flange of a group without a grip: it is there from the start."""
    anchor = parts.states[name].anchor
    carrier = anchor_of(parts.cell, anchor.removeprefix("frame:"))[0]
    return carrier == f"{group}/flange"


def _grips(parts: Parts, q: QByGroup) -> Iterator[tuple[str, Feature, Pose]]:
    for name, part in parts.cell.parts.items():
        world_T_body = parts.world_pose(name, q)
        for feature_name in part.grip:
            feature = part.features.get(feature_name)
            for place in feature.places if feature else ():
                assert feature is not None
                yield name, feature, world_T_body @ place


def _hold(parts: Parts, name: str, group: str, q: QByGroup, t: float, index: Index | None) -> None:
    state = parts.states[name]
    if not state.holders:
        world_T_body = parts.world_pose(name, q)
        parts.close_hold(name, t)
        state.since, state.cause = t, f"grip:{name}"
        state.pose = flange_pose(chain_of(parts.cell, group), q[group]).inverse() @ world_T_body
    state.holders.append(group)
    parts.event(t, "grip", name, group, index)


def let_go(parts: Parts, group: str, q: QByGroup, t: float, index: Index | None) -> list[str]:
    """Leave what the group holds where it is, and return it; say so if nothing carries it then."""
    parts.closed.discard(group)
    held = [name for name, state in parts.states.items() if group in state.holders]
    for name in held:
        state = parts.states[name]
        world_T_body = parts.world_pose(name, q)
        carried = state.holders[0] == group
        if carried:
            parts.close_hold(name, t)
        state.holders.remove(group)
        parts.event(t, "release", name, group, index)
        if carried:
            _leave(parts, name, world_T_body, q, t)
        if carried and state.holders:
            keeper = state.holders[0]
            state.pose = flange_pose(chain_of(parts.cell, keeper), q[keeper]).inverse() @ (
                world_T_body
            )
        elif not state.holders:
            check_support(parts, name, q, t, index, "part-dropped")
            _let_go_in_clamps(parts, name, world_T_body, q, t, index)
    return held


def _let_go_in_clamps(
    parts: Parts, name: str, world_T_body: Pose, q: QByGroup, t: float, index: Index | None
) -> None:
    """Say so where a part is let go in a clamp that was closed before it came."""
    for target in sorted(parts.shut - parts.states[name].clamps):
        if target in parts.cell.fixtures and sits_in(parts.cell, name, world_T_body, target, q):
            parts.find("clamp-closed-early", name, t, index, clamp=target)


def _leave(parts: Parts, name: str, world_T_body: Pose, q: QByGroup, t: float) -> None:
    """Leave a part where it is: in the world, or on what moves and carries it there."""
    state, carrier = parts.states[name], carrier_of(parts, name, world_T_body, q)
    state.since, state.cause, state.anchor, state.pose = t, f"release:{name}", "world", world_T_body
    state.loose, state.up = True, world_T_body.R[2]
    if carrier:
        state.anchor = f"frame:{carrier}"
        state.pose = world_T_frame(parts.cell, carrier, q).inverse() @ world_T_body
