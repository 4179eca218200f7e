"""Devices and grippers: what answers a signal with another, and what it does to the parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Gripper
from cellsim.domain.program import Index
from cellsim.domain.wiring import Device, TimeRange
from cellsim.geometry import Array, Pose
from cellsim.kinematics.frames import movers_under
from cellsim.simulate.attach import Parts, held_alone, tcp_of
from cellsim.simulate.fasten import clamp, unfasten
from cellsim.simulate.grips import catch, closed_by_no_edge, let_go
from cellsim.simulate.handed import Act
from cellsim.simulate.hazards import Deed
from cellsim.simulate.left import tilted_by
from cellsim.simulate.movers import Movers
from cellsim.simulate.stale import Taken
from cellsim.simulate.wires import Wires
from cellsim.units import mm

Process = Literal["min", "typical", "max"]
Later = Callable[[float, Callable[[], None]], object]


@dataclass(eq=False)
class Answers:
    """All devices and grippers of a cell while a job runs.

    Attributes:
        process: Which end of the time ranges to take.
        now: Clock time [s]. later: Calls something after a time [s].
        q: Joint values of all groups now.
        knot: Asks for a knot at this time in a group's track.
        movers: The fixtures that devices move.
        pending: Device or gripper command to a token; an older token is called off.
        told: Of each device the log positions of the changes that told its ends; None: nothing.
        stale: Devices that were asked to start while they were on and done, and did not, to the
            log position of what asked them.
        taken: Waits and branches that may have taken an answer of the run before.
    """

    cell: Cell
    wires: Wires
    parts: Parts
    process: Process
    now: Callable[[], float]
    later: Later
    q: Callable[[], dict[str, Array]]
    knot: Callable[[str], None]
    movers: Movers
    pending: dict[str, int] = field(default_factory=dict)
    told: dict[str, list[int | None]] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    tokens: int = 0

    def seconds(self, time: TimeRange) -> float:
        """Return the chosen end of a range [s]."""
        return {"min": time.min, "typical": time.typical, "max": time.max}[self.process]

    def place(self, node: int) -> Index | None:
        """Return where the program was that brought a log entry about."""
        origin = self.wires.origin(node)
        return None if origin is None else origin.index

    def start(self) -> None:
        """Start the devices that run from the beginning (no start signal)."""
        for device in self.cell.devices.values():
            on = self.wires.read(device.start) is True
            if not device.start or (on and not self.is_done(device)):
                self.run_device(device, -1)

    def tool_place(self, device: Device) -> Pose | None:
        """Return `world_T_tcp` of a device's tool now, None where no group carries it."""
        group = self.owner(device)
        return tcp_of(self.cell, group, self.q()[group]) if group in self.cell.groups else None

    def is_done(self, device: Device) -> bool:
        """Whether a device has told its end already, and what it moves is there."""
        told = self.wires.read(device.done) is True
        if device.effect != "move" or device.goal is None:
            return told
        place = self.movers.of[f"fixture:{device.target}"].at(self.now())
        return told and abs(place - device.goal) < 1e-9

    def react(self, signal: str, value: bool, node: int) -> None:
        """Answer a signal that rose or fell."""
        for device in self.cell.devices.values():
            if device.start == signal:
                if value:
                    self.run_device(device, node)
                else:
                    self.stop_device(device, node)
        for group, gripper in self.grippers():
            if signal == gripper.close and value:
                self.move_gripper(group, gripper, node, closing=True)
            elif signal == (gripper.open or gripper.close) and value is bool(gripper.open):
                self.move_gripper(group, gripper, node, closing=False)

    def grippers(self) -> Iterator[tuple[str, Gripper]]:
        """Yield the groups whose tool has a gripper, with it."""
        for group in self.cell.groups.values():
            tool = self.cell.tools.get(group.tool)
            if tool is not None and tool.gripper is not None:
                yield group.name, tool.gripper

    def asked_again(self, signal: str, value: bool | float, cause: int) -> None:
        """Keep which devices do not start, for their start signal is on since they were done.

        Where a clamp or a moving fixture is as it was asked to be there is nothing to start. A
        gripper that is on a part, and is told so to close, does not close on it: that is said.
        """
        for group, gripper in self.grippers():
            if signal == gripper.close and value and f"gripper:{group}" not in self.pending:
                place = self.place(cause)
                closed_by_no_edge(self.parts, group, gripper, self.q(), self.now(), place)
        for device in self.cell.devices.values():
            done = self.wires.read(device.done) is True
            if device.start == signal and value and done and not self.in_effect(device):
                self.stale.setdefault(device.name, cause)

    def in_effect(self, device: Device) -> bool:
        """Whether what a device that holds or moves something brings about is so already."""
        if device.effect == "move":
            return self.is_done(device)
        held = device.target in self.parts.shut
        held = held or any(device.target in s.clamps for s in self.parts.states.values())
        return device.effect in ("clamp", "unclamp") and held is (device.effect == "clamp")

    def take(self, needs: Sequence[tuple[str, bool | float]], node: int) -> None:
        """Keep a wait or branch that goes on by what a device told before it was asked again."""
        for name, asked in self.stale.items():
            if (self.cell.devices[name].done, True) in needs:
                self.taken.append(Taken(self.cell.devices[name], asked, node, self.now()))

    def promise(self, key: str, time: TimeRange, do: Callable[[], None]) -> None:
        """Do something after a time unless another command comes first."""
        self.tokens += 1
        token = self.tokens
        self.pending[key] = token

        def due() -> None:
            if self.pending.get(key) == token:
                del self.pending[key]
                do()

        self.later(self.seconds(time), due)

    def run_device(self, device: Device, node: int) -> None:
        """Start a device; its done signal comes after its time."""
        self.stale.pop(device.name, None)
        if device.effect == "move":
            seconds = self.seconds(device.time)
            self.movers.start(device, self.now(), seconds, node, self.place(node))
            tilted_by(self.parts, device, self.q(), self.now(), self.place(node))

        began = self.tool_place(device)

        def finish() -> None:
            index, t, freed, riding = self.place(node), self.now(), "", self.rides(device)
            changed: list[str] = []
            if device.effect == "unfasten":
                way = 0.0 if began is None else began.distance(self.tool_place(device) or began)[0]
                freed = unfasten(self.parts, device, self.q(), t, index, way)
            elif device.effect in ("clamp", "unclamp"):
                changed = clamp(self.parts, device, device.effect == "clamp", self.q(), t, index)
            self.parts.event(t, "process", device.name, self.owner(device), index)
            self.knot(self.owner(device))
            takes = device.time.min, device.time.max
            told = self.wires.change(device.done, True, node, delayed=True, takes=takes)
            self.told.setdefault(device.name, []).append(told)
            if device.effect == "move":
                self.movers.done(device, t, told, index)
            for part, movers in riding.items():
                for mover in movers:
                    self.note("touch", part, self.owner(device), node, told, mover)
            if freed:
                self.note("unhinged", freed, self.owner(device), node, told)
            for part in changed:
                made = device.effect, part, self.owner(device), node, told, device.target
                self.note(*made, takes=takes)

        self.promise(f"device:{device.name}", device.time, finish)

    def stop_device(self, device: Device, node: int) -> None:
        """Take the done signal back; a process that was not finished is called off."""
        called_off = self.pending.pop(f"device:{device.name}", None) is not None
        if called_off:
            self.wires.might_have(device.done, node)
        self.wires.change(device.done, False, node)
        if device.effect == "move":
            seconds, cause = self.seconds(device.time), (node, self.place(node))
            self.movers.fall(device, self.now(), seconds, cause, finished=not called_off)

    def note(
        self, kind: str, part: str, group: str, node: int, told: int | None, mover: str = "",
        takes: tuple[float, float] = (0.0, 0.0),
    ) -> None:  # fmt: skip
        """Keep what was done to a part; told: log position of the change that confirms it."""
        bare = kind in ("unclamp", "release") and held_alone(self.parts, part, self.q())
        done = kind, part, group, self.place(node), node, told, mover, takes, bare
        self.parts.deeds.append(Deed(*done))

    def rides(self, device: Device) -> dict[str, tuple[str, ...]]:
        """Return what a device acts on that moving fixtures carry: name to these."""
        if device.effect in ("", "move"):
            return {}
        found = self.parts.riding()
        if device.effect == "unfasten":
            return {name: m for name, m in found.items() if self.parts.states[name].fasteners}
        if device.target in self.cell.fixtures:
            movers = movers_under(self.cell, f"fixture:{device.target}")
            return {device.target: movers} if movers else {}
        return {name: m for name, m in found.items() if name == device.target}

    def owner(self, device: Device) -> str:
        """Return what the device moves or whose tool it is, "" for another one of the cell."""
        if device.effect == "move":
            return f"fixture:{device.target}"
        groups = self.cell.groups.values()
        return next((g.name for g in groups if device.tool and g.tool == device.tool), "")

    def move_gripper(self, group: str, gripper: Gripper, node: int, *, closing: bool) -> None:
        """Close or open; the old confirmation goes at once, the new one comes after the time."""
        gone, coming = (
            (gripper.opened, gripper.closed) if closing else (gripper.closed, gripper.opened)
        )
        if self.pending.pop(f"gripper:{group}", None) is not None and gone:
            self.wires.might_have(gone, node)
        if gone:
            self.wires.change(gone, False, node)
        world_T_tcp = tcp_of(self.cell, group, self.q()[group])

        def finish() -> None:
            index, t, q, riding = self.place(node), self.now(), self.q(), self.parts.riding()
            moved = world_T_tcp.distance(tcp_of(self.cell, group, q[group]))[0]
            if moved > gripper.position_m:
                self.parts.find(
                    "gripper-acts-in-motion", group, t, index, moved / mm, gripper.position_m / mm,
                    "mm", act="close" if closing else "open",
                )  # fmt: skip
            if closing:
                moved_parts = [catch(self.parts, group, gripper, q, t, index)]
            else:
                moved_parts = let_go(self.parts, group, q, t, index)
            self.knot(group)
            takes, told = (gripper.time.min, gripper.time.max), None
            if coming:
                told = self.wires.change(coming, True, node, delayed=True, takes=takes)
            act = "close" if closing else "open"
            self.parts.acts[group] = Act(act, index, node, told, takes)
            for name in filter(None, moved_parts):
                kind = "grip" if closing else "release"
                self.note(kind, name, group, node, told, takes=takes)
            for name, movers in riding.items() ^ self.parts.riding().items():
                for mover in movers:
                    self.note("touch", name, group, node, told, mover)

        self.promise(f"gripper:{group}", gripper.time, finish)
