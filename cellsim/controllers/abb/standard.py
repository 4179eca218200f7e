"""Predefined speeddata and zonedata of RAPID: what v100 and z10 mean.

Source: Technical reference manual, RAPID instructions, functions and data types 3HAC050917,
speeddata and zonedata; the same tables in public code that prints them.
"""

from __future__ import annotations

V_ORI, V_LEAX, V_REAX = 500.0, 5000.0, 1000.0
SPEEDS = frozenset(
    {5, 10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 600, 800, 1000}
    | {1500, 2000, 2500, 3000, 4000, 5000, 6000, 7000}
)
# name: pzone_tcp, pzone_ori, pzone_eax [mm], zone_ori [deg], zone_leax [mm], zone_reax [deg]
ZONES: dict[str, tuple[float, float, float, float, float, float]] = {
    "z0": (0.3, 0.3, 0.3, 0.03, 0.3, 0.03),
    "z1": (1.0, 1.0, 1.0, 0.1, 1.0, 0.1),
    "z5": (5.0, 8.0, 8.0, 0.8, 8.0, 0.8),
    "z10": (10.0, 15.0, 15.0, 1.5, 15.0, 1.5),
    "z15": (15.0, 23.0, 23.0, 2.3, 23.0, 2.3),
    "z20": (20.0, 30.0, 30.0, 3.0, 30.0, 3.0),
    "z30": (30.0, 45.0, 45.0, 4.5, 45.0, 4.5),
    "z40": (40.0, 60.0, 60.0, 6.0, 60.0, 6.0),
    "z50": (50.0, 75.0, 75.0, 7.5, 75.0, 7.5),
    "z60": (60.0, 90.0, 90.0, 9.0, 90.0, 9.0),
    "z80": (80.0, 120.0, 120.0, 12.0, 120.0, 12.0),
    "z100": (100.0, 150.0, 150.0, 15.0, 150.0, 15.0),
    "z150": (150.0, 225.0, 225.0, 23.0, 225.0, 23.0),
    "z200": (200.0, 300.0, 300.0, 30.0, 300.0, 30.0),
}
