"""The clearance proof of a release: what the certificate says of it, and what the checker says."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cellsim.collision.result import CollisionResult, PairResult
from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput
from cellsim.kinematics.frameshift import unit_shifts
from cellsim.proofcheck.bound import REQUIRED
from cellsim.proofcheck.check import ProofCheck, check_proof
from cellsim.proofcheck.duty import duties_of
from cellsim.proofcheck.file import FORMAT, parse_proof

PROOF = "clearance.proof"
# What the proof may show less than the search, as it is written: see `collision.prove`.
LESS_M, LESS_SHARE = 2e-5, 3e-4


def rigid_arms(timeline: Timeline) -> list[str]:
    """Return which arms a proof takes as moved rigidly with a measured frame, though they bend.

    How they bend is sampled (Monte Carlo) and searched, see `collision.strays`: a proof alone does
    not show their clearance.
    """
    return [
        f"{group} follows {frame}"
        for group, track in sorted(timeline.tracks.items())
        for frame in sorted(track.shifted)
    ]


def proof_claim(
    data: bytes | None, name: str = PROOF, rigid: Sequence[str] = ()
) -> dict[str, Any] | None:
    """Return what a certificate says of a proof file; None without one.

    rigid: The arms that it takes as rigid, see `rigid_arms`.
    """
    if data is None:
        return None
    proof = parse_proof(data, name)
    unproved = {
        f"{run[0]} / {run[2]}"
        for run, claim in zip(proof.runs, proof.claims, strict=True)
        if math.isnan(claim)
    }
    return {
        "file": name,
        "format": FORMAT,
        "sha256": hashlib.sha256(data).hexdigest(),
        "runs": len(proof.runs),
        "leaves": int(np.count_nonzero(proof.leaves.nodes == 2)) + len(proof.leaves.which),
        "not_proved": sorted(unproved),
    } | ({"rigid_arms": list(rigid), "shifts": len(unit_shifts())} if rigid else {})


def shown(data: bytes | None, a: str, b: str) -> float:
    """Return what a proof claims of a pair [m]: inf where it says nothing of it, -inf where only
    what is required."""
    if data is None:
        return math.inf
    proof = parse_proof(data, PROOF)
    of_pair = (
        float(claim)
        for run, claim in zip(proof.runs, proof.claims, strict=True)
        if {run[0], run[2]} == {a, b} and not math.isnan(claim)
    )
    return min(of_pair, default=math.inf)


def checked(
    timeline: Timeline, data: bytes, name: str = PROOF
) -> tuple[ProofCheck, CollisionResult]:
    """Check a proof file against a timeline; return also what it shows as a collision result.

    The result holds the pairs that are proved in full, and says nothing of the others.
    """
    duties = duties_of(timeline)
    try:
        told = check_proof(timeline, parse_proof(data, name), duties)
    except BadInput as error:
        told = ProofCheck((str(error),), (), {}, 0, len(duties.runs))
    needs: dict[tuple[str, str], float] = {}
    for k, (a, b, _, _) in enumerate(duties.runs):
        run = duties.table.runs[k]
        most = float(duties.table.rows[run[8] : run[9], REQUIRED].max())
        needs[(a.name, b.name)] = max(needs.get((a.name, b.name), -math.inf), most)
    pairs = tuple(
        PairResult(a, b, "free", value, needs[(a, b)], 0.0, "", None)
        for (a, b), value in sorted(told.clearances.items(), key=lambda item: (item[1], item[0]))
    )
    exceptions = tuple(
        f"not checked: {n} pairs, {why}" for why, n in sorted(duties.excepted.items())
    )
    return told, CollisionResult(pairs, exceptions, {"pairs": len(pairs), "runs": told.runs})


def refusals(
    body: Mapping[str, Any],
    claim: Mapping[str, Any],
    told: ProofCheck,
    name: str = PROOF,
    rigid: Sequence[str] = (),
) -> list[str]:
    """Say what a certificate claims of clearance that its proof does not show.

    Args:
        body: The certificate. claim: What it says of this proof. rigid: See `rigid_arms`.
    """
    found = [f"{name}: {problem}" for problem in told.problems]
    if "rigid_arms" in claim and list(claim["rigid_arms"]) != list(rigid):
        found.append(f"{name}: takes as rigid {', '.join(rigid) or 'no arm'}, not what is claimed")
    allowed = set(claim.get("not_proved", ()))
    names = {f"{a} / {b}" for a, b in told.unproved}
    found += [f"{name}: {pair} is not proved" for pair in sorted(names - allowed)]
    least = body.get("least_clearance")
    if not told.problems and isinstance(least, Mapping) and len(least.get("pair", ())) == 2:
        a, b = least["pair"]
        shown = told.clearances.get((a, b), told.clearances.get((b, a)))
        value = 1e-3 * float(least.get("clearance_mm", math.inf))
        if shown is not None and not shown >= value - LESS_M - LESS_SHARE * abs(value):
            found.append(f"{name}: shows {1e3 * shown:.2f} mm for {a} / {b}, "
                         f"{1e3 * value:.2f} mm are claimed")  # fmt: skip
    return found
