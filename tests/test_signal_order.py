"""What signals order between programs, against every interleaving of small programs."""

from __future__ import annotations

import random
from functools import partial

import pytest
from gantry_cells import cell_of, job_of, program, put, to, wait

from cellsim.domain.program import (
    Delay,
)
from cellsim.domain.report import Severity
from cellsim.simulate.explore import stuck_states
from cellsim.simulate.order import Change, Sync, clocks, free_blocks
from cellsim.simulate.run import simulate
from cellsim.simulate.stuck import possible_deadlocks
from cellsim.simulate.unsettled import races


def random_programs(rng):
    """Two groups that set own signals and wait for the other's, as (kind, signal, value) lists."""
    result = {}
    for group, other in (("a", "b"), ("b", "a")):
        own, theirs = [f"{group}{k}" for k in range(2)], [f"{other}{k}" for k in range(2)]
        result[group] = [
            ("set", rng.choice(own), rng.random() < 0.6)
            if rng.random() < 0.55
            else ("wait", rng.choice(theirs), rng.random() < 0.75)
            for _ in range(rng.randint(2, 6))
        ]
    return result


def run_some(programs, rng):
    """Return the log of one random interleaving, or None where it gets stuck."""
    at, values, log = dict.fromkeys(programs, 0), {}, []
    while any(at[g] < len(p) for g, p in programs.items()):
        ready = [g for g, p in programs.items() if at[g] < len(p) and passes(p[at[g]], values)]
        if not ready:
            return None
        group = rng.choice(ready)
        kind, signal, value = programs[group][at[group]]
        at[group] += 1
        needs = ((signal, value),) if kind == "wait" else ()
        log.append(Sync(group, needs))
        if kind == "set" and values.get(signal, False) is not value:
            values[signal] = value
            log.append(Change(signal, value, len(log) - 1))
    return log


def passes(statement, values):
    kind, signal, value = statement
    return kind == "set" or values.get(signal, False) is value


def together(programs):
    """Return every (block of a, block of b) that some interleaving reaches: brute force."""
    a, b = programs["a"], programs["b"]
    seen, stack = set(), [(0, 0, ())]
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        i, j, frozen = state
        values = dict(frozen)
        for step, k, p in (((1, 0), i, a), ((0, 1), j, b)):
            if k < len(p) and passes(p[k], values):
                kind, signal, value = p[k]
                changed = values | {signal: value} if kind == "set" else values
                stack.append((i + step[0], j + step[1], tuple(sorted(changed.items()))))
    return {(i, j) for i, j, _ in seen}


def test_rectangles_contain_every_pair_of_blocks_that_some_timing_reaches():
    rng = random.Random(3)
    ordered = exact = checked = 0
    while checked < 400:
        programs = random_programs(rng)
        log = run_some(programs, rng)
        if log is None:
            continue
        checked += 1
        stamps = clocks(log, {})
        free = {
            (i, j) for i, lo, hi in free_blocks(log, stamps, "a", "b") for j in range(lo, hi + 1)
        }
        reached = together(programs)
        assert reached <= free, programs
        every = (len(programs["a"]) + 1) * (len(programs["b"]) + 1)
        ordered += len(free) < every
        exact += free == reached
    assert ordered > 100
    assert exact > 200


def stuck_by_brute_force(programs):
    """Return the (steps of a, steps of b) at which some interleaving cannot go on."""
    found, seen, stack = set(), set(), [(0, 0, ())]
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        at, values = {"a": state[0], "b": state[1]}, dict(state[2])
        ready = [g for g, p in programs.items() if at[g] < len(p) and passes(p[at[g]], values)]
        if not ready and any(at[g] < len(p) for g, p in programs.items()):
            found.add(state[:2])
        for group in ready:
            kind, signal, value = programs[group][at[group]]
            changed = values | {signal: value} if kind == "set" else values
            after = {**at, group: at[group] + 1}
            stack.append((after["a"], after["b"], tuple(sorted(changed.items()))))
    return found


