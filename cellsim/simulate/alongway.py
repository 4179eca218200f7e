"""When and where in a run outputs are set that no motion stops for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.along import Along
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Motion
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import link_poses
from cellsim.motion.spec import MoveSpec, Run
from cellsim.simulate.actions import Go, Put

# How far a place may lie beyond its motion: the chords of a way are that much shorter [m], [s].
_HAIR_M, _HAIR_S = 1e-5, 1e-6


def marks_of(
    go: Go, run: Run, specs: Sequence[MoveSpec], chain: Chain
) -> tuple[tuple[tuple[float, int], ...], tuple[Finding, ...]]:
    """Return the time in the run [s] and the knot at or before which each output is brought about.

    A time `after` begins then. A place beyond its motion is taken at that end of it, a finding.
    """
    by_index = {spec.index: spec for spec in specs}
    found = []
    beyond: list[Finding | None] = []
    for number, put in go.marks:
        index = go.moves[number - 1][1]
        at = put.at or Along()
        knot = _knot(run, index, at)
        if at.of == "now" or index not in by_index:
            found.append((float(run.t[knot]), knot))
            continue
        first, last = _span(run, index)
        if at.path:
            way = _way(run.q[first : last + 1], by_index[index], chain)
            here = float(way[knot - first])
            beyond.append(_beyond(put, at.path, (here, float(way[-1]) - here), _HAIR_M, "mm"))
            wanted = float(np.clip(here + at.path, 0.0, way[-1]))
            knot = first + int(np.searchsorted(way, wanted - 1e-9))
        room = float(run.t[knot] - run.t[first]), float(run.t[last] - run.t[knot])
        beyond.append(_beyond(put, at.delay, room, _HAIR_S, "s"))
        seconds = float(np.clip(run.t[knot] + at.delay, run.t[first], run.t[last]))
        before = int(np.searchsorted(run.t, seconds, "right")) - 1
        found.append((seconds, min(knot, before)))
    return tuple(found), tuple(f for f in beyond if f)


def early_outputs(go: Go, rules: MotionRules, group: str) -> tuple[Finding, ...]:
    """Return the finding of outputs that a controller sets on the way into the stop of a run.

    Where it sets them as the zone of their step is reached, and that zone is no exact stop.
    """
    last, index = go.moves[-1]
    early = [put for number, put in go.marks if number == len(go.moves) and put.at is None]
    if not (rules.outputs_at_zone and early and last.zone.value):
        return ()
    facts = {"zone": str(last.zone), "signal": early[0].signal, "case": "output"}
    return (
        Finding(
            "stop-inside-corner", Severity.UNDECIDED, group, file=index.file, line=index.line,
            facts=facts, help="fine-here",
        ),
    )  # fmt: skip


def without_motion(put: Put) -> Finding:
    """Return the finding of an output whose motion never comes: it is not set."""
    return Finding(
        "output-beyond-motion", Severity.UNDECIDED, put.signal, file=put.index.file,
        line=put.index.line, facts={"at": str(put.at), "case": "no_motion"},
    )  # fmt: skip


def _beyond(
    put: Put, asked: float, room: tuple[float, float], hair: float, unit: str
) -> Finding | None:
    """Return a finding where a place lies beyond its motion.

    Args:
        asked: Way [m] or time [s] from what the output refers to, negative before it.
        room: What of the motion lies before and behind that.
    """
    there = room[0] if asked < 0.0 else room[1]
    if abs(asked) <= there + hair:
        return None
    scale = 1e3 if unit == "mm" else 1.0
    facts = {"at": str(put.at), "end": "start" if asked < 0.0 else "end"}
    return Finding(
        "output-beyond-motion", Severity.UNDECIDED, put.signal, scale * abs(asked), scale * there,
        unit, file=put.index.file, line=put.index.line, facts=facts,
    )  # fmt: skip


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


def _way(q: Array, spec: MoveSpec, chain: Chain) -> Array:
    """Return the way of the TCP [m] from the first row of joint values to each, shape (n,)."""
    steps = np.linalg.norm(np.diff(_tcp(q, spec, chain), axis=0), axis=1)
    return np.concatenate([np.zeros(1), np.cumsum(steps)])


def _tcp(q: Array, spec: MoveSpec, chain: Chain) -> Array:
    """Return where the TCP is [m] at joint values, shape (n, 3)."""
    flange = link_poses(chain, np.ascontiguousarray(q))[:, chain.flange]
    return np.asarray(flange[:, :3, :3] @ spec.flange_T_tcp.p + flange[:, :3, 3], dtype=np.float64)
