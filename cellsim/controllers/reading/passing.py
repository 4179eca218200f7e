"""Routines with parameters that are called with what is only known when they run.

An argument is assigned to a variable of its own before the call, what comes back is assigned
after it: the same as handing over by value, and as handing over the variable itself where nothing
else changes it meanwhile. A routine that may call itself has its variables once, so it is not
taken. The value of a function is a variable that its returns set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Assign, Call, Expr, Statement

MOST_CALLS = 20
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Signature:
    """What a routine takes and gives.

    Attributes:
        name: Of the routine. parameters: The variables that stand for its parameters.
        outs: Whether each is handed back to the variable it came from.
        returns: Whether it is a function.
    """

    name: str
    parameters: tuple[str, ...]
    outs: tuple[bool, ...]
    returns: bool = False

    @property
    def value(self) -> str:
        """The variable that holds what the function returned."""
        return f"{self.name}__value"


def own_name(routine: str, parameter: str) -> str:
    """Return the variable that stands for a parameter of a routine."""
    return f"{routine}__{parameter}"


def not_recursive(texts: Mapping[str, str], fold: bool) -> frozenset[str]:
    """Return the routines that cannot come back to themselves, by the words in their texts.

    Args:
        texts: Routine to all its text. fold: Whether the language tells letters of case apart not.
    """
    names = {n.lower() if fold else n: n for n in texts}
    calls = {
        name: {names[w] for w in _WORD.findall(text.lower() if fold else text) if w in names}
        for name, text in texts.items()
    }
    free = set()
    for name in texts:
        seen: set[str] = set()
        waiting = [*calls[name]]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += calls[one]
        if name not in seen:
            free.add(name)
    return frozenset(free)


def call_of(
    signature: Signature,
    arguments: Sequence[object],
    line: Line,
    usable: Callable[[Expr], Expr | None],
) -> list[Statement] | None:
    """Return a call with its arguments assigned before and handed back after, or None.

    Args:
        signature: Of the routine. arguments: What the call has.
        line: Of the call. usable: Gives an argument with the cell's names, None where it is not
            the value of a variable or a number.
    """
    if len(arguments) != len(signature.parameters):
        return None
    before: list[Statement] = []
    after: list[Statement] = []
    for given, name, out in zip(arguments, signature.parameters, signature.outs, strict=True):
        value = usable(given) if isinstance(given, Expr) else None
        if value is None or (out and value.op != "var"):
            return None
        before.append(Assign(name, value, line=line.number))
        if out:
            after.append(Assign(value.name, Expr("var", name=name), line=line.number))
    call = Call(signature.name, line=line.number, comment=line.comment)
    return [*before, call, *after]


def with_calls(
    expr: Expr,
    signatures: Mapping[str, Signature],
    line: Line,
    usable: Callable[[Expr], Expr | None],
    did: Callable[[list[Statement]], None],
    fold: bool,
) -> tuple[list[Statement], Expr]:
    """Return the calls of the functions in an expression, in order, and it with their values.

    Args:
        expr, signatures, line, usable: As for `call_of`.
        did: Told the statements of each call, in order, before the next one is looked at.
        fold: Whether letters of either case are alike in names.

    Such an expression stays as it is where a function stands behind `and` or `or` (it may not be
    called at all), or behind a variable or a signal (the function may change it meanwhile).
    """
    count = loose = 0

    def one(part: Expr, certain: bool) -> tuple[list[Statement], Expr] | None:
        nonlocal count, loose
        certain = certain and part.op not in {"and", "or"}
        name = part.name.lower() if fold else part.name
        signature = signatures.get(name) if part.op == "unknown" else None
        before = loose
        made: list[Statement] = []
        args = []
        for arg in part.args:
            inner = one(arg, certain)
            if inner is None:
                return None
            made += inner[0]
            args.append(inner[1])
        loose += part.op in {"var", "signal", "unknown"}
        if signature is None or not signature.returns:
            return made, replace(part, args=tuple(args)) if part.args else part
        count += 1
        call = call_of(signature, args, line, usable)
        if call is None or not certain or before or count > MOST_CALLS:
            return None
        loose = 0
        kept = f"{signature.value}{count}"
        value = Assign(kept, Expr("var", name=signature.value), line=line.number)
        did([*call, value])
        return [*made, *call, value], Expr("var", name=kept)

    found = one(expr, True)
    return ([], expr) if found is None else found
