"""Round a program to what TP text can say: 0.001 mm and deg, 1 mm/s, 1 %, CNT, registers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from cellsim.controllers.fanuc.digits import DIGITS, TIME_DIGITS, grid_pose
from cellsim.controllers.fanuc.passing import gridded
from cellsim.controllers.fanuc.posture import SHAPE, config_of
from cellsim.controllers.fanuc.quietframe import quiet_frames
from cellsim.controllers.fanuc.renaming import renamed
from cellsim.controllers.fanuc.splitting import split
from cellsim.controllers.fanuc.words import RESERVED
from cellsim.controllers.writing.lines import numbers_in
from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.quantise import (
    ascii_comment,
    grid_common,
    is_fine,
    loop_as_jump,
    numbered_frame,
    refuse_measured_joints,
    whole_percent,
)
from cellsim.controllers.writing.resolve import with_joints
from cellsim.controllers.writing.rewrite import rewrite, with_names
from cellsim.controllers.writing.standing import stopped
from cellsim.controllers.writing.targets import (
    base_frame,
    grid_externals,
    group_of,
    joint_target,
    pose_in,
    refuse_moving_frame,
    tool_name,
)
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    FINE,
    Loop,
    Move,
    Program,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.errors import Refused
from cellsim.kinematics.chain import Chain
from cellsim.motion.caps import ramp_time

LONGEST_NAME, LONGEST_OLD = 36, 8
_OLD = ("R-J3", "R-30iA")


def quantise(program: Program, cell: Cell) -> Program:
    """Return the program as TP can say it.

    J motions keep joints; L and C get poses with CONFIG in the frame whose number is known, else
    in the world of the robot. Variables become registers and flags, labels get numbers, loops
    with a condition become labels, a distance corner becomes a CNT (a note says so), routines
    that are too long are split.

    Raises:
        Refused: A joint target in a measured frame, or a unit, corner or ACC without counterpart.
    """
    group = group_of(program, cell)
    resolved = with_joints("fanuc", program, cell, _needs_joints)
    longest = LONGEST_OLD if group.controller.type.startswith(_OLD) else LONGEST_NAME
    short = with_names(resolved, longest, RESERVED, lower=True)
    work = _Work(cell, group)
    said = quiet_frames(rewrite(short, work.change), cell, group)
    said = replace(
        said,
        routines=tuple(
            replace(r, body=stopped(gridded(r.body), work.notes)) for r in said.routines
        ),
    )
    result = split(renamed(said, numbers_in(group)), longest)
    return replace(result, notes=tuple(dict.fromkeys((*result.notes, *work.notes))))


def _needs_joints(move: Move) -> bool:
    targets = [t for t in (move.to, move.via) if t is not None]
    return move.kind == "joint" or not all(SHAPE.fullmatch(t.config) for t in targets)


@dataclass
class _Work:
    """The cell, and what the quantising of one program gathers."""

    cell: Cell
    group: MotionGroup
    notes: dict[str, None] = field(default_factory=dict)
    loops: int = 0

    def change(self, statement: Statement) -> tuple[Statement, ...]:
        """Return what a statement becomes."""
        if isinstance(statement, Move):
            return (ascii_comment(self.move(statement)),)
        if isinstance(statement, Loop) and statement.condition is not None:
            self.loops += 1
            made = loop_as_jump(statement, f"loop_{self.loops}", TIME_DIGITS)
            return tuple(ascii_comment(s) for s in made)
        return (ascii_comment(grid_common(statement, TIME_DIGITS)),)

    def move(self, move: Move) -> Move:
        joint = move.kind == "joint"
        frame = numbered_frame(self.group, move.frame)
        if joint:
            refuse_measured_joints("fanuc", move.frame, self.cell, move.line)
        elif frame is None:
            frame = self._world(move)
        shown = frame or "world"
        via = None if move.via is None or joint else self.path_target(move, move.via, shown)
        return replace(
            move,
            to=joint_target("fanuc", move, self.group, DIGITS, "J")
            if joint
            else self.path_target(move, move.to, shown),
            via=via,
            speed=_speed(move),
            zone=self.zone(move),
            tool=tool_name(move, self.group, self.cell),
            frame=shown,
            accel=_accel(move),
        )

    def _world(self, move: Move) -> str:
        """Return the robot's own base, in whose world (UF 0) a frame without number is said."""
        refuse_moving_frame("fanuc", move.frame, self.cell, self.group, move.line)
        return base_frame(self.group)

    def path_target(self, move: Move, target: Target, frame: str) -> Target:
        axes = self.group.controller.axes
        pose = pose_in("fanuc", move, target, frame, self.cell, self.group)
        if frame == base_frame(self.group):
            base_T_world = self.group.robot.controller_base
            pose = base_T_world @ grid_pose(base_T_world.inverse() @ pose)
        else:
            pose = grid_pose(pose)
        ext = grid_externals("fanuc", target, self.group, DIGITS, move.line)
        config = target.config
        if target.q is not None:
            config = config_of(self._chain(), axes, target.q, move.line)
        elif not SHAPE.fullmatch(config):
            raise Refused("fanuc", "pose without joints has no CONFIG", line=move.line)
        return replace(target, q=None, pose=pose, config=config, ext=ext, tolerance=None)

    def _chain(self) -> Chain:
        from cellsim.kinematics.frames import chain_of

        return chain_of(self.cell, self.group.name)

    def zone(self, move: Move) -> Zone:
        zone = move.zone
        if is_fine(zone):
            return FINE
        if zone.kind == "cnt" and 0.0 <= zone.value <= 100.0:
            return Zone("cnt", float(math.floor(zone.value + 1e-9)))
        if zone.kind in {"distance", "radius"}:
            share = _share_of(zone.value, move.speed, ramp_time(self.group.joints))
            if share is not None:
                made = f"CNT{share}" if share else "FINE"
                self.notes[f"corner {zone} at {move.speed} is written as {made} (assumed law)"] = (
                    None
                )
                return Zone("cnt", float(share)) if share else FINE
        raise Refused("fanuc", f"corner '{zone}' of a {move.kind} motion", line=move.line)


