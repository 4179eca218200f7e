"""Task: what is wanted, by feature, the same text for every variant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim.domain.canonical import canonical_text


@dataclass(frozen=True, eq=False)
class Step:
    """One step: verb, group and arguments as written; names features, gives no coordinates.

    `at` and `part` may hold a loop variable that was already expanded by the loader.
    """

    verb: str
    group: str
    args: Mapping[str, object] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, eq=False)
class Task:
    """A named list of steps; order matters within a group and across groups."""

    name: str
    steps: tuple[Step, ...]
    file: str = ""


def steps_digest(task: Task) -> str:
    """Return the SHA-256 of what a task asks for; lines, layout and comments do not count."""
    return hashlib.sha256(canonical_text(task.steps, ("line",)).encode()).hexdigest()
