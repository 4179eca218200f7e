"""What a finding follows from comes before it, with the line that set what it comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from states_lost import read
from states_said import HEAD, LIN, PTP, ROUND, SET
from timelines import FILE, HOME, cell, move, program, timeline, track
from violations import violated

from cellsim.collision.result import CollisionResult
from cellsim.domain.canonical import digest
from cellsim.domain.doubt import SetAt
from cellsim.domain.program import Index, Move
from cellsim.domain.report import Finding, Report, Severity
from cellsim.domain.walk import statements_of
from cellsim.geometry import Pose
from cellsim.verify.ranking import causes, sorted_findings
from cellsim.verify.render import render, render_html, render_sarif
from cellsim.verify.run import verify_timeline

ERROR, UNDECIDED = Severity.ERROR, Severity.UNDECIDED


def collision(line: int, **more: Any) -> Finding:
    return Finding("collision", ERROR, "arm/L5 / fixture:table", 4.0, 0.0, "mm", FILE, line, **more)


def lost(line: int, rule: str = "state-not-understood", **more: Any) -> Finding:
    return Finding(rule, UNDECIDED, "arm", file=FILE, line=line, facts={"text": "?"}, **more)


def report(*findings: Finding) -> Report:
    return replace(verify_timeline(timeline(), CollisionResult(())), findings=tuple(findings))


def where(text: str, *words: str) -> list[int]:
    found = [text.index(word) for word in words]
    assert -1 not in found
    return found


def test_a_line_that_is_not_understood_comes_before_the_collisions_behind_it() -> None:
    hits = [collision(line) for line in range(10, 20)]
    found = sorted_findings([*hits, lost(5), lost(6, "motion-state-unknown")])
    assert [f.line for f in found] == [5, 6, *range(10, 20)]


def test_a_line_behind_everything_else_is_no_cause() -> None:
    found = sorted_findings([lost(30), collision(10)])
    assert [f.line for f in found] == [10, 30]
    assert not causes(found)


def test_a_line_of_another_program_may_be_a_cause() -> None:
    other = replace(lost(30), file="other.src")
    assert causes((other, collision(10))) == {id(other)}


def test_what_was_waived_is_no_cause_and_nothing_is_led_by_what_was_not_checked() -> None:
    assert not causes((lost(5, waived_by="Kim"), collision(10)))
    missing = Finding("payload-exceeded", Severity.NOT_CHECKED, "arm", file=FILE, line=20)
    assert not causes((lost(5), missing))
    assert causes((lost(5), collision(10)))


def test_a_joint_beyond_its_limit_leads_and_one_that_may_be_does_not() -> None:
    beyond = Finding("joint-limit-exceeded", ERROR, "arm J1", 7747.0, 360.0, "deg", FILE, 3)
    assert causes((beyond, collision(10))) == {id(beyond)}
    maybe = replace(beyond, severity=UNDECIDED)
    assert not causes((maybe, collision(10)))


@pytest.mark.parametrize("fmt", ["text", "md", "json", "sarif", "html"])
def test_every_rendering_tells_the_cause_first(fmt: str) -> None:
    made = report(*sorted_findings([*(collision(n) for n in range(10, 20)), lost(5)]))
    text = render_html([made]) if fmt == "html" else render(made, fmt)
    text = text[text.index('"results"') :] if fmt == "sarif" else text
    cause, effect = where(text, "not understood", "overlap by")
    assert cause < effect


def test_what_may_follow_is_folded_in_text_and_nothing_is_lost_elsewhere() -> None:
    hits = [replace(collision(n), subject=f"arm/L{n} / fixture:table") for n in range(10, 20)]
    made = report(*sorted_findings([*hits, lost(5)]))
    text = render(made)
    assert "undecided (1): begin here" in text
    assert "error (10): may follow from what is told above" in text
    assert text.count("error[collision]") == 3
    assert "and 7 more of collision, on lines 13, 14, 15, 16, 17, 18 ...; verify --all" in text
    assert render(made, everything=True).count("error[collision]") == 10
    assert len(json.loads(render(made, "json"))["reports"][0]["findings"]) == 11
    assert len(json.loads(render(made, "sarif"))["runs"][0]["results"]) == 11
    alone = report(*sorted_findings(hits))
    assert render(alone).count("error[collision]") == 10
    assert "begin here" not in render(alone)


def degrees(source: str, degrees: float) -> Finding:
    up = (degrees, *HOME[1:])
    made = timeline(track(HOME, up, HOME), what=replace(program(), source=source))
    found = verify_timeline(made, CollisionResult(())).findings
    return next(f for f in found if f.rule == "joint-limit-exceeded")


def test_degrees_where_a_text_gives_radians_are_suspected() -> None:
    told = degrees("ur", 90.0)
    assert told.help == "radians-meant"
    assert "write d2r(90)" in render(report(told))


@pytest.mark.parametrize(("source", "value"), [("kuka", 90.0), ("ur", 4.0), ("ur", 5000.0)])
def test_other_languages_and_other_values_are_not(source: str, value: float) -> None:
    assert degrees(source, value).help == "joint-limit"


def settings(brand: str, files: dict[str, str]) -> dict[int, str]:
    moves = [s for s in statements_of(read(brand, files).program) if isinstance(s, Move)]
    return {m.line: ", ".join(f"{s.state} {s.line}" for s in m.set_at) for m in moves}


def krl(*lines: str) -> dict[int, str]:
    return settings("kuka", {"p.src": "\n".join(["DEF p( )", *lines, "END", ""])})


def test_krl_motions_name_the_lines_that_set_what_they_run_with() -> None:
    found = krl(*SET, PTP, LIN, "BAS(#BASE,1)", LIN)
    assert found[6] == "speed 2, tool 3"
    assert found[7] == "frame 4, speed 5, tool 3"
    assert found[9] == "frame 8, speed 5, tool 3"


def test_krl_where_paths_meet_each_line_that_may_have_set_it_is_named() -> None:
    again = ("IF $IN[1] THEN", "$VEL.CP=0.2", "ENDIF", LIN, "LOOP", LIN, "$VEL.CP=0.2", "ENDLOOP")
    found = krl(*SET, *again)
    assert found[9] == "frame 4, speed 5, speed 7, tool 3"
    assert found[11] == "frame 4, speed 5, speed 7, speed 12, tool 3"


def test_krl_a_subprogram_names_lines_of_where_it_was_called_from() -> None:
    lines = ["DEF p( )", *SET, LIN, "go( )", "END", "DEF go( )", LIN, "END", ""]
    assert settings("kuka", {"p.src": "\n".join(lines)})[10] == "frame 4, speed 5, tool 3"


def test_krl_a_load_of_another_tool_names_the_line_of_the_tool() -> None:
    lines = ["DEF p( )", *SET, "$LOAD=LOAD_DATA[2]", PTP, "END", ""]
    kept = read("kuka", {"p.src": "\n".join(lines)}).program
    assert any("(set on line 3)" in s.comment for s in statements_of(kept))


def test_hrscript_steps_name_the_line_of_the_frame_that_they_do_not_name() -> None:
    text = "\n".join([HEAD, "     selucrd 3", f"     {ROUND}", "     end", ""])
    assert settings("hyundai", {"0102_a.job": text}) == {3: "frame 2"}


def test_urscript_motions_name_the_line_of_the_tcp() -> None:
    move_j = "movel([0.1,-1.6,1.7,-1.7,-1.5,0.0], a=1.2, v=0.25)"
    lines = ("def p():", "  set_tcp(p[0,0,0.25,0,0,0])", f"  {move_j}", "end", "")
    found = settings("ur", {"p.script": "\n".join(lines)})
    assert set(found) == {3}
    assert found[3] == "tool 2"


def test_where_a_state_was_set_is_no_part_of_what_a_program_is() -> None:
    said = Move(line=3, kind="joint", to=move(3).to, speed=move(3).speed)
    assert digest(replace(said, set_at=(SetAt("tool", 2, "a"),))) == digest(said)


def placed(kind: str = "linear", **target: Any) -> Report:
    at = Index(FILE, 3)
    to = replace(move(3).to, **target)
    first = replace(
        move(3), kind=kind, to=to, set_at=(SetAt("tool", 1, FILE), SetAt("frame", 2, "b"))
    )
    made = timeline(what=program(first, move(5)))
    hit = violated("collision", -0.004, at)
    return verify_timeline(made, CollisionResult((hit,)))


def test_a_collision_names_the_lines_that_set_tool_and_frame_of_its_motion() -> None:
    made = placed(q=None, pose=Pose.identity())
    (found,) = (f for f in made.findings if f.rule == "collision")
    assert found.facts["set_at"] == [
        {"state": "tool", "file": FILE, "line": 1},
        {"state": "frame", "file": "b", "line": 2},
    ]
    for fmt in ("text", "md", "junit"):
        assert "tool set on line 1" in render(made, fmt)
        assert "frame set on line 2 of b" in render(made, fmt)
    assert "tool set on line 1" in render_html([made])
    assert "1행에서 설정됨" in render(made, lang="ko")
    results = json.loads(render_sarif([made]))["runs"][0]["results"]
    (result,) = (r for r in results if r["ruleId"] == "collision")
    lines = [r["physicalLocation"]["region"]["startLine"] for r in result["relatedLocations"]]
    assert lines == [1, 2]
    assert "tool set on line 1" in result["relatedLocations"][0]["message"]["text"]


def test_of_a_motion_to_joint_values_neither_tool_nor_frame_is_named() -> None:
    made = placed(kind="joint", q=HOME, pose=None)
    (found,) = (f for f in made.findings if f.rule == "collision")
    assert "set_at" not in found.facts


def test_a_motion_whose_state_was_lost_relates_the_line_that_lost_it() -> None:
    facts = {"states": ("tool",), "since": 2, "lost_in": FILE}
    made = report(replace(lost(5, "motion-state-unknown"), facts=facts))
    (result,) = json.loads(render_sarif([made]))["runs"][0]["results"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"]["startLine"] == 2
    assert "tool lost on line 2" in related["message"]["text"]


def test_nothing_is_looked_for_where_no_text_sets_a_state() -> None:
    assert "set_at" not in str(verify_timeline(timeline(where=cell()), CollisionResult(())))
