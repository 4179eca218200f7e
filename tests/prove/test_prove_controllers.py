"""Every brand on generated jobs, on edited text and on broken text (make prove, make prove-full).

Each part prints its counts, the machine and the date; the sizes of the issue come with
CELLSIM_PROVE=full.
"""

from __future__ import annotations

import datetime
import os
import platform
import resource
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest
from brandkit import CELLS, KITS
from controllers_edits import Caught, Edited, Named, caught
from controllers_extremes import extreme
from controllers_fuzz import Fuzzer, corpus, read_within
from controllers_jobs import feasible
from controllers_support import bytes_of, cell_of, plain_program
from handmade import EDITS
from programs_support import PROGRAMS
from same_meaning import differences

from cellsim.api import verify
from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import Move, Program, SetSignal, Target
from cellsim.domain.report import Report, Verdict
from cellsim.domain.walk import within

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
EXTREME, DRIVEN = (200, 200) if FULL else (3, 3)
EDIT_SEEDS = 6 if FULL else 1
INPUTS = 100_000 if FULL else 1_500
# What printed digits may move: a joint [rad | m] (two halves of 0.001 deg where axes are coupled),
# a pose [m] and [rad].
JOINT, LENGTH, ANGLE = 2e-5, 2e-6, 2e-5
SECONDS_PER_INPUT = 2.0
MEMORY_MB = 300.0


@pytest.fixture(scope="module", autouse=True)
def _machine() -> None:
    """Print where and when."""
    cores, now = os.cpu_count(), datetime.datetime.now(datetime.UTC)
    where = f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
    print(f"\n{now:%Y-%m-%d %H:%M} UTC, {where}, {'full' if FULL else 'short'}")


@dataclass
class Tally:
    """What one brand's jobs were made of."""

    jobs: int = 0
    green: int = 0
    statements: Counter[str] = field(default_factory=Counter)

    def add(self, program: Program) -> None:
        """Count the statements of a program."""
        self.jobs += 1
        for routine in program.routines:
            for s in within(routine.body):
                kind = s.kind if isinstance(s, Move) else type(s).__name__.lower()
                number = isinstance(s, SetSignal) and not isinstance(s.value, bool)
                kind = "group of outputs" if number else kind
                self.statements[kind] += 1

    def line(self, brand: str) -> str:
        """Return the row of the printed table."""
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(self.statements.items()))
        return f"{brand:8} {self.jobs:4} jobs, {self.green:4} driven and green: {kinds}"


def read_back(brand: str, cell: Cell, program: Program) -> tuple[Program, Program]:
    """Return a program as quantised and as read from its text; all of the text is understood."""
    quantised = BRANDS[brand].quantise(program, cell)
    result = BRANDS[brand].read(bytes_of(BRANDS[brand].write(quantised, cell)), cell, "arm")
    assert result.coverage.ratio == 1.0, result.raw_lines[:3]
    return quantised, result.program


def assert_same(given: Program, quantised: Program, read: Program) -> None:
    """Read is what was quantised, exactly; quantised is what was asked for, within the digits."""
    assert list(differences(quantised, read)) == []
    for a, b in zip(_moves(given), _moves(quantised), strict=True):
        assert a.kind == b.kind
        for wanted, printed in ((a.to, b.to), (a.via, b.via)):
            if wanted is not None and printed is not None:
                assert_near(wanted, printed)
    assert _signals(given) == _signals(read)


def assert_near(wanted: Target, printed: Target) -> None:
    """A target is as printed, within its digits; rotations are compared as rotations."""
    if wanted.q is not None and printed.q is not None:
        assert float(np.abs(np.subtract(wanted.q, printed.q)).max()) <= JOINT
    if wanted.pose is not None and printed.pose is not None:
        length, angle = wanted.pose.distance(printed.pose)
        assert length <= LENGTH
        assert angle <= ANGLE


def _moves(program: Program) -> list[Move]:
    bodies = [within(r.body) for r in program.routines]
    return [s for body in bodies for s in body if isinstance(s, Move)]


def _signals(program: Program) -> list[tuple[str, bool | float]]:
    bodies = [within(r.body) for r in program.routines]
    return [(s.signal, s.value) for body in bodies for s in body if isinstance(s, SetSignal)]


