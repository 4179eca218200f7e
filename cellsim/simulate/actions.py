"""What a program asks of the clock, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cellsim.domain.along import Along
from cellsim.domain.program import Expr, Index, Move
from cellsim.simulate.expression import Value


@dataclass(frozen=True, eq=False)
class Put:
    """Set an output now, or where `at` says."""

    signal: str
    value: bool | float
    index: Index
    at: Along | None = None

    @property
    def plain(self) -> bool:
        """Whether it is set right at an end of a motion, with no way or time between."""
        return self.at is None or not (self.at.path or self.at.delay or self.at.after)


@dataclass(frozen=True, eq=False)
class Go:
    """Moves without a stop between them, and outputs set on the way.

    Attributes:
        moves: Each with its place in the program.
        marks: (k, output): set when the k-th move (1-based) ends or its corner begins, or where
            it says itself along that move.
    """

    moves: tuple[tuple[Move, Index], ...]
    marks: tuple[tuple[int, Put], ...] = ()


@dataclass(frozen=True, eq=False)
class Await:
    """Stand until the condition holds; the answer is "held", "timeout" or "unknown".

    branches: The program goes on elsewhere after the timeout.
    """

    condition: Expr
    timeout_s: float | None
    index: Index
    branches: bool = False


@dataclass(frozen=True, eq=False)
class Pause:
    """Stand for a time [s]."""

    seconds: float
    index: Index


@dataclass(frozen=True, eq=False)
class Ask:
    """Evaluate an expression on the signals of this moment; the answer is its value."""

    expr: Expr
    index: Index


@dataclass(frozen=True, eq=False)
class Head:
    """The program is at the head of a loop; the answer is "" or, where it stood here before in the
    very same state of the world, "endless", or "closed" where it had a choice since."""

    place: tuple[object, ...]
    variables: Mapping[str, Value]
    index: Index


Action = Put | Go | Await | Pause | Ask | Head
