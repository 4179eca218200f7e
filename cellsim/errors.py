"""The errors cellsim raises, as a tree.

CellsimError
├── BadInput            a file or an argument is wrong: file, line, column, what was expected
│   ├── UnknownName     a name that does not exist; carries the nearest existing one
│   └── TooNew          a file written by a newer cellsim
├── Refused             a brand's language cannot say this instruction
├── NotVerified         a release was asked for without a green verdict
├── TeachFailed         a step of a task that no motion can do: step line, feature and reason
└── Unavailable         an optional package or platform feature is missing

A finding is a result, never an exception.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# How much of a name two have in common that may be meant for one another (difflib's ratio).
_NEAR = 0.6
# Letters of a list of names that is said whole, and how many names of a longer one.
_ALL, _SOME = 160, 8


class CellsimError(Exception):
    """Base of every error that cellsim raises on purpose."""

    exit_code = 3

    def __reduce__(self) -> tuple[object, ...]:
        """Return how another process gets it: by its facts, not by calling it with its sentence."""
        return _again, (type(self), self.args, self.__dict__)


class BadInput(CellsimError):
    """Input that cannot be used; one line with the place and what was expected."""

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
        expected: str = "",
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.expected = expected
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; expected {self.expected}" if self.expected else text

    def at(self, file: str, line: int = 0, column: int = 0) -> BadInput:
        """Fill in a place that was not known where the error was raised; return self."""
        if not self.file:
            self.file, self.line, self.column = file, line or self.line, column or self.column
            self.args = (str(self),)
        return self


class UnknownName(BadInput):
    """A name that does not exist in the collection it was looked up in."""

    def __init__(
        self,
        kind: str,
        name: str,
        existing: Iterable[str],
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
    ) -> None:
        self.kind, self.name, self.existing = kind, name, tuple(sorted(existing))
        near = difflib.get_close_matches(name, self.existing, n=1, cutoff=_NEAR)
        if name in self.existing:
            hint = ": it is listed, and its file is not there"
        elif near:
            hint = f"; did you mean '{near[0]}'?"
        elif self.existing:
            hint = f"; there is: {_listed(self.existing)}"
        else:
            hint = f"; there is no {kind} at all"
        super().__init__(f"no {kind} named '{name}'{hint}", file=file, line=line, column=column)


class TooNew(BadInput):
    """A file whose format version this cellsim does not know."""


class Refused(CellsimError):
    """An instruction that a controller language cannot say; never guessed."""

    def __init__(self, brand: str, what: str, *, line: int = 0, source: str = "") -> None:
        self.brand, self.what, self.line, self.source = brand, what, line, source
        where = f"line {line}: " if line else ""
        super().__init__(f"{brand}: {where}{what}" + (f" ({source})" if source else ""))


class NotVerified(CellsimError):
    """A release without a green verdict on the text that was read back."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class TeachFailed(CellsimError):
    """A step of a task for which teach finds no motion.

    Attributes:
        file, line: The step. feature: What it goes to. variant: Of the cell.
        reason: "unreachable", "collision", "no way" or "not held"; detail: with whom, how far.
    """

    exit_code = 1

    def __init__(
        self, reason: str, detail: str, *, file: str, line: int, feature: str, variant: str = ""
    ) -> None:
        self.reason, self.detail = reason, detail
        self.file, self.line, self.feature, self.variant = file, line, feature, variant
        where = f"{file}:{line}: {variant}: " if variant else f"{file}:{line}: "
        super().__init__(f"{where}{feature} {reason}: {detail}")


class Unavailable(CellsimError):
    """A step that this platform or installation cannot do; names what is missing."""


def _listed(names: tuple[str, ...]) -> str:
    """Return names as one text: all where they fit, else some and how many more there are."""
    if len(", ".join(names)) <= _ALL:
        return ", ".join(names)
    return f"{', '.join(names[:_SOME])} and {len(names) - _SOME} more"


def _again(kind: type[CellsimError], args: tuple[object, ...], facts: dict[str, object]) -> object:
    """Return an error that came from another process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(facts)
    return error
