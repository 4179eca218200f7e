"""Hand-written KRL: what each line means, read off the text by a person."""

from __future__ import annotations

import pytest
from programs_support import read_program, said

HOME = "J(0 -90 90 0 30 0)"
PROGRAMS: dict[tuple[str, ...], tuple[list[str], list[int]]] = {
    ("palletise.src",): (
        [
            f"19 joint {HOME} gripper 40 % fine",
            "22 linear X(200 100 50 0 0 180) gripper/pallet 0.5 m/s fine",
            "24 linear X(200 100 130 0 0 180) gripper/pallet 0.5 m/s fine",
            "26 linear X(180 100 130 0 0 180) gripper/pallet 0.5 m/s fine",
            "27 loop 4",
            "28 grip_close=True",
        ],
        [],
    ),
    ("params.src",): (
        [
            f"10 joint {HOME} gripper 40 % fine",
            "11 call place_1",
            "12 call place_2",
            "14 linear X(300 0 1 0 0 180) gripper/pallet 0.25 m/s fine",
            "14 linear X(300 0 3 0 0 180) gripper/pallet 0.25 m/s fine",
            "14 linear X(300 0 5 0 0 180) gripper/pallet 0.25 m/s fine",
            "19 linear X(300 100 120 0 0 180) gripper/pallet 0.25 m/s fine",
            "19 linear X(300 100 160 0 0 180) gripper/pallet 0.25 m/s fine",
            "21 hidden__n=",
            "21 call hidden",
            "21 i=",
            "22 linear X(300 100 80 0 0 180) nutrunner/pallet 0.25 m/s fine",
            "29 linear X(300 100 80 0 0 180) gripper/pallet 0.5 m/s fine",
            "30 if",
            "31 grip_close=True",
            "29 linear X(300 -100 80 0 0 180) gripper/pallet 0.25 m/s fine",
            "30 if",
            "31 grip_close=True",
            "37 hidden__n=",
        ],
        [],
    ),
    ("subs.src", "subs.dat"): (
        [
            f"11 joint {HOME} gripper 40 % fine",
            "12 layer=",
            "13 stack__level=",
            "13 stack__done=",
            "13 call stack",
            "13 count=",
            "14 full__level=",
            "14 call full",
            "14 full__value1=",
            "14 if",
            "15 linear X(300 0 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "17 twice__n=",
            "17 call twice",
            "17 twice__value1=",
            "17 twice__n=",
            "17 call twice",
            "17 twice__value2=",
            "17 layer=",
            "18 if",
            "19 grip_close=False",
            "22 grip_close=True at end -20 mm",
            "22 lamp=True at end -20 mm",
            "22 lamp=False at end -20 mm, 0.5 s later",
            "23 linear X(300 100 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "26 linear X(400 100 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "28 linear X(400 100 40 0 0 -90) gripper/pallet 0.5 m/s fine",
            "29 linear X(400 100 40 0 0 180) gripper/pallet 0.5 m/s fine",
            "33 delay 0",
            "58 grip_close=True",
            "59 lamp=True",
            "59 lamp=False at now, 0.5 s later",
            "62 delay 1",
            "63 grip_close=False",
            "39 if",
            "40 grip_close=True",
            "42 linear X(200 0 50 0 0 180) gripper/pallet 0.5 m/s fine",
            "43 stack__done=",
            "47 known=",
            "48 if",
            "49 known=",
            "51 full__value=",
            "55 twice__value=",
        ],
        # Verbatim: a function behind AND or behind a variable, triggers of motion or of a wait, an
        # element by a variable, PTP without S and T, a point handed over, and what it leaves open.
        [18, 21, 24, 25, 30, 31, 34, 35, 69],
    ),
    ("single.src", "single.dat"): (
        [
            f"3 joint {HOME} gripper 10 % fine",
            "5 linear X(200 100 50 0 0 180) gripper/pallet 0.3 m/s fine",
            "11 linear X(200 100 50 0 0 180) gripper/pallet 0.2 m/s fine",
            "12 linear X(200 100 50 0 0 180) gripper/pallet 0.1 m/s fine",
            "14 linear X(200 100 50 0 0 180) gripper/pallet 0.4 m/s fine",
            "15 linear X(250 100 50 0 0 180) gripper/pallet 0.35 m/s fine",
        ],
        # Verbatim: corners of spline motions and blocks, SPL and SPTP in blocks, WITH not known.
        [6, 7, 17, 18, 20, 21, 22, 24, 25, 27, 28],
    ),
    ("relative.src",): (
        [
            "5 joint J(10 -100 110 5 40 -20) nutrunner 100 % fine",
            "6 joint J(-5 -100 110 5 40 0) nutrunner 100 % fine",
            "8 linear X(500 0 300 90 0 180) nutrunner/body 0.25 m/s fine",
            "9 linear X(500 0 420 90 0 180) nutrunner/body 0.25 m/s fine",
        ],
        [10, 11, 12],
    ),
    ("until.src", "until.dat"): (
        [
            "5 n=",
            f"7 joint {HOME} gripper 20 % fine",
            "8 n=",
            "9 delay 0.2",
            "6 loop while",
            f"7 joint {HOME} gripper 20 % fine",
            "8 n=",
            "9 delay 0.2",
            "11 wait None",
        ],
        [],
    ),
    ("copies.src", "copies.dat"): (
        [
            "10 joint J(45 -95.5 100.25 0 60 -90) gripper.tip 60 % cptp 30 %",
            "12 joint J(20 -95.5 100.25 0 60 -90) gripper.tip 60 % fine",
            "13 joint J(45 -95.5 100.25 0 60 -90) gripper.tip 60 % fine",
        ],
        [],
    ),
    ("branches.src",): (
        [
            f"5 joint {HOME} gripper 35 % fine",
            "6 if",
            "9 linear X(1 2 3 0 0 0) gripper/body 0.1 m/s fine",
            "13 lamp=False",
            "15 linear X(4 5 6 0 0 0) gripper/body 0.1 m/s fine",
            "17 if",
            "18 grip_close=True",
            "19 if",
            "20 grip_close=False",
        ],
        [17, 19],
    ),
    ("safe_wait.src",): (
        [
            "5 joint J(1 -91 92 3 34 5) gripper 10 % fine",
            "8 wait 3.0 fault",
            "13 grip_close=True",
            "15 lamp=True",
        ],
        [],
    ),
    ("arcs.src",): (
        [
            f"9 joint {HOME} gripper 50 % fine",
            "10 linear X(0 0 10 0 0 180) gripper/pallet 0.8 m/s distance 25 mm",
            "11 circular X(200 0 10 0 0 180) over X(100 100 10 0 0 180) gripper/pallet 0.8 m/s"
            " distance 25 mm",
            "13 linear X(0 0 110 0 0 180) gripper/pallet 0.8 m/s fine",
        ],
        [12],
    ),
    ("calls.src",): (
        [
            "3 call pick",
            "4 loop while",
            "5 call pick",
            "6 if",
            "14 joint J(20 -80 100 0 45 0) gripper 100 % fine",
            "15 grip_close=True",
        ],
        [],
    ),
    # pallet in the base of the test cell, by hand: Rz(-0.5 rad) (0.8, -0.7, -0.4) m
    ("by_value.src",): (
        [
            f"6 joint {HOME} gripper 25 % fine",
            "7 linear X(10 20 30 0 0 180) gripper/pallet 0.2 m/s fine",
            "9 linear X(11 20 30 0 0 180) gripper.tip/pallet 0.2 m/s fine",
        ],
        [11, 14],
    ),
    ("lost.src",): (
        [
            f"5 joint {HOME} gripper 30 % fine",
            "9 joint J(8 -90 90 0 30 0) nutrunner 30 % fine",
            "10 grip_close=True",
            "10 grip_close=False at now, 0.5 s later",
            "16 lamp=True at start +0.02 s",
        ],
        [6, 7, 11, 12, 13, 15],
    ),
    # INITMOV alone sets tool 1 (BAS.SRC); DELAY in ms, PATH in mm from the end
    ("switched.src", "switched.dat"): (
        [
            f"5 joint {HOME} gripper 40 % fine",
            "8 grip_close=True at start +0.02 s",
            "9 linear X(200 100 50 0 0 180) gripper/pallet 0.5 m/s distance 20 mm",
            "10 grip_close=False at end -30.5 mm -0.01 s",
            "11 lamp=True at end",
            "11 lamp=False at end, 0.4 s later",
            "12 linear X(300 100 50 0 0 180) gripper/pallet 0.5 m/s distance 20 mm",
            "13 grip_close=True at start +15 mm",
            "14 linear X(300 200 50 0 0 180) gripper/pallet 0.5 m/s fine",
            "15 lamp=False",
            "15 lamp=True at now, 1.5 s later",
            "19 delay 0",
            "21 grip_close=False",
            "22 delay 0",
            "23 linear X(300 300 50 0 0 180) gripper/pallet 0.5 m/s fine",
            "25 grip_close=True",
            "27 n=",
        ],
        [16, 17, 18, 24],
    ),
    # the override halves 40 % and 0.5 m/s
    ("looping.src", "looping.dat"): (
        [
            "13 done__2=",
            "14 i=",
            "14 loop while",
            f"15 joint {HOME} gripper 20 % fine",
            "16 if",
            "17 goto exit_1",
            "19 wait None",
            "14 i=",
            "14 exit_1:",
            "21 loop while",
            "22 linear X(900 0 900 0 90 0) gripper/group:arm.base 0.25 m/s fine",
            "23 if",
            "24 goto exit_2",
            "21 exit_2:",
            "28 linear X(900 100 900 0 90 0) gripper/group:arm.base 0.25 m/s fine",
            "30 circular X(900 200 900 0 90 0) over X(950 150 900 0 90 0) gripper/group:arm.base"
            " 0.25 m/s fine",
            "38 open__value=",
        ],
        [32, 33, 34],
    ),
    # PATH in mm and DELAY in ms are of the next motion's end, with ONSTART of its start; DISTANCE=1
    # is the end. REPEAT runs once and then while its UNTIL does not hold.
    ("registers.src",): (
        [
            f"10 joint {HOME} gripper 40 % fine",
            "11 kind=",
            "12 high=",
            "13 n=",
            "14 if",
            "15 grip_close=True at end -20 mm -0.05 s",
            "16 linear X(300 100 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "18 linear X(300 200 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "20 lamp=True at start +30 mm +0.04 s",
            "21 grip_close=False at end",
            "22 linear X(300 0 90 0 0 180) gripper/pallet 0.5 m/s fine",
            "23 loop while",
            "24 n=",
            "25 if",
            "26 lamp=True",
            "26 lamp=False at now, 0.4 s later",
            "28 delay 0.2",
            "31 n=",
            "32 joint J(5 -90 90 0 30 0) gripper 40 % fine",
            "30 loop while",
            "31 n=",
            "32 joint J(5 -90 90 0 30 0) gripper 40 % fine",
            "35 if",
            "36 grip_close=True",
            "37 if",
            "38 lamp=False",
            "40 delay 0",
        ],
        [],
    ),
    ("oldform.src", "oldform.dat"): (
        [
            f"8 joint {HOME} gripper 60 % cptp 100 %",
            "12 linear X(200 100 50 0 0 180) gripper/pallet 0.7 m/s distance 12.5 mm",
            f"13 joint {HOME} gripper 60 % cptp 100 %",
        ],
        [],
    ),
}


@pytest.mark.parametrize("names", PROGRAMS, ids=[n[0] for n in PROGRAMS])
def test_hand_written_krl_means_what_a_person_reads(names: tuple[str, ...]) -> None:
    expected, verbatim = PROGRAMS[names]
    result = read_program("kuka", *names)
    assert said("kuka", result) == expected
    assert [r.line for r in result.raw_lines] == verbatim
    relative = any("assumed" in note and "relative" in note for note in result.notes)
    assert relative == (names[0] in {"relative.src", "lost.src"})
    assert result.coverage.total - result.coverage.understood == len(verbatim)
