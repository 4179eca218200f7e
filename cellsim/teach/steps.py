"""Task steps to stages, group by group, with the world that each motion goes through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Tool
from cellsim.domain.files.yamltext import shown
from cellsim.domain.program import (
    Grip,
    Process,
    Release,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.task import Step, Task
from cellsim.domain.wiring import Device
from cellsim.errors import BadInput, TeachFailed, UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics.frames import chain_of, mover_under, world_T_fixture
from cellsim.teach.arguments import awaited, number, signal_name, signal_value, text, unconfirmed
from cellsim.teach.mating import goal_of
from cellsim.teach.places import (
    Place,
    measured_frames,
    numbered_frame,
    place_of,
    pull_direction,
    standings,
    world_T_part_now,
)
from cellsim.teach.stage import Option, Point, Stage, World
from cellsim.units import mm


def stages_of(cell: Cell, task: Task) -> dict[str, list[Stage]]:
    """Return the stages of every group that the task names, in the order of its steps."""
    builder = _Builder(cell, task)
    for tick, step in enumerate(task.steps):
        builder.tick = tick
        try:
            builder.step(step)
        except BadInput as error:
            file = shown(Path(cell.path) / task.file) if cell.path else task.file
            raise error.at(file, step.line) from None
    return builder.stages


class _Builder:
    """The logical state of the cell while the steps of a task are gone through."""

    def __init__(self, cell: Cell, task: Task) -> None:
        self.cell, self.task, self.tick = cell, task, 0
        self.placed: dict[str, Pose] = {}
        self.fixtures: dict[str, float] = {}
        self.riders: dict[str, tuple[str, Pose]] = {}
        self.held: dict[str, str] = {}
        self.freed: set[str] = set()
        self.events: list[str] = []
        self.stages: dict[str, list[Stage]] = {}

    def step(self, step: Step) -> None:
        """Take one step."""
        if step.group not in self.cell.groups:
            raise UnknownName("group", step.group, self.cell.groups)
        if step.group not in self.stages:
            self.stages[step.group] = [self._fixed(step, "start")]
        getattr(self, f"_{step.verb}")(step)

    def _world(self) -> World:
        return World(
            self.tick, dict(self.placed), dict(self.held), frozenset(self.freed),
            tuple(self.events), dict(self.fixtures),
        )  # fmt: skip

    def _place_of(self, name: str, default: str = "") -> Place:
        return place_of(self.cell, name, self.placed, default, self._world().fixtures_q)

    def _now(self, part: str) -> Pose:
        return world_T_part_now(self.cell, part, self.placed, self._world().fixtures_q)

    def _moved(self, device: Device, *, started: bool) -> None:
        """Bring the fixture that a device moves to where it goes, with the parts placed on it."""
        goal = device.goal if started else device.back
        if device.effect != "move" or goal is None:
            return
        self.fixtures[f"fixture:{device.target}"] = goal
        q = self._world().fixtures_q
        for part, (fixture, fixture_T_part) in self.riders.items():
            self.placed[part] = world_T_fixture(self.cell, fixture, q) @ fixture_T_part

    def _ride(self, part: str, place: Place) -> None:
        """Note that a part is placed on something that a moving fixture carries."""
        kind, _, fixture = place.owner.partition(":")
        if kind == "fixture" and mover_under(self.cell, place.owner):
            pose = world_T_fixture(self.cell, fixture, self._world().fixtures_q)
            self.riders[part] = fixture, pose.inverse() @ self.placed[part]

    def _fixed(self, step: Step, name: str) -> Stage:
        home = chain_of(self.cell, step.group).home
        options: tuple[Option, ...] = ()
        if self._world().in_hand(step.group):
            options = tuple(
                replace(option, poses=(), enters=option.leaves)
                for option in self.stages[step.group][-1].options
            )
        points = (Point(name, 0.0, self._world()),)
        return Stage(step.group, step.line, name, points, options, q=home)

    def _act(self, step: Step, *statements: Statement) -> None:
        """Add statements where the group stands."""
        stage = self.stages[step.group][-1]
        last = replace(stage.points[-1], actions=stage.points[-1].actions + statements)
        self.stages[step.group][-1] = replace(stage, points=(*stage.points[:-1], last))

    def _line(self, step: Step, name: str, speed: float, poses: list[Pose]) -> None:
        """Add a line to where the group stands; poses: one per option of its stage."""
        stage = self.stages[step.group][-1]
        options = tuple(
            replace(option, poses=(*option.poses, pose))
            for option, pose in zip(stage.options, poses, strict=True)
        )
        points = (*stage.points, Point(name, speed, self._world()))
        self.stages[step.group][-1] = replace(stage, points=points, options=options)

    def _home(self, step: Step) -> None:
        self.stages[step.group].append(self._fixed(step, "home"))

    def _set(self, step: Step) -> None:
        name, value = signal_name(self.cell, step), signal_value(self.cell, step)
        self._act(step, SetSignal(name, value))
        for device in self.cell.devices.values():
            if device.start == name:
                self._moved(device, started=bool(value))

    def _wait(self, step: Step) -> None:
        timeout = step.args.get("timeout_s")
        condition = awaited(self.cell, step)
        self._act(step, Wait(condition, None if timeout is None else float(str(timeout))))

    def _process(self, step: Step) -> None:
        name = self._device(text(step, "device"))
        self._act(step, Process(name, number(step, "timeout_s", 10.0)))
        self.events.append(f"process:{name}")
        for started in (True, False):
            self._moved(self.cell.devices[name], started=started)

    def _device(self, name: str) -> str:
        if name not in self.cell.devices:
            raise UnknownName("device", name, self.cell.devices)
        return name

    def _unscrew(self, step: Step) -> None:
        place = self._place_of(text(step, "at"))
        tool = self._tool(step)
        device = text(step, "device") or self._unfastener(step)
        approach, speed = number(step, "approach_mm", 60.0) * mm, number(step, "speed_mm_s", 100)
        for count, pose in enumerate(place.poses, start=1):
            options = []
            for label, target in standings(tool, pose, place.feature):
                away = target @ Pose.translation(0.0, 0.0, -approach)
                options.append(Option((away, target, away), label))
            world = self._world()
            points = (
                Point("approach", 0.0, world),
                Point("target", speed, world, (Process(device),)),
                Point("depart", speed * 2.0, world),
            )
            feature = f"{place.name}[{count}]" if len(place.poses) > 1 else place.name
            self._stage(step, feature, points, options, place.frame)
        kind, _, owner = place.owner.partition(":")
        hinge = self.cell.parts[owner].hinge if kind == "part" else None
        if hinge is not None and hinge.fasteners == place.feature.name:
            self.freed.add(owner)
            self.events.append(f"unhinged:{owner}")

    def _unfastener(self, step: Step) -> str:
        tool = self.cell.groups[step.group].tool
        fits = [d.name for d in self.cell.devices.values() if d.tool == tool and d.effect]
        if len(fits) != 1:
            raise BadInput(f"unscrew needs a device; tool '{tool}' has {len(fits)}")
        return fits[0]

    def _grip(self, step: Step) -> None:
        part = self._part(step)
        if part in self.held:
            raise BadInput(f"part '{part}' is already held by group '{self.held[part]}'")
        place = self._place_of(text(step, "at"), part)
        approach, speed = number(step, "approach_mm", 120) * mm, number(step, "speed_mm_s", 100)
        world_T_part = self._now(part)
        options = []
        for count, pose in enumerate(place.poses, start=1):
            for label, target in standings(self._tool(step), pose, place.feature):
                away = target @ Pose.translation(0.0, 0.0, -approach)
                label = f"{label} at {count}" if len(place.poses) > 1 else label
                hand = target.inverse() @ world_T_part
                options.append(Option((away, target), label, "", f"{part}: {label}", hand))
        world, tool = self._world(), self._tool(step)
        closing = (Grip(part, tool.name), *unconfirmed(tool, closing=True))
        points = (Point("approach", 0.0, world), Point("target", speed, world, closing))
        self._stage(step, place.name, points, options, place.frame)
        self.held[part] = step.group
        self.riders.pop(part, None)
        self.events.append(f"grip:{part}")
        depart = step.args.get("depart_mm")
        if depart is not None:
            shift = Pose.translation(0.0, 0.0, -float(str(depart)) * mm)
            self._line(step, "depart", speed, [option.poses[-1] @ shift for option in options])

    def _pull_off(self, step: Step) -> None:
        part = self._in_hand(step)
        stage = self.stages[step.group][-1]
        if stage.q is not None:
            raise BadInput("pull_off stands after a home, not after a grip")
        body = self._now(part)
        distance = number(step, "distance_mm", 0.0) * mm
        direction = pull_direction(
            self.cell, part, text(step, "along"), body, distance, self._world().fixtures_q
        )
        poses = []
        for option in stage.options:
            last = option.poses[-1]
            way = -last.R[:, 2] if direction is None else direction
            poses.append(Pose(last.R, last.p + distance * way))
        self._line(step, "pulled", number(step, "speed_mm_s", 80.0), poses)

    def _place(self, step: Step) -> None:
        part = self._in_hand(step)
        place = self._place_of(text(step, "at"))
        goal, away = goal_of(self.cell, part, place)
        approach, speed = number(step, "approach_mm", 100) * mm, number(step, "speed_mm_s", 100)
        depart, tool = number(step, "depart_mm", 120.0) * mm, self._tool(step)
        device = text(step, "device")
        if device and device not in self.cell.devices:
            raise UnknownName("device", device, self.cell.devices)
        clamping = (Process(device),) if device else ()
        release = Release(part, tool.name, place.name)
        opening = (*clamping, release, *unconfirmed(tool, closing=False))
        options = []
        for held in self.stages[step.group][-1].options:
            assert held.tcp_T_part is not None
            target = goal @ held.tcp_T_part.inverse()
            poses = (
                Pose(target.R, target.p + approach * away),
                target,
                target @ Pose.translation(0.0, 0.0, -depart),
            )
            options.append(replace(held, poses=poses, enters=held.leaves, leaves=""))
        carrying = self._world()
        del self.held[part]
        self.placed[part] = goal
        self._ride(part, place)
        self.events.append(f"release:{part}")
        points = (
            Point("approach", 0.0, carrying),
            Point("target", speed, carrying, opening),
            Point("depart", speed * 2.0, self._world()),
        )
        self._stage(step, place.name, points, options, place.frame)

    def _stage(
        self,
        step: Step,
        feature: str,
        points: tuple[Point, ...],
        options: list[Option],
        frame: str,
    ) -> None:
        """Begin a new stage whose second point is the feature itself."""
        frame = numbered_frame(self.cell, step.group, frame)
        measured = measured_frames(self.cell, frame)
        stage = Stage(step.group, step.line, feature, points, tuple(options), 1, frame, measured)
        self.stages[step.group].append(stage)

    def _part(self, step: Step) -> str:
        part = text(step, "part")
        if part not in self.cell.parts:
            raise UnknownName("part", part, self.cell.parts)
        return part

    def _in_hand(self, step: Step) -> str:
        """Return the part that the group holds; TeachFailed if it holds none or another."""
        asked = text(step, "part")
        part = self._world().in_hand(step.group)
        if not part or (asked and asked != part):
            detail = f"group {step.group} holds {part or 'nothing'}"
            raise TeachFailed(
                "not held", detail, file=self.task.file, line=step.line,
                feature=asked or step.verb, variant=self.cell.variant,
            )  # fmt: skip
        return part

    def _tool(self, step: Step) -> Tool:
        name = self.cell.groups[step.group].tool
        if name not in self.cell.tools:
            raise UnknownName(f"tool of group '{step.group}'", name, self.cell.tools)
        return self.cell.tools[name]
