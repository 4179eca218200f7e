"""What writers give and readers return: files, conventions, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim.domain.controller import Convention
from cellsim.domain.program import Program


@dataclass(frozen=True)
class TextFile:
    """One file for the controller: name without a folder, and its exact bytes."""

    name: str
    data: bytes

    @property
    def text(self) -> str:
        """The bytes as text, for people (a byte order mark is left out)."""
        return self.data.decode("utf-8-sig", errors="replace")


@dataclass(frozen=True)
class TextProgram:
    """A program in a controller's language.

    Attributes:
        brand: Whose language.
        files: In load order; the first is the main program.
        notes: What a person should know (changed names, approximations).
        conventions: The brand's conventions this text relies on, each with its evidence.
    """

    brand: str
    files: tuple[TextFile, ...]
    notes: tuple[str, ...] = ()
    conventions: tuple[Convention, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How many logical lines of the text were understood."""

    understood: int
    total: int

    @property
    def ratio(self) -> float:
        """Part of the lines that was understood, 0..1 (1 for no lines)."""
        return self.understood / self.total if self.total else 1.0


@dataclass(frozen=True)
class RawLine:
    """A line that was kept verbatim, with the reason."""

    file: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True, eq=False)
class ReadResult:
    """A program as it was read from controller text.

    Attributes:
        program: The program; what was not understood stands in it as `Raw`.
        coverage: Lines understood and in total.
        notes: What was assumed or looks odd; one sentence each.
        raw_lines: The lines kept verbatim, with reasons.
        files: File to how many of its lines were understood.
    """

    program: Program
    coverage: Coverage
    notes: tuple[str, ...]
    raw_lines: tuple[RawLine, ...]
    files: Mapping[str, Coverage] = field(default_factory=dict)
