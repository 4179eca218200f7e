"""Kinds of defects: each changes one thing of a clean job and says which rule must tell it, where.

`proven` kinds follow from geometry or logic alone: they must be found without exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jobs import TOP, Case, at
from world import Draw

from cellsim.domain.cell import MotionGroup
from cellsim.domain.equipment import Part, Tool
from cellsim.domain.robot import Robot

Rng = np.random.Generator
SOME_LINE = tuple(range(1, 60))  # the defect is not in the program; a line must be named


@dataclass(frozen=True)
class Expected:
    """What must be told.

    Attributes:
        rules: Any of these. lines: Any of these lines of the program, () = no line belongs to it.
        group: Whose program. frame: The measured frame whose shift is named, "" = none must be.
    """

    rules: tuple[str, ...]
    lines: tuple[int, ...] = ()
    group: str = "picker"
    frame: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of defect.

    two: It needs two robots; None = either. rare: Two robots without a common clock are slow to
    check, so these jobs are made a third as often. needs: "door", "seen" or "bolted" of the draw.
    """

    name: str
    make: Callable[[Case, Rng], Expected]
    proven: bool
    two: bool | None
    rare: bool
    needs: str = ""

    def fits(self, d: Draw) -> bool:
        """Whether a drawn job has what the kind needs."""
        return (self.two is None or d.two is self.two) and (
            not self.needs or bool(getattr(d, self.needs))
        )


KINDS: dict[str, Kind] = {}


def kind(
    *, proven: bool = True, two: bool | None = None, rare: bool = False, needs: str = ""
) -> Callable[[Callable[[Case, Rng], Expected]], Callable[[Case, Rng], Expected]]:
    """Join a function to KINDS under its own name."""

    def join(make: Callable[[Case, Rng], Expected]) -> Callable[[Case, Rng], Expected]:
        name = make.__name__.replace("_", " ")
        KINDS[name] = Kind(name, make, proven, two, rare, needs)
        return make

    return join


def told(c: Case, rules: str, *names: str, group: str = "picker") -> Expected:
    """Return what must be told at named lines."""
    return Expected(tuple(rules.split()), tuple(c.line(n, group) for n in names), group)


def carrying(c: Case, rules: str) -> Expected:
    """Return what must be told while the part is in the hand."""
    return told(c, rules, "grip", "pull", "over_place", "place", "vise", "release")


def changed(c: Case, **fields: Any) -> None:
    c.cell = replace(c.cell, **fields)


def with_part(c: Case, **fields: Any) -> None:
    box: Part = replace(c.cell.parts["box"], **fields)
    changed(c, parts={"box": box})


def with_robot(c: Case, change: Callable[[Robot], Robot], group: str = "picker") -> None:
    g: MotionGroup = c.cell.groups[group]
    changed(c, groups={**c.cell.groups, group: replace(g, robot=change(g.robot))})


def with_joint(c: Case, number: int, **fields: Any) -> None:
    def change(robot: Robot) -> Robot:
        joints = list(robot.joints)
        joints[number] = replace(joints[number], **fields)
        return replace(robot, joints=tuple(joints))

    with_robot(c, change)


def with_tool(c: Case, name: str, **fields: Any) -> None:
    tool: Tool = replace(c.cell.tools[name], **fields)
    changed(c, tools={**c.cell.tools, name: tool})


def with_device(c: Case, name: str, **fields: Any) -> None:
    changed(c, devices={**c.cell.devices, name: replace(c.cell.devices[name], **fields)})


def longer(c: Case, name: str, factor: float) -> None:
    time = c.cell.devices[name].time
    with_device(c, name, time=replace(time, min=time.min * factor, typical=time.typical * factor,
                                      max=time.max * factor))  # fmt: skip


def place_of(c: Case, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0) -> str:
    """Return the target over the place, moved [m]."""
    (x, y), up = c.draw.place, TOP + c.draw.lift
    return at(x + dx, y + dy, up + dz, c.draw.yaw[1])


def move(verb: str, target: str, speed: str, zone: str = "fine", more: str = "") -> str:
    tail = f", tool: hand, frame: table{more}"
    return f"{verb}: {{to: {{{target}}}, speed: {speed}, zone: {zone}{tail}}}"
