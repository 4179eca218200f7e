"""Other ways to say the same program, which must give no difference."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from diff_programs import (
    BRAND_NAMES,
)

from cellsim.domain.cell import Cell
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    If,
    Loop,
    Program,
    Return,
    Routine,
    Statement,
)


@dataclass(frozen=True)
class Rewrite:
    """Another way to say the same: of a program, or of a brand's text (name of file to edit)."""

    name: str
    program: Callable[[Program, Cell], Program] | None = None
    text: Callable[[str], str] | None = None
    brands: tuple[str, ...] = BRAND_NAMES
    suffix: str = ""


def _all(program: Program, change: Callable[[Statement], tuple[Statement, ...]]) -> Program:
    from cellsim.controllers.writing.rewrite import rewrite

    return rewrite(program, change)


def _commented(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: (Comment("by hand"), replace(s, comment="looked at")))


def _inlined(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    return _all(
        replace(program, routines=(entry,)),
        lambda s: stack.body if isinstance(s, Call) else (s,),
    )


def _called(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    start = Routine("start", entry.body[:3])
    return replace(
        program,
        routines=(replace(entry, body=(Call("start"), *entry.body[3:])), stack, start),
    )


def _unrolled(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: s.body * (s.count or 1) if isinstance(s, Loop) else (s,))


def _partly_unrolled(program: Program, cell: Cell) -> Program:
    return _all(
        program,
        lambda s: (*s.body, replace(s, count=2)) if isinstance(s, Loop) else (s,),
    )


def _renamed_routine(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    renamed = replace(program, routines=(entry, replace(stack, name="pile")))
    return _all(renamed, lambda s: (replace(s, routine="pile"),) if isinstance(s, Call) else (s,))


def _split_delay(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: (Delay(0.2), Delay(0.3)) if s_is(s, 0.5) else (s,))


def s_is(s: Statement, seconds: float) -> bool:
    return isinstance(s, Delay) and s.seconds == seconds


def _turned_branch(program: Program, cell: Cell) -> Program:
    def turned(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, If):
            return (If(Expr("not", (s.condition,)), s.otherwise, s.then),)
        return (s,)

    return _all(program, turned)


def _early_return(program: Program, cell: Cell) -> Program:
    """The last statements behind `if not ready return`, or inside `if ready`: the same."""
    entry, stack = program.routines
    return replace(program, routines=(entry, replace(stack, body=(*stack.body, Return()))))


def _known_variable(program: Program, cell: Cell) -> Program:
    """A counted loop by hand: n = 0, while n < 3, n = n + 1."""
    n, one = Expr("var", name="n"), Expr("const", value=1.0)

    def counted(s: Statement) -> tuple[Statement, ...]:
        if not isinstance(s, Loop):
            return (s,)
        step = Assign("n", Expr("+", (n, one)))
        condition = Expr("<", (n, Expr("const", value=float(s.count or 0))))
        return Assign("n", Expr("const", value=0.0)), Loop((*s.body, step), condition=condition)

    return _all(program, counted)


def _known_branch(program: Program, cell: Cell) -> Program:
    """A branch on a variable whose value is known."""
    entry, stack = program.routines
    variant = Expr("==", (Expr("var", name="variant"), Expr("const", value=2.0)))
    choice = If(variant, entry.body[1:4], (Delay(9.0),))
    start = Assign("variant", Expr("const", value=2.0))
    body = (start, entry.body[0], choice, *entry.body[4:])
    return replace(program, routines=(replace(entry, body=body), stack))


def every(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Return an edit of every match; the text must change."""

    def edit(source: str) -> str:
        changed = re.sub(pattern, new, source, flags=re.MULTILINE)
        assert changed != source, pattern
        return changed

    return edit


def _lower(source: str) -> str:
    return "".join(
        line if line.startswith(("&", ";")) else line.lower()
        for line in source.splitlines(keepends=True)
    )


def _declarations_turned(source: str) -> str:
    lines = source.splitlines(keepends=True)
    found = [i for i, line in enumerate(lines) if line.startswith("DECL")]
    assert len(found) > 2
    swapped = [lines[i] for i in reversed(found)]
    for i, line in zip(found, swapped, strict=True):
        lines[i] = line
    return "".join(lines)


def _other_euler(source: str) -> str:
    """A + 180, 180 - B, C + 180 is the same orientation."""

    def turned(found: re.Match[str]) -> str:
        a, b, c = (float(found[i]) for i in (1, 2, 3))
        return f"A {_wrapped(a + 180):.5f},B {_wrapped(180 - b):.5f},C {_wrapped(c + 180):.5f}"

    number = r"(-?[\d.]+)"
    return every(rf"A {number},B {number},C {number}", turned)(source)


def _wrapped(angle: float) -> float:
    return (angle + 180.0) % 360.0 - 180.0


def _other_vector(source: str) -> str:
    """The rotation vector of the other way round: v - 2 pi v / |v|."""

    def turned(found: re.Match[str]) -> str:
        v = np.array([float(found[i]) for i in (2, 3, 4)])
        if not np.any(v):
            return found[0]
        w = v - 2.0 * math.pi * v / np.linalg.norm(v)
        return found[1] + ",".join(f"{x:.9f}" for x in w) + "]"

    number = r"(-?[\d.]+)"
    return every(rf"(p\[(?:-?[\d.]+, ?){{3}}){number}, ?{number}, ?{number}\]", turned)(source)


def _lower_rapid(source: str) -> str:
    """RAPID takes its words and names in either case; texts in quotes and comments stay."""
    kept = ('"', "!")
    return "\n".join(
        line if any(k in line for k in kept) else line.lower() for line in source.split("\n")
    )


def _other_quaternion(source: str) -> str:
    """q and -q are one rotation."""

    def turned(found: re.Match[str]) -> str:
        numbers = (n[1:] if n.startswith("-") else f"-{n}" for n in found[1].split(","))
        return f"],[{','.join(numbers)}],["

    return every(r"\],\[((?:-?[\d.]+,){3}-?[\d.]+)\],\[", turned)(source)


KUKA, UR, HYUNDAI = ("kuka",), ("ur",), ("hyundai",)
ABB, FANUC, YASKAWA = ("abb",), ("fanuc",), ("yaskawa",)
MOVED = r"^(\s+Move\w+ [^,]*,)"
MORE = every(r"(\d\.\d+)([,}])", r"\g<1>00\2")
SPEED_AGAIN = every(r"^(LIN .*)$", r"$VEL.CP=0.2500\n\1")
BASE_AGAIN = every(r"^(LIN .*)$", r"$BASE=BASE_DATA[5]\n\1")
COMMENTED = every(r"^(\s+)(move.*)$", r"\1# next\n\n\1\2  # here")
REWRITES = (
    Rewrite("comments", program=_commented),
    Rewrite("subroutine written out", program=_inlined),
    Rewrite("first moves in a subroutine", program=_called),
    Rewrite("loop written out", program=_unrolled),
    Rewrite("first lap written out", program=_partly_unrolled),
    Rewrite("renamed routine", program=_renamed_routine),
    Rewrite("delay in two parts", program=_split_delay),
    Rewrite("branch the other way round", program=_turned_branch),
    Rewrite("return at the end", program=_early_return),
    Rewrite("counted by hand", program=_known_variable),
    # RAPID stops before a branch, so a corner into it is none: that text means something else.
    Rewrite("branch that is known", program=_known_branch, brands=BRAND_NAMES[1:]),
    Rewrite("blank lines", text=every(r"^(PTP|LIN)", r"\n   \1"), brands=KUKA, suffix=".src"),
    Rewrite("lower case", text=_lower, brands=KUKA, suffix=".src"),
    Rewrite("lower case points", text=_lower, brands=KUKA, suffix=".dat"),
    Rewrite("no header", text=every(r"^&.*\n", ""), brands=KUKA, suffix=".src"),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=KUKA, suffix=".src"),
    Rewrite("more digits", text=MORE, brands=KUKA, suffix=".dat"),
    Rewrite("fewer digits", text=every(r"(\.\d*?)0+([,}])", r"\1\2"), brands=KUKA, suffix=".dat"),
    Rewrite("order of points", text=_declarations_turned, brands=KUKA, suffix=".dat"),
    Rewrite("other euler angles", text=_other_euler, brands=KUKA, suffix=".dat"),
    Rewrite(
        "speed set again",
        text=SPEED_AGAIN,
        brands=KUKA,
        suffix=".src",
    ),
    Rewrite(
        "base set again",
        text=BASE_AGAIN,
        brands=KUKA,
        suffix=".src",
    ),
    Rewrite("point names", text=every(r"\bX(P\d+)", r"XQ_\1"), brands=KUKA, suffix=".*"),
    Rewrite("comments at lines", text=COMMENTED, brands=UR),
    Rewrite("more digits", text=every(r"(\d\.\d+)", r"\g<1>00"), brands=UR),
    Rewrite("blanks", text=every(r", (?=[avr]=)", " ,   "), brands=UR),
    Rewrite("other rotation vector", text=_other_vector, brands=UR),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=UR),
    Rewrite("lower case", text=_lower_rapid, brands=ABB, suffix=".mod"),
    Rewrite(
        "comments at lines",
        text=every(r"^(\s+)(Move\w+ .*)$", r"\1! by hand\n\1\2 ! here"),
        brands=ABB,
        suffix=".mod",
    ),
    Rewrite("blank lines", text=every(r"^(\s+Move)", r"\n\1"), brands=ABB, suffix=".mod"),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=ABB, suffix=".mod"),
    Rewrite(
        "more digits", text=every(r"(\d\.\d{3})([,\]])", r"\g<1>00\2"), brands=ABB, suffix=".mod"
    ),
    Rewrite("blanks", text=every(r", ", " ,"), brands=ABB, suffix=".mod"),
    Rewrite("statements over lines", text=every(MOVED, r"\1\n        "), brands=ABB, suffix=".mod"),
    Rewrite("other quaternion", text=_other_quaternion, brands=ABB, suffix=".mod"),
    Rewrite("line numbers", text=every(r"^ *\d+:", "    :"), brands=FANUC),
    Rewrite(
        "comments at lines",
        text=every(r"^( *\d+:)(.*[JL] P\[.*)$", r"\1  !by hand ;\n\1\2"),
        brands=FANUC,
    ),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=FANUC),
    Rewrite("point names", text=every(r"P\[(\d+)\]", r"P[\1:here]"), brands=FANUC),
    Rewrite("more digits", text=every(r"= *(-?\d+\.\d{3}) ", r"= \g<1>0 "), brands=FANUC),
    Rewrite("dates", text=every(r"DATE [\d-]+", "DATE 01-02-03"), brands=FANUC),
    Rewrite("comments at lines", text=every(r"^(MOV\w .*)$", r"'by hand\n\1"), brands=YASKAWA),
    Rewrite("line ends", text=every(r"\r?\n", "\n"), brands=YASKAWA),
    Rewrite("dates", text=every(r"///DATE .*", "///DATE 2001/02/03 04:05"), brands=YASKAWA),
    Rewrite("more digits", text=every(r"V=(\d+\.\d)\b", r"V=\g<1>0"), brands=YASKAWA),
    Rewrite("step numbers", text=every(r"^S\d+ ", "     "), brands=HYUNDAI),
    Rewrite("blanks", text=every(r",", ", "), brands=HYUNDAI),
)
