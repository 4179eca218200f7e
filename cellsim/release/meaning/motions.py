"""Motions side by side: where they end in mm and degrees, and how they get there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Move, Speed, Target, Zone
from cellsim.domain.robot import Joint
from cellsim.errors import UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.ik import solve_all
from cellsim.kinematics.naming import branch_name
from cellsim.motion.zones import zone_distance
from cellsim.release.meaning.difference import axis_shift
from cellsim.simulate.moves import flange_T_tcp_of

Values = tuple[float, ...]
Said = tuple[str, str, Mapping[str, object]]
_SPEEDS = {
    "mm/s": ("m/s", 1e-3),
    "m/s": ("m/s", 1.0),
    "deg/s": ("rad/s", math.pi / 180.0),
    "rad/s": ("rad/s", 1.0),
    "%": ("%", 1.0),
    "s": ("s", 1.0),
}


@dataclass(frozen=True)
class Grid:
    """How far values may lie apart and still be the same.

    Attributes:
        axis: [rad | m]; length [m]; angle [rad]. Texts of one language: rounding of floats only.
        between_brands: The languages print other digits and say frames in other ways.
        in_world: Two arms: TCPs are compared in the world, joints not at all.
    """

    axis: float = 1e-9
    length: float = 1e-9
    angle: float = 1e-7
    between_brands: bool = False
    in_world: bool = False


# Joints [rad | m] nearer than this are the same ones, printed with fewer digits.
_OTHER_JOINTS = 1e-5
SAME = Grid()
# The last printed digit of the coarsest language (0.001 deg, 0.001 mm) over an arm of 3 m.
BETWEEN_BRANDS = Grid(2e-5, 1e-4, 2e-4, True)


@dataclass(frozen=True, eq=False)
class Side:
    """Whose program it is: the cell, the group in it, and the rules that corners mean."""

    cell: Cell
    group: str
    rules: MotionRules | None

    def world(self, move: Move, target: Target) -> Pose | None:
        """Return `world_T_tcp` of a target; None where it cannot be told."""
        tool = move.tool.partition(".")[0]
        if target.q is not None:
            if len(target.q) != self.cell.groups[self.group].dof:
                return None
            if tool and tool not in self.cell.tools:
                return None
            tcp = flange_T_tcp_of(self.cell, self.group, move.tool)
            return tcp_pose(chain_of(self.cell, self.group), np.array(target.q), tcp)
        if target.pose is None:
            return None
        try:
            return world_T_frame(self.cell, move.frame) @ target.pose
        except UnknownName:  # a frame number of the text that the cell does not have
            return None

    def measured(self, frame: str) -> bool:
        """Return whether a frame is measured at run time."""
        return frame in self.cell.frames and self.cell.frames[frame].measured


def compare_motions(s: Move, t: Move, a: Side, b: Side, grid: Grid) -> Iterator[Said]:
    """Yield (kind, sentence, facts) for everything that `t` does otherwise than `s`."""
    for name in ("kind", "tool", "frame"):
        old, new = getattr(s, name), getattr(t, name)
        if old != new and not (name == "frame" and _frames_alike(s, t, a, b, grid)):
            yield name, "value", {"what": name, "old": old, "new": new}
    if speed_of(s.speed) != speed_of(t.speed):
        yield "speed", "value", {"what": "speed", "old": str(s.speed), "new": str(t.speed)}
    if _corner(s.zone, a) != _corner(t.zone, b):
        yield "zone", "value", {"what": "zone", "old": str(s.zone), "new": str(t.zone)}
    if (s.accel or 100.0) != (t.accel or 100.0):
        facts = {"what": "acceleration", "old": _percent(s.accel), "new": _percent(t.accel)}
        yield "acceleration", "value", facts
    told = {name for name in ("tool", "frame") if getattr(s, name) != getattr(t, name)}
    unknown = [
        ", ".join(sorted({d.state for d in move.doubts} - told)) or "none" for move in (s, t)
    ]
    if unknown[0] != unknown[1]:
        facts = {"what": "states not known:", "old": unknown[0], "new": unknown[1]}
        yield "unknown", "value", facts
    yield from _targets(s, t, s.to, t.to, a, b, grid, "")
    if (s.via is None) != (t.via is None):
        yield "via", "via_came", {}
    elif s.via is not None and t.via is not None:
        yield from _targets(s, t, s.via, t.via, a, b, grid, "via_")


def _percent(accel: float | None) -> str:
    return f"{100.0 if accel is None else accel:g} %"


def speed_of(speed: Speed) -> tuple[str, float]:
    """Return a speed as (unit, value) in SI."""
    unit, scale = _SPEEDS.get(speed.unit, (speed.unit, 1.0))
    return unit, round(speed.value * scale, 9)


def _corner(zone: Zone, side: Side) -> tuple[object, ...]:
    """Return what a corner means: its distance where the rules give one, else as written."""
    if zone.kind == "fine" or zone.value <= 0.0:
        return ("fine",)
    rules = side.rules
    if rules is not None and (zone.kind in rules.zone_distance_m or zone.kind in rules.zone_unit_m):
        asked = zone_distance(zone, rules)
        return ("fine",) if asked is None else ("distance", round(asked[0], 9))
    return (zone.kind, round(zone.value, 9), zone.unit)


def _frames_alike(s: Move, t: Move, a: Side, b: Side, grid: Grid) -> bool:
    """Return whether other frame names mean nothing: languages say joints and poses differently."""
    return grid.between_brands and not a.measured(s.frame) and not b.measured(t.frame)


def _targets(
    s: Move, t: Move, x: Target, y: Target, a: Side, b: Side, grid: Grid, point: str
) -> Iterator[Said]:
    same_arm = (
        not grid.in_world and a.cell.groups[a.group].robot.name == b.cell.groups[b.group].robot.name
    )
    if x.q is not None and y.q is not None and same_arm:
        yield from _joints(s, t, x.q, y.q, a, grid, point)
        return
    in_frame = s.frame == t.frame and not grid.in_world
    if x.q is None and y.q is None and in_frame and x.pose and y.pose:
        yield from _moved(x.pose, y.pose, grid, point)
    else:
        old, new = a.world(s, x), b.world(t, y)
        if (old is None or new is None) and x.pose is not None and y.pose is not None:
            old, new = x.pose, y.pose  # each in its frame, of which one is not of the cell
        if old is None or new is None:
            yield "target", "other_target", {}
            return
        yield from _moved(old, new, grid, point)
        if s.kind == t.kind == "joint" and same_arm:
            yield from _reached(s, t, x, y, (a, b), grid)
    if grid.in_world:
        return
    if x.config != y.config and x.q is None and y.q is None:
        facts = {"what": "configuration", "old": x.config or "-", "new": y.config or "-"}
        yield "branch", "value", facts
    yield from _externals(x, y, a, b, grid)


def _moved(old: Pose, new: Pose, grid: Grid, point: str) -> Iterator[Said]:
    shift, turn = old.distance(new)
    if shift > grid.length or turn > grid.angle:
        yield "moved", f"{point}moved", {"mm": 1e3 * shift, "deg": math.degrees(turn)}


def _joints(
    s: Move,
    t: Move,
    old: tuple[float, ...],
    new: tuple[float, ...],
    a: Side,
    grid: Grid,
    point: str,
) -> Iterator[Said]:
    """Yield how joint targets of one arm differ; the TCPs are those of side A's cell."""
    if len(old) != len(new):
        yield "axes", "axis_count", {"old": len(old), "new": len(new)}
        return
    axes = _shifts(a.cell.groups[a.group].joints, old, new, grid)
    if not axes:
        return
    before, after = a.world(s, Target(q=old)), a.world(t, Target(q=new))
    if before is None or after is None:
        yield "moved", f"{point}moved_axes_only", {"axes": axes}
        return
    shift, turn = before.distance(after)
    facts: dict[str, object] = {"axes": axes, "mm": 1e3 * shift, "deg": math.degrees(turn)}
    apart = max(abs(y - x) for x, y in zip(old, new, strict=True))
    if shift < 1e-6 and turn < 1e-6 and apart > _OTHER_JOINTS and s.tool == t.tool:
        chain = chain_of(a.cell, a.group)
        facts |= {"old": branch_name(chain, np.array(old)) or "-"}
        facts |= {"new": branch_name(chain, np.array(new)) or "-"}
        yield "branch", f"{point}branch", facts
    else:
        yield "moved", f"{point}moved_axes", facts


