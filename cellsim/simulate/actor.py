"""One group's program while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from cellsim.domain.program import Index
from cellsim.simulate.actions import Ask, Await
from cellsim.simulate.interpret import Interpreter, Steps
from cellsim.simulate.readings import Reading
from cellsim.simulate.record import Record


@dataclass(eq=False)
class Actor:
    """A program, what it did so far, and what it waits for.

    Attributes:
        group: Its group. interpreter, steps: The program. record: What it did.
        scan: Its controller's cycle [s]: the least time that a wait takes.
        waiting: (wait, since [s]) while it waits. moving: A run is under way.
        asking: (branch, reading, since [s]) while it stands for what that is taken to be.
        seen: States of the world at loop heads, with the number of choices before.
        last: Where it was last.
        done_at: When its program ended [s]. node: Log position of its last sync.
    """

    group: str
    interpreter: Interpreter
    steps: Steps
    record: Record
    scan: float
    waiting: tuple[Await, float] | None = None
    moving: bool = False
    asking: tuple[Ask, Reading, float] | None = None
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)
    last: Index = field(default_factory=lambda: Index("", 0))
    done_at: float | None = None
    node: int = -1

    @property
    def at_rest(self) -> bool:
        """Whether it waits or has ended, so that only others can change the world."""
        return not self.moving and (self.place is not None or self.done_at is not None)

    @property
    def place(self) -> Index | None:
        """Where it stands and waits, None where it does not."""
        if self.asking is not None:
            return self.asking[0].index
        return None if self.waiting is None else self.waiting[0].index

    def awaits(self, wait: Await) -> bool:
        """Whether it still stands at a wait."""
        return self.waiting is not None and self.waiting[0] is wait
