"""Hand-written programs and odd text: what the readers make of them, and what they refuse."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, differences, plain_program, with_controller

from cellsim.controllers.brands import BRANDS, read_file, read_files
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import FINE, If, Label, Loop, Move, Raw, Speed, Statement, Wait, Zone
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Pose, rotation_rpy
from cellsim.units import deg

PROGRAMS = Path(__file__).parent / "programs"
FILES = {
    "hyundai": ("0102_front_door.job", "0110_wipe.job"),
    "kuka": ("unload.dat", "unload.src"),
    "ur": ("tend.script",),
}


def read(brand: str, files: Mapping[str, bytes] | None = None) -> ReadResult:
    """Read the hand-written program of a brand, or given files."""
    if files is None:
        files = {name: (PROGRAMS / brand / name).read_bytes() for name in FILES[brand]}
    return BRANDS[brand].read(files, cell_of(brand), "arm")


def at(result: ReadResult, line: int, routine: int = 0) -> Statement:
    """Return the statement of a line."""
    waiting = list(result.program.routines[routine].body)
    while waiting:
        s = waiting.pop()
        if s.line == line:
            return s
        if isinstance(s, If):
            waiting += [*s.then, *s.otherwise]
        elif isinstance(s, Loop):
            waiting += s.body
    raise AssertionError(f"no statement of line {line}")


def move_at(result: ReadResult, line: int, routine: int = 0) -> Move:
    found = at(result, line, routine)
    assert isinstance(found, Move)
    return found


def raw_lines(result: ReadResult) -> list[int]:
    return [r.line for r in result.raw_lines]


def test_hrscript_hidden_poses_shifts_arcs_and_frames_are_complete_motions() -> None:
    result = read("hyundai")
    first = move_at(result, 8)
    assert first.to.q == tuple(v * deg for v in (0.0, 90.0, 0.0, 0.0, -45.0, 0.0))
    assert (first.speed, first.zone, first.tool) == (
        Speed(60.0, "%"),
        Zone("accu", 3.0, "level"),
        "gripper",
    )
    assert move_at(result, 20).frame == "body"
    arc = move_at(result, 30)
    assert arc.kind == "circular"
    assert arc.via is not None
    assert arc.speed == Speed(2.5, "mm/s")
    assert (arc.frame, arc.tool) == ("pallet", "nutrunner")
    assert move_at(result, 32).speed == Speed(2.0, "s")
    assert move_at(result, 4, routine=1).frame == "pallet"


def test_hrscript_timeout_to_a_stop_block_and_line_numbers_as_addresses() -> None:
    result = read("hyundai")
    wait = at(result, 14)
    assert isinstance(wait, Wait)
    assert (wait.timeout_s, wait.on_timeout) == (10.0, "")
    names = [s.name for s in result.program.routines[0].body if isinstance(s, Label)]
    assert names == ["done", "99"]


def test_hrscript_what_is_open_or_unknown_stays_verbatim() -> None:
    result = read("hyundai")
    assert raw_lines(result) == [10, 21, 35]
    assert "order of its rotations is open" in result.raw_lines[2].reason
    assert result.coverage.total - result.coverage.understood == 3
    assert any("do962 has no name" in note for note in result.notes)


def test_krl_modal_state_of_inline_forms_and_plain_lines_is_resolved() -> None:
    result = read("kuka")
    home = move_at(result, 24)
    assert (home.tool, home.frame, home.speed) == ("gripper", "world", Speed(100.0, "%"))
    assert home.zone == FINE
    inline = move_at(result, 31)
    assert (inline.tool, inline.frame) == ("gripper", "body")
    assert (inline.speed, inline.zone) == (Speed(0.3, "m/s"), Zone("distance", 50.0, "mm"))
    plain = move_at(result, 38)
    assert (plain.tool, plain.frame) == ("gripper", "pallet")
    assert (plain.speed, plain.zone) == (Speed(0.25, "m/s"), Zone("distance", 10.0, "mm"))
    assert move_at(result, 62).speed == Speed(30.0, "%")


def test_krl_abc_is_rz_ry_rx() -> None:
    pose = move_at(read("kuka"), 38).to.pose
    assert pose is not None
    by_hand = Pose(rotation_rpy(170 * deg, -20 * deg, 10 * deg), np.array([0.1, 0.2005, -0.05]))
    distance, angle = pose.distance(by_hand)
    assert distance < 1e-12
    assert angle < 1e-7


def test_krl_tool_set_in_one_branch_only_is_not_known_after_it() -> None:
    result = read("kuka")
    assert isinstance(at(result, 48), Raw)
    assert result.raw_lines[0].reason == "tool or base is not known here"


def test_krl_state_goes_into_a_subprogram_and_comes_back() -> None:
    result = read("kuka")
    inside = move_at(result, 81, routine=1)
    assert (inside.tool, inside.speed) == ("nutrunner", Speed(25.0, "%"))
    wait = at(result, 84, routine=1)
    assert isinstance(wait, Wait)
    assert (wait.timeout_s, wait.on_timeout) == (1.5, "")
    last = move_at(result, 76)
    assert (last.speed, last.to.config) == (Speed(25.0, "%"), "S 2 T 10")


def test_krl_what_it_does_not_know_stays_verbatim() -> None:
    assert raw_lines(read("kuka")) == [48, 56]


def test_urscript_positions_waits_and_branches() -> None:
    result = read("ur")
    first, second = move_at(result, 9), move_at(result, 10)
    assert first.to.q is not None
    assert math.isclose(first.to.q[1], -1.57, abs_tol=1e-12)
    assert second.to.q is not None
    assert math.isclose(second.to.q[0], 10 * deg, abs_tol=1e-12)
    assert (second.speed, second.zone) == (Speed(0.5, "rad/s"), Zone("radius", 20.0, "mm"))
    line = move_at(result, 12)
    assert line.to.pose is not None
    assert np.allclose(line.to.pose.p, [0.3, -0.3, 0.2], atol=1e-12)
    assert (line.accel, line.tool, line.frame) == (50.0, "gripper", "group:arm.base")
    assert isinstance(at(result, 16), Wait)


def test_urscript_tcp_that_a_function_sets_holds_after_the_call() -> None:
    result = read("ur")
    assert move_at(result, 30, routine=1).tool == "gripper"
    assert move_at(result, 36).tool == "nutrunner"


def test_urscript_missing_comma_is_a_pose_of_five_numbers() -> None:
    result = read("ur")
    assert result.raw_lines[0].line == 25
    assert result.raw_lines[0].reason == "target is not six numbers"
    assert raw_lines(result) == [25, 37, 38, 42, 43, 44]


def test_urscript_unknown_tcp_makes_every_later_motion_unknown() -> None:
    assert isinstance(at(read("ur"), 44), Raw)


def test_number_without_a_name_is_kept_with_a_note() -> None:
    cell = with_controller(cell_of("ur"), signals={})
    quantised = BRANDS["ur"].quantise(plain_program(cell_of("ur"), "ur", 2), cell)
    files = bytes_of(BRANDS["ur"].write(quantised, cell_of("ur")))
    result = BRANDS["ur"].read(files, cell, "arm")
    assert "do1 has no name in the cell" in result.notes


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_text_cut_anywhere_is_never_the_same_program(brand: str) -> None:
    cell = cell_of(brand)
    quantised = BRANDS[brand].quantise(plain_program(cell, brand, 4), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    name, data = max(files.items(), key=lambda f: len(f[1]))
    for part in range(1, 40):
        cut = data[: len(data) * part // 40]
        try:
            read_back = BRANDS[brand].read(files | {name: cut}, cell, "arm").program
        except BadInput:
            continue
        assert list(differences(quantised, read_back))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01", "zero byte"),
        (b"# " * 2_600_000, "bytes"),
        (b"hello", "expected"),
        (b"(" * 5000, "expected"),
    ],
)
def test_text_that_is_none_is_bad_input_with_the_file_named(
    brand: str, data: bytes, said: str
) -> None:
    name = KITS[brand].main
    with pytest.raises(BadInput, match=said) as error:
        read(brand, {name: data})
    assert name in str(error.value)


def test_deep_expression_is_not_understood_instead_of_a_crash() -> None:
    deep = "not " * 400 + "di1"
    wide = "(" * 300 + "di1" + ")" * 300
    text = f"Hyundai Robot Job File;\n     wait {deep}\n     wait {wide}\n     end\n"
    result = read("hyundai", {"0102_a.job": text.encode()})
    assert raw_lines(result) in ([2], [])


def test_deep_blocks_are_bad_input() -> None:
    text = "def a():\n" + "if True:\n" * 50 + "end\n" * 51
    with pytest.raises(BadInput, match="too deep"):
        read("ur", {"a.script": text.encode()})


def test_file_is_read_with_its_companions() -> None:
    cell = cell_of("kuka")
    job = read_file(PROGRAMS / "kuka" / "unload.src", "kuka", cell)
    assert job.programs["arm"].file == "unload.src"
    assert set(job.rules) == {"arm"}
    two = read_files(PROGRAMS / "hyundai" / "0102_front_door.job", cell_of("hyundai"), "arm")
    assert [r.name for r in two.programs["arm"].routines] == ["front_door", "wipe"]


def test_unknown_brand_and_group_name_what_there_is() -> None:
    with pytest.raises(UnknownName, match="hyundai"):
        read_files({"a.job": b"end"}, cell_of("ur"), "arm", "hyundia")
    with pytest.raises(UnknownName, match="arm"):
        read_files({"a.script": b"end"}, cell_of("ur"), "arn")


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_bare_flange_is_not_taken_for_the_mounted_tool(brand: str) -> None:
    """In a program a motion without a tool is one of the mounted tool; the text says otherwise."""
    result = read(brand, {KITS[brand].main: KITS[brand].bare.encode()})
    assert not any(isinstance(s, Move) for s in result.program.routines[0].body)
    assert result.raw_lines


def krl(*lines: str) -> ReadResult:
    """Read a KRL program of a few lines, with tool, base and speeds set."""
    head = ("DEF a( )", "$TOOL=TOOL_DATA[1]", "$BASE=BASE_DATA[3]", "BAS(#VEL_PTP,50)")
    text = "\n".join((*head, *lines, "END"))
    return read("kuka", {"a.src": text.encode()})


def test_krl_switch_is_a_chain_of_ifs_without_falling_through() -> None:
    result = krl(
        "SWITCH i",
        "; which",
        "CASE 1,2",
        "$OUT[1]=TRUE",
        "CASE 3",
        "DEFAULT",
        "$OUT[2]=TRUE",
        "ENDSWITCH",
    )
    assert result.raw_lines == ()
    outer = next(s for s in result.program.routines[0].body if isinstance(s, If))
    assert outer.condition.op == "or"
    assert len(outer.then) == 1
    (inner,) = outer.otherwise
    assert isinstance(inner, If)
    assert (inner.condition.op, inner.then, len(inner.otherwise)) == ("==", (), 1)
    with pytest.raises(BadInput, match="'END' closes nothing"):
        krl("SWITCH i", "CASE 1")
    with pytest.raises(BadInput, match="SWITCH has no end"):
        krl("SWITCH i")


@pytest.mark.parametrize(
    "line",
    [
        "XP1.X=XP1.X+10",
        "XP1=measured( )",
        "ret=search(XP1)",
        "search(XP1)",
        "XP1={A1 1,A2 -90,A3 90,A4 0,A5 30,A6 0}",
        "odd statement with XP1",
    ],
)
def test_krl_point_that_something_may_change_is_not_known(line: str) -> None:
    point = "DECL E6AXIS XP1={A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"
    assert krl(point, "PTP XP1").raw_lines == ()
    result = krl(point, "PTP XP1", line)
    assert result.raw_lines[0].line == 6


def test_hrscript_pose_that_a_function_may_change_is_not_known() -> None:
    text = (
        "Hyundai Robot Job File; {}\n     var p1=Pose(0,90,0,0,-30,0)\n{}"
        "     move P,tg=p1,spd=9%,accu=0,tool=1\n     end\n"
    )
    for line in ("", "     touchsen cnd=1,pose=p1\n", "     p1.j2=80\n", "     call 110_find,p1\n"):
        result = read("hyundai", {"0102_a.job": text.replace("\n{}", "\n" + line).encode()})
        kept = [r.text for r in result.raw_lines if r.text.startswith("move")]
        assert bool(kept) == bool(line)
