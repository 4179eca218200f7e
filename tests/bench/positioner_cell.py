"""A robot at a two-axis positioner that carries a meshed part, among meshed fixtures; a program."""

from __future__ import annotations

import numpy as np
from bench_cells import frame_pieces, meshed, rack_pieces, ring_pieces
from small_cells import CONTROLLER, solid

from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell, External, MotionGroup
from cellsim.domain.controller import MotionRules
from cellsim.domain.equipment import Fixture, Part, Tool
from cellsim.domain.files.robot import load_robot
from cellsim.domain.job import Job
from cellsim.domain.program import FINE, Move, Program, Routine, Speed, Target
from cellsim.geometry import Array, Piece, Pose

RULES = MotionRules(
    "bench", "parabola", "parabola", zone_unit_m={"radius": 1e-3}, interpolation_s=0.01
)


def positioner_cell(triangles: int = 12_000, fixtures: int = 20) -> Cell:
    """Return a GP25 that works on a meshed frame held by a MotoPos D500, among fixtures."""
    rng, zero = np.random.default_rng(4), np.eye(3)
    arm, table = load_robot("yaskawa_gp25"), load_robot("yaskawa_motopos_d500")
    home = np.concatenate([arm.home, table.home])
    kinds = (frame_pieces(), ring_pieces(), rack_pieces())
    standing = {}
    for k in range(fixtures):
        turn, away = 2 * np.pi * k / fixtures, 2.6 + 0.8 * rng.random()
        at = Pose.translation(away * np.cos(turn), away * np.sin(turn), rng.uniform(0.4, 1.6))
        body = meshed(kinds[k % 3], triangles)
        standing[f"f{k}"] = Fixture(f"f{k}", body, "world", at)
    torch = solid(Piece("cylinder", (0.025, 0.3), Pose.translation(0, 0, 0.15)))
    part = Part(
        "part", meshed(ring_pieces(24, 0.3, 0.02), triangles), 20.0, (0, 0, 0), zero,
        "group:arm.positioner/turn", Pose.translation(0, 0, 0.2),
    )  # fmt: skip
    group = MotionGroup(
        "arm", arm, "world", Pose.identity(),
        (External(table, "world", Pose.translation(1.6, 0, 0), "part"),), CONTROLLER, "torch",
        tuple(float(v) for v in home),
    )  # fmt: skip
    return Cell(
        name="positioner", variant="bench", groups={"arm": group},
        tools={"torch": Tool("torch", torch, 3.0, (0, 0, 0.1), 0.01 * zero,
                             {"tip": Pose.translation(0, 0, 0.3)})},
        parts={"part": part}, fixtures=standing, frames={}, signals={}, devices={},
        clearance_m=0.005, self_clearance_m=0.005, pair_rules=(),
    )  # fmt: skip


def places(cell: Cell, moves: int, seed: int = 9) -> Array:
    """Return configurations with certified free joint lines between them, (moves + 1, dof)."""
    rng, scene = np.random.default_rng(seed), scene_of(cell, "arm")
    home, found = np.array(cell.groups["arm"].home), []
    found.append(home)
    while len(found) <= moves:
        q = np.clip(found[-1] + 0.15 * rng.normal(size=len(home)), home - 0.8, home + 0.8)
        if scene.segment_free(found[-1], q, 0.001):
            found.append(q)
    return np.array(found)


def job_through(cell: Cell, q: Array, slow: int = -1) -> Job:
    """Return a program of a joint move to each place; move `slow` at a lower speed."""
    body = tuple(
        Move("joint", Target(q=tuple(float(v) for v in row)),
             Speed(20.0 if k == slow else 30.0, "%"), FINE, "torch.tip", line=k + 1)
        for k, row in enumerate(q[1:])
    )  # fmt: skip
    program = Program("bench", "arm", (Routine("main", body),), "bench.prg")
    return Job("bench", cell, {"arm": program}, {"arm": RULES})
