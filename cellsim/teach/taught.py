"""What teaching a stage gives: its joints and motions, and why these."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.geometry import Array
from cellsim.teach.candidates import Candidate
from cellsim.teach.fill import Way
from cellsim.teach.stage import Motion, Stage


@dataclass(frozen=True, eq=False)
class Taught:
    """A stage with its joints.

    Attributes:
        motions: The free move to its first point, then its lines; empty for a standing that is
            not moved to.
        reason: Why this way, as a sentence.
    """

    stage: Stage
    candidate: Candidate
    motions: tuple[Motion, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class Link:
    """How one stage is left and the next one entered: lines out and in, the free move between."""

    leave: Array
    way: Way
    enter: Array
