"""Every kind of defect: rooms by subject join theirs to KINDS, in the order of this tuple."""

from __future__ import annotations

from importlib import import_module

from kind import KINDS, Expected, Kind

ROOMS = (
    "kinds_geometry",
    "kinds_loads",
    "kinds_figures",
    "kinds_grips",
    "kinds_bolts",
    "kinds_flow",
    "kinds_frames",
    "kinds_movers",
    "kinds_trajectory",
    "kinds_timing",
)
for room in ROOMS:
    import_module(room)

__all__ = ["KINDS", "Expected", "Kind"]
