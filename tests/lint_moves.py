"""Motions that tests of lint are made of, and the rules that find them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from brandkit import KITS
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import FINE, Move, Program, Routine, Speed, Statement, Target
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_near


def rules_of(brand: str, *body: Statement, cell: Cell | None = None) -> dict[str, float | None]:
    """Return the rules a lint finds, and the value of each."""
    program = Program("job", "arm", (Routine("main", body),))
    return {f.rule: f.value for f in BRANDS[brand].lint(program, cell or cell_of(brand))}


def places_beside(brand: str, *offsets_mm: tuple[float, float, float]) -> list[tuple[float, ...]]:
    """Return joints of a place near home, and of places beside it."""
    chain = chain_of(cell_of(brand), "arm")
    q = np.array(KITS[brand].home)
    q[4] += 0.2
    tcp = cell_of(brand).tools["gripper"].tcps["tcp"]
    home = tcp_pose(chain, q, tcp)
    out = [tuple(float(v) for v in q)]
    for offset in offsets_mm:
        goal = Pose(home.R, home.p + np.array(offset) / 1000.0)
        found = solve_near(chain, goal @ tcp.inverse(), q, ())
        assert found is not None
        out.append(tuple(float(v) for v in found))
    return out


def joint(brand: str, q: tuple[float, ...]) -> Move:
    """Return a joint motion that stops."""
    return KITS[brand].joint(to=Target(q=q), tool="gripper", zone=FINE)


def line(brand: str, q: tuple[float, ...], **changes: Any) -> Move:
    """Return a line in the frame of the body."""
    made = replace(joint(brand, q), kind="linear", speed=Speed(100.0, "mm/s"), frame="body")
    return replace(made, **changes)
