"""A finding with all that a repair may look at, and an edit that may take it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    Comment,
    Delay,
    Grip,
    If,
    Loop,
    Move,
    Process,
    Program,
    Release,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.report import Finding, Report
from cellsim.domain.timeline import GroupTrack, Motion, Timeline
from cellsim.domain.walk import statements_of
from cellsim.geometry import Array

# What stands between a motion and what acts at its end.
_BETWEEN = (Comment, Delay, Wait)


@dataclass(frozen=True, eq=False)
class Case:
    """A finding in its job.

    Attributes:
        group: Whose program it is in. move: The motion statement of its line, None where the line
            holds none. before, after: The motion statements around it in the order of the text.
    """

    job: Job
    timeline: Timeline
    report: Report
    finding: Finding
    group: str
    move: Move | None
    before: Move | None
    after: Move | None

    @property
    def cell(self) -> Cell:
        """The cell of the job."""
        return self.job.cell

    @property
    def program(self) -> Program:
        """The program that the finding is in."""
        return self.job.programs[self.group]

    @property
    def track(self) -> GroupTrack:
        """The motion of the group."""
        return self.timeline.tracks[self.group]

    @property
    def time(self) -> float:
        """Middle of the finding's interval [s]; of the motion's where it names none."""
        if self.finding.t0 is not None:
            end = self.finding.t1 if self.finding.t1 is not None else self.finding.t0
            return 0.5 * (self.finding.t0 + end)
        motion = self.motion
        t = self.track.t
        return 0.0 if motion is None else 0.5 * float(t[motion.first] + t[motion.last])

    @property
    def motion(self) -> Motion | None:
        """How the line was carried out at the finding's time, else the first time."""
        line = [m for m in self.track.motions if m.index.line == self.finding.line]
        line = [m for m in line if m.kind not in ("stand", "corner")] or line
        t0 = self.finding.t0
        if t0 is not None:
            at = int(np.searchsorted(self.track.t, t0, side="right")) - 1
            line = [m for m in line if m.first <= at <= m.last] or line
        return line[0] if line else None

    def acts_beside(self, move: Move) -> bool:
        """Return whether a gripper or a device acts where a motion begins or ends."""
        wired = {d.start for d in self.cell.devices.values()}
        for tool in self.cell.tools.values():
            wired |= {tool.gripper.close, tool.gripper.open} if tool.gripper else set()
        rows = [s for s in statements_of(self.program) if not isinstance(s, _BETWEEN)]
        at = next(k for k, s in enumerate(rows) if s is move)
        return any(
            isinstance(s, Grip | Release | Process)
            or (isinstance(s, SetSignal) and s.signal in wired)
            for s in (*rows[max(at - 1, 0) : at], *rows[at + 1 : at + 2])
        )

    def ends(self) -> tuple[Array, Array] | None:
        """Return joint values [rad | m] where the motion begins and ends, None where it is none."""
        motion = self.motion
        return None if motion is None else (self.track.q[motion.first], self.track.q[motion.last])


@dataclass(frozen=True, eq=False)
class Edit:
    """One way to change a program.

    Attributes:
        kind: "corner", "slow", "via", "split", "branch", "turn", "waits", "timeout" or "home".
        facts: Numbers and names for its sentence, as they are shown.
        program: The changed program, not yet quantised.
    """

    kind: str
    program: Program
    facts: Mapping[str, object] = field(default_factory=dict)


Family = Callable[[Case], Iterator[Edit]]


def case_of(job: Job, timeline: Timeline, report: Report, finding: Finding) -> Case | None:
    """Return the finding as a case; None where it is in no program of the job."""
    group = next((g for g, p in job.programs.items() if p.file == finding.file), None)
    if group is None:
        return None
    moves = [s for s in statements_of(job.programs[group]) if isinstance(s, Move)]
    at = next((k for k, m in enumerate(moves) if m.line == finding.line), None)
    if at is None:
        return Case(job, timeline, report, finding, group, None, None, None)
    before = moves[at - 1] if at else None
    after = moves[at + 1] if at + 1 < len(moves) else None
    return Case(job, timeline, report, finding, group, moves[at], before, after)


def rewritten(program: Program, changes: Mapping[int, Sequence[Statement]]) -> Program:
    """Return the program with statements replaced: id of the statement to what stands there."""
    routines = tuple(Routine(r.name, _body(r.body, changes)) for r in program.routines)
    return replace(program, routines=routines)


def relined(program: Program, given: Program) -> Program:
    """Return a program with the lines of its statements in another one of as many statements.

    A branch or a loop keeps its own line; all of them do where the numbers differ.
    """
    rows, others = tuple(statements_of(program)), tuple(statements_of(given))
    if len(rows) != len(others):
        return program
    pairs = zip(rows, others, strict=True)
    simple = {id(s): [replace(s, line=o.line)] for s, o in pairs if not isinstance(s, If | Loop)}
    return rewritten(program, simple)


def _body(
    body: Sequence[Statement], changes: Mapping[int, Sequence[Statement]]
) -> tuple[Statement, ...]:
    out: list[Statement] = []
    for s in body:
        if id(s) in changes:
            out += changes[id(s)]
        elif isinstance(s, If):
            then, otherwise = _body(s.then, changes), _body(s.otherwise, changes)
            out.append(replace(s, then=then, otherwise=otherwise))
        elif isinstance(s, Loop):
            out.append(replace(s, body=_body(s.body, changes)))
        else:
            out.append(s)
    return tuple(out)
