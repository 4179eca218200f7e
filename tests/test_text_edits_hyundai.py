"""Edits of released Hyundai text: each is refused, with its difference and its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from releases import copied, released

from cellsim.release.check import check

FILE = "text/holder/0101_remove_doors.job"
Edit = Callable[[list[str]], None]


def put(pattern: str, text: str) -> Edit:
    """Return an edit of the first line that matches."""

    def edit(lines: list[str]) -> None:
        at = first(lines, pattern)
        before = lines[at]
        lines[at] = re.sub(pattern, text, before, count=1)
        assert lines[at] != before

    return edit


def drop(pattern: str) -> Edit:
    """Return an edit that drops the first line that matches."""
    return lambda lines: lines.pop(first(lines, pattern)) and None


def swap(pattern: str) -> Edit:
    """Return an edit that swaps the first line that matches with the one after it."""

    def edit(lines: list[str]) -> None:
        at = first(lines, pattern)
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    return edit


def cut(lines: list[str]) -> None:
    """Keep the text up to the middle of a line, two thirds down."""
    at = 2 * len(lines) // 3
    lines[at:] = [lines[at][: len(lines[at]) // 2]]


def first(lines: list[str], pattern: str) -> int:
    """Return the index of the first line that matches."""
    return next(k for k, line in enumerate(lines) if re.search(pattern, line))


# What is edited; the line that the difference must name (in the text, or in the plan where the
# text has no such line any more); what it must say. A point is named where the robot goes to it.
EDITS = [
    ("coordinate", put(r"(var p2=Pose\(\d)", r"\g<1>1"), r"^S2 ", r"moved: .* S \+"),
    ("sign", put(r"(var p1=Pose\([^-]*,)-", r"\1"), r"^S1 ", r"moved: "),
    ("turn", put(r"(var p5=Pose\(.*),(-?)1", r"\1,\g<2>3"), r"^S5 ", r"moved: "),
    ("accu", put(r"(S1 .*)accu=\d", r"\1accu=1"), r"^S1 ", r"zone: .*became accu 1"),
    ("fine", put(r"(S2 .*)accu=0", r"\1accu=3"), r"^S2 ", r"zone: zone fine became accu 3"),
    ("tool number", put(r"(S2 .*)tool=1", r"\1tool=2"), r"^S2 ", r"tool: .*door_gripper became"),
    ("per cent for mm/s", put(r"(S2 .*)mm/sec", r"\1%"), r"^S2 ", r"100 mm/s became 100 %"),
    ("signal", put(r"do2=1", "do2=0"), r"^ +do2=0", r"set door_held = (True|False)"),
    ("dropped line", drop(r"^ +do2=1"), "plan", r"missing: set door_held = True is gone"),
    ("swapped lines", swap(r"^S6 "), r"^ +do1=0", r"order: set gripper_close = False stands at"),
    ("truncated", cut, "last", r"truncated"),
    ("measured frame", put(r"(S1 .*tg=p1)\+sft_u1", r"\1"), r"^S1 ", r"frame body became world"),
    ("other base", put(r"(S1 .*tg=p1)\+sft_u1", r"\1+sft_u2"), r"^S1 ", r"body became carrier"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "named", "said"), EDITS, ids=[e[0] for e in EDITS])
def test_every_edit_of_hyundai_text_is_refused_with_its_difference_and_its_line(
    name: str, edit: Edit, named: str, said: str, session_root: Path, tmp_path: Path
) -> None:
    copy = copied(released(session_root, "door_removal", "suv"), tmp_path)
    path = copy / FILE
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    edit(lines)
    path.write_bytes(b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode())
    result = check(copy)[0]
    assert result.exit_code == 1
    assert result.report is None
    assert result.problems[0] == f"{FILE} is not the file that was certified"
    place = next(p for p in result.problems if re.search(said, p))
    if named == "plan":
        plan = (copy / "plan" / "holder.program.yaml").read_text().splitlines()
        number = re.search(r"plan line (\d+):", place)
        assert number is not None
        assert "door_held, to: true" in plan[int(number[1]) - 1]
    elif named == "last":
        assert f"{path.name}:{len(lines)}:" in place
    else:
        assert f"line {first(lines, named) + 1}:" in place
