"""TP corners, units, registers, names and long programs against numbers worked out apart."""

from __future__ import annotations

import re

import pytest
from controllers_support import bytes_of, cell_of, with_controller
from same_meaning import differences
from tp_moves import HOME, joint, line, written

from cellsim.controllers.brands import BRANDS
from cellsim.domain.controller import Port
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Return,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Wait,
    Zone,
    signal_is,
)
from cellsim.errors import Refused
from cellsim.motion.caps import ramp_time


def test_a_distance_becomes_the_cnt_whose_corner_is_not_larger() -> None:
    cell = cell_of("fanuc")
    ramp = ramp_time(cell.groups["arm"].joints)
    for distance, speed in ((10.0, 250.0), (50.0, 500.0), (1.0, 1000.0), (5000.0, 100.0)):
        zone = Zone("distance", distance, "mm")
        moves = (joint(HOME), line(HOME, zone=zone, speed=Speed(speed, "mm/s")), line(HOME))
        _, quantised = written(*moves)
        made = quantised.routines[0].body[1].zone  # type: ignore[attr-defined]
        size = (made.value / 100.0) ** 2 * speed * ramp / 2.0
        larger = ((made.value + 1.0) / 100.0) ** 2 * speed * ramp / 2.0
        assert size <= distance + 1e-9
        assert larger > distance or made.value == 100.0
        assert any("CNT" in note or "FINE" in note for note in quantised.notes)


def test_an_output_in_a_corner_stands_behind_its_motion() -> None:
    corner = joint(HOME, zone=Zone("cnt", 50.0))
    text, _ = written(corner, SetSignal("lamp", True), joint(HOME))
    assert re.search(r"J P\[1\] 50% CNT50 TB   0\.00sec,DO\[2:lamp\]=ON    ;", text)
    text, _ = written(joint(HOME, zone=FINE), SetSignal("lamp", True), joint(HOME))
    assert "TB" not in text
    assert "  DO[2:lamp]=ON ;" in text


def test_units_of_speed_and_time() -> None:
    given = [Speed(2.5, "s"), Speed(0.25, "s"), Speed(0.1234, "m/s"), Speed(30.0, "deg/s")]
    text, _ = written(joint(HOME), *(line(HOME, speed=speed) for speed in given), Delay(0.5))
    for said in ("2.5sec FINE", "250msec FINE", "123mm/sec FINE", "30deg/sec FINE"):
        assert said in text
    assert "  WAIT    .50(sec) ;" in text


def test_long_routines_are_cut_where_nothing_jumps_and_stay_the_same_motions() -> None:
    body: list[Statement] = []
    for i in range(3200):
        q = (HOME[0] + 1e-4 * i, *HOME[1:])
        body.append(joint(q))
        if i == 2990:
            body.append(Label("again"))
        if i == 3010:
            body.append(If(signal_is("ready", True), (Goto("again"),)))
    cell = cell_of("fanuc")
    quantised = BRANDS["fanuc"].quantise(Program("p", "arm", (Routine("main", tuple(body)),)), cell)
    assert [r.name for r in quantised.routines] == ["P", "P_1", "P_2"]
    assert all(isinstance(s, Call) for s in quantised.routines[0].body)
    files = bytes_of(BRANDS["fanuc"].write(quantised, cell))
    read_back = BRANDS["fanuc"].read(files, cell, "arm").program
    assert list(differences(quantised, read_back)) == []
    assert all(
        int(n) <= 9999 for n in re.findall(rb"LINE_COUNT\t= (\d+)", b"".join(files.values()))
    )
    moved = [s for r in quantised.routines[1:] for s in r.body if isinstance(s, Move)]
    assert len(moved) == 3200
    jumps = [r.name for r in quantised.routines if any(isinstance(s, Label) for s in r.body)]
    assert len(jumps) == 1


def test_a_return_of_the_whole_routine_is_not_cut_off_from_it() -> None:
    body = (If(signal_is("ready", True), (Return(),)), *[joint(HOME)] * 3500)
    cell = cell_of("fanuc")
    quantised = BRANDS["fanuc"].quantise(Program("p", "arm", (Routine("main", body),)), cell)
    with_return = [r for r in quantised.routines if any(isinstance(s, If) for s in r.body)]
    assert len(with_return[0].body) == 3501


def test_variables_keep_numbers_and_names_and_loops_take_free_registers() -> None:
    one = Expr("const", value=1.0)
    text, quantised = written(
        Assign("r3_parts", one),
        Assign("count", Expr("+", (Expr("var", name="r3_parts"), one))),
        Assign("full", Expr("const", value=True)),
        Loop((Delay(0.5),), count=2),
        Wait(Expr("var", name="full"), 2.0, "late"),
        Label("late"),
    )
    for said in (
        "R[3:parts]=1",
        "R[1:count]=R[3:parts]+1",
        "F[1:full]=(ON)",
        "FOR R[2]=1 TO 2",
        "WAIT (F[1:full]) TIMEOUT,LBL[1]",
        "LBL[1:late]",
    ):
        assert said in text
    assert "variable count is R1" in quantised.notes


def test_what_tp_has_no_number_or_depth_for_is_refused() -> None:
    deep: tuple[Statement, ...] = (Delay(1.0),)
    for _ in range(11):
        deep = (If(signal_is("ready", True), deep),)
    with pytest.raises(Refused, match="nested deeper than 10"):
        written(*deep)
    many = tuple(Assign(f"v{i}", Expr("const", value=1.0)) for i in range(201))
    with pytest.raises(Refused, match=r"more than 200 of R\[\]"):
        written(*many)
    both = (Assign("a", Expr("const", value=1.0)), Assign("a", Expr("const", value=True)))
    with pytest.raises(Refused, match="two types"):
        written(*both)


def test_older_controllers_have_names_of_eight_letters() -> None:
    old = with_controller(cell_of("fanuc"), type="R-J3iC")
    program = Program("unload_pallet", "arm", (Routine("main", (joint(HOME),)),))
    assert BRANDS["fanuc"].quantise(program, old).name == "UNLOAD_P"
    assert BRANDS["fanuc"].quantise(program, cell_of("fanuc")).name == "UNLOAD_PALLET"


def test_signals_at_the_wrist_are_ro_and_ri_and_no_other_language_has_them() -> None:
    signals = {
        "valve": Port("ro", 3),
        "closed": Port("ri", 4),
        "ready": Port("di", 3),
    }
    cell = with_controller(cell_of("fanuc"), signals=signals)
    corner = joint(HOME, zone=Zone("cnt", 50.0))
    text, _ = written(
        SetSignal("valve", True),
        Wait(signal_is("closed", False), 1.0),
        corner,
        SetSignal("valve", False),
        cell=cell,
    )
    for said in ("RO[3:valve]=ON ;", "WAIT RI[4:closed]=OFF TIMEOUT", "0.00sec,RO[3:valve]=OFF"):
        assert said in text
    with pytest.raises(Refused, match="setting input 'closed'"):
        written(SetSignal("closed", True), cell=cell)
    kuka = with_controller(cell_of("kuka"), signals=signals)
    program = Program("p", "arm", (Routine("main", (SetSignal("valve", True),)),))
    with pytest.raises(Refused, match="'valve' at ro 3"):
        BRANDS["kuka"].write(program, kuka)
