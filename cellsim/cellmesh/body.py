"""Car bodies without left doors: pillars, sills, roof, bonnet, tail, and the hinge leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cellsim.cellmesh.door import (
    BRACKET_AT,
    BRACKET_SIZE,
    BRACKET_TILT_DEG,
    DoorShape,
)
from cellsim.cellmesh.shapes import Hull, box, plate, turned_box

LEAF_GAP = 6.0
LEAF = (10.0, 64.0, 90.0)


@dataclass(frozen=True)
class BodyShape:
    """Figures of a body [mm]: origin in the middle on the AGV, x forward, y left, z up.

    nose, tail: x of the ends. roof: z of its top. bonnet, boot: z of their tops. tall_tail: the
    roof goes on to the tail.
    """

    name: str
    doors: tuple[DoorShape, DoorShape]
    nose: float
    tail: float
    roof: float
    bonnet: float
    boot: float
    tall_tail: bool
    opening_deg: float


def body_pieces(shape: BodyShape) -> list[Hull]:
    """Return the convex pieces of a body, its hinge leaves where the open doors need them."""
    front, rear = shape.doors
    return [
        *_floor(shape),
        *_pillar("A", front, front.belt + 20.0),
        *_pillar("B", rear, shape.roof - 40.0),
        *_upper(shape),
        *_ends(shape),
        *(piece for door in shape.doors for piece in hinge_leaves(door, shape.opening_deg)),
    ]


def _floor(shape: BodyShape) -> list[Hull]:
    front, rear = shape.doors
    back = rear.hinge[0] - rear.length - 20.0
    side = front.hinge[1] - 50.0
    sill = front.bottom - 25.0
    outer = front.hinge[1] + 25.0
    low, high = shape.bonnet - 560.0, rear.belt
    return [
        box("floor", (back - 200, -side, 20), (front.hinge[0] + 200, side - 140, 70)),
        box("left sill", (back, side - 150, 20), (front.hinge[0] + 120, side, sill)),
        box("right side", (back, -outer, 40), (front.hinge[0] + 120, -outer + 90, high)),
        box(
            "front bulkhead",
            (front.hinge[0] + 60, -side, 20),
            (front.hinge[0] + 130, side, low + 400),
        ),
        box("rear bulkhead", (back - 60, -side, 20), (back, side - 20, high)),
    ]


def _pillar(name: str, door: DoorShape, top: float) -> list[Hull]:
    """Return the pillar that a door hangs on; its outer face lies 50 mm inside the hinge axis."""
    x, y = door.hinge
    return [box(f"{name} pillar", (x - 150, y - 190, 20), (x + 90, y - 50, top))]


def _upper(shape: BodyShape) -> list[Hull]:
    """Return the roof and the pillars that carry it."""
    front, rear = shape.doors
    side = front.hinge[1] - 50.0
    x_front, x_back = front.hinge[0] - 520.0, rear.hinge[0] - rear.length - 20.0
    end = shape.tail + 160.0 if shape.tall_tail else x_back + 180.0
    edge, top, inner = shape.roof - 45.0, shape.roof, side - 190.0
    low = [(x, y, edge) for x in (x_front, end) for y in (side - 60, 60 - side)]
    high = [(x, y, top) for x in (x_front - 60, end + 60) for y in (inner, -inner)]
    pieces = [Hull("roof", np.array(low + high))]
    foot = front.hinge[0] + 80.0
    slant = 0.0 if shape.tall_tail else -180.0
    head = x_back - 60.0 if shape.tall_tail else end - 20.0
    for name, sign in (("left", 1.0), ("right", -1.0)):
        across = (sign * (side - 20.0), sign * (side - 110.0))
        above = (sign * (side - 60.0), sign * (side - 140.0))
        a_low = [(x, y, front.belt) for x in (foot - 70, foot + 40) for y in across]
        a_high = [(x, y, edge) for x in (x_front - 40, x_front + 60) for y in above]
        c_low = [(x, y, rear.belt) for x in (x_back - 20, x_back - 220 + slant) for y in across]
        c_high = [(x, y, edge) for x in (head, head - 160) for y in above]
        pieces.append(Hull(f"{name} A pillar top", np.array(a_low + a_high)))
        pieces.append(Hull(f"{name} C pillar", np.array(c_low + c_high)))
    return pieces


def _ends(shape: BodyShape) -> list[Hull]:
    front, rear = shape.doors
    outer = front.hinge[1] + 25.0
    x_front = front.hinge[0] + 90.0
    x_back = rear.hinge[0] - rear.length - 20.0
    nose = [
        (x_front, 130.0),
        (shape.nose - 60, 130.0),
        (shape.nose, 260.0),
        (shape.nose - 40, shape.bonnet - 160),
        (x_front, shape.bonnet),
    ]
    boot = shape.boot
    tail = [
        (x_back - 20, 130.0),
        (shape.tail + 60, 180.0),
        (shape.tail, 320.0),
        (shape.tail + 30, boot - 40),
        (x_back - 20, boot),
    ]
    pieces = [plate("front end", nose, -outer + 40, outer - 40), plate("tail", tail, -outer, outer)]
    skin = [(x, z) for x, z in nose if x < shape.nose - 50] + [
        (shape.nose - 350, shape.bonnet - 120)
    ]
    for name, low, high in (("left", outer - 40, outer), ("right", -outer, -outer + 40)):
        pieces.append(plate(f"{name} wing", skin, low, high))
    if shape.tall_tail:
        back = [
            (shape.tail + 30, boot - 40),
            (shape.tail + 160, shape.roof - 45),
            (shape.tail + 260, shape.roof - 45),
            (shape.tail + 200, boot - 40),
        ]
        pieces.append(plate("tailgate", back, -outer + 120, outer - 120))
    return pieces


def hinge_leaves(door: DoorShape, opening_deg: float) -> list[Hull]:
    """Return the leaf that each bracket is bolted to, 6 mm in front of it, and its strut."""
    turn = math.radians(-opening_deg)
    c, s = math.cos(turn), math.sin(turn)
    u, w = BRACKET_AT
    tilt = math.radians(BRACKET_TILT_DEG)
    normal = np.array([-math.cos(tilt), -math.sin(tilt)])
    off = BRACKET_SIZE[0] / 2 + LEAF_GAP + LEAF[0] / 2
    closed = np.array([-u, -w]) - off * normal
    at = np.array([[c, -s], [s, c]]) @ closed + np.array(door.hinge)
    x, y = door.hinge
    yaw = BRACKET_TILT_DEG - opening_deg
    pieces = []
    for name, height in zip(("lower", "upper"), door.brackets, strict=True):
        centre = (float(at[0]), float(at[1]), height)
        pieces.append(turned_box(f"{door.name} {name} leaf", centre, LEAF, yaw))
        low, high = (x - 125, y - 70, height - 20), (x - 92, y - 2, height + 20)
        pieces.append(box(f"{door.name} {name} strut", low, high))
    return pieces
