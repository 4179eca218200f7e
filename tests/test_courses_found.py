"""What is found, said and read where timing decides which course is run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from controllers_support import cell_of as brand_cell
from gantry_cells import (
    RULES,
    cell_of,
    group,
    job_of,
    program,
    put,
    to,
    wait,
    wire,
)
from timed_ways import RACE, late, own, signalled
from tp_text import text_of

from cellsim.controllers.brands import read_files
from cellsim.domain.program import (
    Delay,
    Goto,
    If,
    Label,
    Wait,
)
from cellsim.domain.program import signal_is as on
from cellsim.domain.report import Verdict
from cellsim.simulate.band import simulate_band
from cellsim.simulate.choices import course_text
from cellsim.simulate.courses import courses_of


def hits(report) -> list:
    return [f for f in report.findings if f.rule == "collision"]


def test_a_collision_behind_a_timeout_that_only_another_timing_takes_is_found() -> None:
    from cellsim.sweep import verify_job
    from cellsim.verify.courses import verify_courses

    cell = cell_of(go="group:driver")
    hand = (*late("go", 30.0, to(1), otherwise=to(3)),)
    job = job_of(cell, program("hand", *hand), program("driver", Delay(1.0), put("go")))
    found = verify_courses(job)
    (hit, *_) = hits(found.report)
    assert "rack" in hit.subject
    assert str(hit.facts["course"]) == "2 (go times out at hand.prg:1)"
    assert found.report.verdict is Verdict.FINDINGS
    assert hits(found.reports[0]) == []
    one = verify_job(job).report
    assert one.verdict is Verdict.UNDECIDED, "one run does not pass what it left out as green"
    aside = (*late("go", 30.0, to(1), otherwise=to(-1)),)
    free = job_of(cell, program("hand", *aside), program("driver", Delay(1.0), put("go")))
    report = verify_courses(free).report
    assert {f.rule for f in report.findings} & {"collision", "wait-timeout", RACE} == set()
    assert any("go comes at hand.prg:1" in text for text in report.assumptions)
    assert any("go times out at hand.prg:1" in text for text in report.assumptions)


RAPID = b"""MODULE m
VAR bool late;
PROC main()
WaitDI ready,1\\MaxTime:=20\\TimeFlag:=late;
IF late THEN
SetDO lamp,1;
ENDIF
ENDPROC
ENDMODULE
"""
KRL = b"""DEF m()
IF $IN[3] THEN
$OUT[2]=TRUE
ENDIF
END
"""
TP = text_of(("$WAITTMOUT=2000", "WAIT DI[3]=ON,TIMEOUT,LBL[1]", "END", "LBL[1]", "DO[2]=ON"))
TEXTS = {"abb": ("m.mod", RAPID), "fanuc": ("A.LS", TP), "kuka": ("m.src", KRL)}


@pytest.mark.parametrize("brand", TEXTS)
@pytest.mark.parametrize("known", [False, True])
def test_what_controllers_say_goes_each_way_that_another_group_leaves(
    brand: str, known: bool
) -> None:
    """The lamp comes on behind the timeout of RAPID and TP, and in KRL where it is ready."""
    name, text = TEXTS[brand]
    arm = brand_cell(brand)
    other = group("other")
    robots = {**arm.groups, "other": other}
    cell = replace(
        arm, groups=robots, signals={**arm.signals, **dict([wire("ready", "group:other")])}
    )
    job = read_files({name: text}, cell, "arm", brand)
    first = job.programs["arm"]
    if known:
        (main, *rest) = first.routines
        main = replace(main, body=(Wait(on("ready", True), line=1), *main.body))
        first = replace(first, routines=(main, *rest))
    programs = {"arm": first, "other": program("other", put("ready"))}
    job = replace(job, programs=programs, rules={**job.rules, "other": RULES})
    lit = [
        any(e.name == "lamp" and e.value for e in c.timeline.events) for c in courses_of(job)
    ]  # fmt: skip
    assert sorted(lit) == ([brand == "kuka"] if known else [False, True])
    shown = {course_text(c.timeline.choices) for c in courses_of(job)}
    if not known and brand != "kuka":
        assert any("ready times out at" in text for text in shown)


def test_a_wait_that_runs_out_on_the_clock_itself_is_a_finding_in_both_courses() -> None:
    found = list(courses_of(own((0.5, 3.5, 4.0), 3.0)))
    assert [course_text(c.timeline.choices) for c in found] == [
        "done times out at driver.prg:2", "done comes at driver.prg:2"
    ]  # fmt: skip
    assert all("wait-timeout" in {f.rule for f in c.timeline.findings} for c in found)


def test_a_wait_that_goes_on_after_its_timeout_is_stuck_in_no_timing() -> None:
    pulse = (put("go"), Delay(2.0), put("go", False))
    stays = signalled(*pulse, driver=(wait("go"), to(0, 2)))
    leaves = signalled(*pulse, driver=late("go", 30.0, to(0, 2), otherwise=to(0, -1)))
    lost = [{f.rule for f in simulate_band(job).findings} for job in (stays, leaves)]
    assert ["deadlock-possible" in rules for rules in lost] == [True, False]


def test_an_endless_loop_with_a_branch_in_it_is_one() -> None:
    body = (Label("top"), Delay(0.1), If(on("go", True), (put("ready"),)), Goto("top"))
    job = signalled(put("go"), driver=body)
    first, *_ = courses_of(job, 3)
    assert "endless-loop" in {f.rule for f in first.timeline.findings}
