"""Names of registers, flags, arguments and labels: the number, and the comment it has in the text.

`r5_count` is R[5:count]; the number alone tells places apart, the first comment names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cellsim.controllers.reading.names import Names
from cellsim.domain.program import Expr

_COMMENTED = re.compile(r"(?<![\w])(R|F|LBL)\s*\[\s*(\d{1,5})\s*:([^\[\]]*)\]", re.IGNORECASE)
_SET = re.compile(
    r"^(DO|RO|GO|AO|UO|SO)\s*\[[^=]*\]\s*=|(?<!\w)(DO|RO)\s*\[\s*\d+[^\[\]]*\]\s*=\s*PULSE\b"
    r"|\b(?:T[AB]\s*[\d.]+\s*sec|DB\s*[\d.]+\s*mm)\s*,\s*(DO|RO|GO|AO|UO|SO)\s*\[[^=]*\]\s*=",
    re.IGNORECASE,
)
_ASKED = re.compile(r"(?<!\w)(DO|RO|GO|AO|UO|SO)\s*\[\s*(\d*)", re.IGNORECASE)
_WORDS = {"R": "r", "F": "f", "AR": "ar", "LBL": "lbl"}


@dataclass
class Places:
    """Names by letters and number ("R 5"); labels by file too.

    Attributes:
        alone: There is no cell that could name outputs.
        asked: Outputs ("do 5") that instructions read; "do " where a register gives the number.
    """

    names: Names
    alone: bool = False
    comments: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def gather(self, file: str, texts: Iterable[str]) -> None:
        """Take the comments of a file's instructions."""
        for text in texts:
            if not text.startswith(("!", "/", "-")):
                rest = _SET.sub("", text)
                self.asked |= {f"{m[1].lower()} {m[2].lstrip('0')}" for m in _ASKED.finditer(rest)}
            if ":" not in text or text.startswith(("!", "/", "-")):
                continue
            for match in _COMMENTED.finditer(text):
                letters, comment = match[1].upper(), _word(match[3])
                key = f"{letters} {int(match[2])}"
                if comment:
                    self.comments.setdefault(f"{file} {key}" if letters == "LBL" else key, comment)

    def name(self, place: str, file: str = "") -> str:
        """Return the name of "R 5"; file: of a label."""
        letters, number = place.split()
        comment = self.comments.get(f"{file} {place}" if file else place, "")
        return f"{_WORDS[letters]}{number}{f'_{comment}' if comment else ''}"

    def idle(self, kind: str, number: int) -> bool:
        """Return whether the cell does not name an output and no instruction reads it."""
        named = not self.alone and any(
            (p.kind, p.number) == (kind, number) for p in self.names.controller.signals.values()
        )
        named = named or bool(self.names.touched(kind, (number,)))
        return not named and not {f"{kind} {number}", f"{kind} "} & self.asked

    def grouped(self, expr: Expr) -> Expr:
        """Return an expression with GI[n] and GO[n] that the cell names as signals."""
        if expr.op == "unknown" and not expr.args:
            letters, _, number = expr.name.partition(" ")
            named = letters in ("GI", "GO") and self.names.group(letters.lower(), int(number))
            return Expr("signal", name=f"{letters.lower()} {number}") if named else expr
        if not expr.args:
            return expr
        return replace(expr, args=tuple(self.grouped(arg) for arg in expr.args))

    def bound(self, expr: Expr) -> Expr:
        """Return an expression with the names of places and signals."""
        if expr.op == "var" and " " in expr.name:
            return Expr("var", name=self.name(expr.name))
        if not expr.args:
            return self.names.bound(expr)
        return replace(expr, args=tuple(self.bound(arg) for arg in expr.args))


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip(), flags=re.ASCII).strip("_").lower()[:16].rstrip("_")
