"""Point logic: instructions that run near a point, behind TB, TA or DB (P-SPS in listings).

Outputs are set there, on the way. What else is set there is not known from then on: whether the
next instruction comes before or after it is in no source read.
Source: R-30iB Plus teach pendant help, 18.1: the timing is that of CALL behind TB, TA or DB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.fanuc.acts import Motion
from cellsim.controllers.fanuc.assigning import Assigning
from cellsim.controllers.fanuc.places import Places
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Comment, Expr, If, Raw, SetSignal, Statement

ACTIONS = frozenset({"P-SPS", "POINT_LOGIC"})
_REASON = "logic that runs at a point"


@dataclass(frozen=True)
class AtPoint:
    """What one line of point logic does."""

    acts: tuple[object, ...]


def gathered(acts: Iterable[tuple[Line, object]]) -> Iterator[tuple[Line, object]]:
    """Yield acts with point logic inside the motion it stands behind."""
    motion: tuple[Line, Motion] | None = None
    logic: list[tuple[Line, tuple[object, ...]]] = []
    for line, act in acts:
        if isinstance(act, AtPoint):
            if motion is None:
                yield line, NotUnderstood(_REASON)
            else:
                logic.append((line, act.acts))
            continue
        if motion is not None:
            yield motion[0], replace(motion[1], logic=tuple(logic))
        motion, logic = None, []
        if isinstance(act, Motion) and any(t[2].upper() in ACTIONS for t in act.tail.timed):
            motion = line, act
        else:
            yield line, act
    if motion is not None:
        yield motion[0], replace(motion[1], logic=tuple(logic))


@dataclass(frozen=True)
class PointLogic:
    """Turns point logic into statements.

    Attributes:
        where: Where it acts on the motion; None where that is not known.
    """

    places: Places
    collector: Collector
    where: Along | None

    def statements(
        self, logic: Sequence[tuple[Line, tuple[object, ...]]]
    ) -> tuple[list[Statement], list[Statement]]:
        """Return what stands before the motion, set along it, and what stands behind it."""
        before: list[Statement] = []
        after: list[Statement] = []
        for line, acts in logic:
            for s in self._line(line, acts):
                along = isinstance(s, SetSignal | If) and self.where != Along("end")
                (before if along else after).append(s)
        return before, after

    def _line(self, line: Line, acts: tuple[object, ...]) -> list[Statement]:
        act = acts[0] if len(acts) == 1 else None
        if not acts:
            return []
        if isinstance(act, Act) and act.word == "comment":
            return [Comment(text=act.data[0], line=line.number)]
        if isinstance(act, Act) and act.word == "harmless":
            return [Raw(line.verbatim, harmless=True, line=line.number)]
        if isinstance(act, Act) and act.word == "assign" and self.where is not None:
            made = Assigning(self.places, self.collector, line, UNKNOWN).statements(act)
            if made is not None:
                return [self._there(s, line) for s in made]
        return [self.collector.keep(line, _REASON)]

    def _there(self, s: Statement, line: Line) -> Statement:
        """Return a statement at the point; what is asked there may be either."""
        where = self.where or Along("end")
        if isinstance(s, SetSignal):
            after = where.after + (s.at.after if s.at is not None else 0.0)
            at = replace(where, after=round(after, 6))
            passed = at == Along("end")
            if where == Along("end") and not passed:
                at = replace(at, of="now")
            return replace(s, at=None if passed else at)
        unknown = Expr("unknown", name=line.text)
        if isinstance(s, If):
            then, other = (tuple(self._there(o, line) for o in b) for b in (s.then, s.otherwise))
            return replace(s, condition=unknown, then=then, otherwise=other)
        return replace(s, value=unknown) if isinstance(s, Assign) else s
