"""Signals of a RAPID text by the cell's names, or by doN and diN of their ports."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cellsim.controllers.abb.acts import Function
from cellsim.domain.controller import Controller
from cellsim.domain.program import Expr

_PORT = re.compile(r"([dg][io])_?(\d+)", re.IGNORECASE)
_READS = {"dinput": "di", "doutput": "do", "testdi": "di", "ginput": "gi", "goutput": "go"}
_GROUPS = ("go", "gi")
_COMPARE = {"==", "!="}


def _none(_: str) -> bool:
    return False


@dataclass
class Signals:
    """Names of one controller's signals; collects notes about unknown ones.

    declared: Whether the text declares data of a name where it stands: it hides the signal.
        Source: 3HAC16580 (RAPID overview), scope of data: a declaration of the program hides what
        is installed under its name (recalled).
    """

    controller: Controller
    notes: list[str] = field(default_factory=list)
    declared: Callable[[str], bool] = _none

    def known(self, text: str) -> str | None:
        """Return the cell's name of a signal, None where the cell has none."""
        if self.declared(text):
            return None
        for name in self.controller.signals:
            if name.lower() == text.lower():
                return name
        port = _PORT.fullmatch(text)
        for name, at in self.controller.signals.items():
            if port is not None and (at.kind, at.number) == (port[1].lower(), int(port[2])):
                return name
        return None

    def kind(self, name: str) -> str:
        """Return "do", "di", "go" or "gi" of a signal of the cell, "" of another."""
        port = self.controller.signals.get(name)
        return "" if port is None else port.kind

    def named(self, text: str, kind: str) -> str:
        """Return the cell's name of a signal that must be an output or input; else as written."""
        name = self.known(text)
        if name is None and self.declared(text):
            self.note(f"signal {text} is data that the text declares: which one it is, is not read")
            return f"{kind} {text}"
        if name is None:
            self.note(f"signal {text} has no name in the cell")
            return text
        if self.kind(name) != kind:
            self.note(f"signal {text} is no {kind} of the cell")
            return f"{kind} {text}"
        return name

    def note(self, text: str) -> None:
        """Keep a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def bound(self, expr: Expr) -> Expr:
        """Return an expression with di=1, DOutput(do)=0 and the like said as signals."""
        if expr.op in _COMPARE and len(expr.args) == 2:
            found = self._compared(expr)
            if found is not None:
                return found
        if isinstance(expr, Function) or not expr.args:
            leaf = self._leaf(expr)
            return expr if leaf is None else leaf
        args = tuple(self.bound(arg) for arg in expr.args)
        return replace(expr, args=args)

    def _leaf(self, expr: Expr) -> Expr | None:
        """Return the signal that DInput(x), DOutput(x) or a signal's own name reads."""
        if isinstance(expr, Function):
            kind = _READS.get(expr.name.lower(), "")
            if kind in _GROUPS and (len(expr.args) != 1 or not self.known(expr.args[0].name)):
                return None
            if kind and len(expr.args) == 1 and expr.args[0].op == "var":
                return Expr("signal", name=self.named(expr.args[0].name, kind))
            return None
        name = self.known(expr.name) if expr.op == "var" else None
        return None if name is None else Expr("signal", name=name)

    def _compared(self, expr: Expr) -> Expr | None:
        for side, other in (expr.args, expr.args[::-1]):
            signal = self._leaf(side)
            if signal is not None and self.kind(signal.name) in _GROUPS:
                return None
            if signal is not None and other.op == "const" and other.value in (0.0, 1.0):
                wanted = bool(other.value) == (expr.op == "==")
                return signal if wanted else Expr("not", (signal,))
        return None