def verdict(cell: Cell, program: Program) -> Report:
    """Return the report on a program alone in its cell."""
    report = verify(Job(program.name, cell, {"arm": program}, rules_of(cell)))
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_generated_jobs_come_back_and_their_verdict_is_that_of_what_was_read(brand: str) -> None:
    tally = Tally()
    for seed in range(EXTREME):
        cell, program = extreme(brand, seed)
        assert_same(program, *read_back(brand, cell, program))
        tally.add(program)
    for seed in range(DRIVEN):
        cell, program = feasible(brand, seed)
        quantised, read = read_back(brand, cell, program)
        assert_same(program, quantised, read)
        planned = verdict(cell, quantised).verdict
        on_text = verdict(cell, read)
        assert on_text.verdict is planned, on_text.findings[:3]
        tally.green += on_text.verdict is Verdict.GREEN
        tally.add(program)
    print(f"\n{tally.line(brand)}")
    print(f"PROVE jobs-{brand} come_back={tally.jobs} driven={DRIVEN} green={tally.green}")
    assert (tally.jobs, tally.green) == (EXTREME + DRIVEN, DRIVEN)
    kinds = {"joint", "linear", "circular", "setsignal", "wait", "delay", "if", "loop"}
    kinds |= {"call", "return", "assign", "comment"}
    kinds |= {"group of outputs"} if "code" in KITS[brand].groups else set()
    kinds |= {"label", "goto"} if KITS[brand].jumps else set()
    assert kinds <= set(tally.statements)


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_every_edit_of_the_text_is_caught_and_its_line_is_named(brand: str) -> None:
    made: list[tuple[str, Edited]] = []
    for seed in range(1, EDIT_SEEDS + 1):
        cell = cell_of(brand, KITS[brand].track)
        program = BRANDS[brand].quantise(plain_program(cell, brand, seed), cell)
        files = bytes_of(BRANDS[brand].write(program, cell))
        program = BRANDS[brand].read(files, cell, "arm").program
        for name, edit in KITS[brand].edits.items():
            found = caught(brand, cell, program, files, edit)
            assert found or seed > 1, f"{name}: nothing to edit"
            made += ((f"{name} (seed {seed})", one) for one in found)
    for names, edits in EDITS[brand].items():
        cell = cell_of(brand)
        files = {n.rpartition("/")[2]: (PROGRAMS / brand / n).read_bytes() for n in names}
        program = BRANDS[brand].read(files, cell, "arm").program
        for name, edit in edits.items():
            found = caught(brand, cell, program, files, edit)
            assert found, f"{name} ({names[0]}): nothing to edit"
            made += ((f"{name} ({names[0]})", one) for one in found)
    how, named = (
        Counter(values) for values in zip(*((e.how, e.named) for _, e in made), strict=True)
    )
    kinds = len(KITS[brand].edits) + sum(len(edits) for edits in EDITS[brand].values())
    for counted in (how, named):
        shown = ", ".join(f"{n}: {what.value}" for what, n in sorted(counted.items()))
        print(f"\n{brand:8} {kinds} kinds of edit, {len(made)} edits: {shown}")
    print(
        f"PROVE edits-{brand} kinds={kinds} edits={len(made)} missed={how[Caught.MISSED]} "
        f"line_named={named[Named.FINDING] + named[Named.TEXT]} on_it={named[Named.FINDING]} "
        f"beside={named[Named.TEXT]} lines_gone_neighbour_named={named[Named.NEIGHBOUR]}"
    )
    assert [name for name, e in made if Caught.MISSED is e.how] == []
    assert [(name, e.lines) for name, e in made if e.named is Named.NOWHERE] == []
    assert kinds >= 40


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_broken_text_never_crashes_hangs_or_fills_the_memory(brand: str) -> None:
    fuzzer = Fuzzer(brand, corpus(brand), seed=20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, accepted, began = (0.0, b""), 0, time.perf_counter()
    for _ in range(INPUTS):
        files = fuzzer.next()
        seconds, read = read_within(brand, files, SECONDS_PER_INPUT)
        accepted += read
        slowest = max(slowest, (seconds, next(iter(files.values()))), key=lambda s: s[0])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    tracemalloc.start()
    read_within(brand, {KITS[brand].main: slowest[1]}, 20.0 * SECONDS_PER_INPUT)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    spent = time.perf_counter() - began
    print(
        f"\n{brand:8} {INPUTS} inputs in {spent:.0f} s, {accepted} read as programs, slowest "
        f"{1e3 * slowest[0]:.0f} ms, memory grew {grown:.0f} MB, slowest input took {peak:.1f} MB"
    )
    print(
        f"PROVE broken-text-{brand} inputs={INPUTS} read={accepted} "
        f"slowest_ms={1e3 * slowest[0]:.0f} grown_mb={grown:.0f}"
    )
    assert grown < MEMORY_MB


def test_every_brand_is_in_the_proof() -> None:
    assert {brand for brand, _ in CELLS} == set(BRANDS) == set(KITS)
