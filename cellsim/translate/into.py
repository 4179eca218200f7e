"""The language that is written, and what it says when it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cellsim.controllers.brands import Brand
from cellsim.domain.cell import Cell
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import FINE, Move, Program, Routine, Speed, Statement, Target
from cellsim.errors import CellsimError


@dataclass(frozen=True, eq=False)
class Into:
    """The language that is written: its brand, the cell and group, and what it was asked."""

    brand: Brand
    cell: Cell
    group: str
    known: dict[tuple[object, ...], Move | None] = field(default_factory=dict)

    @property
    def rules(self) -> MotionRules:
        """How its controller moves."""
        return self.brand.rules(self.cell.groups[self.group].controller)

    @property
    def frames(self) -> tuple[str, ...]:
        """Frames that a line may be said in: the world, then those with numbers that stand."""
        numbered = self.cell.groups[self.group].controller.frames
        still = [f for f in numbered if f in self.cell.frames and not self.cell.frames[f].measured]
        return ("world", *still)

    def refusal(self) -> str:
        """Return why the language cannot say even the simplest program of this group, or ""."""
        try:
            self.brand.quantise(Program("tried", self.group, (Routine("tried", ()),)), self.cell)
        except CellsimError as error:
            return str(error)
        return ""

    def says(self, move: Move, frame: str = "") -> Move | None:
        """Return a motion's corner, speed and acceleration as the language prints them.

        Args:
            frame: Of the line; "" takes any that the language can say.
        """
        asked = (move.kind, move.speed, move.zone, move.accel, move.via is None, frame)
        if asked not in self.known:
            found = (self._says(move, name) for name in ((frame,) if frame else self.frames))
            self.known[asked] = next((said for said in found if said is not None), None)
        return self.known[asked]

    def cannot(self, move: Move) -> str:
        """Return why no motion of this kind can be said at any speed, "" where one can."""
        reasons = []
        tried = ((50.0, "%"), (100.0, "mm/s"), (0.1, "m/s"), (0.5, "rad/s"))
        for speed in (Speed(value, unit) for value, unit in tried):
            try:
                self._tried(replace(move, speed=speed, zone=FINE, accel=None), self.frames[0])
            except CellsimError as error:
                reasons.append(str(error))
            else:
                return ""
        return next((why for why in reasons if "speed" not in why), "")

    def _says(self, move: Move, frame: str) -> Move | None:
        try:
            said = self._tried(move, frame)
        except CellsimError:
            return None
        found = [s for s in said if isinstance(s, Move)]
        return found[1] if len(found) == 3 else None

    def _tried(self, move: Move, frame: str) -> tuple[Statement, ...]:
        """Return what comes of a motion to home; the language's refusal is raised."""
        home = Target(q=self.cell.groups[self.group].home)
        # The first motion of a program has its own rules in some languages: it is not asked.
        tried = replace(move, to=home, via=home if move.via else None, frame=frame, tool="")
        first = Move(kind="joint", to=home, speed=Speed(10.0, "%"))
        program = Program("tried", self.group, (Routine("tried", (first, tried, tried)),))
        return self.brand.quantise(program, self.cell).routines[0].body
