"""Rule near-miss."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.report import Finding, Severity
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def near_miss(context: Context) -> Outcome:
    """A pair keeps what is required, and comes nearer than the cell wants to be told of.

    What: the certified clearance of a motion is below `near_miss_mm` of the cell, but not short.
    Why: what is only just free is the first to hit when something is moved, worn or remeasured.
    Limit: `near_miss_mm` of the cell, at most 100; without it nothing is told. Pairs that may touch
    are left out; a pair of two robots is told in the motion in which it is nearest.
    Source: cell design; classes of clearance as in DELMIA (required, near miss, contact allowed).
    """
    limit = context.cell.near_miss_m
    if limit <= 0.0 or context.collision is None:
        return outcome(0, ())
    return outcome(len(context.collision.pairs), _findings(context, limit))


def _findings(context: Context, limit: float) -> Iterator[Finding]:
    from cellsim.collision.result import CERTIFIED, MOTION, NEEDED, T_LEAST

    for pair in context.collision.pairs if context.collision else ():
        worst: dict[tuple[str, int], tuple[float, float]] = {}
        for course in pair.courses:
            if not course.group or not (course.certified < limit).any():
                continue
            rows = course.rows
            near = (rows[:, CERTIFIED] < limit) & (rows[:, CERTIFIED] >= rows[:, NEEDED])
            near &= (rows[:, NEEDED] >= 0.0) & (rows[:, MOTION] >= 0.0)
            own = context.tracks.get(course.group) or course.track  # of a moving fixture
            for row in rows[near]:
                index = own.motions[int(row[MOTION])].index
                value, key = float(row[CERTIFIED]), (index.file, index.line)
                if key not in worst or value < worst[key][0]:
                    worst[key] = (value, float(row[T_LEAST]))
        for (file, line), (value, t) in sorted(worst.items()):
            yield Finding(
                "near-miss", Severity.WARNING, f"{pair.a} / {pair.b}", 1e3 * value, 1e3 * limit,
                "mm", file, line, t, t, {}, "more-clearance",
            )  # fmt: skip
