"""Cells of a few pieces for the collision tests: arms of given joints, plates, rods and posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.domain.cell import Cell, Frame, MotionGroup, PairRule
from cellsim.domain.controller import Controller
from cellsim.domain.equipment import Fixture, Part, Tool
from cellsim.domain.job import Job
from cellsim.domain.program import Index
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.domain.timeline import Band, Concurrent, Event, GroupTrack, Hold, Motion, Timeline
from cellsim.geometry import Array, Piece, Pose, Solid

CONTROLLER = Controller("none", "none", "", ())
Place = tuple[str, tuple[float, float, float], tuple[float, float, float]]


def solid(*pieces: Piece, margin: float = 0.0) -> Solid:
    """Return a solid of pieces."""
    return Solid("solid", tuple(pieces), margin_m=margin)


def arm(places: Sequence[Place], links: Mapping[int, Solid] | None = None) -> Robot:
    """Return an arm; places: (kind, axis, origin in the link before) of each joint."""
    joints = tuple(
        Joint(f"J{k + 1}", kind, Pose.translation(*origin), np.array(axis, float), -9, 9, 3.0, None)  # type: ignore[arg-type]
        for k, (kind, axis, origin) in enumerate(places)
    )
    bodies = tuple(Link(f"link{k}", (links or {}).get(k)) for k in range(len(joints) + 1))
    return Robot("arm", "none", "arm", "arm", joints, bodies, Pose.identity(), (0.0,) * len(joints))


def planar(lengths: Sequence[float]) -> Robot:
    """Return revolute joints about z, each a length along x after the one before."""
    reach = [0.0, *lengths]
    return arm([("revolute", (0, 0, 1), (x, 0, 0)) for x in reach[:-1]])


def cell(
    robots: Mapping[str, Robot],
    tools: Mapping[str, Solid] | None = None,
    fixtures: Mapping[str, tuple[Solid, Pose]] | None = None,
    parts: Mapping[str, tuple[Solid, Pose]] | None = None,
    bases: Mapping[str, Pose] | None = None,
    rules: Sequence[PairRule] = (),
    clearance: float = 0.002,
    frames: Mapping[str, Frame] | None = None,
) -> Cell:
    """Return a cell; tools are by group name; everything stands in the world."""
    tools, bases = tools or {}, bases or {}
    zero = np.zeros((3, 3))
    return Cell(
        name="small",
        variant="one",
        groups={
            g: MotionGroup(
                g, robot, "world", bases.get(g, Pose.identity()), (), CONTROLLER,
                f"tool_{g}" if g in tools else "", robot.home,
            )
            for g, robot in robots.items()
        },
        tools={
            f"tool_{g}": Tool(f"tool_{g}", s, 1.0, (0, 0, 0), zero, {}) for g, s in tools.items()
        },
        parts={
            name: Part(name, s, 1.0, (0, 0, 0), zero, "world", pose)
            for name, (s, pose) in (parts or {}).items()
        },
        fixtures={
            name: Fixture(name, s, "world", pose) for name, (s, pose) in (fixtures or {}).items()
        },
        frames=frames or {},
        signals={},
        devices={},
        clearance_m=clearance,
        self_clearance_m=clearance,
        pair_rules=tuple(rules),
    )  # fmt: skip


def timeline(
    world: Cell,
    paths: Mapping[str, Array],
    step: float = 1.0,
    deviation: float = 0.0,
    holds: Sequence[Hold] = (),
    events: Sequence[Event] = (),
    concurrent: Sequence[Concurrent] = (),
) -> Timeline:
    """Return a timeline through knots `step` seconds apart; each chord is one line of a program."""
    tracks = {}
    for group, q in paths.items():
        q = np.array(q, dtype=float)
        n = len(q) - 1
        still = np.zeros_like(q)
        off = np.full((n, q.shape[1]), deviation)
        motions = tuple(Motion("joint", Index(f"{group}.p", k + 1), k, k + 1) for k in range(n))
        row = np.arange(n, dtype=np.int64)
        t = step * np.arange(n + 1, dtype=float)
        tracks[group] = GroupTrack(group, t, q, still, still, off, off, row, motions, 0 * row)
    end = max(float(track.t[-1]) for track in tracks.values())
    given = {hold.part for hold in holds}
    rest = [Hold(p, "world", part.pose, 0.0, end) for p, part in world.parts.items()
            if p not in given]  # fmt: skip
    job = Job("small", world, {}, {})
    return Timeline(
        job, tracks, (*holds, *rest), tuple(events), tuple(concurrent), Band(end, end, end, "test")
    )
