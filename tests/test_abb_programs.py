"""Hand-written RAPID in the maker's style: its motions and their data, with numbers worked out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from controllers_support import cell_of
from rapid_programs import PROGRAMS, read, xyz_mm
from readings import at, degrees, move_at, raw_lines

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import FINE, If, Move, Raw, SetSignal, Speed, Statement, Zone
from cellsim.errors import BadInput
from cellsim.simulate.expression import say


def quat(found: Move) -> np.ndarray:
    assert found.to.pose is not None
    return np.array(found.to.pose.quat_wxyz())


def test_a_backup_with_header_lower_case_and_statements_over_lines() -> None:
    result = read("backup.mod")
    assert (result.coverage.ratio, result.notes) == (1.0, ())
    assert result.program.name == "backup"
    home, inline, last = move_at(result, 12), move_at(result, 13), move_at(result, 17)
    assert degrees(home) == [0, 0, 0, 0, 30, 0]
    assert (home.speed, home.zone, home.tool) == (Speed(1000.0, "mm/s"), FINE, "gripper")
    assert degrees(inline) == [10, 0.5, 0, 0, 30, -10]
    assert inline.zone == Zone("distance", 50.0, "mm")
    assert last.zone == Zone("distance", 0.3, "mm")
    output = at(result, 12)[1]
    assert isinstance(output, SetSignal)
    assert (output.signal, output.value) == ("grip_close", False)


def test_offs_moves_in_the_work_object_and_reltool_in_the_tool() -> None:
    result = read("offsets.mod")
    assert [move_at(result, n).frame for n in (12, 13)] == ["pallet", "pallet"]
    assert xyz_mm(move_at(result, 12)) == [400, 280, 170.5]
    assert xyz_mm(move_at(result, 13)) == [400, 300, 50]
    # The tool points down, so up is its -z; its x points against that of the work object.
    assert xyz_mm(move_at(result, 14)) == [400, 300, 170.5]
    assert xyz_mm(move_at(result, 15)) == [390, 300, 150]
    half = math.sqrt(0.5)
    assert np.allclose(quat(move_at(result, 15)), [0, half, half, 0], atol=1e-9)
    # First about x, then about the new y: (0,0,1,0) * (h,h,0,0) * (h,0,h,0).
    assert xyz_mm(move_at(result, 16)) == [400, 300, 155]
    assert np.allclose(abs(quat(move_at(result, 16)) @ [-0.5, 0.5, 0.5, -0.5]), 1.0, atol=1e-9)


def test_an_array_of_targets_counts_from_one_and_has_an_end() -> None:
    result = read("offsets.mod")
    assert xyz_mm(move_at(result, 17)) == [0, 50, 10]
    assert raw_lines(result) == [18]
    arc = move_at(result, 19)
    assert arc.via is not None
    assert arc.via.pose is not None
    assert np.allclose(arc.via.pose.p, [0, 0, 0.01], atol=1e-12)
    assert xyz_mm(arc) == [-50, -50, 10]


def test_speed_and_zone_data_options_and_overrides() -> None:
    result = read("speeds.mod")
    wide = move_at(result, 10)
    assert (wide.speed, wide.zone) == (Speed(37.5, "mm/s"), Zone("distance", 35.0, "mm"))
    assert (move_at(result, 11).speed, move_at(result, 11).zone) == (Speed(80.0, "mm/s"), FINE)
    timed = move_at(result, 12)
    assert (timed.speed, timed.zone) == (Speed(2.5, "s"), Zone("distance", 12.0, "mm"))
    inline = move_at(result, 13)
    assert (inline.speed, inline.zone) == (Speed(60.0, "mm/s"), Zone("distance", 3.0, "mm"))
    # VelSet 50, 400: half of v600, and v2000 cut to 400.
    assert [move_at(result, n).speed.value for n in (16, 17)] == [300.0, 400.0]
    assert (move_at(result, 20).accel, move_at(result, 20).speed.value) == (20.0, 100.0)
    assert raw_lines(result) == [22, 23, 24, 25, 26]


def test_movej_to_a_robtarget_is_the_joints_that_its_configuration_selects() -> None:
    """Hand pointing down at A5 = 90: x = 320 + 1142.5, z = 780 + 1125 + 200 - 200 - 250."""
    result = read("conf.mod")
    assert np.allclose(degrees(move_at(result, 8)), [0, 0, 0, 0, 90, 0], atol=1e-6)
    assert np.allclose(degrees(move_at(result, 9)), [0, 0, 0, 180, -90, -180], atol=1e-6)
    assert raw_lines(result) == [10, 11]
    free = move_at(result, 13)
    assert (free.to.q, free.to.config) == (None, "")
    assert (move_at(result, 15).to.config, move_at(result, 17).to.config) == ("0 0 0 0", "")
    assert move_at(result, 15).frame == "group:arm.base"


def test_motions_while_a_setting_is_not_at_its_default_are_not_understood() -> None:
    """Line 29: a pulse without \\High of an output that line 24 sets on would turn it off."""
    result = read("state.mod")
    understood = [n for n in range(8, 36) if any(isinstance(s, Move) for s in _of(result, n))]
    assert understood == [8, 10, 13, 15, 17, 23, 34]
    assert raw_lines(result)[:10] == [11, 21, 23, 25, 26, 27, 28, 29, 31, 32]
    assert "\\Conc: the setsignal of line 24 runs while it moves" in result.raw_lines[2].reason
    assert move_at(result, 34).tool == "gripper.tip"
    assert any("by its name" in note for note in result.notes)
    harmless = at(result, 36)
    assert all(isinstance(s, Raw) and s.harmless for s in harmless)


def _of(result: ReadResult, line: int) -> list[Statement]:
    return [s for s in result.program.routines[0].body if s.line == line]


def test_a_module_list_names_the_modules_of_a_program() -> None:
    files = load_text(PROGRAMS / "parts.pgf", BRANDS["abb"])
    assert sorted(files) == ["PartData.mod", "PartMain.mod", "parts.pgf"]
    result = BRANDS["abb"].read(files, cell_of("abb"), "arm")
    assert (result.program.name, result.coverage.ratio) == ("PartMain", 1.0)
    assert degrees(move_at(result, 3)) == [0, 0, 0, 0, 90, 0]
    placed = move_at(result, 6, routine=1)
    assert (placed.frame, xyz_mm(placed)) == ("body", [100, 200, 300])
    with pytest.raises(BadInput, match="PartData"):
        BRANDS["abb"].read(
            {k: v for k, v in files.items() if k != "PartData.mod"}, cell_of("abb"), "arm"
        )


def test_external_axes_are_eax_a_on_and_must_be_given() -> None:
    result = read("track.mod", on_track=True)
    q = move_at(result, 8).to.q
    assert q is not None
    assert math.isclose(q[6], 1.5005, abs_tol=1e-12)
    assert move_at(result, 9).to.ext == pytest.approx((1.5005,), abs=1e-12)
    assert raw_lines(result) == [10, 11]
    assert raw_lines(read("track.mod")) == [8, 9, 11]


def test_loops_whose_motions_use_their_variable_are_written_out() -> None:
    """Two rows of three, counted down since 3 is above 1; pitch 40 mm."""
    result = read("rows.mod")
    assert (raw_lines(result), result.notes) == ([], ())
    picks = [s for s in at(result, 13) if isinstance(s, Move)]
    places = [s for s in at(result, 15) if isinstance(s, Move)]
    assert [xyz_mm(p) for p in picks] == [
        [400 + 40 * row, 300 + 40 * i, 50] for row in (0, 1) for i in (2, 1, 0)
    ]
    assert [xyz_mm(p)[1] for p in places] == [100, 50, 0, 100, 50, 0]
    tests = [say(s.condition) for s in at(result, 16) if isinstance(s, If)]
    assert tests == [f"{i}.0 == 2.0" for i in (3, 2, 1)] * 2