def _share_of(mm: float, speed: Speed, ramp: float) -> int | None:
    """Return the CNT whose corner begins `mm` before the point, rounded down; None: no TCP speed.

    The rest of the way is c^2 v t / 2 when c t of the deceleration time t is left.
    """
    v = {"mm/s": 1.0, "m/s": 1000.0}.get(speed.unit, 0.0) * speed.value
    if v <= 0.0:
        return None
    return min(100, math.floor(100.0 * math.sqrt(2.0 * mm / (v * ramp)) + 1e-9))


def _speed(move: Move) -> Speed:
    speed, joint = move.speed, move.kind == "joint"
    if joint and speed.unit == "%":
        return whole_percent(speed)
    if speed.unit == "s":
        return Speed(max(on_grid(speed.value, 3 if speed.value <= 32.0 else 1), 0.001), "s")
    if not joint and speed.unit in {"mm/s", "m/s"}:
        scale = 1.0 if speed.unit == "mm/s" else 1000.0
        return Speed(max(on_grid(scale * speed.value, 0), 1.0), "mm/s")
    if not joint and speed.unit in {"deg/s", "rad/s"}:
        scale = 1.0 if speed.unit == "deg/s" else math.degrees(1.0)
        return Speed(max(on_grid(scale * speed.value, 0), 1.0), "deg/s")
    raise Refused("fanuc", f"speed {speed} of a {move.kind} motion", line=move.line)


def _accel(move: Move) -> float | None:
    if move.accel is None or on_grid(move.accel, 0) == 100.0:
        return None
    if not 20.0 <= move.accel <= 150.0:
        raise Refused("fanuc", f"acceleration of {move.accel:g} %; ACC is 20..150", line=move.line)
    return on_grid(move.accel, 0)
