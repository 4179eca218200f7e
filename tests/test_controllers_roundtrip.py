"""What is written is what is read: every statement kind, on the printed grid, for every brand."""

from __future__ import annotations

import random

import pytest
from brandkit import CELLS, KITS
from controllers_support import bytes_of, cell_of, move, plain_program
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Program,
    Routine,
    SetSignal,
    Statement,
    Wait,
    signal_is,
)
from cellsim.domain.walk import within


def seeds(here: int, all_of_them: int) -> list[object]:
    """Return seeds of which the first are always run, and all of them among the proofs."""
    return [pytest.param(k, marks=[pytest.mark.prove] if k >= here else [])
            for k in range(all_of_them)]  # fmt: skip


def test_every_brand_brings_its_kit() -> None:
    assert set(KITS) == set(BRANDS)


@pytest.mark.parametrize(("brand", "on_track"), CELLS)
@pytest.mark.parametrize("seed", seeds(4, 8))
def test_read_equals_quantised_for_every_statement_kind(
    brand: str, on_track: bool, seed: int
) -> None:
    cell = cell_of(brand, on_track)
    program = plain_program(cell, brand, seed)
    quantised = BRANDS[brand].quantise(program, cell)
    text = BRANDS[brand].write(quantised, cell)
    result = BRANDS[brand].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    assert result.coverage.ratio == 1.0
    assert result.notes == ()


@pytest.mark.parametrize(("brand", "on_track"), CELLS)
def test_quantising_twice_changes_nothing(brand: str, on_track: bool) -> None:
    cell = cell_of(brand, on_track)
    program = plain_program(cell, brand, 3)
    once = BRANDS[brand].quantise(program, cell)
    assert list(differences(once, BRANDS[brand].quantise(once, cell))) == []


def expression(rng: random.Random, depth: int, boolean: bool) -> Expr:
    """Return a random condition or value of numbers, variables and signals."""
    if boolean:
        kind = rng.choice(["signal", "not", "and", "or", "compare"] if depth else ["signal"])
        if kind == "signal":
            return Expr("signal", name=rng.choice(["ready", "grip_closed", "lamp"]))
        if kind == "not":
            return Expr("not", (expression(rng, depth - 1, True),))
        if kind == "compare":
            op = rng.choice(["==", "!=", "<", "<=", ">", ">="])
            return Expr(op, tuple(expression(rng, depth - 1, False) for _ in range(2)))
        return Expr(kind, tuple(expression(rng, depth - 1, True) for _ in range(2)))
    if depth and rng.random() < 0.6:
        op = rng.choice(["+", "-", "*", "/"])
        return Expr(op, tuple(expression(rng, depth - 1, False) for _ in range(2)))
    if rng.random() < 0.4:
        return Expr("var", name=rng.choice(["count", "limit"]))
    return Expr("const", value=rng.choice([0.0, 1.0, 2.5, -3.0, -0.125, 1e-7, 12345.678901]))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@pytest.mark.parametrize("seed", seeds(10, 25))
def test_expressions_come_back_as_the_same_trees(brand: str, seed: int) -> None:
    cell = cell_of(brand)
    rng = random.Random(seed)
    body = (
        Assign("count", Expr("const", value=-2.0)),
        Assign("limit", expression(rng, 3, False)),
        If(expression(rng, 4, True), (Delay(1.0),)),
        Wait(expression(rng, 3, True), 2.0),
        Wait(expression(rng, 3, True)),
        Assign("flag", expression(rng, 2, True)),
        Assign("active", Expr("const", value=True)),
    )
    program = Program("words", "arm", (Routine("main", body),))
    quantised = BRANDS[brand].quantise(program, cell)
    text = BRANDS[brand].write(quantised, cell)
    result = BRANDS[brand].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    assert result.coverage.ratio == 1.0


def wild_body(
    cell: Cell, brand: str, rng: random.Random, depth: int, calls: list[str]
) -> tuple[Statement, ...]:
    """Return motions that change everything modal, between blocks, calls and jumps."""
    out: list[Statement] = []
    labels = 0
    for _ in range(rng.randrange(2, 7)):
        kind = rng.choice(["joint", "linear", "if", "loop", "while", "call", "jump", "other"])
        if kind in ("joint", "linear"):
            out.append(move(cell, rng, brand, kind))
        elif kind == "other":
            out.append(rng.choice([SetSignal("lamp", True), Delay(0.5), Comment("pause")]))
        elif kind == "call" and calls:
            out.append(Call(rng.choice(calls)))
        elif kind == "jump" and KITS[brand].jumps and depth == 2:
            labels += 1
            name, back = f"place_{len(calls)}_{labels}", rng.random() < 0.5
            jump = If(signal_is("ready", True), (Goto(name),))
            between = wild_body(cell, brand, rng, 0, calls)
            here = Label(name)
            out += [here, *between, jump] if back else [jump, *between, here]
        elif depth and kind == "if":
            blocks = [wild_body(cell, brand, rng, depth - 1, calls) for _ in range(2)]
            out.append(If(signal_is("ready", rng.random() < 0.5), blocks[0], blocks[1]))
        elif depth and kind in ("loop", "while"):
            body = wild_body(cell, brand, rng, depth - 1, calls)
            counted = kind == "loop"
            condition = None if counted else signal_is("ready", True)
            out.append(Loop(body, rng.randrange(1, 5) if counted else None, condition))
    return tuple(out) or (Delay(1.0),)


@pytest.mark.parametrize(("brand", "on_track"), CELLS)
@pytest.mark.parametrize("seed", seeds(6, 12))
def test_modal_state_is_said_wherever_a_path_may_come_with_another(
    brand: str, on_track: bool, seed: int
) -> None:
    cell = cell_of(brand, on_track)
    rng = random.Random(1000 + seed)
    names = ["wild", "first", "second"]
    routines = [
        Routine(name, wild_body(cell, brand, rng, 2, names[i + 1 :]))
        for i, name in enumerate(names)
    ]
    kept = {"wild"}
    for routine in routines:
        if routine.name in kept:
            kept |= {s.routine for s in within(routine.body) if isinstance(s, Call)}
    program = Program("wild", "arm", tuple(r for r in routines if r.name in kept))
    quantised = BRANDS[brand].quantise(program, cell)
    text = BRANDS[brand].write(quantised, cell)
    result = BRANDS[brand].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    assert result.coverage.ratio == 1.0
