"""Registers of whole numbers: what they hold, and what becomes of other values: not known.

Whether a sum beyond stops the job with an alarm, is cut or begins anew at the other end is in no
manual that could be read; so the register is not known behind it, in the text and in its run.
"""

from __future__ import annotations

import math

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.values import every, known
from cellsim.controllers.reading.walk import State
from cellsim.domain.program import Assign, Expr

# What a register holds: a byte, 16 and 32 bits with a sign. Source: the ranges that public notes of
# the YRC1000 operator's manual give for user variables.
RANGES = {"B": (0.0, 255.0), "I": (-32768.0, 32767.0), "D": (-(2.0**31), 2.0**31 - 1.0)}


def fits(name: str, value: Expr, state: State) -> bool:
    """Return whether a register holds a value, as far as that is known here.

    One of a wider kind whose value is not known (`SET B000 I000`) may not fit.
    """
    number, kind = known(value, state), name.lstrip("L")[0]
    least, most = RANGES.get(kind, (-math.inf, math.inf))
    if number is None and kind in RANGES:
        kinds = [part.name.lstrip("L")[0] for part in every(value) if part.op == "var"]
        return all(RANGES.get(k, RANGES[kind])[1] <= most for k in kinds)
    return number is None or least <= number <= most


def assigned(name: str, value: Expr, line: int) -> Assign:
    """Return what sets a register to a value that only the run may give, and what it can hold."""
    fixed = all(part.op in {"const", "neg"} for part in every(value))
    holds = None if fixed else RANGES.get(name.lstrip("L")[0])
    return Assign(name, value, holds, line=line)


def in_whole(act: Act) -> Act:
    """Return what sets a register; one of whole numbers that gets another value is not known.

    Which way a quotient or a number with a fraction is rounded is in no page read, nor what becomes
    of a number that the register cannot hold; nor whether a quotient of whole registers is cut
    before a real register gets it (`SET R000 EXPRESS I000 / I001`).
    """
    name, value = act.data
    if name.lstrip("L")[0] == "R":
        cut = any(p.op == "/" and _is_cut([*every(p)]) for p in every(value))
        return Act("free", (name,)) if cut else act
    if known(value, {}) is not None and not fits(name, value, {}):
        return Act("free", (name,))
    for part in every(value):
        fraction = isinstance(part.value, float) and not part.value.is_integer()
        real = part.op == "var" and part.name.lstrip("L")[0] == "R"
        if part.op == "/" or fraction or real:
            return Act("free", (name,))
    return act


def _is_cut(parts: list[Expr]) -> bool:
    """Return whether the parts of a quotient are whole registers, and whole numbers beside them."""
    kinds = [part.name.lstrip("L")[0] for part in parts if part.op == "var"]
    numbers = [part.value for part in parts if isinstance(part.value, float)]
    return bool(kinds) and "R" not in kinds and all(n.is_integer() for n in numbers)
