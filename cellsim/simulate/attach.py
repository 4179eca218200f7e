"""What is held, hung and fastened: the state of the parts while a job runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event, Hold
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of, movers_under, world_T_frame, world_T_part
from cellsim.simulate.handed import Act, Departure
from cellsim.simulate.hazards import Deed
from cellsim.simulate.support import CLAMPING, SEAT_REACH_M, SEATS, rests_on, seat_distance
from cellsim.units import mm

QByGroup = Mapping[str, Array]


@dataclass(eq=False)
class PartState:
    """Where a part is and what keeps it there.

    Attributes:
        pose: `world_T_part`, or `flange_T_part` while held (of the first holder).
        holders: Groups whose grippers hold it, first one carries it.
        fasteners: Members of its hinge's fastener feature that are still in.
        clamps: Fixtures (or itself) that a clamping device holds it in.
        since: Start of the present hold [s]; cause: what began it.
        loose: It was let go or unclamped: its weight alone keeps it where nothing else does.
        up: Which way is up in the part's frame, where it became loose.
    """

    pose: Pose
    anchor: str = "world"
    holders: list[str] = field(default_factory=list)
    fasteners: set[int] = field(default_factory=set)
    clamps: set[str] = field(default_factory=set)
    since: float = 0.0
    cause: str = "start"
    loose: bool = False
    up: Array = field(default_factory=lambda: np.array([0.0, 0.0, 1.0]))


@dataclass(eq=False)
class Parts:
    """All parts of a cell while a job runs, and what was found out about them.

    shut: What clamping devices have closed and not opened since.
    closed: Groups whose gripper is closed, whether it holds a part or not.
    acts: What grippers did since their group moved. departures: The first motion behind each.
    """

    cell: Cell
    states: dict[str, PartState]
    holds: list[Hold] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    acts: dict[str, Act] = field(default_factory=dict)
    departures: list[Departure] = field(default_factory=list)

    def depart(self, group: str, node: int, segment: int) -> None:
        """Note the first motion of a group behind an act of its gripper."""
        act = self.acts.pop(group, None)
        if act is not None:
            self.departures.append(Departure(group, act, node, segment))

    def event(self, t: float, kind: str, name: str, group: str, index: Index | None) -> None:
        """Add an event."""
        self.events.append(Event(t, kind, name, 1.0, group, index))

    def find(
        self, rule: str, subject: str, t: float, index: Index | None, value: float | None = None,
        limit: float | None = None, unit: str = "", **facts: object,
    ) -> None:  # fmt: skip
        """Add an error at a line and time."""
        file, line = (index.file, index.line) if index else ("", 0)
        self.findings.append(
            Finding(rule, Severity.ERROR, subject, value, limit, unit, file, line, t, t, facts)
        )

    def world_pose(self, part: str, q: QByGroup) -> Pose:
        """Return `world_T_part` now."""
        state = self.states[part]
        if state.holders:
            return flange_pose(chain_of(self.cell, state.holders[0]), q[state.holders[0]]) @ (
                state.pose
            )
        if state.anchor != "world" and state.cause == "start":
            return world_T_part(self.cell, part, q)
        if state.anchor != "world":
            return world_T_frame(self.cell, state.anchor.removeprefix("frame:"), q) @ state.pose
        return state.pose

    def riding(self) -> dict[str, tuple[str, ...]]:
        """Return the parts that nobody holds and that moving fixtures carry: name to these."""
        found = {}
        for name, state in self.states.items():
            frame = f"part:{name}" if state.cause == "start" else state.anchor
            movers = movers_under(self.cell, frame.removeprefix("frame:"))
            if movers and not state.holders:
                found[name] = movers
        return found

    def fingerprint(self) -> tuple[object, ...]:
        """Return the state of all parts and grippers as something to compare."""
        return tuple(sorted(self.closed)), *(
            (
                n,
                s.anchor,
                s.pose.matrix.tobytes(),
                *s.holders,
                *sorted(s.fasteners),
                *sorted(s.clamps),
            )
            for n, s in self.states.items()
        )

    def leave(self, group: str, index: Index, node: int) -> None:
        """Note the first motion of a group after each grip of a part that was kept by something."""
        unclamped = {d.part for d in self.deeds if d.kind == "unclamp"}
        for name, state in self.states.items():
            kept = self.cell.parts[name].hinge is not None or name in unclamped
            if group in state.holders and kept:
                own = [d for d in self.deeds if (d.part, d.group) == (name, group)]
                last = [d.kind for d in own if d.kind in ("grip", "release", "leave")]
                if last and last[-1] == "grip":
                    self.deeds.append(Deed("leave", name, group, index, node))

    def close_hold(self, part: str, t: float) -> None:
        """End the present hold of a part."""
        state = self.states[part]
        parent = f"group:{state.holders[0]}.flange" if state.holders else state.anchor
        if t > state.since:
            self.holds.append(Hold(part, parent, state.pose, state.since, t, state.cause))


def parts_of(cell: Cell) -> Parts:
    """Return the parts as they stand at the start."""
    states: dict[str, PartState] = {}
    for name, part in cell.parts.items():
        fasteners: set[int] = set()
        if part.hinge is not None and part.hinge.fasteners in part.features:
            fasteners = set(range(len(part.features[part.hinge.fasteners].places)))
        frame = part.frame if part.hinge is None else part.hinge.parent
        state = PartState(world_T_part(cell, name), fasteners=fasteners)
        carrier, anchor_T_frame = anchor_of(cell, frame)
        if carrier != "world":
            anchor, anchor_T_part = anchor_of(cell, f"part:{name}")
            state.anchor = f"frame:{frame}"
            state.pose = anchor_T_frame.inverse() @ anchor_T_part
            assert anchor == carrier
        state.clamps = _clamped_at_start(cell, name, world_T_part(cell, name))
        states[name] = state
    return Parts(cell, states, closed=_closed_at_start(cell))


def _closed_at_start(cell: Cell) -> set[str]:
    """Return the groups whose gripper begins closed."""
    tools = {name: cell.tools.get(group.tool) for name, group in cell.groups.items()}
    grippers = {name: tool.gripper for name, tool in tools.items() if tool is not None}
    return {name for name, g in grippers.items() if g is not None and g.state0 == "closed"}


def carrier_of(parts: Parts, name: str, world_T_body: Pose, q: QByGroup) -> str:
    """Return the frame that a part that is let go comes to ride on, "" where that stands.

    "fixture:NAME" of what it is seated in or what is right under it, or what carries the part
    under it: where a positioner, another robot or a moving fixture carries that.
    """
    cell = parts.cell
    distance, fixture, _ = seat_distance(cell, name, world_T_body, q, SEATS | CLAMPING)
    under = f"fixture:{fixture}"
    if distance > SEAT_REACH_M:
        standing = {n: parts.world_pose(n, q) for n, s in parts.states.items() if not s.holders}
        under = rests_on(cell, name, {**standing, name: world_T_body}, q)
    if under.startswith("part:"):
        lower = parts.states[under.removeprefix("part:")]
        under = under if lower.cause == "start" else lower.anchor.removeprefix("frame:")
    return under if under and anchor_of(cell, under)[0] != WORLD else ""


def _clamped_at_start(cell: Cell, part: str, world_T_body: Pose) -> set[str]:
    """Return the fixtures with a clamping device that the part sits in: they begin closed."""
    targets = {d.target for d in cell.devices.values() if d.effect in ("clamp", "unclamp")}
    return {t for t in targets if t == part or sits_in(cell, part, world_T_body, t, {})}


def sits_in(cell: Cell, part: str, world_T_body: Pose, fixture: str, q: QByGroup) -> bool:
    """Whether a part sits in a seat or chuck of a fixture."""
    kinds = SEATS | CLAMPING
    distance, nearest, _ = seat_distance(cell, part, world_T_body, q, kinds)
    return distance <= SEAT_REACH_M and nearest == fixture


def tcp_of(cell: Cell, group: str, q: Array) -> Pose:
    """Return `world_T_tcp` of the first TCP of the group's tool."""
    tool = cell.tools[cell.groups[group].tool]
    return flange_pose(chain_of(cell, group), q) @ next(iter(tool.tcps.values()))


