"""What a report takes from a physics replay, whoever made it."""

from __future__ import annotations

from typing import Protocol

from cellsim.domain.report import Finding


class Replayed(Protocol):
    """What a physics replay gives: findings, and what it took for granted."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings, each with a rule id of its own."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Sentences for the report."""
        ...
