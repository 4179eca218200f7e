"""Generated jobs at the ends of what a language can say; no cell need be able to run them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from brandkit import KITS
from controllers_jobs import COMMENTS
from controllers_support import cell_of, codes, move, random_q

from cellsim.domain.along import Along
from cellsim.domain.cell import Cell
from cellsim.domain.program import (
    FINE,
    Call,
    Delay,
    If,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
    signal_is,
)


def extreme(brand: str, seed: int) -> tuple[Cell, Program]:
    """Return a job at the ends of what the language can say; no cell need be able to run it."""
    rng = random.Random(f"extreme {seed}")
    cell = cell_of(brand, bool(seed % 2) and KITS[brand].track)
    names = ["main", "a_rather_long_name", "B2"]
    routines = tuple(
        Routine(name, extreme_body(cell, brand, rng, 3, names[i + 1 :]))
        for i, name in enumerate(names)
    )
    calls = tuple(Call(name) for name in names[1:])
    main = replace(routines[0], body=(*routines[0].body, *calls))
    return cell, Program(f"job_{seed}", "arm", (main, *routines[1:]), source="teach")


def edge_q(cell: Cell, rng: random.Random) -> tuple[float, ...]:
    """Return joints, some exactly at a limit, at zero, or a hair beside it."""
    q = []
    for value, joint in zip(random_q(cell, rng), cell.groups["arm"].joints, strict=True):
        hair = rng.choice([1e-9, -1e-9, 5e-7, -5e-7])
        inside = joint.lower < hair < joint.upper
        edges = [value, value, joint.lower, joint.upper, *([hair] if inside else [])]
        q.append(float(rng.choice(edges)))
    return tuple(q)


def extreme_move(cell: Cell, brand: str, rng: random.Random, kind: str) -> Move:
    """Return a motion with speed, corner and joints at their ends."""
    kit, measure = KITS[brand], "joint" if kind == "joint" else "linear"
    made = move(cell, rng, brand, kind, comment=rng.choice(COMMENTS))
    return replace(
        made,
        to=Target(q=edge_q(cell, rng)),
        speed=rng.choice([made.speed, *kit.speeds[measure]]),
        zone=rng.choice([FINE, *kit.zones[measure]]),
    )


def _along(cell: Cell, brand: str, rng: random.Random) -> list[Statement]:
    """Return outputs on the way of a line, one of them as a pulse, and a pulse where it stands."""
    kit = KITS[brand]
    at, other = rng.choice(kit.along), rng.choice((*kit.along, *kit.along_once))
    on = rng.random() < 0.5 or kit.rises
    back = replace(at, after=at.after + 0.5)
    pulse = [SetSignal("lamp", on, at), SetSignal("lamp", not on, back)]
    here = [SetSignal("lamp", on), SetSignal("lamp", not on, Along(after=2.5))]
    line = extreme_move(cell, brand, rng, "linear")
    line = replace(line, zone=FINE) if kit.stops_along else line
    single = [SetSignal("grip_close", on, other)]
    if kit.one_along:
        return [*here, *rng.choice([pulse, single]), line]
    return [*here, *pulse, *single, line]


def extreme_body(
    cell: Cell, brand: str, rng: random.Random, depth: int, calls: Sequence[str]
) -> tuple[Statement, ...]:
    """Return motions and every other statement, nested."""
    out: list[Statement] = [extreme_move(cell, brand, rng, "joint")]
    arcs = 0
    for _ in range(rng.randrange(3, 8)):
        kinds = ["joint", "linear", "circular", "signal", "code", "wait", "if", "loop", "call"]
        kind = rng.choice([*kinds, *(["along"] if KITS[brand].along else [])])
        if kind in ("joint", "linear"):
            out.append(extreme_move(cell, brand, rng, kind))
        elif kind == "circular" and not arcs:
            arcs = 1
            out += [extreme_move(cell, brand, rng, "linear"), extreme_move(cell, brand, rng, kind)]
            out += [extreme_move(cell, brand, rng, "linear")]
        elif kind == "signal":
            names = rng.sample(["lamp", "grip_close"], 2)
            out += [SetSignal(name, rng.random() < 0.5) for name in names]
        elif kind == "code":
            code, awaited = (float(rng.choice([0, 1, 127, 128, 254, 255])) for _ in range(2))
            out += codes(brand, code, awaited)
        elif kind == "along":
            out += _along(cell, brand, rng)
        elif kind == "wait":
            ready = signal_is("ready", rng.random() < 0.5)
            out += [
                Wait(ready, rng.choice([None, 0.1, 0.25, 59.5, 180.0])),
                Delay(rng.choice([0.1, 60.0, 100.5])),
            ]
        elif kind == "call" and calls:
            out.append(Call(rng.choice(calls)))
        elif kind in ("if", "loop") and depth:
            inner = extreme_body(cell, brand, rng, depth - 1, calls)
            closed = signal_is("grip_closed", rng.random() < 0.5)
            other = (Delay(1.0),) if rng.random() < 0.5 else ()
            out.append(
                If(closed, inner, other) if kind == "if" else Loop(inner, rng.choice([1, 2, 1000]))
            )
    return tuple(out)
