"""When and where in a run outputs are set that no motion stops for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.along import Along
from cellsim.domain.program import Index
from cellsim.domain.timeline import Motion
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import link_poses
from cellsim.motion.spec import MoveSpec, Run
from cellsim.simulate.actions import Go


def marks_of(
    go: Go, run: Run, specs: Sequence[MoveSpec], chain: Chain
) -> tuple[tuple[float, int], ...]:
    """Return the time in the run [s] and the knot of each output on the way of moves.

    The knot is where what causes the output has happened: before a delay, and never later than
    the output itself.
    """
    by_index = {spec.index: spec for spec in specs}
    found = []
    for number, put in go.marks:
        index = go.moves[number - 1][1]
        at = put.at or Along()
        knot = _knot(run, index, at)
        if at.of == "now" or index not in by_index:
            found.append((float(run.t[knot]) + at.after, knot))
            continue
        first, last = _span(run, index)
        if at.path:
            knot = _along(run, (first, last), knot, at.path, by_index[index], chain)
        seconds = float(np.clip(run.t[knot] + at.delay, run.t[first], run.t[last]))
        before = int(np.searchsorted(run.t, seconds, "right")) - 1
        found.append((seconds + at.after, min(knot, before)))
    return tuple(found)


def _knot(run: Run, index: Index, at: Along) -> int:
    """Return the knot that an output refers to."""
    own = _own(run, index)
    if at.of == "start":
        return min(m.first for m in own)
    last = max(m.last for m in own)
    if at.of == "end":
        corners = [m for m in run.motions if m.kind == "corner" and m.first == last]
        middle = [0.5 * float(run.t[m.first] + run.t[m.last]) for m in corners]
        return int(np.searchsorted(run.t, middle[0])) if middle else last
    return last


def _own(run: Run, index: Index) -> list[Motion]:
    """Return the pieces of a motion without its corner; where corners took it all, the corner."""
    mine = [m for m in run.motions if m.index == index]
    found = [m for m in mine if m.kind != "corner"] or [replace(m, last=m.first) for m in mine]
    end = len(run.t) - 1
    return found or [Motion("joint", index, end, end)]


def _span(run: Run, index: Index) -> tuple[int, int]:
    """Return the first and last knot of a motion, with the corner behind it."""
    own = _own(run, index)
    last = max(m.last for m in own)
    corners = [m.last for m in run.motions if m.kind == "corner" and m.first == last]
    return min(m.first for m in own), max([last, *corners])


def _along(
    run: Run, span: tuple[int, int], knot: int, path: float, spec: MoveSpec, chain: Chain
) -> int:
    """Return the knot that lies `path` [m] along the TCP's way from a knot, within a motion."""
    first, last = span
    places = _tcp(run.q[first : last + 1], spec, chain)
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    way = np.concatenate([np.zeros(1), np.cumsum(steps)])
    wanted = float(np.clip(way[knot - first] + path, 0.0, way[-1]))
    return first + int(np.searchsorted(way, wanted - 1e-9))


def _tcp(q: Array, spec: MoveSpec, chain: Chain) -> Array:
    """Return where the TCP is [m] at joint values, shape (n, 3)."""
    flange = link_poses(chain, np.ascontiguousarray(q))[:, chain.flange]
    return np.asarray(flange[:, :3, :3] @ spec.flange_T_tcp.p + flange[:, :3, 3], dtype=np.float64)
