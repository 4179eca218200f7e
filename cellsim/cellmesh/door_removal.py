"""The bodies of the door-removal cell: two cars, four doors, the carrier's hooks."""

from __future__ import annotations

from pathlib import Path

from cellsim.cellmesh.body import BodyShape, body_pieces
from cellsim.cellmesh.door import DoorShape, door_pieces, door_urdf
from cellsim.cellmesh.shapes import Hull, Point, box, write_body

OPENING_DEG = 67.0


def _front(hinge: Point, length: float, belt: float, top: float, mass: float) -> DoorShape:
    lower = (
        (22.0, 190.0),
        (80.0, 130.0),
        (length - 60, 130.0),
        (length, 200.0),
        (length, belt),
        (22.0, belt),
    )
    sill = belt + 25.0
    window = ((150.0, sill), (length - 70, sill), (length - 95, top), (480.0, top))
    brackets = (340.0, belt - 150.0)
    return DoorShape("front_left", hinge, length, 130.0, belt, lower, window, brackets, mass)


def _rear(hinge: Point, length: float, belt: float, top: float, mass: float) -> DoorShape:
    arch = 0.62 * length
    lower = (
        (22.0, 190.0),
        (80.0, 130.0),
        (arch, 130.0),
        (length, 480.0),
        (length, belt),
        (22.0, belt),
    )
    sill = belt + 25.0
    window = ((90.0, sill), (length - 110, sill), (length - 250, top), (105.0, top))
    brackets = (340.0, belt - 150.0)
    return DoorShape("rear_left", hinge, length, 130.0, belt, lower, window, brackets, mass)


SEDAN = BodyShape(
    name="sedan",
    doors=(
        _front((1000.0, 895.0), 1120.0, 780.0, 1165.0, 24.0),
        _rear((-120.0, 895.0), 960.0, 780.0, 1165.0, 21.5),
    ),
    nose=2330.0,
    tail=-2280.0,
    roof=1290.0,
    bonnet=830.0,
    boot=880.0,
    tall_tail=False,
    opening_deg=OPENING_DEG,
)
SUV = BodyShape(
    name="suv",
    doors=(
        _front((1040.0, 925.0), 1150.0, 870.0, 1320.0, 28.5),
        _rear((-110.0, 925.0), 1000.0, 870.0, 1320.0, 25.0),
    ),
    nose=2380.0,
    tail=-2260.0,
    roof=1460.0,
    bonnet=960.0,
    boot=960.0,
    tall_tail=True,
    opening_deg=OPENING_DEG,
)


def carrier_hooks() -> list[Hull]:
    """Return two U-shaped shelves on posts; a door stands in each, its inner side over the arm."""
    pieces = []
    for name, x in (("hook 1", 0.0), ("hook 2", 1700.0)):
        pieces += [
            box(f"{name} shelf", (x - 250, -70, 0), (x + 250, 70, 12)),
            box(f"{name} front lip", (x - 250, -82, -10), (x + 250, -70, 40)),
            box(f"{name} back lip", (x - 250, 70, -10), (x + 250, 82, 40)),
            box(f"{name} arm", (x - 40, -170, -110), (x + 40, 82, -10)),
            box(f"{name} web", (x - 250, -82, -20), (x + 250, 82, 0)),
        ]
    return pieces


def write(folder: Path) -> None:
    """Write every mesh, pieces file and door URDF of the cell."""
    for car in (SEDAN, SUV):
        write_body(folder, f"{car.name}_body", body_pieces(car))
        for door in car.doors:
            name = f"{car.name}_{door.name}"
            write_body(folder, name, *door_pieces(door))
            (folder / f"{name}.urdf").write_text(door_urdf(door, car.name), encoding="utf-8")
    write_body(folder, "carrier_hooks", carrier_hooks())
