"""One difference of meaning: numbers and names here, sentences in `messages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim import messages


@dataclass(frozen=True)
class Difference:
    """One change from side A to side B.

    Attributes:
        kind: "moved", "branch", "speed", "zone", "tool", "frame", "kind", "signal", "missing",
            "added", "order", "changed", "clearance", "unknown" ...: what a program looks for.
        line_a, line_b: Lines on the two sides, 0 where there is none.
        key: Sentence in the section `diff` of the messages.
        facts: What the sentence is filled with; amounts under "mm", "deg", "s".
        times: How often it comes (a loop written out, a routine called more than once).
        file_a, file_b: Of the lines, where they are beside the file of their program.
    """

    kind: str
    line_a: int
    line_b: int
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    times: int = 1
    file_a: str = ""
    file_b: str = ""

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.said("en")

    def said(self, lang: str) -> str:
        """Return the sentence in a language ("en", "ko")."""
        sentences = messages.catalogue(lang)["diff"]
        text = messages.fill(sentences[self.key], _shown(self.facts))
        if self.times > 1:
            text += messages.fill(sentences["times"], {"times": self.times})
        return text

    @property
    def places(self) -> tuple[str, str]:
        """Where it is on the two sides: a line, with its file beside that of the program; ""."""
        a, b = (self.file_a, self.line_a), (self.file_b, self.line_b)
        one, two = (f"{f}:{n}" if f and n else f"{n}" if n else "" for f, n in (a, b))
        return one, two

    def data(self) -> dict[str, object]:
        """Return the difference as plain data, for JSON."""
        return {
            "kind": self.kind,
            "line_a": self.line_a,
            "line_b": self.line_b,
            "file_a": self.file_a,
            "file_b": self.file_b,
            "text": self.text,
            "times": self.times,
            **{key: _plain(value) for key, value in self.facts.items()},
        }


_DIGITS = {"mm": 3, "deg": 4, "s": 3}


def _shown(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: _number(key, value) for key, value in facts.items()}


def _number(key: str, value: object) -> object:
    if key in _DIGITS and isinstance(value, float):
        return f"{value + 0.0:.{_DIGITS[key]}f}"
    return value


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)


def axis_shift(name: str, shift: float, kind: str) -> str:
    """Return the change of one axis [rad | m] as people read it: "A1 +2.0000 deg"."""
    if kind == "revolute":
        return f"{name} {_signed(shift * 57.29577951308232, 4)} deg"
    return f"{name} {_signed(1e3 * shift, 3)} mm"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}"
