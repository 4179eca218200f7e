"""Motions that are not known to run with their tool or frame: told one by one, never written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from controllers_support import cell_of
from gantry_cells import program, to
from states_lost import read
from timelines import FILE, timeline

from cellsim.cli.lost import lost_lines
from cellsim.collision.result import CollisionResult
from cellsim.controllers.brands import BRANDS
from cellsim.domain.doubt import Doubt
from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.job import Job
from cellsim.domain.program import Expr, If, Loop, Move, Program, Raw, Speed, Statement, Target
from cellsim.domain.report import Finding, Report, Severity
from cellsim.domain.walk import statements_of
from cellsim.errors import Refused
from cellsim.geometry import Pose
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import diff_programs
from cellsim.simulate.interpret import Interpreter
from cellsim.simulate.run import simulate
from cellsim.verify.render import render
from cellsim.verify.run import verify_timeline

RULE = "motion-state-unknown"
ON = Expr("const", value=True)
OFF = Expr("const", value=False)


def doubtful(*lines: int, file: str = "hand.prg") -> Move:
    doubts = tuple(Doubt("tool", line, file) for line in lines)
    return replace(to(1.0), speed=Speed(100.0, "%"), doubts=doubts)


def found(*body: Statement, **routines: Sequence[Statement]) -> list[Finding]:
    """Return what the interpreter says of states, run from the first line."""
    interpreter = Interpreter(program("hand", *body, **routines), frozenset(), {})
    for _ in interpreter.run():
        pass
    return [f for f in interpreter.findings if f.rule == RULE]


def test_a_motion_is_told_by_itself_with_the_line_that_lost_its_state() -> None:
    lost = found(Raw("$TOOL=t"), doubtful(1), doubtful(1), to(2))
    assert [(f.line, f.facts["since"], f.facts["states"]) for f in lost] == [
        (2, 1, ("tool",)),
        (3, 1, ("tool",)),
    ]
    assert {f.severity for f in lost} == {Severity.UNDECIDED}


def test_a_motion_is_told_once_however_often_it_runs() -> None:
    assert len(found(Raw("$TOOL=t"), Loop((doubtful(1),), count=20))) == 1


@pytest.mark.parametrize(("condition", "count"), [(ON, 1), (OFF, 0)])
def test_a_line_that_was_not_run_has_lost_nothing(condition: Expr, count: int) -> None:
    # the branch is line 1, the line in it is line 2, the motion behind it line 3
    assert len(found(If(condition, (Raw("$TOOL=t"),)), doubtful(2))) == count


def test_a_line_that_comes_round_has_lost_it_for_the_next_round() -> None:
    body = Loop((doubtful(3), Raw("$TOOL=t")), count=1)
    assert found(body) == []
    assert len(found(replace(body, count=2))) == 1


@pytest.mark.parametrize("doubt", [doubtful(40), doubtful(1, file="other.prg")])
def test_a_line_that_left_no_statement_or_stands_elsewhere_has_been_run(doubt: Move) -> None:
    assert len(found(to(2), doubt)) == 1


def test_a_motion_that_cannot_be_said_is_told_by_what_it_lacks() -> None:
    motion = Raw("LIN P1", doubts=(Doubt("frame", 1, "hand.prg"),))
    interpreter = Interpreter(program("hand", Raw("$BASE=b"), motion), frozenset(), {})
    for _ in interpreter.run():
        pass
    told = [(f.rule, f.line) for f in interpreter.findings if f.rule != "program-empty"]
    assert told == [("state-not-understood", 1), (RULE, 2)]


def test_a_motion_behind_what_may_have_moved_the_robot_has_no_known_start() -> None:
    lost = found(to(1), Raw("SPL P1", moves=True), to(2), to(3))
    assert [(f.line, f.facts["since"], f.facts["states"]) for f in lost] == [(3, 2, ("start",))]
    assert found(to(1), Raw("$VEL.CP=v"), to(2)) == []


@pytest.mark.parametrize(("state", "told"), [("frame", [2, 3]), ("speed", [2])])
def test_a_pose_in_a_frame_that_is_lost_is_no_known_start(state: str, told: list[int]) -> None:
    pose = Target(pose=Pose.translation(1.0, 0.0, 0.0))
    line = replace(to(1), kind="linear", to=pose, doubts=(Doubt(state, 1, "hand.prg"),))
    assert [f.line for f in found(Raw("$X=x"), line, to(2), to(3))] == told


def test_readers_say_which_lines_may_move_the_robot() -> None:
    lines = ("x=y", "PTP {A1 0} C_VEL", "grasp( )", "$VEL.CP=v", "LOOP", "foo( )", "ENDLOOP")
    result = read("kuka", {"p.src": "\n".join(("DEF p( )", *lines, "END", ""))})
    raw = {s.line: s.moves for s in statements_of(result.program) if isinstance(s, Raw)}
    assert raw == {2: False, 3: True, 4: True, 5: False, 7: True}


def test_a_saved_program_keeps_what_its_motions_lack() -> None:
    raw = Raw("LIN P1", doubts=(Doubt("frame", 7, "a.src"),), moves=True)
    saved = dump_program(program("hand", doubtful(3, 9), raw))
    again = list(statements_of(parse_program(saved, "hand.program.yaml")))
    assert [s.doubts for s in again if isinstance(s, Move | Raw)] == [
        doubtful(3, 9).doubts, raw.doubts,
    ]  # fmt: skip
    assert [s.moves for s in again if isinstance(s, Raw)] == [True]


AXES = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"


def krl(line: str) -> Program:
    text = f"DEF p( )\nBAS(#INITMOV,0)\nBAS(#TOOL,1)\nBAS(#BASE,3)\n{line}\n{AXES}\nEND\n"
    return read("kuka", {"p.src": text}).program


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_no_brand_writes_a_motion_with_a_state_that_is_not_known(brand: str) -> None:
    cell = cell_of(brand)
    move = replace(to(0), to=replace(to(0).to, q=cell.groups["arm"].home), tool="gripper")
    plain = replace(program("p", move), group="arm")
    lost = replace(program("p", replace(move, doubts=(Doubt("tool", 4),))), group="arm")
    BRANDS[brand].write(BRANDS[brand].quantise(plain, cell), cell)
    with pytest.raises(Refused, match="tool is not known since line 4"):
        BRANDS[brand].write(BRANDS[brand].quantise(lost, cell), cell)


def test_a_state_that_came_or_went_is_a_difference() -> None:
    side = Side(cell_of("kuka"), "arm", None)
    known, lost = krl("x=1"), krl("grasp( )")

    def said(a: Program, b: Program) -> list[str]:
        return [d.text for d in diff_programs(a, b, side, side) if d.kind == "unknown"]

    assert said(known, lost) == ["states not known: none became acceleration, payload, speed, tool"]
    assert said(lost, known) == ["states not known: acceleration, payload, speed, tool became none"]
    assert said(lost, lost) == []


def judged(count: int) -> Report:
    """Return a report of so many motions behind one line that lost their tool, and one behind."""
    facts = {"states": ("tool",), "since": 2, "lost_in": FILE}
    told = tuple(
        Finding(RULE, Severity.UNDECIDED, "arm", file=FILE, line=3 + k, facts=facts)
        for k in range(count)
    )
    other = Finding(
        RULE, Severity.UNDECIDED, "arm", file=FILE, line=90, facts={**facts, "since": 80}
    )
    return verify_timeline(timeline(findings=(*told, other)), CollisionResult(()))


@pytest.mark.parametrize(("fmt", "lang"), [("text", "en"), ("text", "ko"), ("md", "en")])
def test_many_motions_behind_one_line_are_one_row(fmt: str, lang: str) -> None:
    rows = render(judged(40), fmt, lang).count(RULE)
    assert rows == 3, "the first, the rest in one line, and the one behind another line"
    assert render([judged(40)], fmt, lang, everything=True).count(RULE) == 41


def test_many_lines_that_lost_a_state_are_no_flood_either() -> None:
    facts = {"states": ("tool",), "lost_in": FILE}
    told = tuple(
        Finding(RULE, Severity.UNDECIDED, "arm", file=FILE, line=k, facts={**facts, "since": k})
        for k in range(1, 300)
    )
    report = verify_timeline(timeline(findings=told), CollisionResult(()))
    assert render(report, "text").count(RULE) == 11, "ten, and the rest in one line"
    assert "and 289 more of motion-state-unknown" in render(report, "text")


def test_each_motion_is_a_finding_for_machines() -> None:
    report = judged(40)
    (plain,) = json.loads(render(report, "json"))["reports"]
    (run,) = json.loads(render(report, "sarif"))["runs"]
    assert sum(f["rule"] == RULE for f in plain["findings"]) == 41
    assert sum(r["ruleId"] == RULE for r in run["results"]) == 41
    assert render(report, "junit").count("lost on line") >= 41
    assert report.exit_code == 2


def test_a_motion_with_a_tool_that_is_not_there_is_not_driven_and_told() -> None:
    """It ends undecided at its line, and what stands behind it is driven."""
    lines = ("DEF p( )", "BAS(#INITMOV,0)", "BAS(#TOOL,7)", "BAS(#BASE,3)", AXES, "BAS(#TOOL,1)")
    text = "\n".join((*lines, AXES, "END", ""))
    cell = cell_of("kuka")
    rules = {"arm": BRANDS["kuka"].rules(cell.groups["arm"].controller)}
    job = Job("j", cell, {"arm": read("kuka", {"p.src": text}).program}, rules)
    run = simulate(job)
    assert [(f.rule, f.line, f.facts["states"]) for f in run.findings] == [(RULE, 5, ("tool",))]
    assert [m.index.line for m in run.tracks["arm"].motions] == [7]


def test_read_says_in_one_line_what_motions_lack() -> None:
    lines = ("DEF p( )", "BAS(#INITMOV,0)", "BAS(#TOOL,1)", "grasp( )", *[AXES] * 9)
    found = read("kuka", {"p.src": "\n".join((*lines, "BAS(#TOOL,7)", AXES, "END", ""))})
    own, behind = lost_lines(found.program, "en")
    assert own == "p.src: tool not known to 1 motions, on lines 15"
    lost = "acceleration, payload, speed, tool not known to 10 motions"
    assert behind == f"p.src:4: {lost}, on lines 5, 6, 7, 8, 9, 10 ..."
    (first, _) = lost_lines(found.program, "ko")
    assert first == "p.src: 동작 1개가 모르는 상태: 툴, 줄 15"
