"""Steps, slack and critical path; the second way to know is to make a step longer and run again."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from gantry_cells import RULES, cell_of, seconds

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    Delay,
    Program,
    Routine,
    SetSignal,
    Statement,
    Wait,
    signal_is,
)
from cellsim.domain.report import CycleStep
from cellsim.domain.wiring import Device, Signal
from cellsim.simulate.run import simulate
from cellsim.verify.cycle import KINDS, cycle_steps, shares
from cellsim.verify.render import render
from cellsim.verify.render.cycle import critical_blocks
from cellsim.verify.render.json import schema
from cellsim.verify.run import verify_timeline

SCAN = RULES.interpolation_s


def program(name: str, *statements: Statement) -> Program:
    lined = tuple(replace(s, line=k + 3) for k, s in enumerate(statements))
    return Program(name, name, (Routine(name, lined),), f"{name}.p", "file")


def on(signal: str, value: bool = True) -> Wait:
    return Wait(signal_is(signal, value))


def two_groups(a_first: float, b_first: float, press: float = 2.0) -> Job:
    """a works, then b presses; b was ready before, or a waits for b at the end."""
    devices = {"press": Device("press", "press_go", "press_ok", seconds(press))}
    signals = [
        Signal("ready", "group:a", ("b",)), Signal("pressed", "group:b", ("a",)),
        Signal("press_go", "group:b"), Signal("press_ok", "device:press", ("b",)),
    ]  # fmt: skip
    whole = cell_of()
    groups = {"a": replace(whole.groups["driver"], name="a"),
              "b": replace(whole.groups["driver"], name="b", tool="")}  # fmt: skip
    wires = {s.name: s for s in signals}
    where: Cell = replace(whole, groups=groups, signals=wires, devices=devices)
    a = program("a", Delay(a_first), SetSignal("ready", True), on("pressed"), Delay(0.5))
    b = program("b", Delay(b_first), on("ready"), SetSignal("press_go", True), on("press_ok"),
                SetSignal("press_go", False), SetSignal("pressed", True))  # fmt: skip
    return Job("two", where, {"a": a, "b": b}, {"a": RULES, "b": RULES})


def steps(job: Job) -> tuple[CycleStep, ...]:
    return cycle_steps(simulate(job))


def the(found: tuple[CycleStep, ...], who: str, line: int) -> CycleStep:
    (step,) = [s for s in found if (s.who, s.line) == (who, line)]
    return step


@pytest.mark.parametrize(("a_first", "b_first"), [(3.0, 1.0), (1.0, 3.0)])
def test_the_critical_path_fills_the_cycle_but_for_the_scans(
    a_first: float, b_first: float
) -> None:
    job = two_groups(a_first, b_first)
    found, end = steps(job), simulate(job).duration
    blocks = critical_blocks(found)
    assert end == pytest.approx(3.0 + 2.0 + 0.5, abs=4 * SCAN)
    assert sum(b.t1 - b.t0 for b in blocks) == pytest.approx(end, abs=4 * SCAN)
    assert [b.who for b in blocks if b.t1 - b.t0 > 0.1] == [
        "a" if a_first > 2 else "b",
        "press",
        "a",
    ]


def test_slack_is_how_much_longer_a_step_may_take() -> None:
    found = steps(two_groups(3.0, 1.0))
    end = simulate(two_groups(3.0, 1.0)).duration
    slack = the(found, "b", 3).slack
    assert slack == pytest.approx(2.0, abs=2 * SCAN)
    within = simulate(two_groups(3.0, 1.0 + 0.95 * slack)).duration
    assert within == pytest.approx(end, abs=1e-9)
    beyond = simulate(two_groups(3.0, 1.0 + slack + 0.4)).duration
    assert beyond == pytest.approx(end + 0.4, abs=2 * SCAN)


def test_a_step_without_slack_makes_the_cycle_longer() -> None:
    end = simulate(two_groups(3.0, 1.0)).duration
    assert the(steps(two_groups(3.0, 1.0)), "a", 3).critical
    assert simulate(two_groups(3.3, 1.0)).duration == pytest.approx(end + 0.3, abs=2 * SCAN)
    assert simulate(two_groups(3.0, 1.0, press=2.5)).duration == pytest.approx(
        end + 0.5, abs=2 * SCAN
    )


def test_waits_are_told_apart_by_what_ended_them() -> None:
    job = two_groups(3.0, 1.0)
    row = shares(steps(job), ("a", "b"))
    assert row["b"]["wait_robot"] == pytest.approx(2.0, abs=2 * SCAN)
    assert row["b"]["process"] == pytest.approx(2.0, abs=2 * SCAN)
    assert row["a"]["wait_robot"] == pytest.approx(2.0, abs=4 * SCAN)
    assert row["a"]["delay"] == pytest.approx(3.5)
    assert set(row["a"]) == set(KINDS)


def test_every_rendering_tells_the_critical_path_with_the_same_digits() -> None:
    job = two_groups(3.0, 1.0)
    report = verify_timeline(simulate(job))
    blocks = critical_blocks(report.steps)
    longest = max(blocks, key=lambda b: b.t1 - b.t0)
    said = f"{longest.t0:.2f} – {longest.t1:.2f} s {longest.who} delay 3.0 s (a.p:3)"
    for fmt in ("text", "md"):
        assert said in render(report, fmt).replace("&#95;", "_"), fmt
    data = json.loads(render(report, "json"))
    jsonschema.validate(data, dict(schema()))
    told = [s for s in data["reports"][0]["steps"] if s["critical"]]
    assert any(s["t1"] - s["t0"] == pytest.approx(3.0) for s in told)


def test_a_gripper_that_confirms_is_a_step_of_its_own() -> None:
    a = program("hand", Delay(1.0), SetSignal("close", True), on("closed"))
    found = steps(Job("grip", cell_of(), {"hand": a}, {"hand": RULES}))
    step = next(s for s in found if s.who == "jaw")
    assert (step.kind, step.critical) == ("grip", True)
    assert step.t1 - step.t0 == pytest.approx(0.4)
