"""The certificate: a claim that `cellsim check` recomputes, tamper-evident by its hashes.

It assists review. It is not a safety function and replaces no risk assessment.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cellsim.controllers.brands import rules_of
from cellsim.domain.canonical import digest
from cellsim.domain.controller import Convention
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.errors import BadInput, TooNew
from cellsim.release.courseproofs import course_claims
from cellsim.release.form import refuse_other_kinds
from cellsim.release.manifest import FORMAT as MANIFEST_FORMAT
from cellsim.release.proof import PROOF, proof_claim, shown
from cellsim.source import source_digest
from cellsim.verify.render.numbers import by_slack

FORMAT = "cellsim/certificate@1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
LIMITS = (
    "This certificate assists review; it is not a safety function and replaces no risk assessment.",
    "Reader and writer agreeing proves consistency, not truth: see the assumed conventions.",
)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as hex."""
    return hashlib.sha256(data).hexdigest()


def job_digests(job: Job) -> dict[str, str]:
    """Return the hashes of what a verdict depends on: the cell and each program."""
    hashes = {"cell": digest(job.cell)}
    hashes.update({f"program:{group}": digest(p.routines) for group, p in job.programs.items()})
    return hashes


def certificate(
    planned: Job,
    read: Job,
    report: Report,
    files: Mapping[str, bytes],
    notes: tuple[str, ...],
    courses: int,
    texts: Sequence[str],
    rigid: Sequence[Sequence[str]],
) -> dict[str, Any]:
    """Return the certificate of released files.

    Args:
        planned: The quantised job. read: The job read back from the text.
        report: The verdict on `read`. files: Path in the release folder to bytes.
        notes: What writers and readers noted. courses: Most courses that were allowed.
        texts: What each course that was run is, in words. rigid: Of each, see `proof.rigid_arms`.
    """
    body: dict[str, Any] = {
        "format": FORMAT,
        "cell": read.cell.name,
        "variant": read.cell.variant,
        "job": read.name,
        "verdict": str(report.verdict),
        "groups": {g: read.cell.groups[g].controller.brand for g in sorted(read.programs)},
        "files": {path: sha256(data) for path, data in sorted(files.items())},
        "manifest": MANIFEST_FORMAT,
        "content": job_digests(read),
        "inputs": dict(sorted(read.inputs.items())),
        "most_courses": courses,
        "cycle": dict(report.cycle),
        "least_clearance": _least(report, files.get(PROOF)),
        "proof": proof_claim(files.get(PROOF), rigid=rigid[0]),
        "shape_grades": dict(report.grades),
        "shapes": _shapes(report),
        "corners": corner_laws(read),
        "assumed_conventions": assumed_conventions(read),
        "confirmed_conventions": confirmed_conventions(read),
        "assumptions": list(report.assumptions),
        "exceptions": list(report.exceptions),
        "waivers": list(report.waivers),
        "notes": list(notes),
        "choices": list(planned.choices),
        "versions": {**report.versions, "source": source_digest()},
        "limits": list(LIMITS),
    }
    if claims := course_claims(files, texts, rigid):
        body["course_proofs"] = claims
    body["sha256"] = sha256(dump(body))
    return body


def _shapes(report: Report) -> list[dict[str, Any]]:
    """Return grade, margin and deviation both ways of every body, in mm, rounded up."""
    found = []
    for shape in report.shapes:
        entry: dict[str, Any] = {"body": shape.body, "grade": shape.grade}
        entry["margin_mm"], entry["deviation_mm"] = _up(shape.margin), _up(shape.deviation)
        if shape.outside is not None and shape.filled is not None:
            entry["mesh_outside_pieces_mm"] = _up(shape.outside)
            entry["pieces_outside_mesh_mm"] = _up(shape.filled)
        found.append(entry)
    return found


def _up(value: float) -> float:
    return math.ceil(value * 1e5 - 1e-6) / 1e2


