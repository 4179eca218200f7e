"""From the axis values a text prints to joint values; written apart from the writers' inverse.

Source: domain.controller.AxisMap, q = factor * (value + sum coupling_k * value_k) + offset.
"""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.domain.controller import AxisMap


def joint_values(axes: tuple[AxisMap, ...], values: Sequence[float]) -> tuple[float, ...]:
    """Return q [rad | m] of printed axis values [deg | mm], one for every axis."""
    if not [axis for axis in axes if axis.coupling]:
        return tuple(a.factor * v + a.offset for a, v in zip(axes, values, strict=True))
    shown = {axis.name: value for axis, value in zip(axes, values, strict=True)}
    q = []
    for axis in axes:
        added = 0.0
        for other, k in axis.coupling:
            added += k * shown[other]
        q.append(axis.factor * (shown[axis.name] + added) + axis.offset)
    return tuple(q)
