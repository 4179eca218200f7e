"""The kinds of the fields of a certificate, as it is read: what is of another kind is bad input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cellsim.errors import BadInput

_MOST = 10_000
Word = Annotated[str, Field(max_length=20_000)]
Words = Annotated[list[Word], Field(max_length=_MOST)]
Table = Annotated[dict[str, Word], Field(max_length=100_000)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Kinds(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Cycle(_Kinds):
    nominal: Number
    low: Number
    high: Number
    model: Word


class _Proof(_Kinds):
    file: Word
    not_proved: Words = []
    rigid_arms: Words = []
    course: Word = ""


class _Least(_Kinds):
    pair: Annotated[list[Word], Field(min_length=2, max_length=2)]
    clearance_mm: Number
    required_mm: Number


class _Certificate(_Kinds):
    """Fields that releases have had since they exist, and those that came later."""

    format: Word
    cell: Word
    variant: Word
    job: Word
    verdict: Word
    groups: Table
    files: Table
    content: Table
    cycle: _Cycle
    sha256: Word
    notes: Words
    assumed_conventions: Words
    assumptions: Words
    exceptions: Words
    waivers: Words
    limits: Words
    proof: _Proof | None = None
    course_proofs: Annotated[list[_Proof], Field(max_length=_MOST)] = []
    confirmed_conventions: Words = []
    corners: Words = []
    choices: Words = []
    inputs: dict[str, bool | int | float] = {}
    most_courses: int = 1
    manifest: Word = ""
    least_clearance: _Least | None = None
    shape_grades: dict[str, int] = {}
    shapes: Annotated[list[dict[str, Any]], Field(max_length=_MOST)] = []
    versions: Table = {}


def refuse_other_kinds(body: Mapping[str, Any], file: str) -> None:
    """Raise BadInput for the first field of a certificate that is missing or of another kind."""
    try:
        _Certificate.model_validate(body)
    except ValidationError as error:
        named = ".".join(map(str, error.errors()[0]["loc"]))
        raise BadInput(f"'{named}' is missing or of the wrong kind", file=file) from None
