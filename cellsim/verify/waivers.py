"""Waivers: what a person accepted and until when, and what a waiver so worded does not accept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.report import CERTIFIED, Finding, Severity
from cellsim.verify.ranking import no_worse, sorted_findings

# What a finding is told where a waiver meets it and does not accept it.
REFUSED = ("unsigned", "expired", "unsaid", "unnamed")
# A first "]" in brackets is one of their letters, as fnmatch reads them.
_KIND_OR_ANY = re.compile(r"\[!?\]?[^]]*\]|\b(part|fixture|tool):")


def waive(
    findings: Iterable[Finding], waivers: Iterable[Waiver], variant: str = "", today: str = ""
) -> tuple[Finding, ...]:
    """Return the findings, sorted, each with author and reason of the first waiver to accept it.

    Where waivers meet a finding and none accepts it, it says why of the first, by a key of REFUSED
    among its facts: nobody signed it ("unsigned"), its last day is over ("expired"), it does not
    say that it is about errors ("unsaid"), or, of what the certified test found, it names no body
    ("unnamed"). Its value is the reason of that waiver.

    Args:
        today: Day for which waivers hold, as 2026-12-31; "" = the day it is, in UTC.
    """
    rows = [w for w in waivers if _holds_for(w, variant)]
    day = today or this_day()
    found = []
    for f in findings:
        facts = {key: value for key, value in f.facts.items() if key not in REFUSED}
        met = [w for w in rows if _meets(w, f)]
        by = next((w for w in met if not _refused(w, f, day)), None)
        if by is not None:
            f = replace(f, facts=facts, waived_by=by.author, waived_reason=by.reason)
        elif met:
            f = replace(f, facts={**facts, _refused(met[0], f, day): _why(met[0], f, day)})
        else:
            f = replace(f, facts=facts)
        found.append(f)
    return sorted_findings(found)


def this_day() -> str:
    """Return the day it is, in UTC: 2026-12-31."""
    return datetime.now(UTC).date().isoformat()


def _why(waiver: Waiver, f: Finding, day: str) -> str:
    expired = _refused(waiver, f, day) == "expired"
    return f"{waiver.expires}: {waiver.reason}" if expired else waiver.reason


def _holds_for(waiver: Waiver, variant: str) -> bool:
    return not waiver.variant or fnmatchcase(variant, waiver.variant)


def _meets(waiver: Waiver, f: Finding) -> bool:
    by_name = f.rule == waiver.rule if f.rule in CERTIFIED else fnmatchcase(f.rule, waiver.rule)
    named = by_name and fnmatchcase(f.subject, waiver.subject)
    named = named and waiver.severity in ("", f.severity)
    here = waiver.file in ("", f.file) and waiver.line in (0, f.line)
    return named and here and (waiver.worst is None or no_worse(f, waiver.worst))


def _refused(waiver: Waiver, f: Finding, day: str) -> str:
    """Return why a waiver does not accept a finding that it meets, "" where it does."""
    void = _void(waiver, day)
    if not void and f.severity is Severity.ERROR and waiver.severity != "error":
        return "unsaid"
    return void


def _void(waiver: Waiver, day: str) -> str:
    """Return why a waiver accepts nothing at all on a day, "" where it accepts something."""
    if not waiver.author:
        return "unsigned"
    if waiver.expires and waiver.expires < day:
        return "expired"
    return "unnamed" if waiver.rule in CERTIFIED and not _names(waiver.subject) else ""


def _names(subject: str) -> bool:
    """Whether a pattern of subjects names any of them: more than wildcards and kinds of bodies."""
    return any(c.isalnum() for c in _KIND_OR_ANY.sub("", subject))


def waiver_rows(cell: Cell, findings: tuple[Finding, ...], today: str = "") -> tuple[str, ...]:
    """Return each waiver as a sentence with how many findings it accepts, each counted once."""
    texts, left, day = [], [f for f in findings if f.waived_by], today or this_day()
    said = {
        "unsigned": "not signed: accepts nothing",
        "expired": "its last day is over: accepts nothing",
        "unnamed": "names no body: accepts nothing",
    }
    for w in (w for w in cell.waivers if _holds_for(w, cell.variant)):
        named = f"{w.rule} on {w.subject}{_scope(w)}"
        if void := _void(w, day):
            texts.append(f"{named}: {w.reason} ({said[void]})")
            continue
        rest = [
            f for f in left
            if f.waived_by != w.author or not _meets(w, f) or _refused(w, f, day)
        ]  # fmt: skip
        count, left = len(left) - len(rest), rest
        texts.append(f"{named}: {w.reason} ({w.author}; {count} accepted)")
    return tuple(texts)


def _scope(w: Waiver) -> str:
    """Return where alone and until when a waiver holds, and up to what value; "" for everywhere."""
    place = f"{w.file}:{w.line}".strip(":") if w.file or w.line else ""
    parts = [w.variant, w.severity, place]
    parts.append("" if w.worst is None else f"<= {w.worst:g}")
    parts.append(f"until {w.expires}" if w.expires else "")
    told = ", ".join(part for part in parts if part)
    return f" [{told}]" if told else ""
