"""Where the instructions of a program may go to, and what stands before all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from cellsim.controllers.fanuc.acts import Motion
from cellsim.controllers.reading.acts import Act, is_word
from cellsim.controllers.reading.blocks import Node
from cellsim.domain.program import Expr, Goto, If, Raw, Statement, Wait

_SKIP = re.compile(r"Skip\s*,\s*LBL\s*\[\s*(\d{1,5})", re.IGNORECASE)
_LABEL = re.compile(r"LBL\s*\[\s*(\d{1,5})", re.IGNORECASE)


def with_odd(
    body: Sequence[Statement], odd: Sequence[tuple[int, str, str]]
) -> tuple[Statement, ...]:
    """Return statements with what is odd about the text before them, as harmless text."""
    kept = [Raw(text, harmless=True, line=line, comment=what) for line, text, what in odd]
    return (*kept, *body)


def label_number(label: Expr) -> int | None:
    letters, _, number = label.name.partition(" ")
    return int(number) if letters == "LBL" and number.isdigit() else None


def mentioned(node: Node) -> set[int]:
    """Return the labels that an instruction names and may go to."""
    if "LBL" not in node.line.text.upper() or is_word(node, "label") or is_word(node, "comment"):
        return set()
    return {int(number) for number in _LABEL.findall(node.line.text)}


def jumped(
    value: Expr, number: float | None, labels: Iterable[int], name: Callable[[int], str], line: int
) -> list[Statement]:
    """Return JMP LBL[R[n]]: to the label of that number; to none, the program stops (an alarm).

    Args:
        value: The number as an expression. number: Its value, where it is known.
        labels: All of the program. name: Of a label by its number.
    """
    never = Wait(Expr("const", value=False), 0.0, "", line=line)
    if number is not None and not float(number).is_integer():
        value = Expr("unknown", name=f"{number:g}")  # which label is meant is in no source read
    elif number is not None:
        known = int(number) in set(labels)
        return [Goto(name(int(number)), line=line)] if known else [never]
    out: list[Statement] = []
    for label in sorted(labels):
        asked = Expr("==", (value, Expr("const", value=float(label))))
        if value.op == "unknown":
            asked = Expr("unknown", name=f"{value.name} is {label}")
        out.append(If(asked, (Goto(name(label), line=line),), (), line=line))
    return [*out, never]


def goes_to(node: Node) -> int | None:
    """Return the label an instruction may go to."""
    act = node.act
    if not isinstance(act, Act):
        return None
    if act.word == "jump":
        number: int = act.data[0]
        return number
    return label_number(act.data[1]) if act.word == "wait" and act.data[1] is not None else None


def skip_label(motion: Motion) -> int | None:
    """Return the label that a motion goes to where its skip condition is not met on the way.

    Source: R-30iB Plus teach pendant help, 6.15: met, the motion ends and the next instruction
    runs; not met until the destination, the program goes to the label.
    """
    found = (_SKIP.match(option) for option in motion.tail.other)
    return next((int(match[1]) for match in found if match is not None), None)
