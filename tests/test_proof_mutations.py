"""Clearance proofs: every mutation of one is refused, in its arrays and in its file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from proof_cell import STEP, proof_cell, proof_timeline
from small_cells import solid

from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Piece
from cellsim.proofcheck.bound import PAD, REQUIRED, U1
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.file import Proof, dump_proof, parse_proof
from cellsim.proofcheck.replay import HALVE_U, HALVE_V, PIECES, PIECES_THEN_U, Leaves

# Mutations of a proof: what is changed, and what is said (or of what kind the refusal is).
Change = Callable[[Proof], Proof]


def _leaves(proof: Proof, **arrays: Any) -> Proof:
    return replace(proof, leaves=proof.leaves._replace(**arrays))


def _rows(column: int, by: float, row: int = 0) -> Change:
    def change(proof: Proof) -> Proof:
        rows = proof.rows.copy()
        rows[row, column] += by
        return replace(proof, rows=rows)

    return change


def _normals(make: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda proof: _leaves(
        proof, normals=make(proof.leaves.normals.copy()).astype(np.float32)
    )


def _rotated(normals: np.ndarray) -> np.ndarray:
    return normals[:, [1, 2, 0]]


def _claims(value: float) -> Change:
    return lambda proof: replace(proof, claims=np.full_like(proof.claims, value))


def _tree_end(proof: Proof, node: int) -> int:
    """Return one past the last node of the tree that begins at a node."""
    open_, at = 1, node
    while open_:
        kind = int(proof.leaves.nodes[at])
        open_ += 1 if kind in (HALVE_U, HALVE_V) or kind >= PIECES_THEN_U else -1
        at += 1
    return at


def _given(proof: Proof, node: int) -> tuple[int, int]:
    """Return how many counts and normals stand before a node."""
    counts = int((proof.leaves.nodes[:node] >= PIECES).sum())
    return counts, int(proof.leaves.counts[:counts].sum())


def _run_of(proof: Proof, node: int) -> int:
    return int(np.searchsorted(np.cumsum(proof.lengths[:, 0]), node, side="right"))


def _widened(proof: Proof) -> Proof:
    """One leaf without normals in place of a halved interval and all below it."""
    node = int(np.flatnonzero(proof.leaves.nodes == HALVE_U)[-1])
    end = _tree_end(proof, node)
    (c0, m0), (c1, m1) = _given(proof, node), _given(proof, end)
    x, lengths = proof.leaves, proof.lengths.copy()
    lengths[_run_of(proof, node)] -= (end - node - 1, c1 - c0 - 1, m1 - m0)
    made = _leaves(
        proof,
        nodes=np.concatenate([x.nodes[:node], np.uint8([PIECES]), x.nodes[end:]]),
        counts=np.concatenate([x.counts[:c0], np.uint32([0]), x.counts[c1:]]),
        which=np.delete(x.which, slice(m0, m1)),
        normals=np.delete(x.normals, slice(m0, m1), axis=0),
    )
    return replace(made, lengths=lengths)


def _dropped(proof: Proof) -> Proof:
    """The last leaf of the first run left out."""
    lengths = proof.lengths.copy()
    last = int(lengths[0, 0])
    lengths[0, 0] -= 1
    return replace(_leaves(proof, nodes=np.delete(proof.leaves.nodes, last - 1)), lengths=lengths)


def _leaf_with_normals(proof: Proof) -> tuple[int, int, int]:
    """Return the first node that is a leaf with normals, its count and its first normal."""
    for node in np.flatnonzero(proof.leaves.nodes == PIECES):
        count, normal = _given(proof, int(node))
        if proof.leaves.counts[count]:
            return int(node), count, normal
    raise AssertionError("no leaf with a normal")


def _without_a_normal(proof: Proof) -> Proof:
    node, count, normal = _leaf_with_normals(proof)
    counts, lengths = proof.leaves.counts.copy(), proof.lengths.copy()
    counts[count] -= 1
    lengths[_run_of(proof, node), 2] -= 1
    made = _leaves(proof, counts=counts, which=np.delete(proof.leaves.which, normal),
                   normals=np.delete(proof.leaves.normals, normal, axis=0))  # fmt: skip
    return replace(made, lengths=lengths)


def _another_piece(proof: Proof) -> Proof:
    which = proof.leaves.which.copy()
    which[_leaf_with_normals(proof)[2]] += 1
    return _leaves(proof, which=which)


def _swapped_bodies(proof: Proof) -> Proof:
    a, i, b, j, p, q = proof.runs[0]
    return replace(proof, runs=((b, j, a, i, q, p), *proof.runs[1:]))


def _swapped_trees(proof: Proof) -> Proof:
    """The names of two runs exchanged: each is covered by the leaves of the other."""
    runs = list(proof.runs)
    runs[0], runs[1] = runs[1], runs[0]
    return replace(proof, runs=tuple(runs))


def _dropped_run(proof: Proof) -> Proof:
    n, c, m = proof.lengths[-1]
    x = proof.leaves
    kept = Leaves(x.nodes[: len(x.nodes) - n], x.counts[: len(x.counts) - c],
                  x.which[: len(x.which) - m], x.normals[: len(x.normals) - m])  # fmt: skip
    return replace(
        proof, runs=proof.runs[:-1], claims=proof.claims[:-1], lengths=proof.lengths[:-1],
        rows=proof.rows[: -int(proof.row_counts[-1])], row_counts=proof.row_counts[:-1],
        leaves=kept,
    )  # fmt: skip


def _kind(value: int) -> Change:
    def change(proof: Proof) -> Proof:
        nodes = proof.leaves.nodes.copy()
        nodes[_leaf_with_normals(proof)[0]] = value
        return _leaves(proof, nodes=nodes)

    return change


MUTATIONS: dict[str, tuple[Change, str]] = {
    "widened leaf": (_widened, "not covered"),
    "dropped leaf": (_dropped, "ends too early|not covered"),
    "dropped normal": (_without_a_normal, "not covered|normal does not|ends too early"),
    "dropped pair": (_dropped_run, "no proof of this pair"),
    "normal of another piece": (_another_piece, "not covered|normal does not"),
    "lowered requirement": (_rows(REQUIRED, -1e-3), "required clearance"),
    "raised requirement": (_rows(REQUIRED, 1e-3), "required clearance"),
    "smaller margins": (_rows(PAD, -1e-4), "margins and tolerances"),
    "gap of 1 ns": (_rows(U1, -1e-9 / STEP), "intervals are not those"),
    "widened row": (_rows(U1, 0.5), "intervals are not those"),
    "NaN in a row": (_rows(REQUIRED, np.nan), "required clearance"),
    "NaN in an interval": (_rows(U1, np.nan), "intervals are not those"),
    "rotated normals": (_normals(_rotated), "normal does not"),
    "normals turned round": (_normals(lambda n: -n), "normal does not"),
    "longer normals": (_normals(lambda n: 1.001 * n), "normal does not"),
    "zero normals": (_normals(lambda n: 0 * n), "normal does not"),
    "NaN normals": (_normals(lambda n: np.nan * n), "normal does not"),
    "huge normals": (_normals(lambda n: 1e30 * n), "normal does not"),
    "more claimed": (_claims(0.2), "does not hold|not covered"),
    "huge claim": (_claims(1e300), "does not hold|not covered"),
    "infinite claim": (_claims(np.inf), "does not hold|not covered"),
    "swapped bodies": (_swapped_bodies, "no proof of this pair"),
    "swapped trees": (_swapped_trees, "another order"),
    "unknown node": (_kind(77), "unknown kind|ends too early"),
    "halved once more": (_kind(HALVE_V), "ends too early|not covered|does not hold"),
    "other cell": (lambda p: replace(p, cell="other"), "the proof is of other"),
    "other job": (lambda p: replace(p, job="other"), "the proof is of"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_proof_is_refused(name: str, line: Timeline, proof: Proof) -> None:
    change, said = MUTATIONS[name]
    told = check_proof(line, parse_proof(dump_proof(change(proof))))
    assert told.problems, name
    assert not told.backs_all
    assert told.clearances == {}
    assert re.search(said, told.problems[0]), told.problems[0]


def test_a_claim_that_is_no_number_backs_nothing(line: Timeline, proof: Proof) -> None:
    told = check_proof(line, _claims(np.nan)(proof))
    assert not told.backs_all
    assert told.clearances == {}


@pytest.mark.parametrize("turn", [1.02, 0.5])
def test_a_proof_of_another_timeline_is_refused(turn: float, proof: Proof) -> None:
    told = check_proof(proof_timeline(proof_cell(), turn), proof)
    assert told.problems


def test_a_proof_is_refused_where_the_cell_asks_for_more(proof: Proof) -> None:
    assert check_proof(proof_timeline(proof_cell(clearance_m=0.003)), proof).problems
    assert not check_proof(proof_timeline(proof_cell()), proof).problems


def test_a_proof_is_refused_where_a_body_grew(proof: Proof) -> None:
    big = proof_cell()
    post = replace(
        big.fixtures["post"], solid=solid(Piece("box", (0.4, 0.4, 1.0)), Piece("sphere", (0.1,)))
    )
    assert check_proof(proof_timeline(replace(big, fixtures={"post": post})), proof).problems


def test_a_file_cut_short_anywhere_is_bad_input(proof: Proof) -> None:
    data = dump_proof(proof)
    for k in [0, 1, 20, data.index(b"\n"), *range(data.index(b"\n") + 1, len(data), 997)]:
        with pytest.raises(BadInput):
            parse_proof(data[:k])
    with pytest.raises(BadInput):
        parse_proof(data + b"x")


def test_flipped_bytes_never_pass_for_another_proof(line: Timeline, proof: Proof) -> None:
    data, rng = bytearray(dump_proof(proof)), np.random.default_rng(5)
    for _ in range(60):
        k, was = int(rng.integers(len(data))), 0
        was, data[k] = data[k], data[k] ^ int(rng.integers(1, 256))
        try:
            told = check_proof(line, parse_proof(bytes(data)))
        except BadInput:
            told = None
        assert told is None or told.problems or dump_proof(parse_proof(bytes(data))) != bytes(data)
        data[k] = was


def test_sizes_beyond_all_bounds_are_bad_input(proof: Proof) -> None:
    data = dump_proof(proof)
    for old, new in ((b'"nodes":', b'"nodes":9'), (b'"rows":', b'"rows":99999999'),
                     (b'"which":', b'"which":-'), (b"proof@1", b"proof@2")):  # fmt: skip
        assert old in data
        with pytest.raises(BadInput):
            parse_proof(data.replace(old, new, 1))
