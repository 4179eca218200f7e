"""The cycle as rows: where the time of each group goes, and the critical path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellsim.domain.report import CycleStep, Report
from cellsim.messages import word
from cellsim.verify.cycle import KINDS
from cellsim.verify.render.numbers import number

_TOGETHER_S = 1e-6
_SHOWN = 12
NO_TIME = "0.0 s"


@dataclass(frozen=True)
class Block:
    """Steps of one kind of one group or device, one after the other on the critical path."""

    who: str
    kind: str
    t0: float
    t1: float
    place: str


def critical_blocks(steps: Sequence[CycleStep]) -> list[Block]:
    """Return the critical path, neighbours of one kind together, in order of time."""
    blocks: list[Block] = []
    for step in steps:
        if not step.critical:
            continue
        last = blocks[-1] if blocks else None
        same = last is not None and (last.who, last.kind) == (step.who, step.kind)
        if last is not None and same and step.t0 <= last.t1 + _TOGETHER_S:
            blocks[-1] = Block(last.who, last.kind, last.t0, step.t1, last.place)
            continue
        place = f"{step.file}:{step.line}" if step.line else step.file
        blocks.append(Block(step.who, step.kind, step.t0, step.t1, place))
    return blocks


def longest_blocks(report: Report) -> tuple[list[Block], int]:
    """Return the longest blocks of the critical path in order of time, and how many are left."""
    blocks = critical_blocks(report.steps)
    shown = sorted(blocks, key=lambda b: (b.t0 - b.t1, b.t0))[:_SHOWN]
    return sorted(shown, key=lambda b: (b.t0, b.who)), len(blocks) - len(shown)


def share_rows(report: Report, lang: str) -> Iterator[tuple[str, list[tuple[str, str]], str]]:
    """Yield (group, [(kind in words, seconds)], how much later it could end) of each group."""
    for group, row in report.breakdown.items():
        cells = [(word(lang, k), f"{number(row[k], 1)} s") for k in KINDS if k in row]
        least = min((s.slack for s in report.steps if s.who == group), default=0.0)
        yield group, cells, f"{number(least, 1, 'down')} s"


def cycle_lines(report: Report, lang: str) -> Iterator[str]:
    """Yield the shares and the critical path as lines of plain text."""
    for group, cells, slack in share_rows(report, lang):
        shown = ", ".join(f"{kind} {seconds}" for kind, seconds in cells if seconds != NO_TIME)
        later = "" if slack == NO_TIME else f"; {word(lang, 'slack')} {slack}"
        yield f"{group}: {shown}{later}"
    blocks, left = longest_blocks(report)
    for b in blocks:
        yield f"{word(lang, 'critical_path')}: {block_text(b, lang)}"
    if left:
        yield f"{word(lang, 'critical_path')}: {word(lang, 'shorter').format(count=left)}"


def block_text(b: Block, lang: str) -> str:
    """Return one block of the critical path as text."""
    when = f"{number(b.t0, 2)} – {number(b.t1, 2)} s"
    return f"{when} {b.who} {word(lang, b.kind)} {number(b.t1 - b.t0, 1)} s ({b.place})"
