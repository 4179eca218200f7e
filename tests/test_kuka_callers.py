"""What KRL subprograms set over those they call: against a walk from each of them by itself."""

from __future__ import annotations

import random

import pytest

from cellsim.controllers.kuka.callers import MOST, set_by, set_in_calls, set_with_calls, words_of
from cellsim.controllers.kuka.owned import declared, of_two
from cellsim.controllers.kuka.wholes import declared_in
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node
from cellsim.controllers.reading.calls import callees_first
from cellsim.controllers.reading.source import Line


def _bodies(rng: random.Random, count: int) -> dict[str, list[str]]:
    """Return subprograms that set their own and others' names, and call one another by chance."""
    names = [f"sub{i}" for i in range(count)]
    found = {}
    for i, name in enumerate(names):
        lines = [f"DECL INT own{i}", f"own{i}=1", f"n{i}=n{i}+1"]
        lines += [f"{rng.choice(names)}()" for _ in range(rng.randrange(3))]
        found[name] = lines
    return found


def _walked(lines: list[str], bodies: dict[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting, seen = [*(words_of(lines) & bodies.keys())], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            found |= set_by(bodies[name], declared_in(bodies[name]))
            waiting += words_of(bodies[name]) & bodies.keys()
    return frozenset(found)


@pytest.mark.parametrize("seed", range(30))
def test_what_subprograms_set_is_what_a_walk_from_each_finds(seed: int) -> None:
    rng = random.Random(seed)
    bodies = _bodies(rng, rng.randrange(1, 12))
    sets = set_with_calls(bodies)
    for name in bodies:
        lines = [f"{name}()", f"{rng.choice(list(bodies))}()", "x=1"]
        assert set_in_calls(lines, sets) == _walked(lines, bodies)
    assert set_in_calls(["x=1", "elsewhere()"], sets) == frozenset()


def test_a_long_chain_that_sets_a_name_each_is_held_once() -> None:
    """A list of its own for each of 3,000 would hold 4.5 million names; beyond MOST it is one."""
    bodies = {f"s{i}": [f"n{i}=1", f"s{i + 1}()"] for i in range(3_000)}
    sets = set_with_calls(bodies)
    every = {f"n{i}" for i in range(3_000)}
    for i in (0, 1_500, 3_000 - MOST - 1):
        assert sets[f"s{i}"] == every
        assert sets[f"s{i}"] is sets["s0"]
    assert sets[f"s{3_000 - MOST}"] == {f"n{i}" for i in range(3_000 - MOST, 3_000)}


@pytest.mark.parametrize("seed", range(30))
def test_callees_come_before_callers_and_those_that_call_each_other_together(seed: int) -> None:
    rng = random.Random(seed)
    names = [str(i) for i in range(rng.randrange(1, 10))]
    calls = {n: [rng.choice(names) for _ in range(rng.randrange(3))] for n in names}
    reach = {n: {n} for n in names}
    for _ in names:
        reach = {
            n: own.union(*(reach[o] for m in own for o in calls[m])) for n, own in reach.items()
        }
    groups = callees_first(calls)
    assert sorted(n for group in groups for n in group) == sorted(names)
    for at, group in enumerate(groups):
        assert {n for n in names if group[0] in reach[n] and n in reach[group[0]]} == set(group)
        done = {n for one in groups[: at + 1] for n in one}
        assert reach[group[0]] <= done


def test_a_chain_of_calls_is_as_deep_as_a_text_makes_it() -> None:
    """A recursion, or a walk from each of 20,000, would not end here."""
    count = 20_000
    calls = {str(i): [str(i + 1)] if i + 1 < count else ["0"] for i in range(count)}
    assert [len(group) for group in callees_first(calls)] == [count]
    calls[str(count - 1)] = []
    assert [group[0] for group in callees_first(calls)] == [str(i) for i in reversed(range(count))]


def test_a_name_of_two_is_declared_by_one_and_stands_in_another() -> None:
    def lines(first: int, *texts: str) -> list[Node]:
        acts = [Line("a.src", first + i, text, "", text) for i, text in enumerate(texts)]
        return [Node(line, Act("declare")) for line in acts]

    routines = {
        "a": lines(1, "DECL INT n, m", "n=1"),
        "b": lines(11, "DECL INT k", "m=2"),
        "c": lines(21, "n=3"),
    }
    assert declared(routines["a"]) == {"n", "m"}
    assert of_two(routines) == {"N", "M"}
