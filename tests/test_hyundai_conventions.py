"""HRScript's times, levels and shifts against numbers worked out by hand."""

from __future__ import annotations

import math
import re

import pytest
from controllers_support import bytes_of, cell_of, with_controller
from round_trips import round_trip
from same_meaning import differences

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.program import (
    Delay,
    Label,
    Move,
    Program,
    Routine,
    Speed,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.units import mm


@pytest.mark.parametrize("seconds", [0.1, 59.99, 60.0, 60.1, 120.0, 120.1, 180.55])
@pytest.mark.parametrize("on_timeout", ["", "late"])
def test_hrscript_times_above_60_s_go_on_at_the_next_line(seconds: float, on_timeout: str) -> None:
    cell = cell_of("hyundai")
    ready = signal_is("ready", True)
    body = (Wait(ready, seconds, on_timeout), Delay(seconds), Label("late"))
    program = Program("slow", "arm", (Routine("main", body),))
    quantised = BRANDS["hyundai"].quantise(program, cell)
    text = BRANDS["hyundai"].write(quantised, cell)
    result = BRANDS["hyundai"].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    times = re.findall(r"(?:wait di3,|delay )([\d.]+)", text.files[0].text)
    assert all(0.1 <= float(t) <= 60.0 for t in times)
    assert math.isclose(sum(map(float, times)), 2 * seconds, abs_tol=1e-9)


def test_hrscript_levels_come_from_the_controllers_own_table() -> None:
    cell = with_controller(cell_of("hyundai"), accu_mm=(0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0))
    rules = rules_of(cell)["arm"]
    assert rules.zone_distance_m["accu"][:7] == (
        0.0,
        2 * mm,
        4 * mm,
        8 * mm,
        16 * mm,
        32 * mm,
        64 * mm,
    )
    wanted = {7.9: 2.0, 8.0: 3.0, 8.1: 3.0, 1.0: 0.0, 500.0: 6.0}
    for distance, level in wanted.items():
        move = Move(
            kind="joint",
            to=Target(q=(0.2,) * 6),
            speed=Speed(50.0, "%"),
            zone=Zone("distance", distance, "mm"),
        )
        _, before, _ = round_trip("hyundai", move, cell)
        assert before.zone.value == level


def test_measured_frame_becomes_a_shift_by_its_user_frame_number() -> None:
    cell = with_controller(cell_of("hyundai"), frames={"agv": 7})
    move = Move(
        kind="linear",
        to=Target(q=(0.2,) * 6),
        speed=Speed(100.0, "mm/s"),
        frame="agv",
        tool="gripper",
    )
    text, _, after = round_trip("hyundai", move, cell)
    assert "+sft_u7,spd=100mm/sec" in text
    assert "global sft_u7" in text
    assert after.frame == "agv"
