"""Two bodies on moving fixtures that hang on one another, on one path or as seen from a third."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cellsim.collision.items import Item
from cellsim.collision.pads import Far, far_from_frames
from cellsim.collision.scope import Scope
from cellsim.kinematics.lines import base_of, line_of
from cellsim.kinematics.movers import ON, on_base


def together(scope: Scope, a: Item, b: Item) -> tuple[Item, Item]:
    """Return two bodies with the carriers that they are tested on.

    Where the carrier of one carries that of the other, both on the path of the latter; where a
    third one carries both, each as seen from it; else as they are.
    """
    if a.group == b.group or not (a.rides and b.rides):
        return a, b
    cell = scope.timeline.job.cell
    base = base_of(line_of(cell, a.group), line_of(cell, b.group))
    if not base:
        return a, b
    if base == a.group:
        return _seat(scope, a, b.group), b
    if base == b.group:
        return a, _seat(scope, b, a.group)
    return _seat(scope, a, on_base(a.group, base)), _seat(scope, b, on_base(b.group, base))


def _seat(scope: Scope, item: Item, group: str) -> Item:
    """Return a body on the path of another fixture, or as seen from one."""
    if (id(item), group) not in scope.seats:
        name = scope.trees[item.group].names[item.link]
        made = replace(item, group=group, link=scope.trees[group].names.index(name))
        cell = scope.timeline.job.cell
        far = _farthest(scope.far[id(item)])
        if ON not in group:
            far = far_from_frames(cell, made, scope.shapes, scope.paths[group])
        scope.seats[id(item), group], scope.far[id(made)] = made, far
    return scope.seats[id(item), group]


def _farthest(far: Far) -> Far:
    """Return the farthest that a body ever is from frames, for a path seen from something else."""
    most = float(far.steps.max(initial=0.0))
    knots = {name: row.max(keepdims=True) + most for name, row in far.knots.items()}
    return Far(knots, far.bound, np.zeros(0))
