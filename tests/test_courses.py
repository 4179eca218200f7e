"""Courses: branches on what the cell does not determine, fixed by the user or run every way."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from controllers_support import cell_of as brand_cell
from gantry_cells import cell_of, job_of, program, put, to, wait

from cellsim.controllers.brands import read_files
from cellsim.domain.cell import Waiver
from cellsim.domain.program import Assign, Delay, Expr, If, Label, Loop, Return, Wait, signal_is
from cellsim.domain.report import Verdict
from cellsim.errors import BadInput, UnknownName
from cellsim.simulate.courses import courses_of
from cellsim.simulate.given import parse_inputs, with_inputs
from cellsim.simulate.run import simulate
from cellsim.verify.courses import verify_courses

A, B = Expr("signal", name="a"), Expr("signal", name="b")


def free_cell():
    """Two gantries and two signals that come from outside."""
    return cell_of(a="cell", b="cell")


def places(timeline, group="hand"):
    """Return where the moves of a program end, from its knots."""
    track = timeline.tracks[group]
    ends = [track.q[m.last][0] for m in track.motions if m.kind in ("joint", "linear")]
    return tuple(round(float(x), 6) for x in ends)


def courses(*body, limit=32, cell=None):
    job = job_of(cell or free_cell(), program("hand", *body))
    return list(courses_of(job, limit))


def ways(*body, **more):
    return sorted(places(c.timeline) for c in courses(*body, **more))


def when(condition, *then, otherwise=()):
    return If(condition, tuple(then), tuple(otherwise))


def hit(report):
    """Return the collisions with the rack, which stands at x = 3."""
    return [f for f in report.findings if f.rule == "collision" and "rack" in f.subject]


def test_only_what_a_course_meets_is_varied():
    # by hand: not a -> 3; a, not b -> 1 3; a, b -> 1 2 3. Four combinations, three courses.
    assert ways(when(A, to(1), when(B, to(2))), to(3)) == [(1, 2, 3), (1, 3), (3,)]


def test_a_job_without_the_unknown_has_one_course_that_is_the_plain_run():
    cell = cell_of(go="group:hand")
    job = job_of(cell, program("hand", put("go"), when(signal_is("go", True), to(1)), to(2)))
    (only,) = courses_of(job)
    plain = simulate(job)
    assert only.timeline.choices == ()
    np.testing.assert_array_equal(only.timeline.tracks["hand"].q, plain.tracks["hand"].q)


def test_a_signal_read_again_after_a_motion_is_free_and_at_once_is_not():
    assert ways(when(A, to(1)), when(A, to(2)), to(3)) == [(1, 2, 3), (1, 3), (3,)]
    other = Expr("not", (A,))
    still = ways(Delay(0.1), when(A, put("close")), when(other, to(2)), to(3))
    assert still == [(2, 3), (3,)]


def test_a_variable_keeps_what_it_was_found_to_be():
    body = (Assign("x", A), when(Expr("var", name="x"), to(1)), when(Expr("var", name="x"), to(2)))
    assert ways(*body, to(3)) == [(1, 2, 3), (3,)]


def test_an_unknown_register_is_compared_both_ways():
    many = Expr(">", (Expr("var", name="R1"), Expr("const", value=5.0)))
    found = courses(when(many, to(1), otherwise=(to(2),)))
    assert sorted(places(c.timeline) for c in found) == [(1,), (2,)]
    assert {c.timeline.choices[0].text for c in found} == {"R1 > 5.0"}


def test_a_loop_on_the_unknown_ends_where_the_world_comes_round():
    # by hand: no lap; one lap; after the second lap it stands where it stood after the first.
    found = courses(Loop((to(1), to(2)), condition=A), to(3))
    assert sorted(places(c.timeline) for c in found) == [(1, 2, 1, 2), (1, 2, 3), (3,)]
    assert all(c.timeline.findings == () for c in found)


def test_a_branch_inside_a_counted_loop_is_free_in_each_lap():
    found = ways(Loop((when(A, to(1), otherwise=(to(2),)), to(0)), count=3))
    assert found == sorted((x, 0, y, 0, z, 0) for x in (1, 2) for y in (1, 2) for z in (1, 2))


def test_a_wait_with_a_way_on_after_its_timeout_has_both():
    body = (Wait(A, 2.0, "late"), to(1), Return(), Label("late"), to(2))
    found = courses(*body)
    assert [places(c.timeline) for c in found] == [(1,), (2,)]
    assert [c.timeline.findings for c in found] == [(), ()]
    assert found[1].timeline.duration > 2.0
    assert ways(wait("a", timeout_s=2.0), to(1)) == [(1,)]


def test_the_bound_leaves_out_what_the_report_then_counts():
    body = Loop((when(A, to(1), otherwise=(to(2),)),), count=6)
    job = job_of(free_cell(), program("hand", body))
    found = verify_courses(job, 5)
    (left,) = [f for f in found.report.findings if f.rule == "branch-on-unknown"]
    assert len(found.timelines) == 5
    assert left.value == 18  # by hand: 6, then +5 -1, +4 -1, +4 -1, +3 -1
    assert found.report.verdict is not Verdict.GREEN


def test_only_one_course_collides_and_only_exploring_finds_it():
    from cellsim.sweep import verify_job

    # only with a and b both on does the hand go to the rack
    job = job_of(free_cell(), program("hand", when(A, to(1), when(B, to(3))), to(0)))
    assert hit(verify_job(job).report) == []
    explored = verify_courses(job)
    assert [bool(hit(r)) for r in explored.reports].count(True) == 1
    (found, *_) = hit(explored.report)
    assert "a=true at hand.prg:1" in str(found.facts["course"])
    assert "b=true at hand.prg:3" in str(found.facts["course"])
    assert explored.report.verdict is Verdict.FINDINGS
    fixed = verify_job(with_inputs(job, {"a": True, "b": True})).report
    assert {f.subject for f in hit(fixed)} == {f.subject for f in hit(explored.report)}
    assert any("a=true, b=true" in text for text in fixed.assumptions)
    assert hit(verify_job(with_inputs(job, {"b": False})).report) == []


def test_a_branch_that_some_course_runs_is_not_listed_as_not_run():
    body = (when(A, to(1)), when(Expr("const", value=False), to(2)), to(0))
    report = verify_courses(job_of(free_cell(), program("hand", *body))).report
    assert [f.line for f in report.findings if f.rule == "branch-not-run"] == [4]


def test_an_input_is_checked_against_what_there_is():
    job = job_of(free_cell(), program("hand", when(Expr("unknown", name="R7"), to(1))))
    assert with_inputs(job, parse_inputs(["a=true", "R7=False"])).inputs == {"a": True, "R7": False}
    with pytest.raises(UnknownName, match="aa"):
        with_inputs(job, {"aa": True})
    for bad in (["a"], ["a=1"], ["=true"], ["a=true", "a=false"], ["a=one"]):
        with pytest.raises(BadInput):
            with_inputs(job, parse_inputs(bad))


def test_two_programs_choose_each_for_itself():
    cell = free_cell()
    job = job_of(
        cell,
        program("hand", when(A, to(1), otherwise=(to(2),))),
        program("driver", when(B, to(0, 1), otherwise=(to(0, 2),))),
    )
    found = [
        (places(c.timeline), float(c.timeline.tracks["driver"].q[-1][1])) for c in courses_of(job)
    ]
    assert sorted(found) == [((1,), 1), ((1,), 2), ((2,), 1), ((2,), 2)]


def test_inputs_leave_nothing_to_choose():
    job = job_of(free_cell(), program("hand", when(A, to(1)), when(B, to(2))))
    assert len(list(courses_of(replace(job, inputs={"a": True, "b": True})))) == 1


KRL = b"""&ACCESS RVP
DEF mixed()
BAS(#INITMOV,0)
$TOOL=TOOL_DATA[1]
$BASE=$NULLFRAME
BAS(#VEL_PTP,50)
PTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}
IF $IN[3] THEN
PTP {A1 10,A2 -90,A3 90,A4 0,A5 0,A6 0}
ELSE
PTP {A1 20,A2 -90,A3 90,A4 0,A5 0,A6 0}
ENDIF
IF NOT $IN[1] THEN
IF $IN[99] THEN
PTP {A1 30,A2 -90,A3 90,A4 0,A5 0,A6 0}
ENDIF
ENDIF
PTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}
END
"""
RAPID = b"""MODULE mixed
  PROC main()
    MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v200,fine,gripper;
    IF ready=1 THEN
      MoveAbsJ [[10,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v200,fine,gripper;
    ELSE
      MoveAbsJ [[20,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v200,fine,gripper;
    ENDIF
    IF grip_closed=0 THEN
      IF reg1>5 THEN
        MoveAbsJ [[30,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v200,fine,gripper;
      ENDIF
    ENDIF
    MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v200,fine,gripper;
  ENDPROC
ENDMODULE
"""


@pytest.mark.parametrize(
    ("brand", "name", "text"), [("kuka", "mixed.src", KRL), ("abb", "mixed.mod", RAPID)]
)
def test_controller_text_goes_every_way_that_a_person_reads_in_it(brand, name, text):
    job = read_files({name: text}, brand_cell(brand), "arm", brand)
    found = [c.timeline for c in courses_of(job)]
    turned = sorted(tuple(round(float(np.degrees(p))) for p in radians(t)) for t in found)
    # by hand: 10 or 20, then 30 or not; "not" twice, with the clamp open and closed
    wanted = [(first, *then) for first in (10, 20) for then in ((), (30,), ())]
    assert turned == sorted((*way, 0) for way in wanted)
    assert all(f.rule != "branch-on-unknown" for t in found for f in t.findings)


def radians(timeline):
    """Return where the first axis stands after each motion that the first one is not."""
    track = timeline.tracks["arm"]
    ends = [float(track.q[m.last][0]) for m in track.motions if m.kind == "joint"]
    moved = [q for q, _ in itertools.groupby(ends)]
    return moved[1:]


def test_collisions_of_one_course_that_are_alike_are_all_told():
    from cellsim.verify.courses import _findings

    report = verify_courses(job_of(free_cell(), program("hand", when(A, to(3)), to(0)))).report
    one = replace(hit(report)[0], facts={})
    near, far = (replace(one, value=one.limit - d, t0=t) for d, t in ((2.0, 1.0), (4.0, 5.0)))
    other = replace(one, value=one.limit - 3.0, t0=2.0)
    for reports in ([(near, far), ()], [(near, far), (other,)], [(other,), (near, far)]):
        merged = _findings([replace(report, findings=f) for f in reports], ["a", "b"])
        assert sorted(f.value for f in merged) == sorted((near.value, far.value))
    assert len(_findings([replace(report, findings=(near, other))] * 2, ["a", "b"])) == 2


def test_a_waiver_counts_what_it_accepts_in_another_course_than_the_longest():
    cell = free_cell()
    accepts = Waiver("*", "*", "Kim", "seen at the machine")
    errors = [replace(accepts, rule=rule, severity="error", subject="*rack*")
              for rule in ("collision", "clearance")]  # fmt: skip
    cell = replace(cell, waivers=(*errors, accepts))
    # the way without the rack is the longer one
    body = when(A, to(3), otherwise=(to(-4), to(4, 4), to(-4)))
    found = verify_courses(job_of(cell, program("hand", body, to(0))))
    assert hit(found.reports[found.longest]) == []
    waived = [f for f in found.report.findings if f.waived_by and f.rule == "collision"]
    assert len(waived) == len(hit(found.report)) > 0
    assert found.report.waivers[0].endswith(f"(Kim; {len(waived)} accepted)")