def _least(report: Report, proof: bytes | None) -> dict[str, Any] | None:
    """Return the tightest pair of the report with its clearance, as far as the proof shows it too.

    The search has a second inequality that the checker does not know, see `collision.bow`.
    """
    if not report.clearances:
        return None
    least = by_slack(report.clearances)[0]
    clearance = min(least.clearance, max(shown(proof, least.a, least.b), least.required))
    return {
        "pair": [least.a, least.b],
        "clearance_mm": math.floor(clearance * 1e5) / 1e2,
        "required_mm": least.required * 1e3,
        "file": least.file,
        "line": least.line,
    }


def assumed_conventions(job: Job) -> list[str]:
    """Return the conventions of the used groups that rest on no manual, file or reading."""
    return list(
        dict.fromkeys(
            f"{brand}: {c.text} ({c.evidence}: {c.source})"
            for brand, c in _conventions(job)
            if c.evidence == "assumed"
        )
    )


def confirmed_conventions(job: Job) -> list[str]:
    """Return the conventions that readings on the used controllers confirmed, and by whom."""
    return list(
        dict.fromkeys(
            f"{brand}: {c.text} ({c.source})"
            for brand, c in _conventions(job)
            if c.source.startswith("confirmed by ")
        )
    )


def _conventions(job: Job) -> Iterator[tuple[str, Convention]]:
    rules = rules_of(job.cell)
    for group in sorted(job.programs, key=lambda g: (job.cell.groups[g].controller.brand, g)):
        for convention in rules[group].conventions:
            yield rules[group].brand, convention


def corner_laws(job: Job) -> list[str]:
    """Return for each used group how corners of path and joint moves are certified, and why."""
    found = []
    for group, rules in sorted(rules_of(job.cell).items()):
        if group not in job.programs:
            continue
        says = {c.id: f"{c.id}, {c.evidence}: {c.source}" for c in rules.conventions}
        for kind, law in (("path", rules.corner_linear), ("joint", rules.corner_joint)):
            why = says.get(rules.corner_convention.get(kind, ""), "")
            if law == "stop":
                how = "exact stop"
            elif kind in rules.tube:
                how = f"tube, from no blend to the full corner ({why})"
            else:
                how = f"named law, {law} ({why})"
            found.append(f"{group}, {kind} moves: {how}")
    return found


def dump(body: Mapping[str, Any]) -> bytes:
    """Return a certificate as canonical JSON bytes."""
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def parse(data: bytes, file: str) -> dict[str, Any]:
    """Return a certificate from its bytes; BadInput where it is none or was altered."""
    if len(data) > 5_000_000:
        raise BadInput("certificate larger than 5 MB", file=file)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not a certificate: {error}", file=file) from None
    if not isinstance(body, dict) or not str(body.get("format", "")).startswith(
        "cellsim/certificate@"
    ):
        raise BadInput("not a certificate", file=file, expected=f"format {FORMAT}")
    if body["format"] != FORMAT:
        raise TooNew(f"format {body['format']} is not known", file=file, expected=FORMAT)
    _check_fields(body, file)
    return body


def _check_fields(body: Mapping[str, Any], file: str) -> None:
    """Refuse fields of other kinds, and names that would lead out of the folder."""
    refuse_other_kinds(body, file)
    # A cell without variants has none to name.
    variant = [body["variant"]] if body["variant"] else []
    for name in (body["cell"], *variant, body["job"], *body["groups"]):
        if not _NAME.fullmatch(name):
            raise BadInput(f"not a name: {name!r}", file=file)
    for name in body["files"]:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise BadInput(f"path leaves the folder: {name!r}", file=file)


def is_intact(body: Mapping[str, Any]) -> bool:
    """Return whether the certificate's own hash fits its content."""
    rest = {key: value for key, value in body.items() if key != "sha256"}
    return body.get("sha256") == sha256(dump(rest))
