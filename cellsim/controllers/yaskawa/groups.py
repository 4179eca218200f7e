"""Groups of inputs and outputs: IG#(n), OG#(n) are eight signals, IGH#(n), OGH#(n) four.

Group n begins at signal 8 (n - 1) + 1, or 4 (n - 1) + 1; the first is the lowest bit (assumed:
recalled from the INFORM manuals, no page of them was read on it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import replace
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, Open
from cellsim.controllers.reading.names import Names
from cellsim.domain.program import Assign, Expr, If, Raw, SetSignal, Statement

_SIZES = {"IG": ("di", 8), "OG": ("do", 8), "IGH": ("di", 4), "OGH": ("do", 4)}
_READ = re.compile(r"(?<!\w)(OGH?)#\(\s*(\d+)\s*\)", re.IGNORECASE)
_PREFIX = "bits "


def group_of(kind: str, number: int) -> Expr | None:
    """Return a group as an expression that holds its signals, lowest first; None for another."""
    if kind not in _SIZES or not 0 < number < 1000:
        return None
    port, size = _SIZES[kind]
    first = size * (number - 1) + 1
    bits = tuple(Expr("signal", name=f"{port} {first + i}") for i in range(size))
    return Expr("unknown", bits, name=f"{_PREFIX}{kind}#({number})")


def is_group(expr: Expr) -> bool:
    """Return whether an expression is a group of signals."""
    return expr.op == "unknown" and expr.name.startswith(_PREFIX)


def compared(group: Expr, relation: str, right: Expr) -> Expr | None:
    """Return a condition that a group has a number, as one on its signals; None for another."""
    value = _whole(right, len(group.args))
    if relation not in ("==", "!=") or value is None:
        return None
    signs = [b if value >> i & 1 else Expr("not", (b,)) for i, b in enumerate(group.args)]
    tree = signs[0]
    for sign in signs[1:]:
        tree = Expr("and", (tree, sign))
    return tree if relation == "==" else Expr("not", (tree,))


def named(group: Expr, names: Names) -> str:
    """Return the group of the cell that has exactly these signals; "" for none."""
    kind, _, first = group.args[0].name.partition(" ")
    return names.span(kind, int(first), len(group.args))


def with_groups(part: Any, names: Names) -> Any:
    """Return what a line does, its conditions on groups said of the cell's groups, or of signals.

    A group that shares signals with one of the cell and is another stays text.
    """
    if isinstance(part, Act):
        return Act(part.word, tuple(with_groups(d, names) for d in part.data))
    if isinstance(part, Open | Middle | Close):
        found = part.condition
        return part if found is None else replace(part, condition=with_groups(found, names))
    if isinstance(part, tuple):
        return tuple(with_groups(d, names) for d in part)
    if not isinstance(part, Expr) or not part.args or is_group(part):
        return part
    if len(part.args) == 2 and is_group(part.args[0]):
        return _on_group(part, part.args[0], names)
    return replace(part, args=tuple(with_groups(a, names) for a in part.args))


def _on_group(condition: Expr, group: Expr, names: Names) -> Expr:
    name = named(group, names)
    if name:
        return replace(condition, args=(Expr("signal", name=name), condition.args[1]))
    unread = Expr("unknown", name=group.name)
    if shared(group, names):
        return unread
    return compared(group, condition.op, condition.args[1]) or unread


def shared(group: Expr, names: Names) -> bool:
    """Return whether signals of a group are bits of one that the cell names otherwise."""
    kind = group.args[0].name.partition(" ")[0]
    return bool(names.touched(kind, [int(b.name.partition(" ")[2]) for b in group.args]))


def _whole(expr: Expr, bits: int) -> int | None:
    value = expr.value
    plain = expr.op == "const" and isinstance(value, float) and value.is_integer()
    return int(value) if plain and isinstance(value, float) and 0 <= value < 2**bits else None


def read_groups(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the outputs whose groups lines read."""
    found = set()
    for text in texts:
        for match in _READ.finditer("" if text.upper().lstrip().startswith("DOUT") else text):
            group = group_of(match[1].upper(), int(match[2]))
            found |= {int(b.name.split()[1]) for b in (group.args if group else ())}
    return found


def set_group(
    group: Expr,
    value: float | None,
    name: Callable[[str, int], str],
    busy: Set[int],
    line: int,
    text: str,
) -> list[Statement] | None:
    """Return what DOUT of a group sets: those of its outputs that matter to something.

    Args:
        value: The number, None where it is not known: each output may then be either.
        name: Of a signal, by kind and number. busy: Numbers of outputs that matter.
    """
    if value is not None and not (float(value).is_integer() and 0 <= value < 2 ** len(group.args)):
        return None
    out: list[Statement] = []
    for i, bit in enumerate(group.args):
        kind, _, number = bit.name.partition(" ")
        if kind != "do":
            return None
        if int(number) not in busy:
            continue
        signal = name(kind, int(number))
        if value is not None:
            out.append(SetSignal(signal, bool(int(value) >> i & 1), line=line))
            continue
        on, off = (SetSignal(signal, state, line=line) for state in (True, False))
        out.append(If(Expr("unknown", name=f"{text}, bit {i}"), (on,), (off,), line=line))
    return out or [Raw(text, harmless=True, line=line, comment="outputs that matter to nothing")]


def taken(
    register: str, group: Expr, bound: Callable[[Expr], Expr], named: bool, line: int, text: str
) -> list[Statement]:
    """Return DIN of a group: a register gets its number, bit by bit.

    Args:
        bound: Gives an expression the cell's names. named: The cell names all its signals; else
            the number is free.
    """
    if not named:
        return [Assign(register, Expr("unknown", name=text), line=line)]
    here = Expr("var", name=register)
    out: list[Statement] = [Assign(register, Expr("const", value=0.0), line=line)]
    for i, bit in enumerate(group.args):
        more = Expr("+", (here, Expr("const", value=float(2**i))))
        out.append(If(bound(bit), (Assign(register, more, line=line),), (), line=line))
    return out
