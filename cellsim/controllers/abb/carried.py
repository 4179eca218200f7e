"""Whether the load that GripLoad names is one that the cell's parts have; apart from the writer.

Source: RAPID instructions, GripLoad: loaddata [mass, cog, axes of moment, ix, iy, iz] of what the
hand holds, in the tool's frame (recalled; no page read).
"""

from __future__ import annotations

import numpy as np

from cellsim.controllers.abb.declared import Table
from cellsim.domain.cell import Cell

_MASS_KG, _COG_M = 6e-4, 1.1e-6


def load_differs(name: str, table: Table, routine: str, cell: Cell) -> str:
    """Return why a load is none that a part of the cell has, "" where it is one.

    load0 is no load; data that the text does not declare, and cells without parts, say nothing.
    """
    if name.lower() == "load0" or not cell.parts:
        return ""
    value = table.constant(name, routine, "loaddata")
    if isinstance(value, str):
        return value if table.find(name, routine) is not None else ""
    if not isinstance(value, tuple) or len(value) != 6 or not isinstance(value[0], float):
        return f"{name} is no loaddata"
    cog = value[1]
    if not isinstance(cog, tuple) or len(cog) != 3 or not all(type(v) is float for v in cog):
        return f"{name} has no centre of gravity"
    masses = [part.mass for part in cell.parts.values()]
    if min(abs(value[0] - mass) for mass in masses) > _MASS_KG:
        return f"a load of {value[0]:g} kg, which no part of the cell has"
    there = np.array(cog) / 1000.0
    away = [
        float(np.linalg.norm(there - c)) for m, c in _held(cell) if abs(m - value[0]) < _MASS_KG
    ]
    return "" if away and min(away) <= 2.0 * _COG_M else f"{name} has another centre of gravity"


def _held(cell: Cell) -> list[tuple[float, np.ndarray]]:
    """Return (mass, centre in the TCP's frame [m]) of every part in every grip.

    The TCP stands in the grip's place, its z against the place's, x along it.
    """
    found = []
    for part in cell.parts.values():
        for name in part.grip:
            for place in part.features[name].places:
                seen = place.R.T @ (np.array(part.com) - place.p)
                found.append((part.mass, seen * np.array([1.0, -1.0, -1.0])))
    return found
