"""Random arms beside fixtures that move on a fixture that moves, and where all may be at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
from slides import random_piece
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.timeline import Concurrent, Event, FixtureTrack, Phase, Timeline
from cellsim.domain.wiring import Device, TimeRange
from cellsim.geometry import Array, Pose
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import link_pose

TOOL = "a/tool:tool_a"
MOVERS = ("table", "clamp", "other")
KNOTS = 4
# When each of them moves on the nominal clock [s].
TIMES = {"table": (0.4, 0.9), "clamp": (1.2, 1.8), "other": (1.1, 2.2)}


@dataclass(frozen=True, eq=False)
class Nested:
    """A run, where each fixture goes, and whether signals keep the table before the others."""

    run: Timeline
    goals: Mapping[str, float]
    after: bool


def joint(rng: np.random.Generator) -> tuple[FixtureJoint, float]:
    """Return a random joint and where a device brings it."""
    kind: Literal["revolute", "prismatic"] = "revolute" if rng.integers(2) else "prismatic"
    axis = rng.normal(size=3)
    goal = float(rng.uniform(-1.0, 1.0) if kind == "revolute" else rng.uniform(-0.4, 0.4))
    origin = rng.uniform(-0.3, 0.3, 3)
    return FixtureJoint(kind, origin, axis / np.linalg.norm(axis), -2.0, 2.0, 0.0), goal


def nested_run(rng: np.random.Generator) -> Nested:
    """Return an arm that comes by a table with a clamp that carries a rider, and another clamp."""
    q = np.cumsum(rng.uniform(-0.5, 0.5, (KNOTS, 3)), axis=0)
    axes, at = np.eye(3)[rng.integers(3, size=3)], rng.uniform(-0.4, 0.4, (3, 3))
    robot = arm([("revolute", tuple(axes[j]), tuple(at[j])) for j in range(3)])
    bare = cell({"a": robot}, {"a": solid(random_piece(rng))})
    tip = link_pose(bare, "a/flange", {"a": q[rng.integers(KNOTS)]}).p
    made = {name: joint(rng) for name in MOVERS}

    def place(spread: float, at: Array | None = None) -> Pose:
        p = rng.normal(size=3) * spread + (np.zeros(3) if at is None else at)
        return Pose.translation(*p)

    fixtures = {
        "table": Fixture("table", solid(random_piece(rng)), "world", place(0.1, tip)),
        "clamp": Fixture("clamp", solid(random_piece(rng)), "fixture:table", place(0.15)),
        "other": Fixture("other", solid(random_piece(rng)), "fixture:table", place(0.15)),
        "rider": Fixture("rider", solid(random_piece(rng)), "fixture:clamp", place(0.2)),
        "post": Fixture("post", solid(random_piece(rng)), "world", place(0.3, tip)),
    }
    for name in MOVERS:
        fixtures[name] = replace(fixtures[name], joint=made[name][0])
    time = TimeRange(1.0, 1.0, 1.0, "test")
    devices = {
        name: Device(name, f"go_{name}", f"told_{name}", time, "move", target=name,
                     goal=made[name][1], unit=made[name][0].unit)
        for name in MOVERS
    }  # fmt: skip
    after = bool(rng.integers(2))
    world = replace(bare, fixtures=fixtures, devices=devices)
    goals = {name: goal for name, (_, goal) in made.items()}
    return Nested(timed(world, q, goals, rng, after), goals, after)


def timed(
    world: Cell, q: Array, goals: Mapping[str, float], rng: np.random.Generator, after: bool
) -> Timeline:
    """Return the run; the table comes before the clamps in every timing, or as it likes."""
    free = []
    for name in MOVERS:
        cut = int(rng.integers(0, KNOTS))
        free += [
            Concurrent("a", f"fixture:{name}", 0, cut, 0, 6),
            Concurrent("a", f"fixture:{name}", cut, KNOTS - 1, 3, 9),
        ]
    for name in ("clamp", "other"):
        pair = "fixture:table", f"fixture:{name}"
        if after:
            free += [Concurrent(*pair, 0, 9, 0, 3), Concurrent(*pair, 6, 9, 0, 9)]
        else:
            free.append(Concurrent(*pair, 0, 9, 0, 9))
    free.append(Concurrent("fixture:clamp", "fixture:other", 0, 9, 0, 9))
    told = [Event(TIMES[n][1], "process", n, 1.0, f"fixture:{n}") for n in MOVERS]
    made = timeline(world, {"a": q}, concurrent=free, events=told)
    end = made.duration
    tracks = {}
    for name, goal in goals.items():
        t0, t1 = TIMES[name]
        phases = (
            Phase("stands", 0.0, t0, 0.0, 0.0),
            Phase("moves", t0, t1, min(0.0, goal), max(0.0, goal), name),
            Phase("stands", t1, end, goal, goal, name),
        )
        t, values = np.array([0.0, t0, t1, end]), np.array([0.0, 0.0, goal, goal])
        tracks[f"fixture:{name}"] = FixtureTrack(f"fixture:{name}", t, values, phases)
    return replace(made, fixtures=tracks)


def may_be(made: Nested, fine: int) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield knots of the arm with places of the fixtures that may all be at once."""
    run = made.run
    allowed = {(c.a, c.b): [] for c in run.concurrent}
    for c in run.concurrent:
        allowed[(c.a, c.b)].append((c.a0, c.a1, c.b0, c.b1))

    def at_once(a: str, x: tuple[int, int], b: str, y: tuple[int, int]) -> bool:
        rows = allowed[(a, b)]
        return any(a0 <= x[0] and x[1] <= a1 and b0 <= y[0] and y[1] <= b1
                   for a0, a1, b0, b1 in rows)  # fmt: skip

    names = [f"fixture:{n}" for n in MOVERS]
    for numbers in product(range(3), repeat=3):
        spans = [(3 * k, 3 * k + 3) for k in numbers]
        if not all(at_once(names[i], spans[i], names[k], spans[k]) for i in range(3)
                   for k in range(i + 1, 3)):  # fmt: skip
            continue
        ranges = [run.fixtures[n].phases[k] for n, k in zip(names, numbers, strict=True)]
        grids = [np.unique(np.linspace(p.low, p.high, fine)) for p in ranges]
        for chord in range(KNOTS - 1):
            if not all(at_once("a", (chord, chord + 1), n, s)
                       for n, s in zip(names, spans, strict=True)):  # fmt: skip
                continue
            for values in product(*grids):
                for u in np.linspace(chord, chord + 1, fine):
                    yield float(u), dict(zip(names, values, strict=True))


def least_of(made: Nested, pairs: list[tuple[str, str]], fine: int) -> dict[tuple[str, str], float]:
    """Return the least distance of each pair seen at a grid of what may be at once [m], by coal."""
    run, bodies = made.run, {b.name: b for b in bodies_of(made.run.job.cell)}
    least = dict.fromkeys(pairs, np.inf)
    known: dict[tuple[object, ...], float] = {}
    track = run.tracks["a"]
    for u, values in may_be(made, fine):
        q = {name: np.array([value]) for name, value in values.items()}
        q["a"] = np.array([np.interp(u, np.arange(KNOTS), x) for x in track.q.T])
        for pair in pairs:
            key = (pair, u if TOOL in pair else 0.0, *values.values())
            if key not in known:
                A, B = (link_pose(run.job.cell, bodies[n].parent, q) @ bodies[n].parent_T_body
                        for n in pair)  # fmt: skip
                known[key] = min(
                    kernel.contact(x, y, A, B).distance
                    for x in bodies[pair[0]].solid.pieces for y in bodies[pair[1]].solid.pieces
                )  # fmt: skip
            least[pair] = min(least[pair], known[key])
    return least
