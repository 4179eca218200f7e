"""Write a clearance proof: the same intervals again, kept as leaves that `proofcheck` accepts.

The search says how much clearance there is; here a tree of leaves is built that shows it, with the
inequality of the checker itself. What needs more than `MOST_NODES` nodes is left unproved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from cellsim.collision.grow import grow
from cellsim.collision.result import CollisionResult
from cellsim.collision.support import Cores, pack
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.kinematics.bodies import bodies_of
from cellsim.proofcheck.duty import Duties, duties_of
from cellsim.proofcheck.file import Proof, claimed
from cellsim.proofcheck.replay import Leaves

MOST_NODES, FEW_NODES = 200_000, 5_000
MOST_LEAVES = 4_000_000


def prove(timeline: Timeline, found: CollisionResult) -> Proof:
    """Return a proof of what the search found free.

    Args:
        timeline: As it was checked. found: Its result; what is not free there is not proved.
    """
    duties = duties_of(timeline)
    claims = claims_of(duties, found)
    cores = pack([body.solid for body in bodies_of(timeline.job.cell)]).cores
    parts: dict[int, Leaves] = {}
    groups: dict[tuple[str, str], list[int]] = {}
    for k, (_, _, p, q) in enumerate(duties.runs):
        if not math.isnan(claims[k]):
            groups.setdefault((p, q), []).append(k)
    total = 0
    for (p, q), numbers in groups.items():
        for k in numbers:
            made = _run(duties, cores, p, q, k, claims)
            if made is not None and total + len(made.nodes) + len(made.which) <= MOST_LEAVES:
                total += len(made.nodes) + len(made.which)
                parts[k] = made
    return claimed(timeline, duties, claims, parts)


def claims_of(duties: Duties, found: CollisionResult) -> Array:
    """Return the clearance to prove for each run [m]; NaN for pairs that are not free.

    A little less than the search found: its normals are good to 1 part in 10,000.
    """
    least: Mapping[tuple[str, str], float] = {
        (pair.a, pair.b): pair.clearance for pair in found.pairs if pair.status == "free"
    }
    claims = np.full(len(duties.runs), math.nan)
    for k, (a, b, _, _) in enumerate(duties.runs):
        value = least.get((a.name, b.name), least.get((b.name, a.name), math.nan))
        claims[k] = value - 2e-6 - 2e-4 * abs(value)
    return claims


def _run(duties: Duties, cores: Cores, p: str, q: str, k: int, claims: Array) -> Leaves | None:
    """Return the trees of a run; with less claimed where the whole is too much; None: unproved.

    The search knows that round pieces may turn in place, the checker does not: where its bound is
    the poorer one, 2 % or half a millimetre less takes far fewer leaves.
    """
    whole = float(claims[k])
    for claim, most in (
        (whole, FEW_NODES),
        (min(0.98 * whole, whole - 5e-4), MOST_NODES),
        (-math.inf, MOST_NODES),
    ):
        done, made = grow(
            duties.courses[p], duties.courses[q], duties.pieces, cores, duties.table, k, claim, most
        )
        if done:
            claims[k] = claim
            n, c, m = made.used
            x = made.leaves
            return Leaves(x.nodes[:n], x.counts[:c], x.which[:m], x.normals[:m])
    return None
