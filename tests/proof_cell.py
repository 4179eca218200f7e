"""Two planar arms, what they pass and carry, and the proof of their timeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from small_cells import cell, planar, solid, timeline

from cellsim.domain.cell import Cell, Frame, PairRule
from cellsim.domain.timeline import Concurrent, Event, Hold, Timeline
from cellsim.geometry import Piece, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of

STEP = 0.02
PLATES = solid(
    Piece("box", (0.3, 0.05, 0.1), Pose.translation(0.15, 0, 0), name="beam"),
    Piece("cylinder", (0.03, 0.2), Pose.translation(0.3, 0, 0.1), name="pin"),
    Piece("capsule", (0.02, 0.15), Pose.translation(0.1, 0.05, 0.1), name="bar"),
)


def proof_cell(**changes: Any) -> Cell:
    """Two planar arms with tools of three pieces, a post between them, a box that one carries."""
    post = solid(
        Piece("box", (0.06, 0.06, 1.0)), Piece("sphere", (0.1,), Pose.translation(0, 0, 0.6))
    )
    made = cell(
        {"left": planar([0.5, 0.4]), "right": planar([0.5, 0.4])},
        {"left": PLATES, "right": PLATES},
        {"post": (post, Pose.translation(0.45, 0.46, 0))},
        {"box": (solid(Piece("box", (0.1, 0.1, 0.1))), Pose.translation(0.9, 0.25, 0))},
        bases={"right": Pose.translation(1.66, 0, 0)},
        rules=[
            PairRule("contact", "left/tool:*", "part:box", 0.004, "grips", "a person", "grip:box"),
            PairRule("clearance", "part:box", "fixture:post", 0.03, "", "a person", "grip:box", "",
                     0.001, 0.2),
        ],
        frames={"floor": Frame("floor", "world", Pose.identity(), 0.001, 0.002)},
    )  # fmt: skip
    fixture = replace(made.fixtures["post"], frame="floor")
    return replace(made, fixtures={"post": fixture}, **changes)


def proof_timeline(cell_: Cell, turn: float = 1.0) -> Timeline:
    """Return both arms on their way, the box gripped halfway."""
    n = 60
    s = np.linspace(0.0, 1.0, n + 1)
    left = np.stack([-0.6 + 0.5 * turn * s, 0.3 + 0.4 * s], axis=1)
    right = np.stack([3.6 - 0.4 * s, 0.2 - 0.3 * s], axis=1)
    t = 30 * STEP
    chain = chain_of(cell_, "left")
    flange_T_box = at(chain, left[30]).inverse() @ Pose.translation(0.9, 0.25, 0)
    return timeline(
        cell_, {"left": left, "right": right}, STEP, 1e-5,
        [Hold("box", "world", Pose.translation(0.9, 0.25, 0), 0.0, t),
         Hold("box", "group:left.flange", flange_T_box, t, n * STEP, "grip:box")],
        [Event(t, "grip", "box", 1.0, "left")],
        [Concurrent("left", "right", 0, 30, 0, 40), Concurrent("left", "right", 30, 60, 20, 60)],
    )  # fmt: skip


def at(chain: Any, q: np.ndarray) -> Pose:
    """Return `world_T_flange`."""
    return Pose.from_matrix(link_poses(chain, q)[chain.flange])
