"""Instructions of RAPID that are no motion: outputs, waits, assignments, declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cellsim.controllers.abb.acts import Function, Item
from cellsim.controllers.abb.declared import Datum, Table
from cellsim.controllers.abb.functions import ASIDE, asks, is_free
from cellsim.controllers.abb.outputs import Outputs
from cellsim.controllers.abb.quiet import paused
from cellsim.controllers.abb.signals import Signals
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import (
    Assign,
    Delay,
    Expr,
    Goto,
    Label,
    Raw,
    Statement,
    Wait,
    signal_is,
)

_OPS = frozenset(
    {"const", "var", "signal", "not", "neg", "and", "or", "==", "!=", "<", "<=", ">", ">="}
    | {"+", "-", "*", "/"}
)
_RELATIONS = (("noteq", "!="), ("lt", "<"), ("gt", ">"))
_WAIT_OPTIONS = frozenset({"maxtime", "timeflag", "inpos", "zerospeed"})
_PLAIN = frozenset({"num", "dnum", "bool"})


@dataclass
class Instructions:
    """What the instructions of one routine mean.

    handled: An error handler catches timeouts. flags: Waits with a time flag of each line.
    alias: Names of the variables of loops, by the name in the text (lower case).
    read: Words of lines that do more than set an output; raised: outputs set on; lower case.
    loads: Why a load is none that the cell's parts have, by its name and routine.
    """

    routine: str
    table: Table
    signals: Signals
    collector: Collector
    handled: bool = False
    flags: dict[int, int] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()
    loads: Callable[[str, str], str] = lambda _name, _routine: ""

    def statement(self, line: Line, act: Act) -> list[Statement] | None:
        """Return what an instruction does; None where it is not known."""
        match act.word:
            case "assign":
                return self._assign(line, act)
            case "declare":
                return self._declare(line, act)
            case "waittime":
                return self._delay(line, act)
            case "waitdi" | "waitdo" | "waituntil" | "waitgi" | "waitgo":
                return self.wait(line, act)
            case "incr" | "decr" | "add" | "clear":
                return self._counts(line, act)
            case "stop" | "break":
                return paused(line)
            case "tpreadnum" | "tpreadfk":
                return self._asked(line, act)
            case "gripload":
                return self._load(line, act)
        says = Outputs(self.routine, self.table, self.signals, self.read, self.raised)
        return says.statement(line, act)

    def _load(self, line: Line, act: Act) -> list[Statement]:
        """Return GripLoad: nothing where the cell's parts have that load."""
        _, items = act.data
        name = items[-1].value.name if items and items[-1].value.op == "var" else ""
        differs = self.loads(name, self.routine) if name else "a load that is no name"
        return [self.collector.keep(line, differs)] if differs else []

    def _asked(self, line: Line, act: Act) -> list[Statement] | None:
        """Return a question to the operator: the arm stands, the answer is free."""
        _, items = act.data
        name = items[0].value.name if items and items[0].value.op == "var" else ""
        if not name or not self._is_plain(name):
            return None
        value = Expr("unknown", name=line.text)
        return [*paused(line), Assign(self.variable(name), value, line=line.number)]

    def known(self, line: Line, condition: Expr) -> Expr:
        """Return a condition with the cell's names; one that is not understood is counted."""
        bound = self.bound(condition)
        if bound is None:
            unread = condition.op == "unknown" and not isinstance(condition, Function)
            if unread or not is_free(condition, self.table.functions):
                self.collector.keep(line, "condition")
            return Expr("unknown", name=line.text)
        return bound

    def bound(self, expr: Expr) -> Expr | None:
        """Return an expression with constants, signals and variables as the cell names them."""
        found = self.signals.bound(self.table.bound(expr, self.routine))
        waiting = [found]
        while waiting:
            part = waiting.pop()
            waiting += part.args
            if part.op not in _OPS or (part.op == "var" and not self._is_plain(part.name)):
                return None
        return self._renamed(found)

    def _is_plain(self, name: str) -> bool:
        """Return whether a name can be a num or bool, or is such a component of a record."""
        if "." in name:
            words = all(part.isidentifier() for part in name.split("."))
            return words and self.table.kind_of(name, self.routine) in _PLAIN
        datum = self.table.find(name, self.routine)
        return name.isidentifier() and (datum is None or datum.kind in _PLAIN)

    def _is_element(self, expr: Expr) -> bool:
        """Return whether an expression is an element of an array of num or bool."""
        datum = self.table.find(expr.name.partition("{")[0], self.routine)
        fits = (expr.op == "element" and not expr.value) or expr.name.endswith("}")
        return fits and datum is not None and datum.kind in _PLAIN and datum.storage != "const"

    def _renamed(self, expr: Expr) -> Expr:
        if expr.op == "var":
            return Expr("var", name=self.variable(expr.name))
        args = tuple(self._renamed(a) for a in expr.args)
        return replace(expr, args=args)

    def variable(self, name: str) -> str:
        """Return a variable as it is declared; one of several of its name with its routine."""
        if name.lower() in self.alias:
            return self.alias[name.lower()]
        base, *parts = name.split(".")
        if parts:
            made = "_".join([self.variable(base), *(part.lower() for part in parts)])
            return made if self.table.find(made, self.routine) is None else f"{made}_component"
        datum = self.table.find(name, self.routine)
        if datum is None:
            return name
        others = {r for r, key in self.table.local if key == name.lower()} - {datum.routine}
        if datum.routine and (others or name.lower() in self.table.shared):
            return f"{datum.name}_of_{datum.routine}"
        return datum.name

    def _assign(self, line: Line, act: Act) -> list[Statement] | None:
        name = act.data[0].name
        if self._is_element(act.data[0]):
            what = "an element of an array; what is read of it is not known"
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number, comment=what)]
        if self.table.kind_of(name, self.routine) in ASIDE and is_free(
            act.data[1], self.table.functions
        ):
            what = "of a type that nothing moves by"
            return [Raw(line.verbatim.strip(), harmless=True, line=line.number, comment=what)]
        if act.data[0].op != "var" or not self._is_plain(name):
            return None
        value = self.bound(act.data[1])
        asked = paused(line) if asks(act.data[1]) else []
        if value is None and (asked or is_free(act.data[1], self.table.functions)):
            value = Expr("unknown", name=line.text)
            return [*asked, Assign(self.variable(name), value, line=line.number)]
        if value is None:
            return None
        return [Assign(self.variable(name), value, line=line.number, comment=line.comment)]

    def _counts(self, line: Line, act: Act) -> list[Statement] | None:
        """Return Incr, Decr, Add and Clear as assignments."""
        options, items = act.data
        if options or len(items) != 1 + (act.word == "add") or any(i.options for i in items):
            return None
        old, one = items[0].value, Expr("const", value=1.0)
        new = {
            "incr": Expr("+", (old, one)),
            "decr": Expr("-", (old, one)),
            "add": Expr("+", (old, items[-1].value)),
            "clear": Expr("const", value=0.0),
        }[act.word]
        return self._assign(line, Act("assign", (old, new)))

    def _declare(self, line: Line, act: Act) -> list[Statement] | None:
        """Return the first value that a variable of a routine gets at every call."""
        datum = self.table.find(act.data[2], self.routine)
        array = act.data[3] is not None
        if datum is None or datum.storage != "var" or datum.kind not in _PLAIN or array:
            return []
        return initial(datum, self.variable(datum.name), line)

    def _delay(self, line: Line, act: Act) -> list[Statement] | None:
        options, items = act.data
        seconds = self.table.number(items[0].value, self.routine) if len(items) == 1 else None
        if seconds is None or seconds < 0.0 or any(n != "inpos" for n, _ in options):
            return None
        return [Delay(seconds, line=line.number, comment=line.comment)]

    def wait(self, line: Line, act: Act, label: str = "") -> list[Statement]:
        """Return a wait; its timeout goes to a label, sets its flag, or stops the program."""
        made = self._wait(line, act, label)
        return made if made is not None else [self.collector.keep(line, f"'{act.word}'")]

    def _wait(self, line: Line, act: Act, label: str) -> list[Statement] | None:
        options, items = act.data
        given = dict((*options, *(o for item in items for o in item.options)))
        if act.word in ("waitgi", "waitgo"):
            condition = self._code(act.word, items, given)
        else:
            condition = self._condition(act.word, items)
        if condition is None or not given.keys() <= _WAIT_OPTIONS:
            return None
        timeout = None
        if "maxtime" in given:
            timeout = self.table.number(given["maxtime"], self.routine)
            if timeout is None or timeout < 0.0:
                return None
        flag = given.get("timeflag")
        if flag is not None and (timeout is None or flag.op != "var"):
            return None
        if label or flag is None:
            wait = Wait(condition, timeout, label, line=line.number, comment=line.comment)
            if timeout is not None and not label and self.handled:
                return [self.collector.keep(line, "its timeout goes to the error handler"), wait]
            return [wait]
        return self._flagged(line, condition, timeout, self.variable(flag.name))

    def _flagged(
        self, line: Line, condition: Expr, timeout: float | None, flag: str
    ) -> list[Statement]:
        """Return a wait that goes on after its timeout, with the flag saying how it ended."""
        number = line.number
        self.flags[number] = self.flags.get(number, 0) + 1
        mark = f"{number}" if self.flags[number] == 1 else f"{number}_{self.flags[number]}"
        late, there = f"late_{mark}", f"waited_{mark}"
        return [
            Wait(condition, timeout, late, line=number, comment=line.comment),
            Assign(flag, Expr("const", value=False), line=number),
            Goto(there, line=number),
            Label(late, line=number),
            Assign(flag, Expr("const", value=True), line=number),
            Label(there, line=number),
        ]

    def _code(
        self, word: str, items: tuple[Item, ...], given: dict[str, Expr | None]
    ) -> Expr | None:
        """Return WaitGI x, 5 and its kinds NOTEQ, LT, GT of a group of the cell; no TimeFlag.

        Source: 3HAC050917 (RobotWare 6), WaitGI, as a public index made of the manual quotes it.
        """
        name = self.signals.known(items[0].value.name) if len(items) == 2 else None
        if name is None or self.signals.kind(name) != word[-2:] or "timeflag" in given:
            return None
        found = [op for option, op in _RELATIONS if option in given and given.pop(option) is None]
        value = self.bound(items[1].value)
        if len(found) > 1 or value is None:
            return None
        return Expr(found[0] if found else "==", (Expr("signal", name=name), value))

    def _condition(self, word: str, items: tuple[Item, ...]) -> Expr | None:
        if word == "waituntil":
            return self.bound(items[0].value) if len(items) == 1 else None
        if len(items) != 2 or items[0].value.op != "var":
            return None
        value = self.table.number(items[1].value, self.routine)
        if value not in (0.0, 1.0):
            return None
        name = self.signals.named(items[0].value.name, "di" if word == "waitdi" else "do")
        return signal_is(name, value == 1.0)


def initial(datum: Datum, name: str, line: Line) -> list[Statement]:
    """Return the assignment of a variable's first value; 0 or FALSE where none is written."""
    zero: float | bool = False if datum.kind == "bool" else 0.0
    value = zero if datum.value is None else datum.value
    if isinstance(value, float) and value < 0.0:
        return [Assign(name, Expr("neg", (Expr("const", value=-value),)), line=line.number)]
    if isinstance(value, float | bool):
        return [Assign(name, Expr("const", value=value), line=line.number)]
    return [Assign(name, Expr("unknown", name=name), line=line.number)]
