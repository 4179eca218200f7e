"""TP registers, frames and arguments: which values are known where, in numbers."""

from __future__ import annotations

import numpy as np
from controllers_support import cell_of
from readings import body, moves, reasons
from tp_programs import PROGRAMS, read, said

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import (
    Assign,
    Call,
    If,
    Loop,
    Move,
    SetSignal,
    Speed,
    Statement,
    Wait,
    Zone,
)


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
