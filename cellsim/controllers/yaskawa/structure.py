"""Say blocks, waits and assignments with what INFORM has, before they are written.

A wait for several signals polls; a timeout is a count of polls. Times above 655.35 s are split.
Source: INFORM manuals: WAIT takes one condition, TIMER and T 0.01..655.35 s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.writing.rewrite import rewrite
from cellsim.controllers.yaskawa.digits import TIME_DIGITS
from cellsim.controllers.yaskawa.logic import Logic, number, opposite, plain
from cellsim.controllers.yaskawa.registers import COMPARE, Registers
from cellsim.domain.program import (
    Assign,
    Delay,
    Expr,
    If,
    Loop,
    Program,
    Statement,
    Wait,
)
from cellsim.errors import Refused

LONGEST_S = 655.35
SHORTEST_S = 0.01
POLL_S = 0.02


def simplified(program: Program) -> Program:
    """Return the program with plain conditions, one operation a line, waits for one signal."""
    registers = Registers.of(program)
    said = {n: r for n, r in registers.names.items() if n != r}
    notes = (f"variable {name} is register {register}" for name, register in said.items())
    simple = rewrite(program, Simplify(registers, Logic(registers)).statement)
    return replace(simple, notes=(*simple.notes, *notes))


@dataclass
class Simplify:
    """Rewrites statements one by one, blocks inside out."""

    registers: Registers
    logic: Logic

    def statement(self, s: Statement) -> tuple[Statement, ...]:
        """Return the statements that mean the same."""
        match s:
            case Assign():
                return tuple(self.assign(s))
            case If():
                before: list[Statement] = []
                condition = self.logic.condition(s.condition, before, s.line)
                return (*before, replace(s, condition=condition))
            case Loop(condition=Expr() as condition):
                before = []
                plainer = self.logic.condition(condition, before, s.line)
                return (*before, replace(s, condition=plainer, body=(*s.body, *before)))
            case Wait():
                return tuple(self.wait(s))
            case Delay():
                return tuple(replace(s, seconds=part) for part in time_parts(s.seconds, s.line))
        return (s,)

    def assign(self, s: Assign) -> list[Statement]:
        """Return SET, or SET and one operation after the other."""
        name = self.registers.names.get(s.name, s.name)
        if self.registers.kind(s.value) == "B" and s.value.op != "const":
            flag = Expr("var", name=name)
            kept = Expr("var", name=self.registers.fresh("B"))
            steps = self.logic.flag(kept, s.value, s.line)
            last: Statement = Assign(name, kept, line=s.line, comment=s.comment)
            own = name not in {p.name for p in _parts(s.value)}
            return self.logic.flag(flag, s.value, s.line) if own else [*steps, last]
        steps = self.logic.value(name, s.value, s.line)
        return [*steps[:-1], replace(steps[-1], comment=s.comment)]

    def wait(self, s: Wait) -> list[Statement]:
        """Return a wait for one signal, or polling."""
        timeout = None if s.timeout_s is None else on_grid(s.timeout_s, TIME_DIGITS)
        if timeout is not None and not (SHORTEST_S <= timeout <= LONGEST_S or stops(s)):
            what = f"wait of {timeout:g} s; {SHORTEST_S}..{LONGEST_S} s"
            raise Refused("yaskawa", what, line=s.line, source="INFORM manual, WAIT")
        if _direct(s.condition) or stops(s):
            return [replace(s, timeout_s=timeout)]
        flag = Expr("var", name=self.registers.fresh("B"))
        test = self.logic.flag(flag, s.condition, s.line)
        still = opposite(Expr("==", (flag, number(1.0))))
        pause: list[Statement] = [Delay(POLL_S, line=s.line)]
        before: list[Statement] = []
        if timeout is not None:
            count = Expr("var", name=self.registers.fresh("D"))
            before = [Assign(count.name, number(0.0), line=s.line)]
            pause.append(Assign(count.name, Expr("+", (count, number(1.0))), line=s.line))
            polls = number(float(max(round(timeout / POLL_S), 1)))
            still = Expr("and", (still, Expr("<", (count, polls))))
        loop = Loop((*pause, *test), condition=still, line=s.line, comment=s.comment)
        after = [] if timeout is None else [self._late(flag, s)]
        return [*before, *test, loop, *after]

    def _late(self, flag: Expr, s: Wait) -> Statement:
        """Return the wait that goes to the label, or stops, if polling ended without success."""
        condition = Expr("==", (flag, number(1.0)))
        return Wait(condition, SHORTEST_S, s.on_timeout, line=s.line)


def stops(s: Wait) -> bool:
    """Return whether a wait is the program's own stop: for what never holds, without a label."""
    never = s.condition.op == "const" and s.condition.value is False
    return never and s.timeout_s == 0.0 and not s.on_timeout


def _direct(condition: Expr) -> bool:
    """Return whether WAIT takes a condition: a signal, a group, or a byte register and a number."""
    if condition.op == "not":
        return condition.args[0].op == "signal"
    if condition.op in COMPARE and condition.args[0].op == "signal":
        return True
    if condition.op == "==":
        left, right = condition.args
        return left.op == "var" and left.name[:1] == "B" and right.op == "const"
    return plain(condition) and condition.op == "signal"


def time_parts(seconds: float, line: int) -> list[float]:
    """Return a time as the times that TIMER takes, the long ones first."""
    rest = on_grid(seconds, TIME_DIGITS)
    if rest < SHORTEST_S or rest > 60 * LONGEST_S:
        what = f"time {seconds:g} s; {SHORTEST_S} s and more"
        raise Refused("yaskawa", what, line=line, source="INFORM manual, TIMER")
    parts: list[float] = []
    while rest > LONGEST_S:
        parts.append(LONGEST_S)
        rest = on_grid(rest - LONGEST_S, TIME_DIGITS)
    return [*parts, rest] if rest >= SHORTEST_S else parts


def _parts(expr: Expr) -> list[Expr]:
    return [expr, *(p for arg in expr.args for p in _parts(arg))]
