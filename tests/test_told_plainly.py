"""What commands say while they work and of what they read: once, by name, in the language asked."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from cellsim.cli import progress
from cellsim.cli.main import main
from cellsim.domain.files.cell import load_cell
from cellsim.domain.timeline import Event

Capture = pytest.CaptureFixture[str]


def test_long_work_is_told_in_lines_where_no_terminal_looks(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "FIRST_S", 0.02)
    monkeypatch.setattr(progress, "EVERY_S", 0.05)
    with progress.progress() as shown:
        assert shown is not None
        time.sleep(0.04)
        shown("collision", 0.5)
        time.sleep(0.1)
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert re.fullmatch(r"# \d+ s: at work", lines[0])
    assert re.fullmatch(r"# \d+ s: collision 50 %", lines[-1])
    time.sleep(0.08)
    assert capsys.readouterr().err == ""


def test_quick_work_and_work_for_a_program_say_nothing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress.progress() as shown:
        assert shown is not None
        shown("collision", 0.5)
    monkeypatch.setattr(progress, "FIRST_S", 0.0)
    with progress.progress(progress.for_machines(("json",), to_file=False)) as shown:
        assert shown is None
        time.sleep(0.02)
    assert capsys.readouterr().err == ""
    assert progress.for_machines(("text", "sarif"), to_file=False)
    assert not progress.for_machines(("text",), to_file=False)
    assert not progress.for_machines(("json",), to_file=True)


TEXT = """MODULE a
  PROC main()
    MoveAbsJ [[0,-20,10,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]], v500, fine, tOld;
    Nonsense 1;
    Nonsense 1;
    WHILE TRUE DO
      Nonsense 1;
    ENDWHILE
  ENDPROC
ENDMODULE
"""


@pytest.mark.parametrize(
    ("lang", "left", "total"),
    [
        ("en", "not understood", "# a.mod: 6 of 10 lines understood"),
        ("ko", "이해하지 못함", "# a.mod: 10줄 가운데 6줄을 이해함"),
    ],
)
def test_a_line_that_is_not_understood_is_told_once_with_its_count(
    lang: str, left: str, total: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "a.mod").write_text(TEXT)
    args = ["read", str(tmp_path / "a.mod"), "--controller", "abb", "--cell", "tray_packing"]
    assert main([*args, "--variant", "steel", "--lang", lang]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == total
    (move,) = (line for line in lines if "tOld" in line)
    assert move.startswith(f"a.mod:3: {left}: MoveAbsJ")
    (same,) = (line for line in lines if "Nonsense" in line)
    assert re.search(r"3.*: a\.mod:4, 5, 7$", same)


@pytest.mark.parametrize(
    ("kind", "name", "value", "told"),
    [
        ("signal", "door_open_request", 1.0, "door_open_request = 1  tender -> machine_door"),
        ("signal", "door_is_open", 0.0, "door_is_open = 0  machine_door -> tender"),
        ("wait", "not door_is_open", 1.0, "not door_is_open  machine_door -> tender"),
        ("wait", "door_is_open", 0.0, "door_is_open: not met, goes on all the same"),
        ("signal", "fingers_close", 1.0, "fingers_close = 1  tender -> finger_gripper"),
        ("wait", "fingers_closed", 1.0, "fingers_closed  finger_gripper -> tender"),
        ("grip", "shaft.raw", 1.0, "shaft.raw"),
    ],
)
def test_simulate_names_both_ends_of_each_wire(
    kind: str, name: str, value: float, told: str
) -> None:
    from cellsim.cli.events import _line

    cell = load_cell("machine_tending", "shaft_80")
    shown = _line(Event(1.0, kind, name, value, "tender"), cell)
    assert shown == f"    1.000 s  tender       {kind:<9} {told}"


def test_the_table_of_demo_has_the_same_numbers_in_both_languages() -> None:
    from dataclasses import replace

    from test_first_screen import _of

    from cellsim.cli.demo import _columns, _label, _tightest
    from cellsim.domain.report import PairClearance
    from cellsim.messages import LANGUAGES, catalogue

    report = replace(
        _of(), clearances=(PairClearance("arm", "door", 9.06e-3, 8.0e-3, 2.0, "p", 7),)
    )
    english, korean = (_tightest(report, lang) for lang in LANGUAGES)
    assert english != korean
    assert re.findall(r"[\d.]+", english) == re.findall(r"[\d.]+", korean)
    assert [_columns(t) for t in ("파일", "files", "사이클 시간")] == [4, 5, 11]
    for key in catalogue("ko")["demo"]:
        assert _label("ko", key)


@pytest.mark.parametrize(
    ("setting", "code", "begins"),
    [
        ("table.xyz_mm=100,-9720,780", 1, "finding: swap_shaft.task.yaml:"),
        ("tabel.xyz_mm=100,-720,780", 3, "error: --set tabel"),
    ],
)
def test_what_no_arm_reaches_is_a_finding_and_a_typo_an_error(
    setting: str, code: int, begins: str, capsys: Capture
) -> None:
    args = ["verify", "machine_tending", "--variant", "shaft_80", "--reteach", "--set", setting]
    assert main(args) == code
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(begins)
    assert ("the input was understood; exit 1" in line) == (code == 1)


def test_explain_in_korean_names_and_tells_the_rule_before_its_page(capsys: Capture) -> None:
    from cellsim.messages import catalogue
    from cellsim.verify.rules import explain, rule_ids

    for rule in rule_ids():
        page, korean = explain(rule), explain(rule, "ko")
        assert korean.startswith(f"{rule}: {catalogue('ko')['rules'][rule]['title']}\n")
        assert catalogue("ko")["rules"][rule]["sentence"] in korean
        assert korean.endswith(page.partition("\n\n")[2])
    assert main(["explain", "part-falls", "--lang", "ko"]) == 0
    assert "부품을 잡으십시오" in capsys.readouterr().out
