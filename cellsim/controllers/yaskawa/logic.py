"""Say conditions and values with what INFORM has: chains of plain comparisons, and registers.

A condition becomes plain (one comparison), a chain of AND or of OR, or a flag register that is
set by chains before it. Values become SET and one operation at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.writing.numbers import on_grid
from cellsim.controllers.yaskawa.digits import CONST_DIGITS
from cellsim.controllers.yaskawa.registers import COMPARE, Registers
from cellsim.domain.program import Assign, Expr, If, Statement
from cellsim.errors import Refused

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRROR = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MOST_CHAINS = 64
TRUE = Expr("const", value=True)


def number(value: float) -> Expr:
    """Return a constant on the printed grid."""
    return Expr("const", value=on_grid(value, CONST_DIGITS))


def chain(op: str, parts: list[Expr]) -> Expr:
    """Return `parts` joined by and or or, from the left."""
    tree = parts[0]
    for part in parts[1:]:
        tree = Expr(op, (tree, part))
    return tree


def links(condition: Expr, op: str) -> list[Expr]:
    """Return the parts of a chain of one operator."""
    if condition.op != op:
        return [condition]
    return [part for arg in condition.args for part in links(arg, op)]


def plain(condition: Expr) -> bool:
    """Return whether a condition is one comparison, or true."""
    return condition.op not in ("and", "or")


def opposite(condition: Expr) -> Expr:
    """Return what holds exactly when a plain condition or chain does not."""
    if condition.op in ("and", "or"):
        other = "or" if condition.op == "and" else "and"
        return chain(other, [opposite(p) for p in links(condition, condition.op)])
    if condition.op == "not":
        return condition.args[0]
    if condition.op in COMPARE:
        return Expr(_OPPOSITE[condition.op], condition.args)
    if condition.op == "const":
        return Expr("const", value=not condition.value)
    return Expr("not", (condition,))


@dataclass
class Logic:
    """Makes conditions and values plain; `before` gets the statements that must come first."""

    registers: Registers

    def condition(self, expr: Expr, before: list[Statement], line: int) -> Expr:
        """Return a plain condition or a chain that means the same after `before`."""
        chains = self._chains(self._leaves(expr, False, before, line), line)
        if len(chains) == 1:
            return chain("and", chains[0])
        if all(len(c) == 1 for c in chains):
            return chain("or", [c[0] for c in chains])
        flag = Expr("var", name=self.registers.fresh("B"))
        before += self._flagged(flag, chains, line)
        return Expr("==", (flag, number(1.0)))

    def flag(self, flag: Expr, expr: Expr, line: int) -> list[Statement]:
        """Return the statements that put a condition into a register, 0 or 1."""
        before: list[Statement] = []
        chains = self._chains(self._leaves(expr, False, before, line), line)
        return [*before, *self._flagged(flag, chains, line)]

    def _flagged(self, flag: Expr, chains: list[list[Expr]], line: int) -> list[Statement]:
        on = Assign(flag.name, number(1.0), line=line)
        tests = [If(chain("and", c), (on,), line=line) for c in chains]
        return [Assign(flag.name, number(0.0), line=line), *tests]

    def _leaves(self, expr: Expr, negated: bool, before: list[Statement], line: int) -> Expr:
        """Return the condition with `not` only at signals, and plain comparisons."""
        if expr.op == "not":
            return self._leaves(expr.args[0], not negated, before, line)
        if expr.op in ("and", "or"):
            op = {"and": "or", "or": "and"}[expr.op] if negated else expr.op
            return Expr(op, tuple(self._leaves(a, negated, before, line) for a in expr.args))
        if expr.op in COMPARE:
            leaf = self._comparison(expr, before, line)
        elif expr.op == "signal":
            leaf = expr
        elif expr.op == "var":
            name = self.registers.names.get(expr.name, expr.name)
            leaf = Expr("==", (Expr("var", name=name), number(1.0)))
        elif expr.op == "const" and not isinstance(expr.value, str):
            flag = Expr("var", name=self.registers.fresh("B"))
            before.append(Assign(flag.name, number(float(bool(expr.value))), line=line))
            leaf = Expr("==", (flag, number(1.0)))
        else:
            raise Refused("yaskawa", f"expression '{expr.op}' as a condition", line=line)
        return opposite(leaf) if negated else leaf

    def _comparison(self, expr: Expr, before: list[Statement], line: int) -> Expr:
        """Return a comparison of a register with a register or number."""
        left, right = (self._operand(a, before, line) for a in expr.args)
        if left.op == "const" and right.op == "const":
            left = self._kept(left, before, line)
        if left.op == "const" or (right.op == "signal" and left.op != "signal"):
            return Expr(_MIRROR[expr.op], (right, left))
        return Expr(expr.op, (left, right))

    def _operand(self, expr: Expr, before: list[Statement], line: int) -> Expr:
        """Return a register or number; what is to be worked out is put into a register."""
        if expr.op == "var":
            return Expr("var", name=self.registers.names.get(expr.name, expr.name))
        if expr.op == "signal":
            return expr
        value = constant(expr)
        return self._kept(expr, before, line) if value is None else number(value)

    def _kept(self, expr: Expr, before: list[Statement], line: int) -> Expr:
        kept = Expr("var", name=self.registers.fresh(self.registers.kind(expr)))
        before += self.value(kept.name, expr, line)
        return kept

    def value(self, name: str, expr: Expr, line: int) -> list[Statement]:
        """Return the statements that put a value into a register, one operation each."""
        target = Expr("var", name=name)
        if expr.op == "neg" and constant(expr) is None:
            expr = Expr("-", (number(0.0), expr.args[0]))
        value = constant(expr)
        if value is not None:
            return [Assign(name, number(value), line=line)]
        if expr.op == "var":
            return [Assign(name, self._operand(expr, [], line), line=line)]
        if expr.op not in {"+", "-", "*", "/"}:
            raise Refused("yaskawa", f"expression '{expr.op}' as a value", line=line)
        before: list[Statement] = []
        second = self._operand(expr.args[1], before, line)
        first = self._operand(expr.args[0], before, line) if _simple(expr.args[0]) else None
        if first is not None and first.name == name:
            return [*before, Assign(name, Expr(expr.op, (target, second)), line=line)]
        if second.op == "var" and second.name == name:
            second = self._kept(second, before, line)
        steps = self.value(name, expr.args[0], line)
        return [*before, *steps, Assign(name, Expr(expr.op, (target, second)), line=line)]

    def _chains(self, expr: Expr, line: int) -> list[list[Expr]]:
        """Return the chains of AND of which one must hold."""
        if expr.op == "or":
            return self._checked([c for a in expr.args for c in self._chains(a, line)], line)
        if expr.op == "and":
            left, right = (self._chains(a, line) for a in expr.args)
            return self._checked([[*a, *b] for a in left for b in right], line)
        return [[expr]]

    def _checked(self, chains: list[list[Expr]], line: int) -> list[list[Expr]]:
        if len(chains) > _MOST_CHAINS:
            raise Refused("yaskawa", "condition too long", line=line)
        return chains


def constant(expr: Expr) -> float | None:
    """Return the number a constant is; on is 1."""
    if expr.op == "neg":
        inner = constant(expr.args[0])
        return None if inner is None else -inner
    value = expr.value if expr.op == "const" else None
    return float(value) if isinstance(value, float | int) else None


def _simple(expr: Expr) -> bool:
    return expr.op == "var" or constant(expr) is not None
