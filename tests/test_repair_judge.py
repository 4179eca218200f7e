"""An edit counts as a repair where a finding is gone and nothing that decides is more or worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_baseline_severity import _with

from cellsim.domain.program import Move
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import statements_of
from cellsim.sweep import cells_of, jobs_of
from cellsim.teach.repair.case import Case
from cellsim.teach.repair.judge import better, worse

E, U, N = Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED
MINE = Finding("collision", E, "a / b", 3.0, 0.0, "mm", "p", 3)


def other(severity: Severity = E, value: float | None = 2.0, **changes: object) -> Finding:
    f = Finding("joint-speed-exceeded", severity, "arm J2", value, 1.0, "deg/s", "p", 5)
    return replace(f, **changes)  # type: ignore[arg-type]


WAIVED = {"waived_by": "Kim", "waived_reason": "seen on the line"}
CASES = {
    "gone": ([MINE], [], True),
    "still there": ([MINE], [MINE], False),
    "one of two gone": ([MINE, replace(MINE, line=9)], [MINE], True),
    "only less": ([MINE], [replace(MINE, value=1.0)], False),
    "another is new": ([MINE], [other()], False),
    "another is as it was": ([MINE, other()], [other()], True),
    "an open error is worse": ([MINE, other()], [other(value=9.0)], True),
    "what is undecided is worse": ([MINE, other(U)], [other(U, 9.0)], False),
    "another is better": ([MINE, other()], [other(value=1.5)], True),
    "undecided becomes an error": ([MINE, other(U)], [other(E)], False),
    "an error becomes undecided": ([MINE, other(E)], [other(U)], True),
    "something is not checked now": ([MINE], [other(N, None)], False),
    "what is accepted is more": ([MINE, other(**WAIVED)], [other(**WAIVED)] * 2, False),
    "what is accepted is worse": ([MINE, other(**WAIVED)], [other(value=9.0, **WAIVED)], False),
    "what was open is accepted": ([MINE], [other(**WAIVED)], False),
    "a warning is new": ([MINE], [other(Severity.WARNING)], True),
    "the takt is missed by more": (
        [MINE, other(rule="takt-exceeded", unit="s")],
        [other(rule="takt-exceeded", unit="s", value=2.5)],
        True,
    ),
    "a low value is lower": ([MINE, other(U, 0.5)], [other(U, 0.2)], False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_counts_as_better(name: str) -> None:
    before, after, good = CASES[name]
    assert better(_with(*before), _with(*after), MINE) is good


def test_what_is_left_in_the_end_is_no_worse_than_it_was() -> None:
    assert worse(_with(MINE, other()), _with(other(value=9.0)))
    assert not worse(_with(MINE, other()), _with(other()))


def test_a_line_at_a_grip_a_release_or_a_process_is_led_nowhere_else() -> None:
    """Found a second way in the text: what stands on the lines around it, waits left out."""
    job = next(jobs_of(cells_of("machine_tending", ["shaft_80"])[0]))[0]
    (group, program), *_ = job.programs.items()
    rows = [s for s in statements_of(program) if type(s).__name__ not in ("Wait", "Delay")]
    named = [type(s).__name__ for s in rows if type(s).__name__ != "Comment"]
    rows = [s for s in rows if type(s).__name__ != "Comment"]
    acts = {"Grip", "Release", "Process"}
    seen = set()
    for k, move in enumerate(rows):
        if isinstance(move, Move) and move.kind == "linear":
            case = Case(job, None, None, MINE, group, move, None, None)  # type: ignore[arg-type]
            beside = bool(acts & {*named[max(k - 1, 0) : k], *named[k + 1 : k + 2]})
            assert case.acts_beside(move) is beside
            seen.add(beside)
    assert True in seen
