"""Six poses near home that tell conventions apart: every axis both ways, the wrist both ways."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_all, turning_axes
from cellsim.kinematics.naming import branch_name
from cellsim.units import deg, mm

# Degrees an axis moves from home; unequal, so that no two axes and no sign can be mistaken.
OFFSETS_DEG = (
    (10.0, -6.0, 5.0, 21.0, -13.0, 31.0),
    (-12.0, 7.0, -8.0, -24.0, 16.0, -42.0),
    (16.0, 5.0, 11.0, 33.0, 18.0, 55.0),
    (-7.0, -9.0, 14.0, -17.0, -22.0, 27.0),
)
EXTERNAL_MM = (120.0, -80.0, 50.0, -150.0)
SCALES = (1.0, 0.6, 0.35, 0.2, 0.1)
FLIPPED = (0, 1)


def pose_sets(cell: Cell, group: str) -> Iterator[tuple[Array, ...]]:
    """Yield sets of six poses, the widest first; each within the joint limits."""
    chain = chain_of(cell, group)
    for flips in (True, False):
        for scale in SCALES:
            poses = [_offset(chain, row, scale) for row in range(len(OFFSETS_DEG))]
            others = [_flipped(chain, poses[k]) if flips else None for k in FLIPPED]
            extra = [
                _offset(chain, k, -0.7 * scale) if other is None else other
                for k, other in zip(FLIPPED, others, strict=True)
            ]
            if not flips or all(other is not None for other in others):
                yield (*poses, *extra)


def _offset(chain: Chain, row: int, scale: float) -> Array:
    steps = [v * deg for v in OFFSETS_DEG[row]]
    arm = (steps * 2)[: chain.arm_dof]
    moved = np.array(chain.home, dtype=np.float64)
    moved[: chain.arm_dof] += scale * np.array(arm)
    moved[chain.arm_dof :] += scale * EXTERNAL_MM[row] * mm
    low, high = chain.lower + 1.0 * deg, chain.upper - 1.0 * deg
    steps_of = np.where(turning_axes(chain) > 0.0, 0.1 * deg, 1.0 * mm)
    rounded = np.round(np.clip(moved, low, high) / steps_of) * steps_of
    return np.asarray(rounded, dtype=np.float64)


def _flipped(chain: Chain, q: Array) -> Array | None:
    """Return the same pose with the wrist the other way round; None where there is none."""
    name = branch_name(chain, q)
    if not name:
        return None
    arm, _, wrist = name.rpartition("/")
    other = f"{arm}/{'noflip' if wrist == 'flip' else 'flip'}"
    found = solve_all(chain, flange_pose(chain, q), tuple(q[chain.arm_dof :]))
    fits = [f for f in found if branch_name(chain, f) == other]
    return min(fits, key=lambda f: float(np.abs(f - q).max())) if fits else None
