"""How far two bodies are apart at sample times: a curve to look at, beside what is certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cellsim.collision.scan import body_distances
from cellsim.collision.support import pack
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
        apart = body_distances(shapes, 0, 1, np.ascontiguousarray(a_T_b[:, :3]))
        margins = tracks.solids[a].epsilon + tracks.solids[b].epsilon
        yield pair, tracks.t[rows], apart - margins
