"""From joint values to what a controller prints for its axes; the inverse lives with the readers.

Source: domain.controller.AxisMap, q = factor * (value + sum coupling_k * value_k) + offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cellsim.controllers.writing.numbers import on_grid
from cellsim.domain.controller import AxisMap
from cellsim.geometry import Array


@lru_cache(maxsize=64)
def _solver(axes: tuple[AxisMap, ...]) -> Array:
    """Return the inverse of (I + C), shape (n, n), C the couplings between printed values."""
    names = [a.name for a in axes]
    mix = np.eye(len(axes))
    for i, axis in enumerate(axes):
        for other, factor in axis.coupling:
            mix[i, names.index(other)] += factor
    return np.asarray(np.linalg.inv(mix), dtype=np.float64)


# Axes asked for lately, by identity: to hash all of them takes longer than to solve.
_MOST = 8
_last: dict[int, tuple[tuple[AxisMap, ...], list[tuple[float, float]], Array | None]] = {}


def printed_values(axes: tuple[AxisMap, ...], q: Sequence[float]) -> list[float]:
    """Return the axis values [deg | mm] a controller shows at joint values q [rad | m]."""
    known = _last.get(id(axes))
    if known is None or known[0] is not axes:
        if len(_last) >= _MOST:
            _last.clear()
        solver = _solver(axes) if any(a.coupling for a in axes) else None
        known = _last[id(axes)] = axes, [(a.offset, a.factor) for a in axes], solver
    _, scales, solver = known
    plain = [(v - offset) / factor for (offset, factor), v in zip(scales, q, strict=True)]
    return plain if solver is None else list[float]((solver @ np.array(plain)).tolist())


def printed_value(axes: tuple[AxisMap, ...], q: Sequence[float], number: int) -> float:
    """Return the value [deg | mm] of one axis, counted from 0, at joint values q [rad | m]."""
    axis = axes[number]
    if axis.coupling:
        return printed_values(axes, q)[number]
    return (q[number] - axis.offset) / axis.factor


def grid_q(axes: tuple[AxisMap, ...], q: Sequence[float], digits: int) -> tuple[float, ...]:
    """Return the joint values [rad | m] that axis values printed with `digits` decimals mean."""
    return meant_by(axes, [on_grid(v, digits) for v in printed_values(axes, q)])


def meant_by(axes: tuple[AxisMap, ...], values: Sequence[float]) -> tuple[float, ...]:
    """Return the joint values [rad | m] that printed axis values [deg | mm] mean."""
    by_name = {a.name: v for a, v in zip(axes, values, strict=True)}
    result = []
    for axis, value in zip(axes, values, strict=True):
        for other, factor in axis.coupling:
            value += factor * by_name[other]
        result.append(axis.factor * value + axis.offset)
    return tuple(result)
