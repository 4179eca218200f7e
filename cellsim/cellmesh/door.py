"""Car doors: lower panel, window frame, hinge brackets with their bolt holes.

The door frame is the hinge frame: origin on the hinge axis at the height of the body's origin,
x forward, y to the left (outside), z up while the door is closed; so a left door extends along -x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cellsim.cellmesh.shapes import Drill, Hull, Point, turned_box
from cellsim.geometry import Array

OUTER, INNER = 40.0, -50.0
FRAME_OUTER, FRAME_INNER = 20.0, -15.0
BRACKET_TILT_DEG = 22.0
BRACKET_AT = (70.0, 95.0)
BRACKET_SIZE = (8.0, 95.0, 120.0)
BOLT_PITCH = 60.0
HOLE = 9.0


@dataclass(frozen=True)
class DoorShape:
    """Figures of a door [mm, kg, deg]; a design choice, not a maker's door.

    hinge: x, y of its axis in the body. length: from the axis to the free edge. bottom, belt: z.
    lower: outline of the panel, (distance from the axis, z), convex. window: outline of the
    opening, counter-clockwise from its lower front corner. brackets: z of the two hinges.
    """

    name: str
    hinge: Point
    length: float
    bottom: float
    belt: float
    lower: tuple[Point, ...]
    window: tuple[Point, Point, Point, Point]
    brackets: tuple[float, float]
    mass: float


def door_pieces(shape: DoorShape) -> tuple[list[Hull], list[Drill]]:
    """Return the convex pieces of a door and the bolt holes in its brackets."""
    pieces = [_panel(shape), *_frame(shape)]
    drills = []
    for i, height in enumerate(shape.brackets):
        u, w = BRACKET_AT
        along = -10.0
        tilt = math.radians(BRACKET_TILT_DEG)
        x = -(u - along * math.sin(tilt))
        y = -(w + along * math.cos(tilt))
        name = ("lower", "upper")[i]
        pieces.append(turned_box(f"{name} bracket", (x, y, height), BRACKET_SIZE, BRACKET_TILT_DEG))
        for side in (-1, 1):
            centre = (-u, -w, height + side * BOLT_PITCH / 2)
            drills.append(Drill(centre, (*bolt_axis(), 0.0), HOLE, 30.0))
    return pieces, drills


def bolt_axis() -> Point:
    """Return (x, y) of the direction out of a bolt head while the door is closed."""
    tilt = math.radians(BRACKET_TILT_DEG)
    return -math.cos(tilt), -math.sin(tilt)


def _panel(shape: DoorShape) -> Hull:
    """Return the lower panel: its outer skin is 15 mm smaller all round than what it stands on."""
    outline = np.array(shape.lower)
    middle = outline.mean(axis=0)
    span = np.abs(outline - middle).max(axis=0)
    small = middle + (outline - middle) * (1 - 15.0 / span)
    corners = [(-u, y, z) for y in (INNER, OUTER - 15.0) for u, z in outline]
    corners += [(-u, OUTER, z) for u, z in small]
    return Hull("panel", np.array(corners))


def _frame(shape: DoorShape) -> list[Hull]:
    """Return one bar per side of the window; the lowest stands on the panel."""
    inner = np.array(shape.window)
    widths = (inner[0, 1] - shape.belt, 50.0, 50.0, 60.0)
    outer = _offset(inner, widths)
    names = ("waist rail", "rear bar", "top bar", "front bar")
    bars = []
    for i, name in enumerate(names):
        k = (i + 1) % 4
        quad = [inner[i], inner[k], outer[k], outer[i]]
        corners = [(-u, y, z) for y in (FRAME_INNER, FRAME_OUTER) for u, z in quad]
        bars.append(Hull(name, np.array(corners)))
    return bars


def _offset(quad: Array, widths: tuple[float, ...]) -> Array:
    """Move each side of a counter-clockwise quadrilateral outwards and return the new corners."""
    lines = []
    for i, width in enumerate(widths):
        along = quad[(i + 1) % 4] - quad[i]
        normal = np.array([along[1], -along[0]]) / np.linalg.norm(along)
        lines.append((normal, normal @ quad[i] + width))
    corners = []
    for i in range(4):
        (n0, d0), (n1, d1) = lines[i - 1], lines[i]
        corners.append(np.linalg.solve(np.array([n0, n1]), np.array([d0, d1])))
    return np.array(corners)


def door_urdf(shape: DoorShape, car: str, limit_deg: float = 70.0) -> str:
    """Return the URDF of a door on its hinge [m, rad]; parent link `body`, child `door`."""
    x, y = shape.hinge
    cx, cz = -0.48 * shape.length * 1e-3, 0.5 * (shape.bottom + shape.belt) * 1e-3 + 0.08
    size = (shape.length * 1e-3, 0.09, (shape.window[2][1] - shape.bottom) * 1e-3)
    i = [shape.mass / 12 * (size[a] ** 2 + size[b] ** 2) for a, b in ((1, 2), (0, 2), (0, 1))]
    mesh = f'<mesh filename="meshes/{car}_{shape.name}.stl" scale="0.001 0.001 0.001"/>'
    return f"""<?xml version="1.0"?>
<robot name="{car}_{shape.name}">
  <link name="body"/>
  <link name="door">
    <inertial>
      <origin xyz="{cx:.4f} 0 {cz:.4f}"/>
      <mass value="{shape.mass:g}"/>
      <inertia ixx="{i[0]:.4f}" iyy="{i[1]:.4f}" izz="{i[2]:.4f}" ixy="0" ixz="0" iyz="0"/>
    </inertial>
    <visual><geometry>{mesh}</geometry></visual>
    <collision><geometry>{mesh}</geometry></collision>
  </link>
  <joint name="hinge" type="revolute">
    <parent link="body"/>
    <child link="door"/>
    <origin xyz="{x * 1e-3:.4f} {y * 1e-3:.4f} 0" rpy="0 0 0"/>
    <axis xyz="0 0 -1"/>
    <limit lower="0" upper="{math.radians(limit_deg):.6f}" effort="100" velocity="1"/>
  </joint>
</robot>
"""
