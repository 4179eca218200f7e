"""Hand-written RAPID, TP and INFORM with outputs on the way: what a person reads in them."""

from __future__ import annotations

import pytest
from programs_support import read_program, said

HOME = "J(0 0 0 0 -90 0) gripper 50 % fine"
# Pulses are whole: the home of the job is 1 / 980.75 deg of B off.
PULSES = "J(0 0 0 0 -90.001 0) gripper 50 % fine"
NEAR, FAR = "X(0 0 200 0 0 180) gripper/body", "X(0 100 200 0 0 180) gripper/body"
ROWS = {
    # A trigger counts mm or \Time from the end, from the start with \Start; TriggEquip is
    # earlier by its lag, \DODelay later.
    ("abb", "switching.mod"): [
        "12 joint J(0 0 0 0 30 0) gripper 500 mm/s fine",
        "16 linear X(400 300 50 180 0 180) gripper/pallet 100 mm/s fine",
        "17 lamp=True at start",
        "17 lamp=False at end -0.2 s",
        "17 linear X(400 350 50 180 0 180) gripper/pallet 100 mm/s fine",
        "18 grip_close=True at end -15 mm -0.1 s",
        "18 circular X(400 300 50 180 0 180) over X(450 350 50 180 0 180) gripper/pallet"
        " 100 mm/s fine",
        "20 lamp=True at end -20 mm, 0.4 s later",
        "20 linear X(400 350 50 180 0 180) gripper/pallet 100 mm/s fine",
        "21 lamp=False at end -0.2 s",
        "21 joint J(0 0 0 0 30 0) gripper 500 mm/s fine",
        "22 lamp=True",
        "22 lamp=False at now, 0.4 s later",
        "23 grip_close=False at now, 0.3 s later",
        "24 delay 1",
    ],
    # TB is before the end, TA after it, DB a way before it; P-SPS runs its lines there, in order.
    ("fanuc", "SWITCHES.LS"): [
        f"8 joint {HOME}",
        "9 grip_close=True at end -0.2 s",
        f"9 linear {NEAR} 300 mm/s fine",
        "10 lamp=True at end, 0.3 s later",
        "10 lamp=False at end, 0.8 s later",
        f"10 linear {FAR} 300 mm/s fine",
        "11 grip_close=False at end -12.5 mm",
        f"11 linear {NEAR} 300 mm/s fine",
        "13 lamp=True at end -10 mm",
        "14 grip_close=True at end -10 mm",
        f"12 linear {FAR} 300 mm/s cnt 100",
        f"16 linear {NEAR} 300 mm/s fine",
        "17 lamp=True",
        "17 lamp=False at now, 0.5 s later",
        "18 grip_close=False",
        "19 delay 1",
    ],
    # What stands behind NWAIT runs when its motion starts; CWAIT waits for its end.
    ("yaskawa", "SWITCHES.JBI"): [
        "16 I000=",
        f"17 joint {PULSES}",
        "19 grip_close=True at start",
        "20 lamp=True at start",
        "20 lamp=False at start, 0.8 s later",
        "18 linear J(0 10 -10 0 -80 0) gripper 200 mm/s fine",
        "23 grip_close=False at start",
        "22 linear J(0 20 -10 0 -80 0) gripper 200 mm/s fine",
        "25 delay 0.3",
        "26 linear J(0 10 -10 0 -80 0) gripper 200 mm/s fine",
        "27 lamp=True",
        "27 lamp=False at now, 0.25 s later",
        "28 delay 0.5",
        "29 if",
        "30 grip_close=True",
        "32 lamp=True",
        "34 loop while",
        "35 I000=",
        "36 delay 0.1",
        f"38 joint {PULSES}",
    ],
}


@pytest.mark.parametrize(("brand", "name"), ROWS)
def test_outputs_on_the_way_mean_what_a_person_reads(brand: str, name: str) -> None:
    result = read_program(brand, name)
    assert said(brand, result) == ROWS[brand, name]
    assert (result.raw_lines, result.notes, result.coverage.ratio) == ((), (), 1.0)
