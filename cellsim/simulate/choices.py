"""What unknown readings are taken to be in one run: as given, then as they come first.

A reading is one evaluation of a condition. The same signal read twice may differ once time has
passed between (a motion, a delay, a wait, the head of a loop); within one moment it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellsim.domain.job import Job
from cellsim.domain.program import Expr, Program
from cellsim.domain.timeline import Choice
from cellsim.simulate.expression import say
from cellsim.simulate.wires import settable

MAX_CHOICES = 40


@dataclass(eq=False)
class Choices:
    """The choices of one run.

    Attributes:
        given: What to take, in order within each group.
        free: Signals that nothing in the cell determines.
        follow: Nothing beyond what is given is chosen (it stays unknown).
        met: What was taken, in order.
        closed: The run came back to a state that it had left with another choice open.
        impossible: Something was taken to be what it never comes to be: no course at all.
    """

    given: tuple[Choice, ...] = ()
    free: frozenset[str] = frozenset()
    follow: bool = False
    met: list[Choice] = field(default_factory=list)
    closed: bool = False
    impossible: bool = False

    @property
    def timed(self) -> Mapping[tuple[str, int], Choice]:
        """What is given of readings that timing decides, by group and number."""
        return {(c.group, c.at): c for c in self.given if c.at is not None}

    def choose(
        self, group: str, file: str, line: int, kind: str, text: str, first: bool
    ) -> bool | None:
        """Return what a reading is taken to be, None where that is not chosen here."""
        unknown = [choice for choice in self.met if choice.at is None]
        number = sum(choice.group == group for choice in unknown)
        mine = [c for c in self.given if c.group == group and c.at is None]
        choice = Choice(group, file, line, kind, text, first)
        if number < len(mine):
            if replace(mine[number], value=first) != choice:
                return None
            choice = mine[number]
        elif self.follow or len(unknown) >= MAX_CHOICES:
            return None
        self.met.append(choice)
        return choice.value


def plain(expr: Expr) -> tuple[str, bool]:
    """Return a condition as text without leading nots, and whether their number was odd."""
    negated = False
    while expr.op == "not" and expr.args:
        expr, negated = expr.args[0], not negated
    return say(expr), negated


def free_signals(job: Job, programs: Mapping[str, Program]) -> frozenset[str]:
    """Return the signals that neither the user, a program, a device nor a gripper determines.

    Those of the cell itself, and outputs of a group that runs no program in this job.
    """
    known = settable(job, programs)
    return frozenset(
        name for name, s in job.cell.signals.items() if name not in known and _open(s.source, job)
    )


def _open(source: str, job: Job) -> bool:
    kind, _, name = source.partition(":")
    return source == "cell" or (kind == "group" and name not in job.programs)


def course_text(choices: tuple[Choice, ...]) -> str:
    """Return choices as one line: what each reading was taken to be, and where."""
    shown = [
        f"{c.text} {'comes' if c.value else 'times out'} at {c.file}:{c.line}"
        if c.kind == "wait"
        else f"{c.text}={str(c.value).lower()} at {c.file}:{c.line}"
        for c in choices
    ]
    return ", ".join(shown) or "no choice"
