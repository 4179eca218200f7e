"""Routines longer than a controller takes become parts that are called in order."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.writing.split import motions, split_motions
from cellsim.domain.program import (
    Call,
    Goto,
    Label,
    Move,
    Program,
    Return,
    Routine,
    Statement,
    Zone,
    signal_is,
)
from cellsim.domain.program import Wait as WaitFor
from cellsim.domain.walk import within

LIMITS = {"hyundai": 999, "kuka": 500, "ur": 1000}
HOME = (0.0, 90.0, 0.0, 0.0, -30.0, 0.0)


def steps(brand: str, count: int) -> tuple[Statement, ...]:
    """Return motions with the line 1, 2, ... in which the program gives them."""
    return tuple(KITS[brand].joint(line=n + 1) for n in range(count))


def split(body: tuple[Statement, ...], most: int) -> Program:
    return split_motions(Program("p", "arm", (Routine("p", body),)), most, 20)


@pytest.mark.parametrize("brand", sorted(LIMITS))
@pytest.mark.parametrize("over", [0, 1])
def test_a_program_at_its_limit_is_whole_and_one_over_it_is_two(brand: str, over: int) -> None:
    cell = cell_of(brand)
    program = Program("long_one", "arm", (Routine("main", steps(brand, LIMITS[brand] + over)),))
    quantised = BRANDS[brand].quantise(program, cell)
    assert len(quantised.routines) == (3 if over else 1)
    read = BRANDS[brand].read(bytes_of(BRANDS[brand].write(quantised, cell)), cell, "arm")
    assert list(differences(quantised, read.program)) == []
    assert all(motions(r.body) <= LIMITS[brand] for r in quantised.routines)
    lines = [s.line for r in quantised.routines for s in within(r.body) if isinstance(s, Move)]
    assert lines == list(range(1, LIMITS[brand] + over + 1))


def test_no_cut_in_a_corner() -> None:
    corner = KITS["hyundai"].joint(zone=Zone("accu", 3.0, "level"))
    fine = KITS["hyundai"].joint()
    made = split((fine, fine, corner, corner, fine, fine), 4)
    assert [len(r.body) for r in made.routines] == [2, 2, 4]


def test_no_cut_between_a_jump_and_its_label_or_with_an_early_return() -> None:
    fine = KITS["hyundai"].joint()
    jump = (fine, Goto("x"), fine, fine, fine, Label("x"), fine)
    made = split(jump, 3)
    for routine in made.routines:
        inside = list(within(routine.body))
        labels = {s.name for s in inside if isinstance(s, Label)}
        assert {s.label for s in inside if isinstance(s, Goto)} == labels
    waits = (fine, WaitFor(signal_is("ready", True), 1.0, "x"), fine, fine, fine, Label("x"))
    assert len(split(waits, 3).routines) <= 3
    whole = split((fine,) * 5 + (Return(),) + (fine,) * 5, 3)
    assert [len(r.body) for r in whole.routines] == [11]


def test_parts_are_called_in_order_under_free_names() -> None:
    fine = KITS["hyundai"].joint()
    given = Program("p", "arm", (Routine("p", (fine,) * 5), Routine("p_1", (fine,))))
    made = split_motions(given, 2, 20)
    calls = [s.routine for s in made.routines[0].body if isinstance(s, Call)]
    assert calls == ["p_2", "p_3", "p_4"]
    assert [r.name for r in made.routines] == ["p", "p_1", *calls]
