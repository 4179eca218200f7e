"""What a rule gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Robot
from cellsim.verify.context import Context


@dataclass(frozen=True)
class Outcome:
    """How many subjects a rule looked at, and what it found; subjects 0 = nothing of its kind."""

    subjects: int
    findings: tuple[Finding, ...]


Rule = Callable[[Context], Outcome]


def outcome(subjects: int, findings: Iterable[Finding]) -> Outcome:
    """Return an Outcome from any iterable of findings."""
    return Outcome(subjects, tuple(findings))


def told(context: Context, rule: str, subjects: int) -> Outcome:
    """Return what the simulation or the physics replay itself reported under a rule id."""
    replayed = context.physics.findings if context.physics else ()
    return outcome(subjects, (f for f in (*context.timeline.findings, *replayed) if f.rule == rule))


# What is carried, and its unit.
Carried = tuple[float, str]


def figure_missing(
    rule: str, subject: str, figure: str, file: str = "", carried: Carried | None = None
) -> Finding:
    """Return the answer of a rule whose figure nobody gave: not checked, by name.

    carried: What would be held against the figure; a waiver may accept it up to that (`worst`).
    """
    value, unit = carried or (None, "")
    return Finding(
        rule,
        Severity.NOT_CHECKED,
        subject,
        value,
        unit=unit,
        file=file,
        facts={"figure": figure},
        help="give-figure",
    )


def figures_recalled(
    rule: str,
    group: str,
    robots: Iterable[Robot],
    figure: str,
    file: str = "",
    carried: Carried | None = None,
) -> Iterator[Finding]:
    """Yield the answer of a rule for each robot whose figure is recalled or estimated.

    Nobody can hold a motion to a figure that no maker gave: it is not checked, by name.
    """
    for robot in {robot.name: robot for robot in robots}.values():
        if figure in robot.assumed:
            found = figure_missing(rule, f"{group} {robot.name}", figure, file, carried)
            yield replace(found, facts={"figure": figure, "recalled": True})
