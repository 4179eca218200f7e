"""Doubt: what a motion is not known to run with, since a line of the text before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Doubt:
    """A state that a motion runs with, and the line of the text where it was lost.

    state: "tool", "frame", "speed", ...: what a reader could not follow any further.
    """

    state: str
    line: int
    file: str = ""
