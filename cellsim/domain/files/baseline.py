"""Baseline files: the open findings of a line as it was taken over, reviewed as text.

A baseline lets a plant put the verifier into CI before all that it finds is mended: what stands in
it does not fail the gate, what is new or worse does. It is no waiver of a single finding; it has
an author and a reason all the same, and `release` does not take it. What a rule of the certified
test found (a collision, a clearance that is not proven) is accepted only where its own row names
an author and a reason: nobody signs a collision by the dozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cellsim.domain.files.flow import flow, word
from cellsim.domain.files.yamltext import FileModel, Strict, load_yaml
from cellsim.errors import BadInput

_REASON = 10
Text = Annotated[str, Field(min_length=1, max_length=500)]


class KnownText(Strict):
    """One kind of finding that is known: how many of it, and the worst value among them."""

    rule: Text
    subject: Text
    variant: Text
    job: Text
    file: str = ""
    severity: Literal["error", "undecided", "not_checked"] = "error"
    count: int = Field(ge=1)
    worst: float | None = None
    unit: str = ""
    author: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=2000)


class BaselineText(FileModel):
    """A baseline file."""

    noun = "baseline"
    author: Text
    reason: Annotated[str, Field(min_length=_REASON, max_length=2000)]
    findings: tuple[KnownText, ...] = Field(max_length=100_000)


@dataclass(frozen=True)
class Known:
    """Findings of one rule about one subject, of one severity, that are known.

    Attributes:
        count: How many. worst: Worst value among them, in `unit`; None where they have none.
        author, reason: Who accepts this very row, and why; "" = who signed the file.
    """

    rule: str
    subject: str
    variant: str
    job: str
    file: str
    severity: str
    count: int
    worst: float | None
    unit: str
    author: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Baseline:
    """What is known, who says so, and why."""

    author: str
    reason: str
    known: tuple[Known, ...]


def load_baseline(path: str | Path) -> Baseline:
    """Return the baseline of a file; BadInput with line and column."""
    text, _ = load_yaml(Path(path), BaselineText)
    for k in text.findings:
        if k.author and len(k.reason) < _REASON:
            named = f"{k.rule} {k.subject}"
            raise BadInput(
                f"signed without a reason: {named}", file=str(path), expected="ten letters or more"
            )
    known = tuple(Known(**k.model_dump()) for k in text.findings)
    return Baseline(text.author, text.reason, known)


def dump_baseline(baseline: Baseline) -> str:
    """Return the text of a baseline file, one kind of finding a line."""
    lines = [
        "format: cellsim/baseline@1",
        f"author: {word(baseline.author)}",
        f"reason: {word(baseline.reason)}",
        "findings:" if baseline.known else "findings: []",
    ]
    lines += [f"- {flow(_row(k))}" for k in baseline.known]
    return "\n".join(lines) + "\n"


def _row(known: Known) -> dict[str, object]:
    row: dict[str, object] = {
        "rule": known.rule,
        "subject": known.subject,
        "variant": known.variant,
        "job": known.job,
        "file": known.file,
        "severity": known.severity,
        "count": known.count,
    }
    if known.worst is not None:
        row |= {"worst": known.worst, "unit": known.unit}
    if known.author:
        row |= {"author": known.author, "reason": known.reason}
    return row


def sorted_known(known: Sequence[Known]) -> tuple[Known, ...]:
    """Return the rows in the order of variant, job, rule, subject, file and severity."""
    order = attrgetter("variant", "job", "rule", "subject", "file", "severity")
    return tuple(sorted(known, key=order))
