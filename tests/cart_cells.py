"""A cart that slides across the way of the hand, with flaps on it that rise into the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from gantry_cells import box
from mover_cells import cell_of, moves

from cellsim.domain.cell import Cell, Frame
from cellsim.domain.equipment import Fixture, FixtureJoint, Part
from cellsim.domain.feature import Feature
from cellsim.domain.wiring import Device, Signal
from cellsim.geometry import Piece, Pose, Solid

CART, FLAP, OTHER = "fixture:cart", "fixture:flap", "fixture:other"
AWAY, UP = 1.2, 0.5


def cart_cell(start: float = 0.0, devices: dict[str, Device] | None = None, **more: Any) -> Cell:
    """Return a cell with a cart that begins at `start` [m] of 1.2 across the way along x.

    Its flap lies 0.5 m under the way of the hand, and rises by that; a second one stands 0.4 m
    beside it. A frame on the flap carries a block.
    """
    along = FixtureJoint("prismatic", np.zeros(3), np.array([0.0, 1.0, 0.0]), 0.0, 1.5, start)
    rises = FixtureJoint("prismatic", np.zeros(3), np.array([0.0, 0.0, 1.0]), 0.0, UP, 0.0)
    plate = Solid("flap", (Piece("box", (0.04, 0.3, 0.3)),))
    fixtures = {
        "cart": Fixture("cart", box("cart", 0.2, 1.2, 0.04), "world",
                        Pose.translation(0.5, 0, -0.8), joint=along),
        "flap": Fixture("flap", plate, "on_cart", Pose.translation(0, 0, 0.3), joint=rises),
        "other": Fixture("other", plate, "on_cart", Pose.translation(0, 0.4, 0.3), joint=rises),
    }  # fmt: skip
    grip = Feature("grip", "grip", (Pose.translation(0, 0, 0.03),))
    block = Part(
        "block", box("block", 0.04, 0.04, 0.06), 1.0, (0, 0, 0), np.eye(3) * 1e-3, "on_flap",
        Pose.identity(), None, {"grip": grip}, ("grip",),
    )  # fmt: skip
    frames = {
        "on_cart": Frame("on_cart", "fixture:cart", Pose.identity()),
        "on_flap": Frame("on_flap", "fixture:flap", Pose.translation(0, 0, 0.19)),
    }
    made = cell_of(
        devices or {"opener": moves("opener", "open", "opened", "cart", AWAY),
                    "lifter": moves("lifter", "lift", "lifted", "flap", UP)},
        fixtures, {"block": block}, frames=frames,
    )  # fmt: skip
    told = {"other_told": Signal("other_told", "device:second")}
    return replace(made, signals={**made.signals, **told}, **more)
