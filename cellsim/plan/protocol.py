"""What a planner takes and gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cellsim.geometry import Array

Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Problem:
    """A way to find in joint space.

    Attributes:
        q_start, q_goal: Shape (dof,) [rad | m].
        lower, upper: Where the way may run, shape (dof,).
        free: Tells which of q, shape (n, dof), are free, shape (n,).
        edge_free: Certifies the straight joint line between two q; the final word.
        seed: Everything random follows from it.
        max_evaluations: Budget of single q asked of `free`.
        scale: Weight of each joint in distances, shape (dof,) (1 / joint speed gives seconds).
        resolution: Spacing of the samples on a line, in scaled distance.
    """

    q_start: Array
    q_goal: Array
    lower: Array
    upper: Array
    free: Callable[[Array], Bools]
    edge_free: Callable[[Array, Array], bool]
    seed: int
    max_evaluations: int = 20000
    scale: Array | None = None
    resolution: float = 0.04

    @property
    def weights(self) -> Array:
        """Return the joint weights, ones where none were given."""
        return np.ones(len(self.q_start)) if self.scale is None else self.scale

    def samples(self, q0: Array, q1: Array) -> Array:
        """Return points of the line (q0, q1], shape (n, dof), at the resolution."""
        distance = float(np.max(np.abs((q1 - q0) * self.weights)))
        count = max(1, int(np.ceil(distance / self.resolution)))
        fraction = np.arange(1, count + 1)[:, None] / count
        return np.asarray(q0 + fraction * (q1 - q0), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Solution:
    """A way: path of shape (k, dof) from start to goal, k = 0 where none was found."""

    path: Array
    evaluations: int

    @property
    def found(self) -> bool:
        """Tell whether there is a way."""
        return len(self.path) > 0


class Planner(Protocol):
    """Finds a way; the same problem gives the same way."""

    @property
    def name(self) -> str:
        """Return what it is called."""
        ...

    def solve(self, problem: Problem) -> Solution:
        """Return a way whose samples are free; its edges are not yet certified."""
        ...


def problem_seed(*data: object) -> int:
    """Return a seed from what defines a problem: arrays (rounded to 1e-9) and plain values."""
    digest = hashlib.sha256()
    for item in data:
        if isinstance(item, np.ndarray):
            digest.update(np.round(item, 9).astype("<f8").tobytes())
        else:
            digest.update(repr(item).encode())
    return int.from_bytes(digest.digest()[:4], "little")
