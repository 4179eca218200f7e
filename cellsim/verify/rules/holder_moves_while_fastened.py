"""Rule holder-moves-while-fastened."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

_STILL = 1e-6


def holder_moves_while_fastened(context: Context) -> Outcome:
    """A robot pulls at a part that is still bolted to its hinge.

    What: the group that grips a hinged part moves before the part's last fastener is out.
    Why: it bends the part or the body, or trips on overload.
    Limit: the holding group stands still from the grip until the part is unhinged.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim; a door comes off after its last bolt.
    """
    grips = [e for e in context.timeline.events if e.kind == "grip" and _hinged(context, e.name)]
    return outcome(len(grips), (f for grip in grips for f in _findings(context, grip)))


def _hinged(context: Context, name: str) -> bool:
    part = context.part(name)
    return part is not None and part.hinge is not None


def _findings(context: Context, grip: Event) -> Iterator[Finding]:
    free_at = _time(context, "unhinged", grip.name, 0.0)
    if grip.group not in context.tracks or (free_at is not None and free_at <= grip.t):
        return
    let_go = _time(context, "release", grip.name, grip.t)
    end = min(t for t in (free_at, let_go, context.timeline.duration) if t is not None)
    track = context.tracks[grip.group]
    start = track.traj(grip.t)
    inside = np.flatnonzero((track.t > grip.t) & (track.t <= end + 1e-9))
    moved = inside[np.abs(track.q[inside] - start).max(axis=1) > _STILL] if len(inside) else inside
    if not len(moved):
        return
    file, line = context.place(grip.group, int(moved[0]))
    yield Finding(
        "holder-moves-while-fastened",
        Severity.ERROR,
        f"{grip.group} {grip.name}",
        file=file,
        line=line,
        t0=float(track.t[moved[0]]),
        t1=end,
        help="unfasten-first",
    )


def _time(context: Context, kind: str, name: str, after: float) -> float | None:
    times = (e.t for e in context.timeline.events if e.kind == kind and e.name == name)
    return min((t for t in times if t >= after), default=None)
