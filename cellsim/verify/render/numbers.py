"""Numbers as they are shown: fixed digits, certified ones rounded outward, never a false equal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal

from cellsim.domain.report import Finding, PairClearance, Severity
from cellsim.messages import said, word

Toward = Literal["nearest", "down", "up"]
DIGITS = {
    "mm": 1,
    "deg": 1,
    "s": 1,
    "kg": 1,
    "N m": 1,
    "kg m2": 2,
    "mm/s": 0,
    "deg/s": 1,
    "mm/s2": 0,
    "deg/s2": 0,
    "%": 0,
}
_MOST = 6
_TOWARD: Mapping[str, Toward] = {
    "clearance": "down",
    "near-miss": "down",
    "collision": "up",
    "takt-exceeded": "up",
}


def number(value: float, digits: int, toward: Toward = "nearest") -> str:
    """Return fixed digits, rounded nearest, down or up; no exponent, no minus zero."""
    if not math.isfinite(value):
        return "unknown" if math.isnan(value) else ("-" if value < 0 else "") + "unbounded"
    scaled = value * 10.0**digits
    if not math.isfinite(scaled):
        toward = "nearest"
    if toward == "down":
        value = math.floor(scaled + 1e-9) / 10.0**digits
    elif toward == "up":
        value = math.ceil(scaled - 1e-9) / 10.0**digits
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0.0 else text


def value_and_limit(f: Finding) -> tuple[str, str]:
    """Return value and limit of a finding as text, with as many digits as tell them apart.

    Clearances round down, depths and times of a takt up: what is shown is never better than what
    was found.
    """
    toward: Toward = _TOWARD.get(f.rule, "nearest")
    digits = DIGITS.get(f.unit, 3)
    while True:
        value = "" if f.value is None else number(f.value, digits, toward)
        limit = "" if f.limit is None else number(f.limit, digits)
        if value != limit or digits >= _MOST or f.value == f.limit or f.value is None:
            return value, limit
        digits += 1


def fields(f: Finding) -> Mapping[str, object]:
    """Return what a sentence may name: facts, subject, value, limit, unit, t0, t1."""
    value, limit = value_and_limit(f)
    known: dict[str, object] = {key: _plain(fact) for key, fact in f.facts.items()}
    known |= _case(f, value, limit)
    known["subject"] = f.subject
    if f.value is not None:
        known["value"] = f"{value} {f.unit}".rstrip()
    if f.limit is not None:
        known["limit"] = f"{limit} {f.unit}".rstrip()
    if f.t0 is not None:
        known["t0"] = f"{f.t0:.2f}"
    if f.t1 is not None:
        known["t1"] = f"{f.t1:.2f}"
    return known


def _case(f: Finding, value: str, limit: str) -> Mapping[str, object]:
    """Return the "case" of a finding of two bodies that its sentence is worded by, with its words.

    A clearance below nothing is no clearance: what may touch overlaps by so much, what must not is
    not proven apart, and where only the pieces of a mesh overlap it is a matter of geometry.
    """
    witness = f.facts.get("witness_mm")
    if f.rule == "collision" and isinstance(witness, list | tuple):
        return {"case": "at", "point": ", ".join(number(float(v), 1) for v in witness)}
    if f.rule != "clearance" or f.limit is None:
        return {}
    if f.value is None:
        return {"case": "unknown"}
    if "geometry" in f.facts:
        return {"case": f"geometry_{f.facts['geometry']}"}
    if f.limit < 0.0:
        told = {"over": value.removeprefix("-"), "allowed": limit.removeprefix("-")}
        return {"case": "deep"} | {key: f"{text} {f.unit}" for key, text in told.items()}
    over = f"{value.removeprefix('-')} {f.unit}"
    return {"case": "overlap", "over": over} if f.value < 0.0 else {}


def _plain(fact: object) -> str:
    if isinstance(fact, float):
        return number(fact, 3).rstrip("0").rstrip(".") if math.isfinite(fact) else number(fact, 0)
    if isinstance(fact, tuple | list):
        return ", ".join(map(_plain, fact))
    return str(fact)


def clearance_text(clearance: float, lang: str) -> str:
    """Return a certified clearance [m] in mm, rounded down; in words where none is known."""
    if not math.isfinite(clearance):
        return word(lang, "clearance_unknown")
    return f"{number(1e3 * clearance, 2, 'down')} mm"


def need_mm(required: float) -> str:
    """Return what has to be kept in mm, rounded up: a clearance below it never looks kept."""
    text = number(1e3 * required, 2, "up")
    return text[:-1] if text.endswith("0") else text


def need_text(pair: PairClearance, lang: str) -> str:
    """Return what a pair has to keep, or how deep it may touch."""
    key = "may_touch" if pair.required < 0.0 else "must_keep"
    return word(lang, key).format(value=need_mm(pair.required).lstrip("-"))


def by_slack(pairs: Iterable[PairClearance]) -> list[PairClearance]:
    """Return the pairs, those first that are nearest to what they have to keep.

    Pairs that may touch come last: an arm on its pedestal is no news.
    """
    return sorted(pairs, key=lambda p: (p.required < 0.0, p.clearance - p.required, p.a, p.b))


def cycle_text(cycle: Mapping[str, object], lang: str = "en") -> str:
    """Return the cycle time with its band and model: low rounded down, high rounded up."""
    nominal, low, high = band_numbers(*(float(str(cycle[k])) for k in ("nominal", "low", "high")))
    told = {"nominal": nominal, "low": low, "high": high, "model": said(lang, str(cycle["model"]))}
    return word(lang, "cycle_text").format(**told)


def band_numbers(nominal: float, low: float, high: float) -> tuple[str, str, str]:
    """Return a band [s] as every page prints it: its ends rounded outward."""
    return number(nominal, 1), number(low, 1, "down"), number(high, 1, "up")


def counted(count: int, severity: Severity, lang: str) -> str:
    """Return how many findings of a severity there are, in words ("1 error", "2 errors")."""
    key = f"{severity}_many"
    many = count != 1 and severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    return f"{count} {word(lang, key if many else severity)}"


def counts(findings: tuple[Finding, ...]) -> Mapping[Severity, int]:
    """Return the number of unwaived findings of each severity."""
    return {s: sum(f.severity is s and not f.waived_by for f in findings) for s in Severity}
