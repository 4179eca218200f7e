"""The frames that the motions of a translated program no longer hang on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cellsim.domain.job import Job
from cellsim.domain.program import Move, Program
from cellsim.domain.walk import statements_of
from cellsim.translate.losses import Loss


def frames_lost(program: Program, numbered: Mapping[str, int], job: Job) -> list[Loss]:
    """Return the poses that no longer hang on their frame: who corrects it moves them no more."""
    (said,) = job.programs.values()
    frames = {s.line: s.frame for s in statements_of(said) if isinstance(s, Move)}
    found = []
    unused: dict[str, list[int]] = {}
    for s in statements_of(program):
        if isinstance(s, Move) and s.to.pose is not None and s.frame in numbered:
            now = frames.get(s.line, s.frame)
            if now != s.frame:
                why = "said as joints" if now == "world" else f"said in {now}"
                what = f"frame {s.frame} is no longer used"
                found.append(Loss("changed", s.line, what, f"{why}: who corrects it moves nothing"))
                unused.setdefault(s.frame, []).append(s.line)
    return [*_unused(unused), *found]


def _unused(lines: Mapping[str, Sequence[int]]) -> list[Loss]:
    """Return one row for the whole program that names the frames its motions hung on."""
    if not lines:
        return []
    count = sum(len(on) for on in lines.values())
    names = ", ".join(sorted(lines))
    what = f"frames lost by {count} motions: {names}"
    return [Loss("changed", 0, what, "the way is the same; correcting such a frame moves nothing")]
