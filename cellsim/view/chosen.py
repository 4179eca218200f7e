"""What the viewer can be asked to show: programs, and the courses of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cellsim.domain.report import Report
from cellsim.domain.timeline import Timeline
from cellsim.simulate.choices import course_text
from cellsim.verify.courses import Explored
from cellsim.verify.render.summary import verdict_line


@dataclass(frozen=True, eq=False)
class Shown:
    """One course of a program; report: Its findings are marked, None: those of the timeline.

    explored: All courses that it is one of. number: Which.
    """

    timeline: Timeline
    report: Report | None = None
    explored: Explored | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """Name of the program, and what tells its course where it has several."""
        job = self.timeline.job.name
        if self.explored is None or len(self.explored.timelines) == 1:
            return job
        return f"{job}, course {self.number + 1}: {course_text(self.timeline.choices)}"

    @property
    def verdict(self) -> str:
        """Verdict of all courses of the program, and which of them is shown; "" without any."""
        if self.explored is None:
            return "" if self.report is None else verdict_line(self.report)
        count, line = len(self.explored.reports), verdict_line(self.explored.report)
        if count == 1:
            return line
        longest = self.number == self.explored.longest
        which = "the longest" if longest else f"number {self.number + 1}"
        return f"{line}\n\nof {count} courses; shown is {which}"


def courses_shown(what: Timeline | Explored) -> Iterator[Shown]:
    """Yield what is to be shown of a program: each of its courses, the longest first."""
    if isinstance(what, Timeline):
        yield Shown(what)
        return
    numbers = sorted(range(len(what.timelines)), key=lambda k: (k != what.longest, k))
    for k in numbers:
        yield Shown(what.timelines[k], what.reports[k], what, k)
