"""Every bit of a value as a key: what is kept for it may stand for another only if none differs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields, is_dataclass
from typing import Generic, TypeVar

import numpy as np

from cellsim.geometry.pose import Pose

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Asked(Generic[T]):
    """What a kept function is asked: the same where key is, and held as long as it is kept.

    So the key may name what is held by its id.
    """

    key: Hashable
    of: T

    def __hash__(self) -> int:
        """Return the hash of the key."""
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        """Whether both have one key."""
        return isinstance(other, Asked) and self.key == other.key


def bits_of(value: object) -> Hashable:
    """Return a key of arrays, poses, sequences and records of them: equal only where every bit is.

    Numbers that are equal have bits of their own (0.0 and -0.0). Whatever else is hashable stands
    for itself, by its own equality.

    Raises:
        TypeError: what is neither.
    """
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, float):
        return float, value.hex()
    if isinstance(value, Pose):
        return value.R.tobytes(), value.p.tobytes()
    if isinstance(value, tuple | list):
        return tuple(bits_of(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), *(bits_of(getattr(value, one.name)) for one in fields(value))
    hash(value)
    assert isinstance(value, Hashable)
    return value
