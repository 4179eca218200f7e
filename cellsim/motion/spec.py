"""MoveSpec and Run: what a run is asked to do, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cellsim.domain.program import FINE, Index, Speed, Zone
from cellsim.domain.report import Finding
from cellsim.domain.timeline import Ints, Motion, Tube
from cellsim.geometry import Array, Pose


@dataclass(frozen=True, eq=False)
class MoveSpec:
    """One resolved motion statement.

    Attributes:
        kind: joint (needs q_target), linear, circular (needs via).
        q_target: Joint target [rad | m]; for path moves the configuration they must end in, and
            the pose where world_T_tcp is None.
        world_T_tcp: End pose of a path move. via: Pose on the way of a circle.
        flange_T_tcp: The TCP that is led.
        speed, zone: As written. accel: Percent of the acceleration class, None = 100.
        index: Where it stands. frame, tool: Names, for reports.
        ext: External axes at the end of a path move without q_target; () = they stay.
    """

    kind: Literal["joint", "linear", "circular"]
    q_target: Array | None
    world_T_tcp: Pose | None
    via: Pose | None
    flange_T_tcp: Pose
    speed: Speed
    zone: Zone = FINE
    accel: float | None = None
    index: Index = Index("", 0)
    frame: str = "world"
    tool: str = ""
    ext: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Run:
    """A run of moves in time, from rest to rest; see GroupTrack for the arrays.

    Attributes:
        t: Knot times [s], shape (n,), first 0.0. v: Where each knot lies on the way of the motion
            that ends there, 0..1, shape (n,). q, qd, qdd: shape (n, dof).
        dev_path, dev_time: shape (n-1, dof). motion: Index into motions, shape (n-1,).
        motions: One entry per way and per corner, in order; knots first..last of this run.
        findings: What could not be done as written.
        tubes: Of corners that are not certified as their named law alone, knots of this run.
    """

    t: Array
    v: Array
    q: Array
    qd: Array
    qdd: Array
    dev_path: Array
    dev_time: Array
    motion: Ints
    motions: tuple[Motion, ...]
    findings: tuple[Finding, ...]
    tubes: tuple[Tube, ...] = ()

    @property
    def duration(self) -> float:
        """Time of the last knot [s]."""
        return float(self.t[-1])
