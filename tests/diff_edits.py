"""Seeded edits with the one difference each must give."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace

import numpy as np
from diff_programs import (
    Edit,
    at,
    is_move,
    joint,
    moved,
    put,
    tcp,
)

from cellsim.controllers.brands import quantise
from cellsim.domain.cell import Cell
from cellsim.domain.program import (
    FINE,
    Delay,
    Loop,
    Move,
    Program,
    SetSignal,
    Target,
    Wait,
    signal_is,
)
from cellsim.units import deg


def _joint_moved(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    move = program.routines[0].body[place]
    axis, amount = rng.randrange(6), rng.choice((-1, 1)) * rng.randint(1, 200) / 100.0
    assert isinstance(move, Move)
    new = put(program, place, moved(move, axis, amount * deg))
    old_q, new_q, shift, turn = printed(program, new, place, cell)
    name, change = cell.groups["arm"].joints[axis].name, math.degrees(new_q[axis] - old_q[axis])
    said = f"target moved by {name} {change:+.4f} deg (tcp {shift:.3f} mm, {turn:.4f} deg)"
    return new, "moved: " + re.escape(said)


def _linear_moved(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("linear"), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    amount = rng.choice((-1, 1)) * rng.randint(10, 200) / 100.0 * deg
    new = put(program, place, moved(move, rng.randrange(3), amount))
    _, _, shift, turn = printed(program, new, place, cell)
    return new, f"moved: .*{shift:.3f} mm.* {turn:.4f} deg"


def printed(
    a: Program, b: Program, place: int, cell: Cell
) -> tuple[tuple[float, ...], tuple[float, ...], float, float]:
    """Return joints and TCP shift [mm, deg] of a motion as the text prints it, by plain numpy."""
    targets = []
    for program in (a, b):
        s = quantise(program, cell).routines[0].body[place]
        assert isinstance(s, Move)
        targets.append(s.to)
    poses = [t.pose.matrix if t.pose else tcp(cell, t.q or ()).matrix for t in targets]
    shift = float(np.linalg.norm(poses[1][:3, 3] - poses[0][:3, 3]))
    turn = poses[0][:3, :3].T @ poses[1][:3, :3]
    skew = (turn - turn.T) / 2.0
    sine = math.sqrt(skew[0, 1] ** 2 + skew[0, 2] ** 2 + skew[1, 2] ** 2)
    angle = math.atan2(sine, (float(np.trace(turn)) - 1.0) / 2.0)
    return targets[0].q or (), targets[1].q or (), 1e3 * shift, math.degrees(angle)


def _speed(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Move), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    new = replace(move.speed, value=move.speed.value * rng.choice((0.5, 1.2, 0.2)))
    old = quantise(put(program, place, replace(move, speed=new)), cell)
    shown = [
        s.speed
        for s in (quantise(program, cell).routines[0].body[place], old.routines[0].body[place])
        if isinstance(s, Move)
    ]
    text = f"speed {shown[0]} became {shown[1]}"
    return put(program, place, replace(move, speed=new)), "speed: " + re.escape(text)


def _corner(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Move) and s.zone != FINE, rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    said = re.escape(f"zone {move.zone} became fine")
    return put(program, place, replace(move, zone=FINE)), f"zone: {said}"


def _tool(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    return put(
        program, place, replace(move, tool="gripper.tip")
    ), "tool: tool gripper became gripper.tip"


def _kind(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    s = program.routines[0].body[place]
    assert isinstance(s, SetSignal)
    new = replace(s, value=not s.value)
    return put(program, place, new), f"signal: set {s.signal} = True became set {s.signal} = False"


def _other_signal(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    new = SetSignal("lamp", True)
    return put(program, place, new), "signal: set grip_close = True became set lamp = True"


def _timeout(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and bool(s.timeout_s), rng)
    s = program.routines[0].body[place]
    assert isinstance(s, Wait)
    new = rng.randint(25, 90) / 10.0
    said = f"for at most 2 s became .* for at most {new:g} s"
    return put(program, place, replace(s, timeout_s=new)), f"wait: .*{said}"


def _delay(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Delay), rng)
    new = rng.randint(6, 50) / 10.0
    return put(program, place, Delay(new)), f"delay: delay 0.5 s became delay {new:g} s"


def _insert(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    return put(program, place, joint(cell, rng), drop=0), "added: joint move .* is new"


def _delete(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    body = program.routines[0].body
    # A corner that loses its next motion may become a stop as well: that is a second difference.
    alone = [
        i
        for i, s in enumerate(body)
        if is_move("linear")(s) and getattr(body[i - 1], "zone", FINE) == FINE
    ]
    return put(program, rng.choice(alone)), "missing: linear move .* is gone"


def _swap(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    body = program.routines[0].body
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    return put(program, place, body[place + 1], body[place], drop=2), "order: .* another place"


def _count(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Loop), rng)
    loop = program.routines[0].body[place]
    assert isinstance(loop, Loop)
    return put(program, place, replace(loop, count=4)), "changed: loop 3 became loop 4"


def _condition(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and s.timeout_s is None, rng)
    new = Wait(signal_is("grip_closed", True))
    return put(program, place, new), "wait: wait ready became wait grip_closed"


def _opposite(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and s.timeout_s is None, rng)
    new = Wait(signal_is("ready", False))
    return put(program, place, new), "wait: wait ready became wait not ready"


def _in_routine(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    entry, stack = program.routines
    body = (stack.body[0], replace(stack.body[1], value=True), stack.body[2])  # type: ignore[arg-type]
    changed = replace(program, routines=(entry, replace(stack, body=body)))
    return changed, "signal: set grip_close = False became set grip_close = True"


def _branch(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    """Reach the same pose in the nearest other branch."""
    from cellsim.kinematics.fk import flange_pose
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import branches

    chain = chain_of(cell, "arm")
    found: list[np.ndarray] = []  # type: ignore[type-arg]
    while not found:
        place = at(program, is_move("joint"), rng)
        move = program.routines[0].body[place]
        assert isinstance(move, Move)
        q = np.array(move.to.q)
        ways = branches(chain, flange_pose(chain, q))
        found = [f for f in ways if np.abs(f - q).max() > 1.0]
    other = min(found, key=lambda f: float(np.abs(f - q).max()))
    new = replace(move, to=Target(q=tuple(float(v) for v in other)))
    return put(program, place, new), "(branch|moved): .*(other joints|moved by .*tcp 0.0)"


EDITS = (
    Edit("joint moved", _joint_moved),
    Edit("joint moved again", _joint_moved),
    Edit("line moved", _linear_moved),
    Edit("line moved again", _linear_moved),
    Edit("speed", _speed),
    Edit("speed again", _speed),
    Edit("corner", _corner),
    Edit("tool", _tool),
    Edit("signal value", _kind),
    Edit("signal name", _other_signal),
    Edit("timeout", _timeout),
    Edit("delay", _delay),
    Edit("inserted", _insert),
    Edit("deleted", _delete),
    Edit("swapped", _swap),
    Edit("loop count", _count),
    Edit("condition", _condition),
    Edit("opposite condition", _opposite),
    Edit("inside a routine", _in_routine),
    Edit("branch", _branch),
)
