"""Hand-written TP programs in the style of backups: what is read of them, in numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS, load_text, read_file
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Goto,
    If,
    Loop,
    Move,
    SetSignal,
    Speed,
    Statement,
    Wait,
    Zone,
)
from cellsim.domain.walk import within
from cellsim.errors import BadInput
from cellsim.geometry import Pose, rotation_rpy
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.units import deg

PROGRAMS = Path(__file__).parent / "programs" / "fanuc"
HOME = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)


def read(name: str) -> ReadResult:
    files = load_text(PROGRAMS / f"{name}.LS", BRANDS["fanuc"])
    return BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")


def body(result: ReadResult, routine: int = 0) -> list[Statement]:
    return list(within(result.program.routines[routine].body))


def moves(result: ReadResult, routine: int = 0) -> list[Move]:
    return [s for s in body(result, routine) if isinstance(s, Move)]


def degrees(move: Move) -> list[float]:
    assert move.to.q is not None
    return [round(v / deg, 6) for v in move.to.q]


def reasons(result: ReadResult) -> list[str]:
    return [raw.reason for raw in result.raw_lines]


def test_every_program_is_read_and_says_how_much_of_it() -> None:
    names = sorted(path.stem for path in PROGRAMS.glob("*.LS"))
    assert len(names) >= 12
    for name in names:
        result = read(name)
        assert result.program.name == name
        assert result.coverage.total - result.coverage.understood == len(result.raw_lines)


def test_home_has_a_byte_order_mark_and_numbers_without_a_leading_zero() -> None:
    result = read("HOME")
    (move,) = moves(result)
    assert degrees(move) == list(HOME)
    assert (move.speed, move.zone, move.tool, move.frame) == (
        Speed(25.0, "%"),
        FINE,
        "gripper",
        "body",
    )
    assert move.to.name == "home"
    assert result.coverage.ratio == 1.0
    assert result.notes == ()


def test_pick_takes_frames_from_the_active_numbers_and_calls_with_arguments() -> None:
    result = read("PICK")
    assert [r.name for r in result.program.routines] == ["PICK", "GRIPCLS"]
    first, down, up, last = moves(result)
    # J3 of the pendant is against the ground: the joint is J3 + J2.
    assert degrees(first) == [10.0, 5.0, -7.5, 0.0, -77.5, -10.0]
    assert first.zone == Zone("cnt", 60.0)
    assert down.to.pose is not None
    by_hand = Pose(rotation_rpy(180 * deg, 0.0, 30 * deg), np.array([0.1, -0.0505, -0.00025]))
    assert down.to.pose.distance(by_hand)[0] < 1e-12
    assert down.to.pose.distance(by_hand)[1] < 1e-7
    assert (down.speed, down.accel) == (Speed(120.0, "mm/s"), 80.0)
    assert (up.kind, degrees(up)) == ("linear", degrees(first))
    assert last.speed == Speed(1.5, "s")
    # The argument stands in the place of AR[1] in what is called.
    assert not any(isinstance(s, Assign) for s in body(result))
    (branch,) = (s for s in body(result, 1) if isinstance(s, If))
    assert [part.value for part in branch.condition.args] == [1.0, 1.0]
    (wait,) = (s for s in body(result) if isinstance(s, Wait))
    assert (wait.timeout_s, wait.on_timeout) == (2.5, "")
    assert result.coverage.ratio == 1.0


def test_arcs_take_two_lines_and_speeds_their_units() -> None:
    result = read("ARCS")
    first, line, arc, turn, quick, inches = moves(result)
    assert degrees(first) == [-30.0, 10.0, -10.0, 5.0, -60.0, 45.0]
    assert line.speed == Speed(100.0, "mm/s")
    assert (line.accel, line.zone) == (50.0, Zone("cnt", 20.0))
    assert arc.kind == "circular"
    assert arc.via is not None
    assert arc.via.pose is not None
    assert arc.to.pose is not None
    assert np.allclose(arc.via.pose.p, [0.05, 0.05, 0.3])
    assert np.allclose(arc.to.pose.p, [0.1, 0.0, 0.3])
    assert arc.zone == Zone("cnt", 0.0)
    assert turn.speed == Speed(30.0, "deg/s")
    assert quick.speed == Speed(0.25, "s")
    assert inches.speed.value == pytest.approx(120 * 25.4 / 60)
    assert {m.tool for m in moves(result)} == {"nutrunner"}
    assert {m.frame for m in moves(result)} == {"pallet"}


def test_registers_the_program_set_are_speeds_and_corners_until_they_are_not_known() -> None:
    result = read("STACK")
    assert [raw.line for raw in result.raw_lines] == [29, 38, 41]
    counted, down, unknown = (s for s in body(result) if isinstance(s, Loop))
    assert (counted.count, down.count, unknown.count) == (3, 4, None)
    assert isinstance(counted.body[0], Assign)
    assert not any(isinstance(s, Assign) for s in down.body)
    four = down.body[0]
    assert isinstance(four, Move)
    assert (four.speed, four.zone) == (Speed(300.0, "mm/s"), Zone("cnt", 50.0))
    assert moves(result)[-1].speed == Speed(600.0, "mm/s")
    last = result.program.routines[0].body[-1]
    assert isinstance(last, Assign)
    assert (last.name, last.value.op, last.value.args[0].value) == ("r10", "neg", 0.384)


def test_select_and_if_with_actions_are_chains_of_ifs() -> None:
    result = read("CHOOSE")
    assert result.coverage.ratio == 1.0
    select = result.program.routines[0].body[0]
    assert isinstance(select, If)
    assert isinstance(select.then[0], Call)
    (second,) = select.otherwise
    assert isinstance(second, If)
    assert isinstance(second.then[0], Goto)
    assert (second.then[0].label, second.otherwise[0].label) == ("lbl2_two", "lbl9_end")  # type: ignore[attr-defined]
    both = [s.condition.op for s in body(result) if isinstance(s, If)]
    assert both == ["==", "==", "and", "and", "not", "not"]


def test_offsets_registers_and_options_stay_verbatim_with_their_reason() -> None:
    result = read("OFFSETS")
    assert [raw.line for raw in result.raw_lines] == [26, 27, 28, 29, 30, 35, 36]
    assert "Offset,PR[1]" in reasons(result)[0]
    assert "INC" in reasons(result)[2]
    assert "PR[3] is not known" in reasons(result)[4]
    kept = [m for m in moves(result) if m.line == 32]
    assert kept[0].to.pose is not None
    assert np.allclose(kept[0].to.pose.p, [0.0, 0.0, 0.2])
    # PR[3,3]=250 raises the point that the register was set to.
    raised = [m for m in moves(result) if m.line == 34]
    assert raised[0].to.pose is not None
    assert np.allclose(raised[0].to.pose.p, [0.0, 0.0, 0.25])


def test_registers_by_element_offsets_and_indirect_numbers() -> None:
    """By hand: P[2] is 0, 0, 200, the tool down; z 50 is up in the frame, down along the tool."""
    result = read("REGISTER")
    places = {m.line - 22: m.to.pose.p * 1000.0 for m in moves(result) if m.to.pose is not None}
    assert set(places) == {5, 6, 9, 20}
    assert np.allclose(places[5], [0.0, 0.0, 250.0])
    assert np.allclose(places[6], [0.0, 0.0, 150.0])
    assert np.allclose(places[9], [25.0, 0.0, 200.0])
    given = [(s.name, s.value.value) for s in body(result) if isinstance(s, Assign)]
    assert given[:6] == [
        ("r1", 25.0),
        ("r2", 7.0),
        ("r3", 3.0),
        ("r4", 1.0),
        ("r1", 9.0),
        ("r5", 2.0),
    ]
    put = [(s.signal, s.value, s.line - 22) for s in body(result) if isinstance(s, SetSignal)]
    assert put == [("lamp", True, 16), ("lamp", True, 23), ("lamp", False, 23)]
    (stop,) = (s for s in body(result) if isinstance(s, Wait))
    assert (stop.condition.value, stop.timeout_s, stop.on_timeout) == (False, 0.0, "")
    said = {raw.line - 22: raw.reason for raw in result.raw_lines}
    assert set(said) == {22, 26, 28, 30, 31}
    assert said[22] == "motion option Offset,PR[1]: it turns"
    assert "PR[3] is not known" in said[28]


def test_a_register_with_a_comment_is_not_known_behind_one_set_by_number() -> None:
    text = (PROGRAMS / "OFFSETS.LS").read_bytes()
    moved = b"R[5:speed]=300 ;\n   5:  R[R[9]]=100 ;\n   6:L P[2] R[5:speed]mm/sec FINE ;\n   7:"
    start = text.index(b"L P[2] 100mm/sec FINE Offset")
    end = text.index(b"  LBL[1]")
    cut = text[:start] + moved + text[end:]
    result = BRANDS["fanuc"].read({"OFFSETS.LS": cut}, cell_of("fanuc"), "arm")
    assert "the speed is not known here" in reasons(result)


def test_frames_that_disagree_or_were_set_are_not_moved_in() -> None:
    result = read("FRAMES")
    said = dict(zip([raw.line for raw in result.raw_lines], reasons(result), strict=True))
    assert said[25].startswith("INTP-250")
    assert said[28].startswith("INTP-253")
    assert [m.line for m in moves(result)] == [23, 30, 32]
    assert "may have been set" in said[34]
    assert "may have been set" in said[36]


def test_external_axes_and_groups_that_the_cell_has_not() -> None:
    result = read("GROUPS")
    assert [m.line for m in moves(result)] == [25, 27, 29]
    assert any("further groups" in note for note in result.notes)
    assert reasons(result) == [
        "a point with an external axis that the group has not",
        "point: X has no value",
    ]


def test_other_code_pages_remarks_and_harmless_instructions() -> None:
    result = read("GREIFEN")
    assert [raw.line for raw in result.raw_lines] == [35, 36]
    texts = [s.text for s in body(result) if hasattr(s, "text")]
    assert texts[0] == "Teil greifen, prüfen"
    assert "L P[9] 100mm/sec FINE    ;".rstrip("; ") in texts[2]


def test_outputs_in_a_corner_and_those_at_another_time() -> None:
    result = read("PASSING")
    first, second = body(result)[:2]
    assert isinstance(first, Move)
    assert isinstance(second, SetSignal)
    assert (second.signal, second.value, second.line) == ("lamp", True, first.line)
    assert [raw.line for raw in result.raw_lines] == [29]


def test_a_joint_motion_to_a_pose_has_the_joints_of_its_config() -> None:
    """The world of this robot stands 670 mm above its foot; flange at 1592, 0, 1085 at home."""
    result = read("CARTHOME")
    first, flipped, turned, line = moves(result)
    assert np.allclose(degrees(first), HOME, atol=1e-4)
    assert np.allclose(degrees(flipped), (0, 0, 0, 180, 90, -180), atol=1e-4)
    assert np.allclose(degrees(turned), (0, 0, 0, 0, -90, 360), atol=1e-4)
    assert degrees(line) == [0.0, 10.0, 0.0, 0.0, -80.0, 0.0]
    assert any("LINE_COUNT is 7, the text has 6 lines" in note for note in result.notes)
    cell = cell_of("fanuc")
    chain = chain_of(cell, "arm")
    tcp = cell.tools["gripper"].tcps["tcp"]
    poses = [tcp_pose(chain, np.array(m.to.q), tcp) for m in (first, flipped, turned)]
    for pose in poses[1:]:
        assert pose.distance(poses[0])[0] < 1e-9


def test_a_file_is_read_with_the_programs_it_calls_and_no_others() -> None:
    job = read_file(PROGRAMS / "PICK.LS", "fanuc", cell_of("fanuc"))
    assert [r.name for r in job.programs["arm"].routines] == ["PICK", "GRIPCLS"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("/END", ""), "truncated"),
        (("/PROG  HOME", ""), "no /PROG"),
        (("/MN", "/MM"), "no /MN"),
        (("};", ""), "has no end"),
        (("J P[1:home]", "JMP LBL[3] ;\n   6:J P[1]"), "nowhere"),
    ],
)
def test_a_text_without_its_parts_is_bad_input(edit: tuple[str, str], said: str) -> None:
    text = (PROGRAMS / "HOME.LS").read_bytes().decode("utf-8-sig").replace(*edit)
    with pytest.raises(BadInput, match=said):
        BRANDS["fanuc"].read({"HOME.LS": text.encode()}, cell_of("fanuc"), "arm")


def said(*lines: str) -> ReadResult:
    """Read instructions between a home position and the end."""
    home = (PROGRAMS / "HOME.LS").read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    body = "\n".join(f"{i:4d}:{line} ;" for i, line in enumerate(("UTOOL_NUM=1", *lines), 1))
    head, points = home.split("/MN\n")[0], home.split("/POS\n")[1]
    text = f"{head}/MN\n{body}\n/POS\n{points}"
    return BRANDS["fanuc"].read({"HOME.LS": text.encode()}, cell_of("fanuc"), "arm")


def test_the_else_of_a_block_around_a_select_is_not_its_last_case() -> None:
    lines = ("IF (DI[3]) THEN", "SELECT R[1]=1,JMP LBL[1]", "ELSE", "DO[2]=ON", "ENDIF", "LBL[1]")
    result = said(*lines)
    assert result.raw_lines == ()
    outer = next(s for s in result.program.routines[0].body if isinstance(s, If))
    assert isinstance(outer.then[0], If)
    assert outer.then[0].otherwise == ()
    assert isinstance(outer.otherwise[0], SetSignal)
    assert reasons(said("SELECT R[1]=1,JMP LBL[1]", "=2", "LBL[1]")) == ["a case that does nothing"]


def test_what_sets_no_frame_leaves_the_frames_known_and_a_macro_does_not() -> None:
    point = "J P[1:home] 25% FINE"
    pr = ("PR[1]=P[1]", "UFRAME_NUM=3")
    assert reasons(said(*pr, "UALM[3]", "J PR[1] 25% FINE")) == []
    after = said(*pr, "OPEN HAND", "J PR[1] 25% FINE", point)
    assert [r.split(" is")[0] for r in reasons(after)] == [
        "no instruction this reader knows",
        "position register PR[1]",
        "the values of UF 3 may have been set by the program",
    ]


def test_values_that_are_not_known_make_their_register_unknown() -> None:
    result = said("R[1]=5", "R[1]=GI[2]", "J P[1] R[1]% FINE")
    # A group input is free at each reading; a motion at its speed is not known.
    assert reasons(result) == ["the speed is not known here"]
    values = [s.value.op for s in body(result) if isinstance(s, Assign)]
    assert values == ["const", "unknown"]
    indirect = said("R[1]=5", "R[R[2]]=7", "J P[1] R[1]% FINE")
    assert "the speed is not known here" in reasons(indirect)
    pulse = said("J P[1] 25% FINE TB   1.00sec,DO[2]=PULSE,0.5sec")
    assert reasons(pulse) == []
    assert len(moves(pulse)) == 1
    endless = said("J P[1] 25% FINE TB   1.00sec,DO[2]=PULSE")
    assert reasons(endless) == ["TB 1sec,DO[2]=PULSE"]
    assert reasons(said("J P[1] 25% FINE TB .50sec,R[2]=1")) == ["TB 0.5sec,R[2]=1"]
    assert reasons(said("GO[1]=5")) == []
    group = said("GO[1]=5", "IF GO[1]=5,JMP LBL[1]", "DO[2]=ON", "LBL[1]")
    assert reasons(group) == []
    (asked,) = (s for s in body(group) if isinstance(s, If))
    assert asked.condition.op == "unknown"


def test_each_program_sees_its_own_arguments() -> None:
    """A calls B(7) and B calls C(AR[1] + 1, R[2]): C sees 8, and B sees 7 again behind the call."""
    texts = {
        "A": ("R[2]=3", "CALL B(7)"),
        "B": ("CALL C(AR[1]+1,R[2])", "R[5]=AR[1]", "CALL C"),
        "C": ("R[6]=AR[1]", "R[7]=AR[2]"),
    }
    files = {
        f"{name}.LS": "\n".join(
            [f"/PROG {name}", "/MN", *(f"   1:  {line} ;" for line in lines), "/POS", "/END"]
        ).encode()
        for name, lines in texts.items()
    }
    result = BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")
    assert result.raw_lines == ()
    values = carried_out({r.name: r.body for r in result.program.routines}, "A", {})
    assert (values["r5"], values["r6"], values["r7"]) == (7.0, None, None)
    first = carried_out({r.name: r.body for r in result.program.routines}, "A", {}, calls=2)
    assert (first["r6"], first["r7"]) == (8.0, 3.0)
    circle = files | {"C.LS": files["C.LS"].replace(b"R[6]=AR[1]", b"CALL B(AR[1])")}
    result = BRANDS["fanuc"].read(circle, cell_of("fanuc"), "arm")
    assert any("may call itself" in reason for reason in reasons(result))


def carried_out(
    bodies: dict[str, tuple[Statement, ...]],
    name: str,
    values: dict[str, float | None],
    calls: int = 9,
) -> dict[str, float | None]:
    """Carry out assignments and at most so many calls with an evaluator of our own."""

    def value(expr: object) -> float | None:
        if expr.op == "const":  # type: ignore[attr-defined]
            return expr.value  # type: ignore[attr-defined,no-any-return]
        if expr.op == "var":  # type: ignore[attr-defined]
            return values.get(expr.name)  # type: ignore[attr-defined]
        if expr.op == "+":  # type: ignore[attr-defined]
            left, right = (value(a) for a in expr.args)  # type: ignore[attr-defined]
            return None if left is None or right is None else left + right
        return None

    left = [calls]

    def run(body: tuple[Statement, ...]) -> None:
        for s in body:
            if isinstance(s, Assign):
                values[s.name] = value(s.value)
            elif isinstance(s, Call) and left[0]:
                left[0] -= 1
                run(bodies[s.routine])

    run(bodies[name])
    return values
