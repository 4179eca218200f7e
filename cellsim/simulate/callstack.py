"""Where a program is: routines, loops and jumps, and the Index that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from cellsim.domain.program import Index
from cellsim.simulate.flatten import Code, Op

_NONE: Mapping[int, int] = MappingProxyType({})


@dataclass(eq=False)
class Frame:
    """One level of the call stack: code, next step, loop counters, jumps back so far."""

    code: Code
    name: str
    pc: int = 0
    counters: dict[int, int] = field(default_factory=dict)
    back: int = 0

    def iteration(self, op: Op) -> tuple[int, ...]:
        """Return the loop counts around a step, and the jumps back by goto if there were any."""
        loops = tuple(self.counters.get(loop, 0) for loop in op.loops)
        return (*loops, self.back) if self.back else loops


def index_of(stack: Sequence[Frame], op: Op, file: str, parts: Mapping[int, int] = _NONE) -> Index:
    """Return where a step of the innermost frame stands; no two executed moves share one.

    Args:
        parts: Identity of each move to which of the moves on its line it is.
    """
    outer = tuple(i for f in stack[:-1] for i in f.iteration(f.code.ops[f.pc - 1]))
    calls = tuple(f.name for f in stack[1:])
    part = parts.get(id(op.statement), 0)
    return Index(file, op.statement.line, calls, outer + stack[-1].iteration(op), part)
