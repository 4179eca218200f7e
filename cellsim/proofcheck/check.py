"""The verdict on a proof: is everything covered, and does every leaf hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.proofcheck.bound import PAD, REQUIRED
from cellsim.proofcheck.course import Ints
from cellsim.proofcheck.duty import Duties, duties_of
from cellsim.proofcheck.file import Proof, RunName, names_of
from cellsim.proofcheck.replay import (
    ENDED,
    HOLDS,
    LEFT_OPEN,
    NORMAL_FAILS,
    SPHERES_MEET,
    TOO_DEEP,
    TOO_LARGE,
    UNKNOWN_NODE,
    replay,
)

WHY: Mapping[int, str] = {
    ENDED: "its tree ends too early",
    UNKNOWN_NODE: "a node of an unknown kind",
    SPHERES_MEET: "a leaf does not hold: the spheres of the bodies come too near",
    NORMAL_FAILS: "a leaf does not hold: its normal does not keep the pieces apart",
    LEFT_OPEN: "a pair of pieces is not covered",
    TOO_DEEP: "its tree is too deep",
    TOO_LARGE: "a body is farther out than 100 m, or nowhere",
}
# Rounding of times and knots on another processor; 1 ns is 1e-7 knots and more.
SAME = 1e-9
MOST_TOLD = 20
THREADS = 2


@dataclass(frozen=True, eq=False)
class ProofCheck:
    """What the checker says of a proof.

    Attributes:
        problems: Why it is refused; empty exactly when all that it claims holds.
        unproved: Pairs of body names with a run that the proof leaves out.
        clearances: Pair of body names to the clearance shown [m], of pairs proved in full.
        leaves: Leaves that were tested. runs: Pairs of bodies on one carrier each.
    """

    problems: tuple[str, ...]
    unproved: tuple[tuple[str, str], ...]
    clearances: Mapping[tuple[str, str], float]
    leaves: int
    runs: int

    @property
    def backs_all(self) -> bool:
        """Whether every pair is shown to keep what is required."""
        return not self.problems and not self.unproved


def check_proof(timeline: Timeline, proof: Proof, duties: Duties | None = None) -> ProofCheck:
    """Check a proof against what cell and timeline require.

    Args:
        timeline: Simulated anew from what is to be believed.
        duties: Of this timeline, where they were derived already.
    """
    duties = duties or duties_of(timeline)
    problems = list(_coverage(timeline, proof, duties))
    if problems:
        return ProofCheck(tuple(problems[:MOST_TOLD]), (), {}, 0, len(duties.runs))
    told, proved = _replayed(duties, proof)
    names = names_of(duties)
    for k, (answer, node, row) in enumerate(told.tolist()):
        if answer != HOLDS:
            u0, u1 = duties.table.rows[row, :2]
            problems.append(f"{_pair(names[k])}, knots {u0:.3f} to {u1:.3f}: {WHY[answer]} "
                            f"(node {node})")  # fmt: skip
    open_ = {(n[0], n[2]) for n, claim in zip(names, proof.claims, strict=True) if claim != claim}
    least: dict[tuple[str, str], float] = {}
    for name, value in zip(names, proved, strict=True):
        pair = name[0], name[2]
        if pair not in open_ and not problems:
            least[pair] = min(least.get(pair, math.inf), float(value))
    return ProofCheck(tuple(problems[:MOST_TOLD]), tuple(sorted(open_)), least,
                      int(np.count_nonzero(proof.leaves.nodes == 2)) + len(proof.leaves.which),
                      len(names))  # fmt: skip


def _pair(name: RunName) -> str:
    return f"{name[0]} / {name[2]}"


def _coverage(timeline: Timeline, proof: Proof, duties: Duties) -> Iterator[str]:
    """Yield where the proof is not about what must be proved here."""
    job = timeline.job
    if (proof.cell, proof.variant, proof.job) != (job.cell.name, job.cell.variant, job.name):
        yield f"the proof is of {proof.cell}/{proof.variant}/{proof.job}"
        return
    needed, given = names_of(duties), proof.runs
    if needed != given:
        missing = [n for n in needed if n not in set(given)]
        added = [n for n in given if n not in set(needed)]
        for name in missing[:MOST_TOLD]:
            yield f"{_pair(name)}: no proof of this pair"
        for name in added[:MOST_TOLD]:
            yield f"{_pair(name)}: nothing like it is to be proved here"
        if not missing and not added:
            yield "the pairs stand in another order"
        return
    counts = duties.table.runs[:, 9] - duties.table.runs[:, 8]
    first = 0
    for k in range(len(needed)):
        rows, own = proof.rows[first : first + int(proof.row_counts[k])], _rows(duties, k)
        first += int(proof.row_counts[k])
        if len(rows) != counts[k] or not bool((np.abs(rows[:, :4] - own[:, :4]) <= SAME).all()):
            yield f"{_pair(needed[k])}: the intervals are not those of this run"
        elif not bool((np.abs(rows - own) <= SAME).all()):
            yield f"{_pair(needed[k])}: {_lowered(rows, own)}"


def _rows(duties: Duties, k: int) -> Array:
    run = duties.table.runs[k]
    return duties.table.rows[run[8] : run[9]]


def _lowered(rows: Array, own: Array) -> str:
    for column, name in ((REQUIRED, "required clearance"), (PAD, "margins and tolerances")):
        off = ~(np.abs(rows[:, column] - own[:, column]) <= SAME)
        if off.any():
            k = int(np.argmax(off))
            return (f"{name} of {1e3 * rows[k, column]:.4g} mm, "
                    f"{1e3 * own[k, column]:.4g} mm are asked")  # fmt: skip
    return "the requirement that grows with the distance differs"


def _replayed(duties: Duties, proof: Proof) -> tuple[Ints, Array]:
    """Return the answers of all runs in order, (answer, node, row), and what is shown [m]."""
    count = len(duties.runs)
    starts = np.zeros((count + 1, 3), dtype=np.int64)
    np.cumsum(proof.lengths, axis=0, out=starts[1:])
    told, proved = np.zeros((count, 3), dtype=np.int64), np.full(count, math.inf)
    groups: dict[tuple[str, str], list[int]] = {}
    for k, (_, _, p, q) in enumerate(duties.runs):
        if not math.isnan(proof.claims[k]):
            groups.setdefault((p, q), []).append(k)

    def work(item: tuple[tuple[str, str], list[int]]) -> None:
        (p, q), numbers = item
        chosen = np.array(numbers, dtype=np.int64)
        told[chosen], proved[chosen] = replay(
            duties.courses[p], duties.courses[q], duties.pieces, duties.table, chosen, starts,
            proof.leaves, proof.claims,
        )  # fmt: skip

    halves = [(key, some[k::THREADS]) for key, some in groups.items() for k in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, halves))
    return told, proved
