"""A baseline accepts no finding of another severity than the one that is known."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from cellsim.domain.files.baseline import dump_baseline, load_baseline
from cellsim.domain.report import Finding, Report, Severity, Verdict
from cellsim.verify.baseline import against, baseline_of
from cellsim.verify.run import verdict_of


def _report(severity: Severity, value: float | None) -> Report:
    found = (Finding("joint-speed-exceeded", severity, "arm J1", value, 180.0, "deg/s", "p", 3),)
    given: dict[str, Any] = {
        f.name: () for f in fields(Report) if f.default is f.default_factory is MISSING
    }
    given |= {"cell": "c", "variant": "v", "job": "j", "findings": found}
    return Report(**given | {"verdict": verdict_of(found)})


@pytest.mark.parametrize(
    ("known", "now", "verdict"),
    [
        ((Severity.UNDECIDED, 181.0), (Severity.ERROR, 181.0), Verdict.FINDINGS),
        ((Severity.ERROR, 190.0), (Severity.NOT_CHECKED, None), Verdict.UNDECIDED),
        ((Severity.UNDECIDED, 181.0), (Severity.UNDECIDED, 181.0), Verdict.GREEN),
        ((Severity.NOT_CHECKED, None), (Severity.NOT_CHECKED, None), Verdict.GREEN),
    ],
)
def test_only_what_is_known_at_this_severity_is_accepted(
    tmp_path: Path,
    known: tuple[Severity, float | None],
    now: tuple[Severity, float | None],
    verdict: Verdict,
) -> None:
    file = tmp_path / "known.yaml"
    taken = baseline_of([_report(*known)], "Kim", "as taken over from the line")
    file.write_text(dump_baseline(taken), encoding="utf-8")
    assert [k.severity for k in load_baseline(file).known] == [known[0]]
    (judged,), _ = against([_report(*now)], load_baseline(file))
    assert judged.verdict is verdict
