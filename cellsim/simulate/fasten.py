"""Devices that act on parts: fasteners taken out, clamps closed and opened."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.program import Index
from cellsim.domain.wiring import Device
from cellsim.geometry import Pose
from cellsim.simulate.attach import Parts, QByGroup, check_support, misfit, sits_in, tcp_of
from cellsim.units import deg, mm


def unfasten(
    parts: Parts, device: Device, q: QByGroup, t: float, index: Index | None, way: float = 0.0
) -> str:
    """Take out the fastener that the device's tool stands on; return the part that frees, or "".

    Args:
        way: How far the tool has moved since the device was started [m]: farther than its reach,
            and it was not on the fastener all the time.
    """
    group = next((n for n, g in parts.cell.groups.items() if g.tool == device.tool), "")
    if not group:
        return ""
    world_T_tcp = tcp_of(parts.cell, group, q[group])
    found = sorted(_fasteners(parts, world_T_tcp, q))
    if not found or found[0][0] > device.reach_m or found[0][1] > device.angle_rad:
        facts: dict[str, object] = {"part": "", "fastener": 0}
        value = None
        if found:
            value = found[0][0] / mm
            angle = round(found[0][1] / deg, 2)
            facts = {"part": found[0][2], "fastener": found[0][3] + 1, "angle_deg": angle}
        facts |= {"angle_limit_deg": round(device.angle_rad / deg, 2), "device": device.name}
        limit = device.reach_m / mm
        parts.find("fastener-missed", group, t, index, value, limit, "mm", **facts)
        return ""
    _, _, name, member = found[0]
    if way > device.reach_m:
        parts.find(
            "fastener-missed", group, t, index, way / mm, device.reach_m / mm, "mm", case="moved",
            part=name, fastener=member + 1, device=device.name,
        )  # fmt: skip
    state = parts.states[name]
    state.fasteners.discard(member)
    hinge = parts.cell.parts[name].hinge
    assert hinge is not None
    parts.event(t, "unfasten", f"{name}.{hinge.fasteners}.{member + 1}", group, index)
    if state.fasteners:
        return ""
    parts.event(t, "unhinged", name, group, index)
    if not state.holders:
        check_support(parts, name, q, t, index, "part-falls")
    return name


def _fasteners(
    parts: Parts, world_T_tcp: Pose, q: QByGroup
) -> Iterator[tuple[float, float, str, int]]:
    for name, state in parts.states.items():
        hinge = parts.cell.parts[name].hinge
        if hinge is None or not state.fasteners:
            continue
        world_T_body = parts.world_pose(name, q)
        places = parts.cell.parts[name].features[hinge.fasteners].places
        for member in sorted(state.fasteners):
            yield (*misfit(world_T_tcp, world_T_body @ places[member]), name, member)


def clamp(
    parts: Parts, device: Device, on: bool, q: QByGroup, t: float, index: Index | None = None
) -> list[str]:
    """Clamp or free the device's target: a part, or the parts that sit in or on a fixture.

    Returns:
        The parts that it freed, or that it clamped.
    """
    changed = []
    parts.shut = parts.shut | {device.target} if on else parts.shut - {device.target}
    for name, state in parts.states.items():
        there = name == device.target or sits_in(
            parts.cell, name, parts.world_pose(name, q), device.target, q
        )
        if on and there:
            state.clamps.add(device.target)
            changed.append(name)
        elif device.target in state.clamps:
            state.clamps.discard(device.target)
            changed.append(name)
            state.loose, state.up = True, parts.world_pose(name, q).R[2]
            if not state.holders:
                check_support(parts, name, q, t, index, "part-falls")
    return changed


def still_clamped(parts: Parts, group: str, t: float, index: Index) -> None:
    """Say so if a group that begins to move holds a part that is clamped, or held by another."""
    for name, state in parts.states.items():
        if group not in state.holders:
            continue
        if state.clamps:
            clamps = ", ".join(sorted(state.clamps))
            parts.find("moved-while-clamped", name, t, index, clamps=clamps, group=group)
        if len(state.holders) > 1:
            others = ", ".join(sorted(g for g in state.holders if g != group))
            parts.find("moved-while-clamped", name, t, index, case="held", others=others,
                       group=group)  # fmt: skip
