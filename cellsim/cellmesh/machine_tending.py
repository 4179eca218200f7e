"""The bodies of the machine-tending cell that features are computed from: tray and chuck."""

from __future__ import annotations

from pathlib import Path

from cellsim.cellmesh.shapes import Hull, box, cylinder, turned_box, write_body
from cellsim.geometry import rotation_axis

POCKET, WALL, FLOOR, RIM = 70.0, 12.0, 16.0, 26.0


def tray() -> list[Hull]:
    """Return a tray of two by two square pockets, its foot on z = 0 [mm]."""
    reach = POCKET + 1.5 * WALL
    pieces = [box("tray floor", (-reach, -reach, 0), (reach, reach, FLOOR))]
    for name, middle in (("low", -POCKET - WALL), ("middle", 0.0), ("high", POCKET + WALL)):
        low, high = middle - WALL / 2, middle + WALL / 2
        pieces.append(box(f"{name} bar along", (-reach, low, FLOOR), (reach, high, RIM)))
        pieces.append(box(f"{name} bar across", (low, -reach, FLOOR), (high, reach, RIM)))
    return pieces


def chuck() -> list[Hull]:
    """Return a three-jaw chuck that faces -x, its face at x = 0, jaws 3 mm off 60 mm round bar."""
    pieces = [cylinder("chuck body", (0, 0, 0), (120, 0, 0), 100.0)]
    for i, name in enumerate(("first", "second", "third")):
        jaw = turned_box(f"{name} jaw", (-15.0, 0.0, 60.0), (30.0, 26.0, 54.0), 0.0)
        turn = rotation_axis((1.0, 0.0, 0.0), i * 2.0943951023931953)
        pieces.append(Hull(jaw.name, jaw.corners @ turn.T))
    return pieces


def write(folder: Path) -> None:
    """Write meshes and pieces files of the cell."""
    write_body(folder, "tray", tray())
    write_body(folder, "chuck", chuck())
