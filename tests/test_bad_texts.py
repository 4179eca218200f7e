"""Bad YAML, programs and tasks: one line with its place, what was expected, the nearest name."""

from pathlib import Path

import pytest

from cellsim.domain.files.program import parse_program
from cellsim.domain.files.task import parse_task
from cellsim.domain.files.yamltext import FileModel, parse_yaml, read_text, validate
from cellsim.errors import BadInput, TooNew


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\n" + "b: [" + "*x, " * 200 + "1]",
        "[" * 60 + "]" * 60,
        "a: 1\n---\nb: 2",
        "? [1, 2]\n: 3",
        "",
        "a: *nothing",
        "\x00",
    ],
    ids=["aliases", "deep", "two documents", "list as key", "empty", "no anchor", "nul"],
)
def test_yaml_that_is_a_trap_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"trap\.yaml"):
        parse_yaml(text, "trap.yaml")


def test_many_lines_of_nested_aliases_end_soon() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(BadInput):
        parse_yaml("\n".join(rows), "bomb.yaml")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(BadInput, match="not UTF-8 at byte 6"):
        read_text(tmp_path / "x.yaml")


PROGRAM = "format: cellsim/program@1\ngroup: g\nroutines:\n  main:\n  - {}\n"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("move_j: {to: {q_deg: [0]}, speed: 60 km/h}", "speed '60 km/h'"),
        ("move_j: {to: {q_deg: [0]}, speed: 0 %}", "speed '0 %'"),
        ("move_j: {to: {q_deg: [0]}, speed: 60 %, zone: akku 3}", "zone 'akku 3'"),
        ("move_j: {too: {q_deg: [0]}, speed: 60 %}", "unknown key 'too'; did you mean 'tool'?"),
        ("mvoe_j: {to: {q_deg: [0]}, speed: 60 %}", "did you mean 'move_j'?"),
        ("set: {signal: a}\n    wait: {until: b}", "exactly one verb"),
        ("wait: {until: a and}", "not understood"),
        ("wait: {until: a, timeout_s: 0}", "expected a number > 0"),
        ("loop: {count: 3, while: a}", "exactly one of count and while"),
        ("delay: {time_s: -1}", "expected a number >= 0"),
        ("move_l: {to: {rpy_deg: [0, 0, 0], abc_deg: [0, 0, 0]}, speed: 1 s}", "one"),
    ],
)  # fmt: skip
def test_a_wrong_statement_is_named_on_its_line(statement: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_program(PROGRAM.format(statement), "p.program.yaml")
    assert message in str(caught.value)
    assert caught.value.line in (5, 6)


def test_an_empty_program_is_refused() -> None:
    with pytest.raises(BadInput, match="routines"):
        parse_program("format: cellsim/program@1\ngroup: g\nroutines: {}\n", "p.program.yaml")


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("grap: {group: g, part: a, at: b}", "no verb named 'grap'; did you mean 'grip'?"),
        ("grip: {part: a, at: b}", "no group"),
        ("grip: {group: g, part: $a, at: b}", "no variable named 'a'"),
        ("pull_off: {group: g, along: up, distance_mm: 0}", "expected a number > 0"),
        ("wait: {group: g, signal: a, timeout: 3}", "did you mean 'timeout_s'?"),
    ],
)
def test_a_wrong_step_is_named_on_its_line(step: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_task(f"format: cellsim/task@1\nsteps:\n- {step}\n", "t.task.yaml")
    assert message in str(caught.value)
    assert caught.value.line == 3


def test_an_older_version_keeps_loading() -> None:
    class Two(FileModel):
        noun = "thing"
        version = 2

    assert validate(parse_yaml("format: cellsim/thing@1", "f"), Two).format == "cellsim/thing@1"
    with pytest.raises(TooNew):
        validate(parse_yaml("format: cellsim/thing@3", "f"), Two)
