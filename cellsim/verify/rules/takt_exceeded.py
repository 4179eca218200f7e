"""Rule takt-exceeded."""

from __future__ import annotations

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def takt_exceeded(context: Context) -> Outcome:
    """The cycle takes longer than the takt.

    What: the slow end of the cycle time's band passes the takt.
    Why: the line waits for this cell.
    Limit: `takt_s` of the cell against the worst end of the band, never against its middle.
        The line that is named is the motion that takes longest. Where a controller may never run at
        100 %, the band is that of its highest override.
    Source: design rule of cellsim: a takt is kept at the worst end of the band or not at all.
    """
    takt, band = context.cell.takt_s, context.timeline.band
    if takt is None:
        return outcome(0, ())
    if band.high <= takt + 1e-9:
        return outcome(1, ())
    file, line, t0, t1 = _longest(context)
    finding = Finding(
        "takt-exceeded",
        Severity.ERROR,
        context.timeline.job.name,
        band.high,
        takt,
        "s",
        file,
        line,
        t0,
        t1,
        {
            "nominal": f"{band.nominal:.1f}",
            "model": band.model,
            "longest": f"{t1 - t0:.1f}",
        },
        "faster-cycle",
    )
    return outcome(1, (finding,))


def _longest(context: Context) -> tuple[str, int, float, float]:
    """Return file, line, start and end [s] of the motion that takes longest."""
    found = [("", 0, 0.0, 0.0)]
    for track in context.tracks.values():
        for motion in track.motions:
            if motion.kind != "stand":
                t0, t1 = float(track.t[motion.first]), float(track.t[motion.last])
                found.append((motion.index.file, motion.index.line, t0, t1))
    return max(found, key=lambda m: round(m[3] - m[2], 6))
