"""What is certified of two gantries on one clock, and random programs of both."""

from __future__ import annotations

import random

import numpy as np
from clock_cells import PAIR, SIZE, Knots
from gantry_cells import put, to, wait
from slides import find_pair

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.domain.program import Delay, Process
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Piece, Pose

BOX = Piece("box", (SIZE, SIZE, SIZE))


def status_of(line: Timeline) -> str:
    return find_pair(check_timeline(line), *PAIR).status


def boxes_of(line: Timeline) -> np.ndarray:
    return clock_of(line).boxes[("hand", "driver")]


def covers(boxes: np.ndarray, us: Knots, vs: Knots, hair: float) -> bool:
    low, high = boxes[:, ::2] - hair, boxes[:, 1::2] + hair
    return bool(((low <= (us[1], vs[1])) & ((us[0], vs[0]) <= high)).all(axis=1).any())


def distance(line: Timeline, u: float, v: float) -> float:
    x, y = (
        float(np.interp(w, np.arange(len(line.tracks[g].t)), line.tracks[g].q[:, axis])) - 1.0
        for g, w, axis in (("hand", u, 0), ("driver", v, 1))
    )
    return kernel.contact(BOX, BOX, Pose.translation(x, 0, 0), Pose.translation(0, y, 0)).distance


def random_programs(rng: random.Random) -> tuple[list, list]:
    """Moves, delays, processes and signals; each waits for what the other has set before, and may
    find that it was taken back."""
    bodies: tuple[list, list] = ([], [])
    names = (("go", "back"), ("gone", "ready"))
    given: list[tuple[int, str]] = []
    back: list[tuple[int, str]] = []
    for _ in range(rng.randint(3, 7)):
        side = rng.randrange(2)
        body, other = bodies[side], bodies[1 - side]
        kind = rng.choice(("move", "move", "delay", "process", "meet", "meet"))
        if kind == "move":
            way = rng.uniform(0.1, 2.0)
            body.append(to(way) if side == 0 else to(0, way))
        elif kind == "delay":
            body.append(Delay(rng.uniform(0.05, 0.6)))
        elif kind == "process" and side == 1:
            body.append(Process("nutrunner"))
        elif kind == "meet":
            left = [n for n in names[side] if (side, n) not in given]
            if left:
                given.append((side, left[0]))
                body.append(put(left[0]))
                other.append(wait(left[0]))
                back.append((side, left[0]))
        if back and rng.random() < 0.4:
            side, name = back.pop(0)
            bodies[side].append(put(name, value=False))
    for side, body in enumerate(bodies):
        body.append(to(1.7) if side == 0 else to(0, 1.7))
    return bodies
