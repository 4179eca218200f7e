"""How far two bodies are apart at sample times: a curve to look at, beside what is certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cellsim.collision.compiled import compiled
from cellsim.collision.gjk import distance
from cellsim.collision.support import Shapes, pack
from cellsim.domain.report import PairClearance
from cellsim.geometry import Array
from cellsim.simulate.tracks import BodyTracks


def profiles(
    tracks: BodyTracks, pairs: Sequence[PairClearance], most: int = 400
) -> Iterator[tuple[PairClearance, Array, Array]]:
    """Yield (pair, times [s], distance [m] less the margins of both) of each pair, (k,) each.

    Args:
        tracks: Sampled poses. pairs: Pairs of its body names. most: Samples of a curve.
    """
    rows = np.unique(np.linspace(0, len(tracks.t) - 1, most).astype(int))
    number = {name: k for k, name in enumerate(tracks.names)}
    for pair in pairs:
        if pair.a not in number or pair.b not in number:
            continue
        a, b = number[pair.a], number[pair.b]
        shapes = pack([tracks.solids[a], tracks.solids[b]])
        a_T_b = np.linalg.inv(tracks.poses[rows, a]) @ tracks.poses[rows, b]
        apart = _least(shapes, np.ascontiguousarray(a_T_b[:, :3]))
        margins = tracks.solids[a].epsilon + tracks.solids[b].epsilon
        yield pair, tracks.t[rows], apart - margins


@compiled
def _least(s: Shapes, T: Array) -> Array:
    """Return the least distance [m] of body 0 and body 1 for each pose, shape (n, 3, 4) -> (n,)."""
    out = np.full(T.shape[0], np.inf)
    n, S, v = np.zeros(3), np.zeros((4, 3)), np.zeros(3)
    for k in range(T.shape[0]):
        for i in range(s.pieces[0], s.pieces[1]):
            for j in range(s.pieces[1], s.pieces[2]):
                size = 0.0
                for r in range(3):
                    n[r] = T[k, r, 3] - s.centre[i, r]
                    for c in range(3):
                        n[r] += T[k, r, c] * s.centre[j, c]
                    size += n[r] * n[r]
                if np.sqrt(size) - s.bound[i] - s.bound[j] < out[k]:
                    low, _ = distance(s, i, j, T[k], n, np.inf, S, v)
                    out[k] = min(out[k], low)
    return out
