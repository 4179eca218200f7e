"""A program as a row of items: what is compared, and what each is paired by."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.release.meaning.expressions import shape, show, variables_of


@dataclass(frozen=True, eq=False)
class Item:
    """One step of a program.

    Attributes:
        word: "move", "set", "wait", "delay", "assign", "if", "else", "loop", "end", "call",
            "return", "label", "goto", "raw", "routine" or "leave".
        line: Where it stands; of else and end, where their block begins.
        statement: What it came from, its expressions in one form.
        condition: Of if, loop and wait; the value of an assignment.
        file: That the line is of, "" where that is the file of the program.
    """

    word: str
    line: int
    statement: Statement
    condition: Expr | None = None
    file: str = ""

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """(namespace, name) of everything a program may call as it likes, in order."""
        s = self.statement
        found = [("var", n) for n in variables_of(self.condition)] if self.condition else []
        if isinstance(s, Assign):
            found.append(("var", s.name))
        elif isinstance(s, Label):
            found.append(("label", s.name))
        elif isinstance(s, Goto):
            found.append(("label", s.label))
        elif isinstance(s, Wait) and s.on_timeout:
            found.append(("label", s.on_timeout))
        elif isinstance(s, Call):
            found.append(("routine", s.routine))
        return tuple(found)


def file_beside(program: Program, routine: Routine) -> str:
    """Return the file of a routine where it is another than that of its program, else ""."""
    return "" if routine.file == program.file else routine.file


def key_of(item: Item) -> tuple[object, ...]:
    """Return what two items other than motions share when they mean the same but for names."""
    s = item.statement
    condition = shape(item.condition) if item.condition else ""
    if isinstance(s, SetSignal):
        return ("set", s.signal, float(s.value), s.at and s.at.rounded())
    if isinstance(s, Wait):
        limit = None if s.timeout_s is None else round(s.timeout_s, 9)
        return ("wait", condition, limit, bool(s.on_timeout))
    if isinstance(s, Delay):
        return ("delay", round(s.seconds, 9))
    if isinstance(s, Loop) and item.word == "loop":
        return ("loop", s.count, condition)
    if isinstance(s, Raw):
        return ("raw", " ".join(s.text.split()))
    return (item.word, condition)


def describe(item: Item) -> str:
    """Return an item in one short phrase, values included."""
    s, condition = item.statement, show(item.condition) if item.condition else ""
    if isinstance(s, Move):
        return f"{s.kind} move ({s.speed}, {s.zone})"
    if isinstance(s, SetSignal):
        return f"set {s.signal} = {s.value}" + (f" at {s.at}" if s.at else "")
    if isinstance(s, Wait):
        limit = "" if s.timeout_s is None else f" for at most {s.timeout_s:g} s"
        other = f", else {s.on_timeout}" if s.on_timeout else ""
        return f"wait {condition}{limit}{other}"
    if isinstance(s, Delay):
        return f"delay {s.seconds:g} s"
    if isinstance(s, Call):
        return f"call {s.routine}"
    if isinstance(s, If) and item.word == "if":
        return f"if {condition}"
    if isinstance(s, Loop) and item.word == "loop":
        return f"loop {s.count if item.condition is None else condition}"
    if isinstance(s, Label):
        return f"label {s.name}"
    if isinstance(s, Goto):
        return f"goto {s.label}"
    if isinstance(s, Assign):
        return f"{s.name} = {condition}"
    if isinstance(s, Raw):
        return f"text not understood: {s.text.strip()}"
    return item.word
