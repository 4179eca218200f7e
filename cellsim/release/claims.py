"""What a certificate claims beside the verdict, worked out again and held against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cellsim.domain.job import Job
from cellsim.domain.report import Report, Verdict
from cellsim.release.certificate import certificate, job_digests
from cellsim.release.textjob import GroupText
from cellsim.simulate.choices import course_text
from cellsim.source import source_digest
from cellsim.verify.courses import Explored

# Kept for other builds too: facts, not sentences that may be worded anew.
_FACTS = ("verdict", "groups", "shape_grades")
# What the planner chose, which no text holds, and what stands for itself.
_OWN = frozenset({"format", "sha256", "choices", "versions", "manifest", "files", "cycle",
                  "content", "least_clearance"})  # fmt: skip
_DIGIT = 0.0201
# A cycle time that another processor adds up differs in its last bits.
_CYCLE_S = 1e-6


def claimed(body: Mapping[str, Any], read: Job, report: Report) -> list[str]:
    """Say which of verdict, content and cycle time of a certificate are not those of the text."""
    problems = []
    if report.verdict is not Verdict.GREEN:
        problems.append(f"the text is {report.verdict}, {len(report.findings)} findings")
        over = dict.fromkeys(f.rule for f in report.findings if "expired" in f.facts)
        problems += [f"the last day of a waiver of {rule} is over" for rule in over]
    digests = job_digests(read)
    for name in sorted({*digests, *body["content"]}):
        if body["content"].get(name) != digests.get(name):
            problems.append(f"{name} is not the content that was certified")
    if not same_cycle(body["cycle"], report.cycle):
        problems.append(f"cycle time was {body['cycle']}, is {dict(report.cycle)}")
    return problems


def same_cycle(a: Mapping[str, object], b: Mapping[str, object]) -> bool:
    """Whether two cycle times with their bands are the same, to a microsecond."""
    if a.keys() != b.keys():
        return False
    for one, other in ((a[key], b[key]) for key in a):
        if type(one) is float and type(other) is float:
            if not abs(one - other) <= _CYCLE_S:
                return False
        elif one != other:
            return False
    return True


def same_build(body: Mapping[str, Any]) -> bool:
    """Return whether a certificate says that this very code made it: it words things alike."""
    versions = body.get("versions")
    return isinstance(versions, Mapping) and versions.get("source") == source_digest()


def same_sheet(data: bytes, text: str, ours: bool) -> bool:
    """Return whether a load sheet says what this certificate and these inputs give.

    Args:
        ours: Made by this very build: byte by byte. Else its sentences may be worded otherwise,
            and every row of its tables is there: names, numbers, hashes, poses.
    """
    if ours or data == text.encode():
        return data == text.encode()
    return _rows(data.decode("utf-8", "replace")) == _rows(text)


def _rows(sheet: str) -> list[tuple[str, ...]]:
    """Return the rows of the tables of a sheet, of its page or of its text, as their cells."""
    if sheet.startswith("<!doctype"):
        lines = re.findall(r"<tr>(.*?)</tr>", sheet, re.DOTALL)
        return [tuple(re.split(r"<[^>]*>", line)) for line in lines]
    told = [line for line in sheet.splitlines() if line.startswith("  ")]
    said = ("  - ", "  [ ] ")
    return [tuple(re.split(r" {2,}", line.strip())) for line in told if not line.startswith(said)]


def untrue(
    body: Mapping[str, Any],
    planned: Job,
    read: Job,
    explored: Explored,
    texts: Sequence[GroupText],
    files: Mapping[str, bytes],
    rigid: Sequence[Sequence[str]],
    searched: bool,
) -> Iterator[str]:
    """Yield what a certificate claims that does not come out again.

    Of a release of another build only facts are held against it: its sentences may be worded
    otherwise. What is claimed of clearance must not be more than was found.

    Args:
        texts: The plan as it is written, whose notes the certificate repeats. read: The job read
            back. rigid: Of each course, see `proof.rigid_arms`. searched: Whether clearances were
            searched anew.
    """
    told = [course_text(timeline.choices) for timeline in explored.timelines]
    notes = tuple(body["notes"])
    most = int(body.get("most_courses", 0))
    again = certificate(planned, read, explored.report, files, notes, most, told, rigid)
    keys = _keys(body, again, searched)
    for key in keys:
        if key in body and not _alike(body[key], again[key]):
            yield f"'{key}' of the certificate is not what comes out again"
    if same_build(body):
        yield from (f"'{key}' of the certificate is missing" for key in keys if key not in body)
        said = [f"{text.group}: {note}" for text in texts for note in text.notes]
        yield from (f"the certificate leaves out: {note}" for note in said if note not in notes)
    if searched:
        yield from _clearance(body.get("least_clearance"), again["least_clearance"])


def _clearance(claim: Any, shown: Any) -> Iterator[str]:
    """Yield that a least clearance is claimed which was not found; None: nothing is claimed."""
    if (claim is None) is not (shown is None):
        yield f"least clearance: {'left out' if claim is None else 'claimed, and there is none'}"
    elif claim is not None:
        named = ("file", "line") if claim["pair"] == shown["pair"] else ()
        if any(claim.get(key) != shown[key] for key in named):
            yield f"least clearance: it is at {shown['file']}:{shown['line']}"
        above = claim["clearance_mm"] - claim["required_mm"]
        if above > shown["clearance_mm"] - shown["required_mm"] + _DIGIT:
            yield f"least clearance: {above:.2f} mm above what is required are claimed, not shown"


def _keys(body: Mapping[str, Any], again: Mapping[str, Any], searched: bool) -> list[str]:
    """Return what is held against a certificate; a proof alone says nothing of pair rules."""
    if not same_build(body):
        return [key for key in _FACTS if key in again]
    left_out = _OWN if searched else _OWN | {"exceptions"}
    return [key for key in again if key not in left_out]


def _alike(a: object, b: object) -> bool:
    """Whether two parts of certificates are the same, numbers to the last digit that is shown."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= _DIGIT
    return a == b
