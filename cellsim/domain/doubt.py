"""What a motion is not known to run with (Doubt), and which lines set what it runs with."""

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


@dataclass(frozen=True, order=True)
class SetAt:
    """A state that a motion runs with and does not name, and the line of the text that set it.

    state: "tool", "frame", "payload" or "speed".
    """

    state: str
    line: int
    file: str = ""
