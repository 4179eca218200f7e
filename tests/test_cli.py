"""The command line: exit codes, one clear line for bad input, nothing half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellsim.cli.main import main


def test_help_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "verify" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [
        ["verfy"],
        ["verify"],
        ["verify", "no_such_cell"],
        ["verify", "machine_tending", "--variant", "no_such_variant"],
        ["verify", "machine_tending", "--program", "no_such_program"],
        ["verify", "machine_tending", "--format", "pdf"],
        ["check", "no_such_folder"],
        ["explain", "no-such-rule"],
        ["verify", "machine_tending", "--set", "nothing.here=1"],
    ],
)
def test_wrong_usage_is_exit_three_with_one_line(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 3
    said = capsys.readouterr().err.strip()
    assert said.startswith("error: ")
    assert len(said.splitlines()) == 1
    assert "Traceback" not in said


def test_a_misspelt_name_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "machine_tendng"]) == 3
    assert "did you mean 'machine_tending'" in capsys.readouterr().err


def test_our_own_error_is_exit_four_with_a_report_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("made to fail")

    monkeypatch.setattr("cellsim.cli.doctor.examine", broken)
    assert main(["doctor"]) == 4
    path = Path(capsys.readouterr().err.strip().rsplit(" ", 1)[-1])
    assert "made to fail" in path.read_text()
    path.unlink()


def test_an_interrupt_is_exit_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cellsim.cli.doctor.examine", interrupted)
    assert main(["doctor"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_doctor_names_the_shipped_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "door_removal" in said
    assert "coal" in said


def test_new_makes_a_cell_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "mine")]) == 0
    assert main(["describe", str(tmp_path / "mine")]) == 0
    assert "group" in capsys.readouterr().out
    assert main(["new", str(tmp_path / "mine")]) == 3
    assert main(["new", "palletizing"]) == 3  # it would hide the shipped cell


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cellsim 0.")


def test_lint_says_which_of_several_variants_it_took(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "stack.src"
    text.write_text("DEF stack ( )\nPTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}\nEND\n")
    ask = ["lint", str(text), "--controller", "kuka", "--cell", "palletizing"]
    main(ask)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "# as variant large_boxes; --variant takes another: small_boxes"
    main([*ask, "--variant", "small_boxes"])
    assert "as variant" not in capsys.readouterr().err


def test_describe_names_every_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "machine_tending"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("device ")]
    assert told == [
        "device machine_door: door_open_request moves door to 640 mm",
        "device chuck_release: chuck_open starts unclamp chuck, chuck_is_open tells done",
        "device chuck_clamp: chuck_close starts clamp chuck, chuck_is_closed tells done",
    ]
