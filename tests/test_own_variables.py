"""Variables of a routine alone: another's of the same name is another variable."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of
from programs_support import read_program
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Assign, Call, Expr, Program, Routine
from cellsim.domain.walk import within

ONE = Expr("const", value=1.0)


def assigned(program: Program) -> list[tuple[str, str]]:
    """Return the routine and name of every assignment, in order."""
    return [
        (r.name, s.name) for r in program.routines for s in within(r.body) if isinstance(s, Assign)
    ]


def test_a_krl_subprogram_does_not_count_its_callers_loop() -> None:
    result = read_program("kuka", "locals.src", "locals.dat")
    assert result.raw_lines == ()
    assert assigned(result.program) == [
        ("locals", "i"),
        ("locals", "i"),
        ("worker", "i__worker"),
        ("worker", "k"),
        ("worker", "shared"),
    ]


def test_an_hrscript_job_has_its_own_var_and_shares_global() -> None:
    result = read_program("hyundai", "own/0102_own.job", "own/0103_count.job")
    assert result.raw_lines == ()
    assert assigned(result.program) == [
        ("own", "n"),
        ("own", "i"),
        ("own", "i"),
        ("count", "i__count"),
        ("count", "total"),
    ]


@pytest.mark.parametrize("brand", ["hyundai", "kuka"])
def test_a_variable_of_two_routines_is_written_as_one(brand: str) -> None:
    cell, kit = cell_of(brand), KITS[brand]
    first = (kit.joint(), Assign("total", ONE), Call("second"), Assign("mine", ONE))
    again = Assign("total", Expr("+", (Expr("var", name="total"), ONE)))
    routines = (Routine("main", first), Routine("second", (kit.joint(), again)))
    quantised = BRANDS[brand].quantise(Program("p", "arm", routines), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    read = BRANDS[brand].read(files, cell, "arm").program
    assert list(differences(quantised, read)) == []
    if brand == "hyundai":
        texts = [data.decode("utf-8-sig") for data in files.values()]
        assert ["global total" in t for t in texts] == [True, True]
        assert "var mine" in texts[0]
