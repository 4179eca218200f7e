"""A baseline accepts no finding of another severity than the one that is known."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, cast

import pytest

from cellsim.domain.files.baseline import dump_baseline, load_baseline
from cellsim.domain.job import Job
from cellsim.domain.report import Finding, Report, Severity, Verdict
from cellsim.errors import BadInput, NotVerified
from cellsim.messages import title
from cellsim.release.release import _must_cover
from cellsim.verify.baseline import against, baseline_of, unsigned
from cellsim.verify.render.summary import verdict_line
from cellsim.verify.run import verdict_of


def _report(severity: Severity, value: float | None, rule: str = "joint-speed-exceeded") -> Report:
    found = (Finding(rule, severity, "arm J1", value, 180.0, "deg/s", "p", 3),)
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


PROVEN = [
    ("collision", Severity.ERROR, Verdict.FINDINGS),
    ("clearance", Severity.ERROR, Verdict.FINDINGS),
    ("clearance", Severity.UNDECIDED, Verdict.UNDECIDED),
    ("shape-understated", Severity.UNDECIDED, Verdict.UNDECIDED),
]


@pytest.mark.parametrize(("rule", "severity", "verdict"), PROVEN)
def test_what_the_certified_test_found_is_accepted_row_by_row_and_never_plain_green(
    tmp_path: Path, rule: str, severity: Severity, verdict: Verdict
) -> None:
    found = _report(severity, 190.0, rule)
    taken = baseline_of([found], "Kim", "as taken over from the line")
    (judged,), gone = against([found], taken)
    assert (judged.verdict, gone) == (verdict, ())
    assert [k.rule for k in unsigned(taken)] == [rule]
    signed = [replace(k, author="Lee", reason="seen at the machine") for k in taken.known]
    file = tmp_path / "known.yaml"
    file.write_text(dump_baseline(replace(taken, known=tuple(signed))), encoding="utf-8")
    (judged,), _ = against([found], load_baseline(file))
    assert judged.verdict is Verdict.GREEN_EXCEPT
    assert [f.waived_by for f in judged.findings] == ["Lee"]
    line = verdict_line(judged)
    assert line.startswith("verdict: green except 1 waived (1 ")
    assert title("en", rule) in line
    for refused in (found, judged):
        with pytest.raises(NotVerified, match=rule) as caught:
            _must_cover(refused, cast(Job, None))
        assert caught.value.exit_code != 0


def test_a_row_is_signed_with_a_reason(tmp_path: Path) -> None:
    taken = baseline_of([_report(Severity.ERROR, 1.0, "collision")], "Kim", "as taken over")
    row = replace(taken.known[0], author="Lee", reason="short")
    file = tmp_path / "known.yaml"
    file.write_text(dump_baseline(replace(taken, known=(row,))), encoding="utf-8")
    with pytest.raises(BadInput, match="signed without a reason"):
        load_baseline(file)


def _with(*found: Finding) -> Report:
    return replace(_report(Severity.ERROR, 1.0), findings=found, verdict=verdict_of(found))


def _of(value: float | None, limit: float, unit: str = "deg", line: int = 3) -> Finding:
    return Finding("joint-limit-exceeded", Severity.ERROR, "arm J1", value, limit, unit, "p", line)


TAKEN = "as taken over from the line"


def test_a_baseline_accepts_what_it_was_made_of(tmp_path: Path) -> None:
    """Values beyond both ends of a range, in two units, without one, and without a bound."""
    found = _with(
        _of(-158.0, -156.0), _of(200.0, 190.0), _of(20.0, 15.0, "mm"), _of(None, 0.0),
        _of(math.inf, 10.0),
    )  # fmt: skip
    file = tmp_path / "known.yaml"
    file.write_text(dump_baseline(baseline_of([found], "Kim", TAKEN)), encoding="utf-8")
    (judged,), gone = against([found], load_baseline(file))
    assert (judged.verdict, gone) == (Verdict.GREEN, ())


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (_of(20.0, 15.0, "mm"), _of(10.0, 5.0, "deg")),
        (_of(5.0, 4.0), _of(None, 4.0)),
        (_of(5.0, 4.0), _of(math.inf, 4.0)),
        (_of(5.0, 4.0), _of(5.01, 4.0)),
        (_of(None, 4.0), _of(5.0, 4.0)),
        (_of(-158.0, -156.0), _of(192.0, 190.0)),
        (_of(200.0, 190.0), _of(-158.0, -156.0)),
    ],
)
def test_a_finding_in_another_unit_at_another_end_or_without_a_bound_is_new(
    known: Finding, now: Finding
) -> None:
    taken = baseline_of([_with(known)], "Kim", TAKEN)
    (judged,), _ = against([_with(now)], taken)
    assert judged.verdict is Verdict.FINDINGS


def test_as_many_are_accepted_as_are_known_on_whatever_line() -> None:
    taken = baseline_of([_with(_of(95.0, 90.0))], "Kim", TAKEN)
    (judged,), _ = against([_with(_of(95.0, 90.0, line=9), _of(94.0, 90.0, line=12))], taken)
    assert [bool(f.waived_by) for f in judged.findings] == [True, False]


def test_a_course_in_which_a_finding_is_accepted_hides_none_in_which_it_is_open() -> None:
    from cellsim.verify.courses import _findings

    accepted = replace(_of(94.0, 90.0), waived_by="Kim", waived_reason="seen")
    for value in (None, 91.0, 95.0):
        open_ = _of(value, 90.0)
        for order in ([open_, accepted], [accepted, open_]):
            (merged,) = _findings([_with(f) for f in order], ["a", "b"])
            assert merged.waived_by == ""
    both = _findings([_with(_of(20.0, 15.0, "mm"), _of(10.0, 5.0, "deg"))], ["a"])
    assert [f.unit for f in both] == ["mm", "deg"]


def test_what_is_worse_than_known_is_open_and_was_found_all_the_same() -> None:
    """To take such a row out of the baseline, as once was advised, would help nobody."""
    taken = baseline_of([_with(_of(191.0, 190.0), _of(192.0, 190.0, line=4))], "Kim", TAKEN)
    (judged,), gone = against([_with(_of(195.0, 190.0), _of(191.0, 190.0))], taken)
    assert [f.waived_by for f in judged.findings] == ["", "Kim"]
    assert gone == ()
    (judged,), gone = against([_with(_of(195.0, 190.0))], taken)
    assert judged.verdict is Verdict.FINDINGS
    assert [k.count for k in gone] == [1]
    _, gone = against([_with()], taken)
    assert [k.count for k in gone] == [2]


def test_what_is_worse_in_one_unit_stands_for_no_row_in_another() -> None:
    """Values beyond a limit in mm are gone where only those in degrees were found, now worse."""
    taken = baseline_of([_with(_of(20.0, 15.0, "mm"), _of(191.0, 190.0))], "Kim", TAKEN)
    for now, gone in (
        ([_of(195.0, 190.0)], ["mm"]),
        ([_of(25.0, 15.0, "mm")], ["deg"]),
        ([_of(25.0, 15.0, "mm"), _of(26.0, 15.0, "mm")], ["deg"]),
        ([_of(25.0, 15.0, "mm"), _of(195.0, 190.0)], []),
        ([_of(None, 0.0), _of(195.0, 190.0)], []),
    ):
        assert [k.unit for k in against([_with(*now)], taken)[1]] == gone
    valueless = baseline_of([_with(_of(None, 0.0))], "Kim", TAKEN)
    assert against([_with(_of(195.0, 190.0))], valueless)[1] == ()
