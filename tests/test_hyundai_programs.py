"""Hand-written HRScript: what each line means, read off the text by a person."""

from __future__ import annotations

import pytest
from programs_support import PROGRAMS as FOLDER
from programs_support import read_program, said


def at(s: float, h: float = 90.0, v: float = 0.0) -> str:
    return f"J({s:g} {h:g} {v:g} 0 -30 0)"


PROGRAMS: dict[str, tuple[list[str], list[int]]] = {
    # triggout stands behind its step; the loop's counter is one past the end afterwards
    "branches": (
        [
            "6 lamp=True at end -0.5 s",
            f"5 joint {at(0)} gripper 50 % fine",
            "7 call branches_pick",
            "8 last=",
            "9 i=",
            "9 loop while",
            "10 if",
            "11 goto next_1",
            "13 if",
            "14 goto exit_1",
            f"16 joint {at(10)} gripper 40 % fine",
            "9 next_1:",
            "9 i=",
            "9 exit_1:",
            "18 call branches_pick",
            "19 grip_close=True",
            "19 grip_close=False at now, 1.5 s later",
            "19 grip_close=True at now, 2 s later",
            "19 grip_close=False at now, 3.5 s later",
            f"20 linear {at(0)} gripper 100 mm/s accu 3 level",
            "23 lamp=False at end -25.5 mm",
            f"22 linear {at(10)} gripper 100 mm/s fine",
            "25 call away",
            "29 if",
            f"32 joint {at(10)} gripper 30 % fine",
            "33 grip_close=True",
            f"3 joint {at(20)} gripper 20 % fine",
        ],
        [13, 21, 24, 37],
    ),
    "switches": (
        [
            "2 kind=",
            "3 i=",
            "5 if",
            f"6 joint {at(1)} gripper 11 % fine",
            "8 if",
            f"10 joint {at(2)} gripper 22 % fine",
            f"13 joint {at(3)} gripper 33 % fine",
            "12 if",
            f"13 joint {at(3)} gripper 33 % fine",
            "16 delay 0.5",
            "20 grip_close=True",
            "21 delay 1",
            "20 lamp=True",
            "21 delay 2",
            "19 i=",
            "23 if",
            "24 grip_close=False",
        ],
        [26, 27, 28, 29, 31],
    ),
    "set_poses": (
        [
            f"5 joint {at(0)} gripper 50 % fine",
            "7 joint J(12 81 -6 0 -41 90) gripper 50 % accu 2 level",
            f"9 joint {at(0)} gripper 20 % fine",
        ],
        [],
    ),
    "wipe_strokes": (
        [
            f"3 joint {at(0)} nutrunner 100 % fine",
            "4 loop 4",
            f"5 linear {at(5)} nutrunner 300 mm/s accu 2 level",
            f"6 linear {at(-5)} nutrunner 300 mm/s accu 2 level",
            "8 delay 1.5",
        ],
        [],
    ),
    "sub_jobs": (
        [
            f"3 joint {at(1)} gripper 10 % fine",
            "4 call part",
            "5 call part",
            f"6 joint {at(2)} gripper 10 % fine",
            "2 grip_close=True",
            "3 if",
            f"4 linear {at(3)} gripper 4.16667 mm/s fine",
            "6 grip_close=False",
        ],
        [],
    ),
    "retry": (
        [
            "2 tries=",
            f"3 joint {at(0)} gripper 30 % accu 3 level",
            "5 lamp=True",
            "6 wait 3.0 missed",
            "7 lamp=False",
            "10 tries=",
            "11 if",
        ],
        [12],
    ),
    "long_wait": (
        [
            f"2 joint {at(0)} gripper 1 % accu 7 level",
            f"3 joint {at(0, 85)} gripper.tip 100 % fine",
            "4 wait None",
            "5 delay 72.5",
            "7 wait 0.5 end",
        ],
        [],
    ),
    # parameters by value, defaults, result(), functions by name, axis shifts; the rest fits no call
    "functions": (
        [
            "5 layer=",
            "6 stack__n=",
            "6 stack__m=",
            "6 call stack",
            "7 x=",
            "8 if",
            f"9 joint {at(1, 85, 5)} gripper 10 % fine",
            f"11 joint {at(1, 95, -5)} gripper 10 % fine",
            f"13 joint {at(1, 85, 5)} gripper 10 % fine",
            "14 place__level=",
            "14 place__port=",
            "14 call place",
            "15 place__level=",
            "15 place__port=",
            "15 call place",
            f"20 joint {at(1, 85, 5)} gripper 10 % fine",
            "3 n=",
            "3 m=",
            "5 n=",
            "6 x__stack=",
            "7 result__value=",
            "2 level=",
            "2 port=",
            "3 grip_close=True",
            "4 if",
            "5 grip_close=False",
            "7 result__value=",
        ],
        [16, 17, 18, 19],
    ),
    "cases": (
        [
            "2 kind=",
            "3 if",
            f"4 joint {at(1)} gripper 11 % fine",
            "5 if",
            f"6 joint {at(2)} gripper 22 % fine",
            f"8 joint {at(3)} gripper 33 % fine",
            "10 loop while",
            "11 delay 0.5",
        ],
        [],
    ),
    "arc_pair": (
        [
            f"2 joint {at(0)} gripper 50 % fine",
            f"4 circular {at(4)} over {at(2, 91)} gripper 120 mm/s accu 1 level",
            f"5 linear {at(0)} gripper 3 s fine",
        ],
        [6],
    ),
    "reject_chute": (
        [
            "2 count=",
            "2 most=",
            f"4 joint {at(0)} gripper.tip 80 % accu 1 level",
            f"5 joint {at(-20)} gripper.tip 80 % fine",
            "6 lamp=True",
            "7 delay 0.3",
            "8 lamp=False",
            "9 count=",
            "10 if",
            f"11 linear {at(-20, 95)} gripper.tip 500 mm/s accu 3 level",
            f"12 linear {at(0)} gripper.tip 2000 mm/s fine",
        ],
        [3],
    ),
    "odd": (
        ["9 if", "10 grip_close=True", f"12 joint {at(7)} gripper 50 % fine"],
        [2, 3, 4, 5, 6, 7],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_hand_written_hrscript_means_what_a_person_reads(name: str) -> None:
    expected, verbatim = PROGRAMS[name]
    files = sorted(f"{name}/{p.name}" for p in (FOLDER / "hyundai" / name).iterdir())
    result = read_program("hyundai", *files)
    assert said("hyundai", result) == expected
    assert [r.line for r in result.raw_lines] == verbatim
