"""HRScript's times, levels and shifts against numbers worked out by hand."""

from __future__ import annotations

import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from controllers_support import bytes_of, cell_of, with_controller
from round_trips import round_trip
from same_meaning import differences

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.controllers.lintplaces import distance_of
from cellsim.domain.files.cell import load_cell
from cellsim.domain.program import (
    FINE,
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
from cellsim.errors import BadInput, Refused
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of
from cellsim.motion.zones import zone_distance
from cellsim.units import deg, mm


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


def test_hrscript_levels_without_a_table_are_those_of_the_manuals_figures() -> None:
    rules = rules_of(with_controller(cell_of("hyundai"), accu_mm=()))["arm"]
    shown = (0.0, 0.005, 0.020, 0.070, 0.150, 0.300, 0.500)
    assert rules.zone_distance_m["accu"][:7] == pytest.approx(shown)
    evidence = {c.id: c.evidence for c in rules.conventions}
    assert evidence["hyundai.accu-table"] == evidence["hyundai.accu-stop"] == "assumed"


JOB = (
    'Hyundai Robot Job File; {{ version: 1.6, mech_type: "", total_axis: 6, aux_axis: 0 }}\r\n'
    "S1   move P,tg=Pose(0,90,0,0,-30,0),spd=50%,accu={0},tool=1\r\n"
    "S2   move L,tg=Pose(0,80,0,0,-30,0),spd=100mm/sec,accu={0},tool=1\r\n"
    "     end\r\n"
)


@pytest.mark.parametrize(("level_0", "zone"), [(0.0, FINE), (2.0, Zone("accu", 0.0, "level"))])
def test_accu_0_stops_only_where_level_0_is_0_mm(level_0: float, zone: Zone) -> None:
    table = (level_0, 5.0, 20.0, 70.0, 150.0, 300.0, 500.0)
    cell = with_controller(cell_of("hyundai"), accu_mm=table)
    brand = BRANDS["hyundai"]
    result = brand.read({"0101_run.job": JOB.format(0).encode()}, cell, "arm")
    assert [m.zone for m in result.program.routines[0].body if isinstance(m, Move)] == [zone] * 2
    rules = rules_of(cell)["arm"]
    found = zone_distance(zone, rules)
    assert found == (None if level_0 == 0.0 else (2 * mm, 0.0))
    last = [m for m in result.program.routines[0].body if isinstance(m, Move)][-1]
    assert distance_of(last, rules) == (found[0] if found else None)
    known = {c.id: c.evidence for c in rules.conventions if c.id.startswith("hyundai.accu-")}
    own = "hyundai.accu-0" if level_0 else "hyundai.accu-stop"
    assert known == dict.fromkeys(["hyundai.accu-corner", "hyundai.accu-7", own], "manual")
    again = brand.write(brand.quantise(result.program, cell), cell)
    assert again.files[0].text.count("accu=0") == 2


def test_a_stop_is_refused_where_accu_0_is_a_corner() -> None:
    table = (2.0, 5.0, 20.0, 70.0, 150.0, 300.0, 500.0)
    cell = with_controller(cell_of("hyundai"), accu_mm=table)
    for zone, why in [(FINE, "corner of 2 mm"), (Zone("distance", 1.9, "mm"), "accu 0 is 2 mm")]:
        move = Move(kind="joint", to=Target(q=(0.2,) * 6), speed=Speed(50.0, "%"), zone=zone)
        with pytest.raises(Refused, match=why):
            round_trip("hyundai", move, cell)
    move = replace(move, zone=Zone("distance", 2.0, "mm"))
    _, before, after = round_trip("hyundai", move, cell)
    assert before.zone == after.zone == Zone("accu", 0.0, "level")


def test_a_published_reading_of_an_hs220_is_its_flange_at_these_axes() -> None:
    """Open API manual 4.1.2: axes (0, 90, 0, 0, 0, 0) beside 1782, 0, 1938, rx 0, ry 90, rz 0."""
    cell = cell_of("hyundai")
    group = cell.groups["arm"]
    assert group.robot.name == "hyundai_hs220"
    values = [0.0, 90.0, 0.0, 0.0, 0.0, 0.0]
    axes = zip(group.controller.axes, values, strict=True)
    q = np.array([axis.factor * v + axis.offset for axis, v in axes])
    base_T_flange = group.base.inverse() @ flange_pose(chain_of(cell, "arm"), q)
    asked = Pose(rotation_axis([0, 1, 0], 90 * deg), np.array([1.782, 0.0, 1.938]))
    far, turned = base_T_flange.distance(asked)
    assert far < 1e-9
    assert turned < 1e-9


def test_the_outer_turn_of_a_published_pose_is_about_z() -> None:
    """Same page: x 1067.366, y -12.859, rx 0, ry 73.248, rz -0.69: an arm in the plane of its S.

    With R2 and R1 at 0 the tool points into that plane, so Rz is the outer turn; in the order
    Rx Ry Rz the tool would point along x.
    """
    place = math.atan2(-12.859, 1067.366) / deg
    rx, ry, rz = 0.0, 73.248, -0.69
    turns = [rotation_axis(list(a), v * deg) for a, v in zip(np.eye(3), (rx, ry, rz), strict=True)]
    outer_z, outer_x = turns[2] @ turns[1] @ turns[0], turns[0] @ turns[1] @ turns[2]
    assert place == pytest.approx(rz, abs=5e-4)
    assert math.atan2(outer_z[1, 2], outer_z[0, 2]) / deg == pytest.approx(place, abs=5e-4)
    assert math.atan2(outer_x[1, 2], outer_x[0, 2]) / deg == pytest.approx(0.0, abs=1e-9)


BAD_TABLES = {
    "accu_mm: [0, 1, 5]": "no table of accu 0..6",
    "accu_mm: [0, 1, 5, 5, 50, 100, 200]": "no table of accu 0..6",
    "accu_mm: [0, 1, 5, 20, 50, 100, 200, 300]": "no table of accu 0..6",
    "accu_mm: [0, 1, 5, 20, 50, 100, 201]": "accu_mm without its source",
}


@pytest.mark.parametrize("line", BAD_TABLES)
def test_a_table_of_levels_is_whole_and_has_a_source(line: str, tmp_path: Path) -> None:
    folder = tmp_path / "cell"
    shutil.copytree(Path(__file__).parents[1] / "cells" / "door_removal", folder)
    text = (folder / "cell.yaml").read_text(encoding="utf-8")
    old = "accu_mm: [0, 1, 5, 20, 50, 100, 200]"
    without = re.sub(r"^ +accu_mm: \".*\n", "", text.replace(old, line), flags=re.MULTILINE)
    (folder / "cell.yaml").write_text(without, encoding="utf-8")
    with pytest.raises(BadInput, match=BAD_TABLES[line]) as error:
        load_cell(folder, "suv")
    assert error.value.line


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
