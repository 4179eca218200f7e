"""Data that RAPID modules and routines declare, and which of it the program may change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cellsim.controllers.abb.acts import Function, indexed, number_of
from cellsim.controllers.abb.modal import COUNTS, MOTIONS, changes_nothing
from cellsim.controllers.abb.values import Named, Value, WithNames
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

_WORDS = re.compile(r"[A-Za-z_]\w*")
_INDEXED = re.compile(r"(\w+)\{(\d+(?:,\d+)*)\}")
_MOST = 1e12
_CHAIN = 5
_BLOCKS = frozenset({"module", "def", "if", "while", "count", "record"})


@dataclass(frozen=True)
class Datum:
    """One declaration: storage ("const", "var", "pers"), type, name as spelled, constant value."""

    storage: str
    kind: str
    name: str
    value: Value
    line: Line
    routine: str = ""
    size: tuple[int, ...] = ()


@dataclass
class Table:
    """Declarations by name, lower case; those of a routine hide those of the modules.

    fixed: Values of the variables of loops that are being written out.
    records: Types that the text declares, with the types of their components, lower case.
    functions: Those of the text (lower case), and whether they only compute (see `pure`).
    """

    shared: dict[str, Datum] = field(default_factory=dict)
    local: dict[tuple[str, str], Datum] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    fixed: dict[str, float] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    functions: Mapping[str, bool] = field(default_factory=dict)

    def add(self, node: Node, routine: str = "") -> None:
        """Take in a declaration; a name that two modules declare otherwise is not known."""
        act = node.act
        if not isinstance(act, Act) or act.word != "declare":
            return
        storage, kind, name, size, value, _ = act.data
        datum = Datum(storage, kind, name, value, node.line, routine, _size(size))
        key = name.lower()
        if routine:
            if isinstance(value, WithNames):
                datum = replace(datum, value=self._filled(value, routine))
            self.local[routine, key] = datum
            return
        if key in self.shared and self.shared[key].value != value:
            self.twice.add(key)
        self.shared[key] = datum

    def resolve(self) -> None:
        """Give constants of constants their values: CONST num b:=2*a."""
        for _ in range(_CHAIN):
            for key, datum in self.shared.items():
                if isinstance(datum.value, WithNames):
                    self.shared[key] = replace(datum, value=self._filled(datum.value, ""))
                if datum.kind == "num" and isinstance(datum.value, Expr):
                    number = self.number(datum.value, "")
                    if number is not None:
                        self.shared[key] = replace(datum, value=number)

    def _filled(self, value: Value, routine: str) -> Value:
        """Return an aggregate with the values of the constants that it names."""
        if isinstance(value, Named):
            datum = self.find(value.name, routine)
            known = datum is not None and datum.storage == "const" and datum.value is not None
            return datum.value if known and datum is not None else value
        if isinstance(value, tuple):
            return type(value)(self._filled(part, routine) for part in value)
        return value

    def find(self, name: str, routine: str = "") -> Datum | None:
        """Return the declaration that a name means in a routine."""
        key = name.lower()
        found = self.local.get((routine, key))
        return found if found is not None else self.shared.get(key)

    def kind_of(self, name: str, routine: str) -> str:
        """Return the type of data or of a component of a record, "" where it is not known."""
        base, *parts = name.lower().split(".")
        datum = self.find(base, routine)
        kind = "" if datum is None else datum.kind
        for part in parts:
            kind = self.records.get(kind, {}).get(part, "")
        return kind

    def constant(self, name: str, routine: str, kind: str) -> Value | str:
        """Return the value of declared data of a type, or the reason why it is not known.

        name may have an index in braces; it begins at 1.
        """
        match = _INDEXED.fullmatch(name)
        base = match[1] if match else name
        datum = self.find(base, routine)
        if datum is None:
            return f"{kind} {base} is not in the text"
        if datum.kind != kind:
            return f"{base} is {datum.kind}, not {kind}"
        key = base.lower()
        if key in self.twice or (datum.storage != "const" and key in self.changed):
            return f"{kind} {base} is changed by the program"
        value = datum.value
        for index in match[2].split(",") if match else ():
            if not isinstance(value, tuple) or not 1 <= int(index) <= len(value):
                return f"{name} is outside of its array"
            value = value[int(index) - 1]
        return f"{kind} {base} has no value" if value is None else value

    def note_changes(self, nodes: Iterable[Node]) -> None:
        """Take in which names lines may give another value."""
        for node in flat(nodes):
            changed = _changed_by(node)
            self.changed |= changed
            if isinstance(node.act, Act) and node.act.word == "assign":
                self.assigned |= changed

    def bound(self, expr: Expr, routine: str) -> Expr:
        """Return an expression with the values of its num and bool constants."""
        if expr.op == "element":
            places = [self.number(i, routine) for i in expr.args]
            return indexed(expr.name, str(expr.value or ""), expr.args, places)
        if expr.op == "var":
            if expr.name.lower() in self.fixed:
                return _const(self.fixed[expr.name.lower()])
            datum = self.find(expr.name, routine)
            known = datum is not None and datum.storage == "const"
            if known and datum is not None and isinstance(datum.value, float | bool):
                return _const(datum.value)
            return expr
        if not expr.args:
            return expr
        args = tuple(self.bound(arg, routine) for arg in expr.args)
        if isinstance(expr, Function) and expr.name.lower() == "dim" and len(args) == 2:
            datum, number = self.find(args[0].name, routine), number_of(args[1])
            if datum is not None and number is not None and 1 <= number <= len(datum.size):
                return _const(float(datum.size[int(number) - 1]))
        return replace(expr, args=args)

    def number(self, expr: Expr | None, routine: str) -> float | None:
        """Return the number that an expression of constants is; None for anything else."""
        found = None if expr is None else _folded(self.bound(expr, routine))
        return None if found is None or not abs(found) <= _MOST else found


def _size(size: object) -> tuple[int, ...]:
    """Return the dimensions of a declaration: "2, 3", or constant expressions."""
    parts = [float(p) for p in size.split(",")] if isinstance(size, str) else []
    found = [number_of(p) for p in size] if isinstance(size, tuple) else parts
    return tuple(int(p) for p in found if p is not None and 0.0 < p < _MOST)


def _const(value: float | bool) -> Expr:
    if isinstance(value, bool) or value >= 0.0:
        return Expr("const", value=value)
    return Expr("neg", (Expr("const", value=-value),))


def _folded(expr: Expr) -> float | None:
    plain = number_of(expr)
    if plain is not None:
        return plain
    parts = [_folded(arg) for arg in expr.args]
    if len(parts) == 1 and expr.op == "neg" and parts[0] is not None:
        return -parts[0]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    a, b = parts[0], parts[1]
    sums: Mapping[str, float] = {"+": a + b, "-": a - b, "*": a * b}
    return sums.get(expr.op, a / b if expr.op == "/" and b else None)


def _changed_by(node: Node) -> set[str]:
    act = node.act
    if isinstance(act, NotUnderstood) or (isinstance(act, Open) and act.kind not in _BLOCKS):
        return {w.lower() for w in _WORDS.findall(node.line.text)}
    if not isinstance(act, Act):
        return set()
    if act.word == "assign":
        return {re.split(r"[.{]", act.data[0].name)[0].lower()}
    if act.word in COUNTS and act.data[1]:
        return {re.split(r"[.{]", act.data[1][0].value.name)[0].lower()}
    if act.word in MOTIONS or changes_nothing(act.word):
        return set()
    return {w.lower() for w in _WORDS.findall(node.line.text)}
