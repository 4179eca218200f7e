"""SIGNAL: names of one output or input, and of groups of them that are read as a number.

Source: SIGNAL name $OUT[n] TO $OUT[m] in the data lists of public backups ($config.dat: PGNOT
$IN[108] TO $IN[115]); that the lowest number is the lowest bit is recalled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cellsim.controllers.kuka.wholes import declared_in
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, Open
from cellsim.domain.program import Expr

_SIGNAL = re.compile(
    r"([a-z_]\w*)\s+\$(out|in)\s*\[\s*(\d{1,5})\s*\]"
    r"(?:\s+to\s+\$(out|in)\s*\[\s*(\d{1,5})\s*\])?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"[a-z_]\w*\s+\$\w+(\s*\[\s*\d{1,5}\s*\])?", re.IGNORECASE)
# Prefix of what is assigned where a group of outputs is: "$OUT 9..16".
GROUP = "$OUT "
Aliases = Mapping[str, Expr]


def signal(rest: str) -> Act | None:
    """Return the declaration of a name; one of another interface means nothing to a motion."""
    match = _SIGNAL.fullmatch(rest)
    if match is None:
        return Act("header") if _OTHER.fullmatch(rest) else None
    kind, first, last = match[2].lower(), int(match[3]), int(match[5] or match[3])
    if (match[4] or kind).lower() != kind or last < first:
        return None
    letter = "o" if kind == "out" else "i"
    named = f"d{letter} {first}" if last == first else f"g{letter} {first}..{last}"
    return Act("signal", (match[1].lower(), Expr("signal", name=named)))


def aliases(acts: Iterable[object], texts: Iterable[str]) -> dict[str, Expr]:
    """Return the names (lower case) that SIGNAL lines declare; unknown where also a variable is.

    texts: All lines as written: of a list (DECL BOOL x, lamp) the acts do not say the names.
    """
    found: dict[str, Expr] = {}
    others = set(declared_in(texts))
    for act in acts:
        if isinstance(act, Act) and act.word == "signal":
            name, expr = act.data
            others |= {name} if found.setdefault(name, expr).name != expr.name else set()
        elif isinstance(act, Act) and act.word == "declare":
            others.add(str(act.data[1]).lower())
    return {n: Expr("unknown", name=n) if n in others else e for n, e in found.items()}


def with_signals(act: object, names: Aliases) -> object:
    """Return what a line does with declared names as the signals they are."""
    if not names:
        return act
    if isinstance(act, Open | Middle | Close):
        found = act.condition
        return act if found is None else replace(act, condition=_said(found, names))
    if not isinstance(act, Act):
        return act
    if act.word == "trigger name":
        return Act(act.word, (act.data[0], with_signals(act.data[1], names)))
    if act.word == "assign" and act.data[1] is None and act.data[0].lower() in names:
        return _assigned(act, names[act.data[0].lower()], _said(act.data[2], names))
    return Act(act.word, tuple(_said(part, names) for part in act.data))


def _assigned(act: Act, place: Expr, value: object) -> Act:
    kind, _, number = place.name.partition(" ")
    if kind == "do":
        return Act("assign", ("$OUT", float(number), value))
    return Act("assign", (f"{GROUP}{number}" if kind == "go" else f"$ {act.data[0]}", None, value))


def _said(part: Any, names: Aliases) -> Any:
    if isinstance(part, tuple):
        return tuple(_said(item, names) for item in part)
    if not isinstance(part, Expr):
        return part
    if part.op == "var":
        return names.get(part.name.lower(), part)
    return replace(part, args=tuple(_said(a, names) for a in part.args)) if part.args else part
