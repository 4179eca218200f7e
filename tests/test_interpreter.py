"""The interpreter: branches, loops, calls, jumps, unknowns and bounds."""

from __future__ import annotations

import itertools
import random

import pytest
from gantry_cells import cell_of, job_of, program, put, to

from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Raw,
    Return,
    Wait,
    signal_is,
)
from cellsim.domain.report import Severity
from cellsim.errors import UnknownName
from cellsim.simulate import interpret
from cellsim.simulate.actions import Go
from cellsim.simulate.expression import UNKNOWN, bind, evaluate, literals, say
from cellsim.simulate.interpret import Interpreter
from cellsim.simulate.run import simulate


def const(value):
    return Expr("const", value=value)


def var(name):
    return Expr("var", name=name)


def less(name, value):
    return Expr("<", (var(name), const(value)))


def plus(name, value):
    return Expr("+", (var(name), const(value)))


SIGNAL = Expr("signal", name="s")


def trace(program_, stops=frozenset({"set", "wait", "delay"}), inputs=None):
    """Return the interpreter and "line#iteration" of every move, signals all false."""
    interpreter = Interpreter(program_, stops, inputs or {})
    steps = interpreter.run()
    moves, answer = [], None
    while True:
        try:
            action = steps.send(answer)
        except StopIteration:
            return interpreter, moves
        answer = False
        if isinstance(action, Go):
            moves += [index for _, index in action.moves]


def lines(moves):
    return [index.line for index in moves]


def rules(interpreter):
    return [f.rule for f in interpreter.findings]


def test_a_counted_loop_numbers_its_rounds():
    _, moves = trace(program("hand", Loop((to(1), Loop((to(2),), count=2)), count=2)))
    assert [str(m) for m in moves] == [
        "hand.prg:2#0", "hand.prg:4#0#0", "hand.prg:4#0#1",
        "hand.prg:2#1", "hand.prg:4#1#0", "hand.prg:4#1#1",
    ]  # fmt: skip


def test_every_executed_move_has_its_own_index():
    body = (
        Assign("n", const(0)), Label("again"), Call("sub"), Call("sub"),
        Assign("n", plus("n", 1)), If(less("n", 3), (Goto("again"),)),
    )  # fmt: skip
    interpreter, moves = trace(program("hand", *body, sub=(to(1), Loop((to(2),), count=2))))
    assert len(moves) == 3 * 2 * 3
    assert len(set(moves)) == len(moves)
    assert interpreter.findings == []


def test_a_while_loop_and_a_goto_loop_do_the_same():
    counting = (Assign("n", const(0)), Loop((to(1), Assign("n", plus("n", 1))), None, less("n", 4)))
    jumping = (
        Assign("n", const(0)), Label("top"), to(1), Assign("n", plus("n", 1)),
        If(less("n", 4), (Goto("top"),)),
    )  # fmt: skip
    assert len(trace(program("hand", *counting))[1]) == 4
    assert len(trace(program("hand", *jumping))[1]) == 4


def test_a_return_leaves_the_routine_only():
    _, moves = trace(program("hand", Call("sub"), to(9), sub=(to(1), Return(), to(2))))
    assert lines(moves) == [101, 2]
    assert moves[0].calls == ("sub@1",)


def test_goto_out_of_a_branch_and_over_lines():
    body = (If(const(True), (to(1), Goto("end")), (to(2),)), to(3), Label("end"), to(4))
    _, moves = trace(program("hand", *body))
    assert lines(moves) == [2, 7]


def test_a_label_that_is_not_there_is_bad_input():
    with pytest.raises(
        UnknownName, match=r"hand\.prg:2: no label named 'ende'; did you mean 'end'"
    ):
        trace(program("hand", Label("end"), Goto("ende")))
    with pytest.raises(UnknownName, match="label"):
        trace(program("hand", Wait(SIGNAL, 1.0, "gone")))


def test_moves_run_together_up_to_a_stop():
    def runs(stops):
        body = (to(1, zone=FLY), put("a"), to(2, zone=FLY), to(3), to(4))
        interpreter = Interpreter(program("hand", *body), stops, {})
        return [
            (len(a.moves), [k for k, _ in a.marks]) for a in interpreter.run() if isinstance(a, Go)
        ]

    from cellsim.domain.program import Zone

    FLY = Zone("radius", 10, "mm")
    assert runs(frozenset({"set"})) == [(1, []), (2, []), (1, [])]
    assert runs(frozenset()) == [(3, [1]), (1, [])]


def test_unknown_conditions_are_undecided_unless_given():
    body = (If(Expr("unknown", name="$X"), (to(1),), (to(2),)), Loop((to(3),), None, var("never")))
    interpreter, moves = trace(program("hand", *body))
    assert lines(moves) == [3]
    assert rules(interpreter) == ["branch-on-unknown"] * 2
    assert {f.severity for f in interpreter.findings} == {Severity.UNDECIDED}
    assert [f.line for f in interpreter.findings] == [1, 4]
    interpreter, moves = trace(program("hand", body[0]), inputs={"$X": True})
    assert (lines(moves), interpreter.findings) == ([2], [])


