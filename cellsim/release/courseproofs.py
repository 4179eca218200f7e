"""The clearance proofs of a release: one for the only course, or one for each of several."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellsim.collision.prove import prove
from cellsim.collision.result import CollisionResult
from cellsim.domain.timeline import Timeline
from cellsim.proofcheck.check import ProofCheck
from cellsim.proofcheck.file import dump_proof
from cellsim.release.proof import PROOF, checked, proof_claim, refusals, rigid_arms
from cellsim.simulate.choices import course_text
from cellsim.verify.courses import Explored


@dataclass(frozen=True, eq=False)
class Proved:
    """What the small checker said of all proofs of a release.

    Attributes:
        problems: What is claimed and not shown.
        told: One for all courses together; None where there is no proof.
        shown: Of each course the clearances that its proof shows for every pair, None where not.
    """

    problems: tuple[str, ...]
    told: ProofCheck | None
    shown: tuple[CollisionResult | None, ...]


def proof_file(number: int, courses: int) -> str:
    """Return the name of the proof of course `number`, counted from 1."""
    return PROOF if courses == 1 else f"clearance.course_{number}.proof"


def proof_files(explored: Explored) -> dict[str, bytes]:
    """Return the proof of every course by its file name."""
    pairs = zip(explored.timelines, explored.collisions, strict=True)
    return {
        proof_file(number, len(explored.timelines)): dump_proof(prove(timeline, found))
        for number, (timeline, found) in enumerate(pairs, 1)
    }


def course_claims(
    files: Mapping[str, bytes], courses: Sequence[str], rigid: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    """Return what a certificate says of the proofs of several courses; none for a single one.

    Args:
        courses: What each course is, in words. rigid: Of each, see `proof.rigid_arms`.
    """
    if len(courses) == 1:
        return []
    names = [proof_file(number, len(courses)) for number in range(1, len(courses) + 1)]
    return [
        {**(proof_claim(files[name], name, arms) or {}), "course": text}
        for name, text, arms in zip(names, courses, rigid, strict=True)
    ]


def check_proofs(
    body: Mapping[str, Any], files: Mapping[str, bytes], timelines: Sequence[Timeline]
) -> Proved:
    """Check the proof of every course against its timeline.

    A release of several courses that is older than their proofs has none, and claims none.
    """
    single = len(timelines) == 1
    claims: list[Any] = [body.get("proof")] if single else body.get("course_proofs", [])
    texts = [course_text(timeline.choices) for timeline in timelines]
    problems: list[str] = []
    if not single and claims and [claim.get("course") for claim in claims] != texts:
        return Proved(("the proofs are of other courses than the text has",), None, ())
    told: list[ProofCheck] = []
    shown: list[CollisionResult | None] = []
    for number, timeline in enumerate(timelines, 1):
        name = proof_file(number, len(timelines))
        claim = claims[number - 1] if claims else None
        if name not in files:
            problems += [f"{name} is claimed and not among the files"] if claim else []
            shown.append(None)
            continue
        one, clear = checked(timeline, files[name], name)
        problems += refusals(body, claim or {}, one, name, rigid_arms(timeline))
        told.append(one)
        shown.append(clear if one.backs_all else None)
    return Proved(tuple(problems), _together(told), tuple(shown))


def _together(told: Sequence[ProofCheck]) -> ProofCheck | None:
    """Return what was said of several proofs as if they were one."""
    if len(told) < 2:
        return told[0] if told else None
    least: dict[tuple[str, str], float] = {}
    for one in told:
        for pair, value in one.clearances.items():
            least[pair] = min(value, least.get(pair, math.inf))
    unproved = sorted({pair for one in told for pair in one.unproved})
    return ProofCheck(
        tuple(problem for one in told for problem in one.problems),
        tuple(unproved),
        {pair: value for pair, value in least.items() if pair not in unproved},
        sum(one.leaves for one in told),
        sum(one.runs for one in told),
    )