def test_the_exploration_finds_exactly_the_timings_that_get_stuck():
    rng = random.Random(5)
    checked = stuck = 0
    while checked < 300:
        programs = random_programs(rng)
        log = run_some(programs, rng)
        if log is None or not all(
            any(s.group == g for s in log if isinstance(s, Sync)) for g in "ab"
        ):
            continue
        checked += 1
        found, whole = stuck_states(log, {})
        assert whole
        brute = stuck_by_brute_force(programs)
        waiting = {
            tuple(sorted((g, programs[g][at][1]) for g, at in zip("ab", state, strict=True)
                         if at < len(programs[g])))
            for state in brute
        }  # fmt: skip
        assert {
            tuple(sorted((g, n[0][0]) for g, (_, n) in s.waits.items())) for s in found
        } == waiting
        assert len(found) == len(brute)
        stuck += bool(brute)
    assert stuck > 10


def test_more_timings_than_can_be_looked_at_are_not_checked(monkeypatch: pytest.MonkeyPatch):
    log = [Sync(group) for group in "ab" for _ in range(9)]
    assert stuck_states(log, {}, most=100) == ((), True)  # 10 x 10 states
    assert stuck_states(log, {}, most=99) == ((), False)
    monkeypatch.setitem(
        possible_deadlocks.__globals__, "stuck_states", partial(stuck_states, most=99)
    )
    (found,) = possible_deadlocks(log, {})
    assert (found.rule, found.severity) == ("deadlock-possible", Severity.NOT_CHECKED)
    assert found.subject == "a, b"


def test_a_pulse_that_a_later_robot_would_miss_is_a_warning():
    cell = cell_of(pulse="group:hand")
    body = (Delay(5.0), put("pulse"), Delay(0.5), put("pulse", False), to(1))
    run = simulate(job_of(cell, program("hand", *body), program("driver", to(1), wait("pulse"))))
    (found,) = run.findings
    assert (found.rule, found.severity) == ("deadlock-possible", Severity.UNDECIDED)
    assert (found.subject, found.file, found.line) == ("driver", "driver.prg", 2)


def test_a_second_spell_of_a_signal_does_not_order_what_the_first_allows():
    log = [Sync("a"), Change("s", True, 0), Sync("a"), Change("s", False, 2), Sync("a"),
           Change("s", True, 4), Sync("b", (("s", True),))]  # fmt: skip
    free = list(free_blocks(log, clocks(log, {}), "a", "b"))
    assert free == [(0, 0, 0), (1, 0, 1), (2, 0, 1), (3, 0, 1)]


def test_an_answer_that_is_late_orders_only_after_its_question():
    log = [Sync("a"), Change("start", True, 0), Change("done", True, 1, delayed=True),
           Sync("b", (("done", True),)), Sync("b")]  # fmt: skip
    assert list(free_blocks(log, clocks(log, {}), "a", "b")) == [(0, 0, 0), (1, 0, 2)]


def test_a_branch_on_a_signal_set_before_its_own_wait_is_no_race():
    log = [Sync("a"), Change("s", True, 0), Sync("b", (("s", True),)), Sync("b", (), ("s",))]
    assert races(log, clocks(log, {})) == ()
    free = [Sync("a"), Change("s", True, 0), Sync("b", (), ("s",))]
    assert [(r.sync.group, r.signal) for r in races(free, clocks(free, {}))] == [("b", "s")]


def test_waiting_groups_are_free_against_what_comes_before_the_signal():
    cell = cell_of(go="group:hand")
    run = simulate(
        job_of(
            cell, program("hand", to(1), put("go"), to(2)), program("driver", wait("go"), to(1, 1))
        )
    )
    pairs = {(c.a0, c.a1, c.b0, c.b1) for c in run.concurrent}
    hand, driver = run.tracks["hand"], run.tracks["driver"]
    said = next(m.last for m in hand.motions if m.index.line == 1)
    passed = next(m.last for m in driver.motions if m.note == "wait")
    end_a, end_b = len(hand.t) - 1, len(driver.t) - 1
    assert pairs == {(0, said, 0, passed), (said, end_a, 0, end_b)}