def _shifts(joints: tuple[Joint, ...], old: Values, new: Values, grid: Grid) -> str:
    changed = [
        axis_shift(joint.name, after - before, joint.kind)
        for joint, before, after in zip(joints, old, new, strict=False)
        if abs(after - before) > grid.axis
    ]
    return ", ".join(changed)


def _reached(
    s: Move, t: Move, x: Target, y: Target, sides: tuple[Side, Side], grid: Grid
) -> Iterator[Said]:
    """Yield a branch where a pose names another one than the joints of the other side."""
    late = y.q is None
    side, move, pose, q = (sides[1], t, y, x.q) if late else (sides[0], s, x, y.q)
    if q is None or pose.pose is None:
        return
    chain = chain_of(side.cell, side.group)
    world = side.world(move, pose)
    assert world is not None
    flange_T_tcp = flange_T_tcp_of(side.cell, side.group, move.tool)
    found = solve_all(chain, world @ flange_T_tcp.inverse(), pose.ext or q[chain.arm_dof :])
    named = [f for f in found if not pose.config or branch_name(chain, f) == pose.config]
    best = min((float(np.abs(f - q).max()) for f in named), default=math.inf)
    if best > 50.0 * grid.axis + 1e-4:
        names = [branch_name(chain, np.array(q)), pose.config or "-"]
        old, new = names if late else names[::-1]
        yield "branch", "value", {"what": "configuration", "old": old, "new": new}


def _externals(x: Target, y: Target, a: Side, b: Side, grid: Grid) -> Iterator[Said]:
    arm = a.cell.groups[a.group].robot.dof
    old = x.ext if x.q is None else x.q[arm:]
    new = y.ext if y.q is None else y.q[b.cell.groups[b.group].robot.dof :]
    joints = a.cell.groups[a.group].joints[arm:]
    if len(old) != len(new):
        yield "axes", "axis_count", {"old": len(old), "new": len(new)}
        return
    axes = _shifts(joints, old, new, grid)
    if axes:
        yield "moved", "external", {"axes": axes}
