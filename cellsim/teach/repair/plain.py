"""Edits that change one number or the order of two statements."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from cellsim.domain.program import (
    FINE,
    If,
    Loop,
    Move,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
)
from cellsim.domain.walk import statements_of
from cellsim.teach.repair.case import Case, Edit, rewritten

SHARES = (0.9, 0.8, 0.65, 0.5, 0.35, 0.2)
SPARE = 0.98


def corner(case: Case) -> Iterator[Edit]:
    """Yield smaller corners of the motion, then of the one before it; a stop last."""
    for move in (case.move, case.before):
        if move is None or move.zone.kind == "fine":
            continue
        for zone in _smaller(case, move):
            edited = rewritten(case.program, {id(move): [replace(move, zone=zone)]})
            facts = {"line": move.line, "before": str(move.zone), "after": str(zone)}
            yield Edit("corner", edited, facts)


def _smaller(case: Case, move: Move) -> Iterator[Zone]:
    zone = move.zone
    if zone.unit == "level":
        yield from (replace(zone, value=float(v)) for v in range(int(zone.value) - 1, 0, -1))
    else:
        if case.finding.rule == "corner-shrunk" and zone.unit == "mm" and case.finding.value:
            yield replace(zone, value=math.floor(10.0 * case.finding.value) / 10.0)
        values = dict.fromkeys(float(round(share * zone.value)) for share in SHARES)
        yield from (replace(zone, value=v) for v in values if 0.0 < v < zone.value)
    yield FINE


def slow(case: Case) -> Iterator[Edit]:
    """Yield lower speeds of the motion, the highest first that the finding's numbers allow."""
    move, finding = case.move, case.finding
    if move is None:
        return
    shares: list[float] = []
    if finding.value and finding.limit and finding.value > 0.0 and finding.limit > 0.0:
        share = min(finding.value / finding.limit, finding.limit / finding.value)
        # Acceleration and torque grow with the square of the speed.
        squared = "acceleration" in finding.rule or "torque" in finding.rule
        shares.append(SPARE * (math.sqrt(share) if squared else share))
    shares += [s * (shares[0] if shares else 1.0) for s in SHARES]
    for share in shares:
        speed = _rounded(replace(move.speed, value=share * move.speed.value))
        if 0.0 < speed.value < move.speed.value:
            edited = rewritten(case.program, {id(move): [replace(move, speed=speed)]})
            facts = {"line": move.line, "before": str(move.speed), "after": str(speed)}
            yield Edit("slow", edited, facts)


def _rounded(speed: Speed) -> Speed:
    step = {"%": 1.0, "mm/s": 1.0, "m/s": 0.001, "deg/s": 0.1, "rad/s": 0.001}.get(speed.unit, 0.0)
    if step == 0.0:
        return replace(speed, value=0.0)
    return replace(speed, value=round(math.floor(speed.value / step + 1e-9) * step, 6))


def timeout(case: Case) -> Iterator[Edit]:
    """Yield longer timeouts of the wait on the line: by half as much, twice, four times."""
    waits = [s for s in statements_of(case.program) if s.line == case.finding.line]
    for wait in (s for s in waits if isinstance(s, Wait) and s.timeout_s is not None):
        before = wait.timeout_s
        assert before is not None
        for times in (1.5, 2.0, 4.0, 8.0):
            longer = replace(wait, timeout_s=math.ceil(times * before))
            edited = rewritten(case.program, {id(wait): [longer]})
            facts = {"line": wait.line, "before": f"{before:g}", "after": f"{longer.timeout_s:g}"}
            yield Edit("timeout", edited, facts)


def waits(case: Case) -> Iterator[Edit]:
    """Yield the program with two neighbouring statements swapped, a wait being one of them."""
    near = sorted(_neighbours(case), key=lambda pair: abs(pair[0].line - case.finding.line))
    for first, second in near:
        changes = {id(first): [second], id(second): [first]}
        facts = {"first": first.line, "second": second.line}
        yield Edit("waits", rewritten(case.program, changes), facts)


def _neighbours(case: Case) -> Iterator[tuple[Statement, Statement]]:
    bodies: list[Sequence[Statement]] = [r.body for r in case.program.routines]
    for s in statements_of(case.program):
        if isinstance(s, If):
            bodies += [s.then, s.otherwise]
        elif isinstance(s, Loop):
            bodies.append(s.body)
    for body in bodies:
        for first, second in pairwise(body):
            kinds = (first, second)
            if all(isinstance(s, Wait | SetSignal) for s in kinds) and any(
                isinstance(s, Wait) for s in kinds
            ):
                yield first, second


def home(case: Case) -> Iterator[Edit]:
    """Yield the program with a joint move home as its last statement."""
    moves = [s for s in statements_of(case.program) if isinstance(s, Move) and s.kind == "joint"]
    entry = case.program.routines[0]
    if not moves or not entry.body:
        return
    last, home_q = entry.body[-1], case.cell.groups[case.group].home
    move = replace(
        moves[-1], to=Target(q=home_q, name="home"), zone=FINE, comment="home", line=0, via=None
    )
    yield Edit("home", rewritten(case.program, {id(last): [last, move]}), {"line": last.line + 1})
