"""Exit codes: every error has its own, in this process or another, also where nothing has room."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

import pytest
from test_baseline_severity import _report

from cellsim import errors
from cellsim.cli.main import main
from cellsim.domain.report import Severity, Verdict
from cellsim.sweep import worst_exit

FULL = Path("/dev/full")
ERRORS = (
    errors.BadInput("wrong", file="a.yaml", line=3, column=4, expected="right"),
    errors.UnknownName("program", "a", ("b", "c"), file="a.yaml", line=1),
    errors.TooNew("newer", file="a.yaml"),
    errors.Refused("kuka", "a circle", line=3, source="manual"),
    errors.NotVerified("not green", exit_code=2),
    errors.TeachFailed("no way", "too far", file="t", line=2, feature="f", variant="v"),
    errors.Unavailable("no coacd"),
)


def test_every_kind_of_error_is_among_them() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type)]
    made = {type(error) for error in ERRORS} | {errors.CellsimError}
    assert made == {k for k in kinds if issubclass(k, errors.CellsimError)}


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_comes_whole_from_another_process(error: errors.CellsimError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.exit_code) == (str(error), error.exit_code)
    assert vars(again) == vars(error)


CODES: list[tuple[BaseException, int]] = [
    *((error, error.exit_code) for error in ERRORS),
    (OSError(errno.ENOSPC, "No space left on device"), 3),
    (OSError(errno.ENOSPC, "No space left on device", "out/report.json"), 3),
    (OSError(errno.EACCES, "Permission denied", "out"), 3),
    (OSError(errno.EMFILE, "Too many open files"), 4),
    (OSError("odd"), 4),
    (BrokenProcessPool("a process was killed"), 4),
    (MemoryError(), 4),
    (RecursionError(), 4),
    (ValueError("ours"), 4),
    (KeyboardInterrupt(), 130),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda v: repr(v)[:40])
def test_each_error_has_its_exit_code_and_one_line(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: Any) -> NoReturn:
        raise error

    monkeypatch.setattr("cellsim.cli.main._commands", lambda: fail)
    assert main(["verify"]) == code
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_our_error_is_told_also_where_no_report_can_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: Any) -> NoReturn:
        raise ValueError("ours")

    def full(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cellsim.cli.main._commands", lambda: fail)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert main(["verify"]) == 4
    assert "ValueError: ours" in capsys.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="no device that is full")
@pytest.mark.parametrize("args", [["--version"], ["explain", "clearance"]])
def test_standard_output_without_room_is_no_finding(args: list[str]) -> None:
    code = f"import sys; from cellsim.cli.main import run; run({args!r})"
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, check=False,
            env=os.environ | {"PYTHONWARNINGS": "default"},
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.decode() == "error: cannot be written: no space left on device\n"


def test_findings_win_over_what_is_undecided_and_that_over_green() -> None:
    found = {
        Verdict.FINDINGS: _report(Severity.ERROR, 1.0),
        Verdict.UNDECIDED: _report(Severity.UNDECIDED, 1.0),
        Verdict.GREEN: _report(Severity.NOTE, 1.0),
    }
    for some in product(found, repeat=3):
        wanted = 1 if Verdict.FINDINGS in some else 2 if Verdict.UNDECIDED in some else 0
        assert worst_exit([found[verdict] for verdict in some]) == wanted
    assert worst_exit([]) == 0