def misfit(world_T_tcp: Pose, world_T_place: Pose) -> tuple[float, float]:
    """Return (distance [m], angle [rad]) between TCP and place, TCP z against place z."""
    distance = float(np.linalg.norm(world_T_tcp.p - world_T_place.p))
    cosine = float(-world_T_tcp.R[:, 2] @ world_T_place.R[:, 2])
    sine = float(np.linalg.norm(np.cross(world_T_tcp.R[:, 2], world_T_place.R[:, 2])))
    return distance, float(np.arctan2(sine, cosine))


def check_support(
    parts: Parts, name: str, q: QByGroup, t: float, index: Index | None, rule: str
) -> None:
    """Say so (by `rule`) if nothing carries a part that no gripper holds."""
    state = parts.states[name]
    if state.fasteners or state.clamps or stands(parts, name, q):
        return
    distance, _, seat = seat_distance(parts.cell, name, parts.world_pose(name, q), q)
    value, limit, unit = None, None, ""
    if np.isfinite(distance):
        value, limit, unit = distance / mm, SEAT_REACH_M / mm, "mm"
    parts.find(rule, name, t, index, value, limit, unit, nearest=seat)


def stands(parts: Parts, name: str, q: QByGroup) -> bool:
    """Whether a part stays where it is by a seat or by what it lies on, held by nothing."""
    pose = parts.world_pose(name, q)
    if seat_distance(parts.cell, name, pose, q)[0] <= SEAT_REACH_M:
        return True
    standing = {n: parts.world_pose(n, q) for n, s in parts.states.items() if not s.holders}
    return bool(rests_on(parts.cell, name, {**standing, name: pose}, q))


def held_alone(parts: Parts, name: str, q: QByGroup) -> bool:
    """Whether a part would fall without the grippers, or without the clamps, that hold it."""
    state = parts.states[name]
    if state.fasteners or bool(state.holders) is bool(state.clamps):
        return False
    return not stands(parts, name, q)
