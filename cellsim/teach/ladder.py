"""Ladder search: the cheapest chain of candidates, nodes and edges checked only when it uses them.

Source: lazy evaluation as in Bohlin, Kavraki 2000, over the layers of Descartes-style ladders.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.geometry import Array
from cellsim.teach.candidates import Candidate

KEPT = 240
DETOUR_S = 1.5
NO_SPEED = 2.0


@dataclass
class Ladder:
    """Layers of candidates with the costs [s] that the search knows so far.

    Attributes:
        layers: Candidates per stage. nodes: Cost per candidate. edges: edges[k][i, j] from
            candidate i of layer k to j of layer k + 1; inf where it cannot be.
    """

    layers: list[list[Candidate]]
    nodes: list[Array]
    edges: list[Array]
    asked: int = 0
    checked: set[tuple[int, int]] = field(default_factory=set)
    known: set[tuple[int, int, int]] = field(default_factory=set)


def travel(a: Array, b: Array, speed: Array) -> Array:
    """Return the time [s] of joint moves at full speed from rows of a to rows of b, (n, m)."""
    known = np.where(np.isfinite(speed), speed, NO_SPEED)
    steps = np.abs(a[:, None, :] - b[None, :, :]) / known
    return np.asarray(steps.max(axis=2) + 0.1 * steps.sum(axis=2), dtype=np.float64)


def ladder_of(layers: Sequence[Sequence[Candidate]], speed: Array, home: Array) -> Ladder:
    """Return the ladder over candidates, each layer cut to the best few of each grasp."""
    kept = [_best(layer, speed, home) for layer in layers]
    nodes = [np.array([c.cost for c in layer]) for layer in kept]
    edges = []
    for here, there in itertools.pairwise(kept):
        leave = np.stack([c.q[-1] for c in here])
        enter = np.stack([c.q[0] for c in there])
        cost = travel(leave, enter, speed)
        cost[_other_grasp(here, there)] = np.inf
        edges.append(cost)
    return Ladder(kept, nodes, edges)


def _best(layer: Sequence[Candidate], speed: Array, home: Array) -> list[Candidate]:
    """Return at most KEPT candidates, evenly from the grasps, in their order."""
    if len(layer) <= KEPT:
        return list(layer)
    away = travel(home[None], np.stack([c.q[0] for c in layer]), speed)[0]
    score = np.round(away + np.array([c.cost for c in layer]), 6)
    grasps = {_grasp(c) for c in layer}
    quota = KEPT // len(grasps)
    taken: dict[str, int] = dict.fromkeys(grasps, 0)
    kept = []
    for i in np.argsort(score, kind="stable"):
        grasp = _grasp(layer[i])
        if taken[grasp] < quota:
            taken[grasp] += 1
            kept.append(int(i))
    return [layer[i] for i in sorted(kept)]


def _other_grasp(here: list[Candidate], there: list[Candidate]) -> Array:
    """Return where the second holds the part that the first holds, but in another way."""
    leave = np.array([c.option.leaves if c.option else "" for c in here])
    enter = np.array([c.option.enters if c.option else "" for c in there])
    both = (leave[:, None] != "") & (enter[None, :] != "")
    return np.asarray(both & (leave[:, None] != enter[None, :]))


def _grasp(candidate: Candidate) -> str:
    """Return how a candidate holds its part, "" for an empty hand."""
    option = candidate.option
    return "" if option is None else option.enters or option.leaves


def cheapest(ladder: Ladder) -> list[int] | None:
    """Return the index per layer of the cheapest chain, None where there is none."""
    total = ladder.nodes[0].copy()
    before: list[Array] = []
    for edges, nodes in zip(ladder.edges, ladder.nodes[1:], strict=True):
        options = total[:, None] + edges
        best = np.argmin(options, axis=0)
        before.append(best)
        total = options[best, np.arange(len(nodes))] + nodes
    if not len(total) or not np.isfinite(total.min()):
        return None
    chain = [int(np.argmin(total))]
    for best in reversed(before):
        chain.append(int(best[chain[-1]]))
    return chain[::-1]


NodeTest = Callable[[int, Candidate], bool]
EdgeTest = Callable[[int, Candidate, Candidate], bool]


def search(
    ladder: Ladder, node_free: NodeTest, edge_free: EdgeTest, budget: int
) -> list[int] | None:
    """Return the cheapest chain whose nodes are free; edges that are not free cost a detour.

    Args:
        node_free: Whether a candidate of a layer is free of collision.
        edge_free: Whether the straight move into layer k is free.
        budget: How many edges may be asked; afterwards the best known chain is taken.
    """
    while True:
        chain = cheapest(ladder)
        if chain is None:
            return None
        bad = _bad_node(ladder, chain, node_free)
        if bad is not None:
            ladder.nodes[bad][chain[bad]] = np.inf
            continue
        if ladder.asked >= budget or not _ask_edges(ladder, chain, edge_free):
            return chain


def _bad_node(ladder: Ladder, chain: list[int], node_free: NodeTest) -> int | None:
    for k, i in enumerate(chain):
        if (k, i) in ladder.checked:
            continue
        if not node_free(k, ladder.layers[k][i]):
            return k
        ladder.checked.add((k, i))
    return None


def _ask_edges(ladder: Ladder, chain: list[int], edge_free: EdgeTest) -> bool:
    """Ask the edges of a chain that are not known; tell whether a cost changed."""
    changed = False
    for k, (i, j) in enumerate(itertools.pairwise(chain), start=1):
        if (k, i, j) in ladder.known:
            continue
        ladder.known.add((k, i, j))
        ladder.asked += 1
        if not edge_free(k, ladder.layers[k - 1][i], ladder.layers[k][j]):
            ladder.edges[k - 1][i, j] += DETOUR_S + ladder.edges[k - 1][i, j]
            changed = True
    return changed
