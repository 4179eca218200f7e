"""Fixtures that devices move: their nominal course while a job runs, and what began each part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import Index
from cellsim.domain.timeline import FixtureTrack, Phase
from cellsim.domain.wiring import Device
from cellsim.geometry import Array
from cellsim.kinematics.movers import MOVER, joint_of, movers_of


@dataclass(frozen=True, eq=False)
class Mark:
    """Something that changes what is known of a moving fixture.

    Attributes:
        kind: "start" and "back": it goes towards `goal`; "done": it is told to stand there; "off":
            its start signal fell before that.
        t: On the nominal clock [s]. goal: [rad | m].
        node: Log position of the signal's change, -1 at the beginning; None: nothing is told.
    """

    kind: Literal["start", "done", "off", "back"]
    device: str
    t: float
    goal: float
    node: int | None
    index: Index | None = None


@dataclass(eq=False)
class Mover:
    """One moving fixture: knots of its nominal course, where it goes, and its marks."""

    t: list[float]
    q: list[float]
    marks: list[Mark] = field(default_factory=list)

    def at(self, t: float) -> float:
        """Return the nominal value at t [s]."""
        return float(np.interp(t, self.t, self.q))

    def go(self, now: float, goal: float, seconds: float) -> None:
        """Go from where it is now to a goal."""
        self.stop(now)
        self.t.append(now + max(seconds, 0.0))
        self.q.append(goal)

    def stop(self, now: float) -> None:
        """Forget what lies ahead and stand where it is now."""
        here = self.at(now)
        while self.t[-1] > now:
            self.t.pop()
            self.q.pop()
        self.t.append(now)
        self.q.append(here)


@dataclass(eq=False)
class Movers:
    """All moving fixtures of a cell while a job runs, by "fixture:NAME"."""

    of: dict[str, Mover]

    def q(self, t: float) -> dict[str, Array]:
        """Return the nominal values at t [s], shape (1,) each."""
        return {name: np.array([mover.at(t)]) for name, mover in self.of.items()}

    def start(
        self, device: Device, now: float, seconds: float, node: int, index: Index | None
    ) -> None:
        """Send a device's target to its goal."""
        assert device.goal is not None
        mover = self.of[MOVER + device.target]
        mover.marks.append(Mark("start", device.name, now, device.goal, node, index))
        mover.go(now, device.goal, seconds)

    def done(self, device: Device, now: float, node: int | None, index: Index | None) -> None:
        """Note that a device has told that its target stands at the goal."""
        assert device.goal is not None
        mover = self.of[MOVER + device.target]
        mover.marks.append(Mark("done", device.name, now, device.goal, node, index))

    def fall(
        self,
        device: Device,
        now: float,
        seconds: float,
        cause: tuple[int, Index | None],
        *,
        finished: bool,
    ) -> None:
        """Do what a device does when its start signal falls.

        Args:
            cause: Log position of the change, and the line behind it.
            finished: Whether it has told done before.
        """
        mover = self.of[MOVER + device.target]
        node, index = cause
        if device.back is not None:
            mover.marks.append(Mark("back", device.name, now, device.back, node, index))
            mover.go(now, device.back, seconds)
        elif not finished:
            assert device.goal is not None
            mover.marks.append(Mark("off", device.name, now, device.goal, node, index))
            mover.stop(now)


def movers_at_start(cell: Cell) -> Movers:
    """Return the moving fixtures of a cell where they stand at the start."""
    return Movers({name: Mover([0.0], [joint_of(cell, name).start]) for name in movers_of(cell)})


def fixture_track(name: str, mover: Mover, phases: tuple[Phase, ...], end: float) -> FixtureTrack:
    """Return the track of a fixture up to `end` [s]."""
    times = sorted({0.0, end, *(t for t in mover.t if t < end)})
    values = np.array([mover.at(t) for t in times])
    return FixtureTrack(name, np.array(times), values, phases)
