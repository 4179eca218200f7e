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
    Source: design rule of cellsim: a takt is kept at the worst end of the band or not at all.
    """
    takt, band = context.cell.takt_s, context.timeline.band
    if takt is None:
        return outcome(0, ())
    if band.high <= takt + 1e-9:
        return outcome(1, ())
    finding = Finding(
        "takt-exceeded",
        Severity.ERROR,
        context.timeline.job.name,
        band.high,
        takt,
        "s",
        facts={"nominal": f"{band.nominal:.1f}", "low": f"{band.low:.1f}", "model": band.model},
        help="faster-cycle",
    )
    return outcome(1, (finding,))
