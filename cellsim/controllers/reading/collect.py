"""What a reader gathers on its way: coverage, lines kept verbatim, notes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cellsim.controllers.reading.source import Line
from cellsim.controllers.text import Coverage, RawLine, ReadResult
from cellsim.domain.program import Move, Program, Raw
from cellsim.domain.walk import placed


@dataclass
class Collector:
    """Counts lines and keeps those that were not understood."""

    counted: Counter[str] = field(default_factory=Counter)
    raw: list[RawLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _kept: set[tuple[str, int]] = field(default_factory=set)

    def count(self, file: str, lines: int = 1) -> None:
        """Count logical lines of a file."""
        self.counted[file] += lines

    def keep(self, line: Line, reason: str) -> Raw:
        """Return a line as Raw text, and count it as not understood."""
        place = (line.file, line.number)
        if place not in self._kept:
            self._kept.add(place)
            self.raw.append(RawLine(line.file, line.number, line.verbatim.strip(), reason))
        return Raw(text=line.verbatim.strip(), line=line.number, comment=reason)

    def mark(self) -> tuple[tuple[RawLine, ...], tuple[str, ...]]:
        """Return what is gathered so far."""
        return tuple(self.raw), tuple(self.notes)

    def back_to(self, mark: tuple[tuple[RawLine, ...], tuple[str, ...]]) -> None:
        """Forget what was gathered after a mark."""
        self.raw, self.notes = list(mark[0]), list(mark[1])
        self._kept = {(raw.file, raw.line) for raw in self.raw}

    def take(self, other: Collector) -> None:
        """Add what another walk gathered; its lines are counted already."""
        for raw in other.raw:
            if (raw.file, raw.line) not in self._kept:
                self._kept.add((raw.file, raw.line))
                self.raw.append(raw)
        for note in other.notes:
            self.note(note)

    def note(self, text: str) -> None:
        """Keep a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def result(self, program: Program) -> ReadResult:
        """Return the program with what was gathered; its notes repeat the lines not understood."""
        lines = tuple(sorted(self.raw, key=lambda r: (r.file, r.line)))
        shown = [f"{r.file}:{r.line}: not understood: {r.reason}" for r in lines[:20]]
        if len(lines) > 20:
            shown.append(f"{len(lines) - 20} more lines not understood")
        total, left = self.counted.total(), Counter(r.file for r in lines)
        files = {f: Coverage(max(n - left[f], 0), n) for f, n in sorted(self.counted.items())}
        notes = (*self.notes, *speeds_that_stand(program), *shown)
        return ReadResult(
            Program(
                program.name,
                program.group,
                program.routines,
                program.file,
                program.source,
                (*program.notes, *notes),
            ),
            Coverage(total - len(lines), total),
            notes,
            lines,
            files,
        )


def speeds_that_stand(program: Program) -> tuple[str, ...]:
    """Return a sentence for every motion whose speed is zero or negative: nothing moves at it."""
    return tuple(
        f"{file}:{s.line}: speed {s.speed}: must be above zero, no controller moves at it"
        for file, s in placed(program)
        if isinstance(s, Move) and s.speed.value <= 0.0
    )
