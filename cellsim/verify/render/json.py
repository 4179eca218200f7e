"""Reports as JSON, the same bytes for the same report; `report.schema.json` says the form.

Numbers end at 9 digits behind the point and 12 in all: the last bits of a sum are a matter of
processor and library, and a report says the same on both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cellsim.domain.report import Report, verdict_said
from cellsim.messages import advice, sentence
from cellsim.verify.render import numbers

FORMAT = "cellsim/report@1"
_DECIMALS, _SIGNIFICANT = 9, 12


def render_json(reports: Sequence[Report], lang: str = "en") -> str:
    """Return `{"format": ..., "reports": [...]}`; sorted keys, no NaN, one trailing newline."""
    data = {"format": FORMAT, "reports": [report_data(report, lang) for report in reports]}
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def report_data(report: Report, lang: str = "en") -> dict[str, Any]:
    """Return one report as plain data, each finding with its sentence and advice."""
    data: dict[str, Any] = _plain(report)
    for f, entry in zip(report.findings, data["findings"], strict=True):
        known = numbers.fields(f)
        entry["message"] = sentence(lang, f.rule, f.severity, known)
        entry["help_text"] = advice(lang, f.help or f.rule, known)
    data["exit_code"] = report.exit_code
    data["waived"], data["verdict_text"] = report.waived, verdict_said(report, lang)
    return data


def schema_text() -> str:
    """Return the JSON schema of a report file as text."""
    return files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8").rstrip()


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON schema of a report file."""
    data: Mapping[str, Any] = json.loads(schema_text())
    return data


def _plain(value: object) -> Any:
    """Return dataclasses, mappings and sequences as dicts and lists; no infinite number."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | str) or value is None:
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int | float):
        return value if isinstance(value, int) else _stable(float(value))
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return str(value)


def _stable(number: float) -> float | None:
    """Return a number without the digits that only a processor can tell apart."""
    if not math.isfinite(number):
        return None
    return float(f"{round(number, _DECIMALS):.{_SIGNIFICANT}g}") + 0.0