def test_branches_not_taken_are_listed():
    body = (If(const(True), (to(1),), (to(2), to(3))), to(4))
    run = simulate(job_of(cell_of(), program("hand", *body, sub=(to(5),))))
    assert run.skipped == ("hand.prg:3", "hand.prg:101")


COUNTS = Loop((Assign("n", plus("n", 1)),), None, const(True))


@pytest.mark.parametrize(
    "body",
    [
        (Loop((Assign("n", const(1)),), None, const(True)),),
        (Label("a"), Goto("a")),
        (Call("main"),),
        (Assign("n", const(0)), COUNTS),
    ],
)
def test_a_program_without_an_end_is_found(body, monkeypatch):
    """After a tenth of the steps that are allowed; after all of them among the proofs."""
    monkeypatch.setattr(interpret, "MAX_STEPS", interpret.MAX_STEPS // 10)
    found_without_an_end(body)


@pytest.mark.prove
def test_a_program_that_counts_for_ever_is_found_after_all_steps():
    found_without_an_end((Assign("n", const(0)), COUNTS))


def found_without_an_end(body):
    run = simulate(job_of(cell_of(), program("hand", to(1), *body)))
    assert [f.rule for f in run.findings] == ["endless-loop"]
    assert run.findings[0].file == "hand.prg"
    assert run.findings[0].line >= 2


def test_a_main_loop_that_comes_round_to_the_same_world_ends_at_once():
    body = (Loop((to(1), Delay(1.0), to(0)), None, const(True)),)
    run = simulate(job_of(cell_of(), program("hand", to(0.5), *body)))
    assert [f.rule for f in run.findings] == ["endless-loop"]
    assert run.duration < 10.0


def test_polling_for_a_signal_is_ordered_like_a_wait():
    cell = cell_of(go="group:driver")
    poll = Loop((Delay(0.1),), None, signal_is("go", False))
    run = simulate(
        job_of(cell, program("hand", poll, to(1)), program("driver", to(1, 1), put("go"), to(2, 2)))
    )
    assert run.findings == ()
    assert any("hand.prg:1 branches on a signal" in text for text in run.assumptions)
    hand, driver = run.tracks["hand"], run.tracks["driver"]
    told = next(e.t for e in run.events if e.name == "go")
    after = [c for c in run.concurrent if hand.t[c.a1] > told + 0.2]
    assert after
    assert all(driver.t[c.b0] >= told - 1e-9 for c in after)


def test_lines_after_a_raw_line_still_run():
    interpreter, moves = trace(program("hand", to(1), Raw("??"), to(2)))
    assert lines(moves) == [1, 3]
    assert rules(interpreter) == ["state-not-understood"]


# Expressions -----------------------------------------------------------------------------------


def test_three_valued_logic_against_all_ways_to_fill_the_unknown():
    """An answer that is known is right for every value of what is not known."""
    unknown = Expr("unknown", name="u")
    rng = random.Random(7)

    def tree(depth):
        if depth == 0:
            return rng.choice([const(True), const(False), unknown, SIGNAL])
        op = rng.choice(["and", "or", "not", "==", "!="])
        count = 1 if op == "not" else 2
        return Expr(op, tuple(tree(depth - 1) for _ in range(count)))

    for _ in range(300):
        expr = tree(3)
        for s in (True, False):
            known = evaluate(bind(expr, {}, {}), lambda _, s=s: s)
            filled = {evaluate(bind(expr, {}, {"u": u}), lambda _, s=s: s) for u in (True, False)}
            assert known is UNKNOWN or filled == {known}


def test_literals_are_what_every_fulfilment_has_in_common():
    names = ("s", "t", "u")
    rng = random.Random(11)

    def tree(depth):
        if depth == 0:
            return Expr("signal", name=rng.choice(names))
        op = rng.choice(["and", "or", "not"])
        return Expr(op, tuple(tree(depth - 1) for _ in range(1 if op == "not" else 2)))

    for _ in range(200):
        expr = tree(3)
        worlds = [
            dict(zip(names, v, strict=True)) for v in itertools.product((True, False), repeat=3)
        ]
        true = [w for w in worlds if evaluate(expr, w.__getitem__)]
        for signal, value in literals(expr):
            assert all(w[signal] is value for w in true)


def test_division_by_zero_and_wrong_types_are_unknown():
    for op, a, b in (("/", 1, 0), ("<", "a", 1), ("+", "a", 1)):
        assert evaluate(Expr(op, (const(a), const(b))), lambda _: False) is UNKNOWN
    assert say(Expr("and", (SIGNAL, Expr("not", (var("x"),))))) == "s and (not x)"
