"""What INFORM text means piece by piece: steps, acts, and the transformer of the grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.expression import Expressions
from cellsim.controllers.reading.grammar import groups_of
from cellsim.controllers.yaskawa.groups import group_of, is_group
from cellsim.domain.program import Expr

_PORT = re.compile(r"(\w+)#\(\s*(\d+)\s*\)")
_KINDS = {"IN": "di", "OT": "do"}
_RELATIONS = {"=": "==", "<>": "!="}
_REGISTER = re.compile(r"(L?[BIDR])(\d+)")
_POINT = re.compile(r"(L?[A-Z]+)(\d+)")


@dataclass(frozen=True)
class Step:
    """A move statement as it stands in the text.

    Attributes:
        word: MOVJ, MOVL or MOVC. places: Names of its positions.
        tags: VJ, V, PL ... to a value. words: NWAIT, FPT and the like.
        until: It may end before its target. second: It moves another group too.
    """

    word: str
    places: tuple[str, ...] = ()
    tags: Mapping[str, Expr] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    until: bool = False
    second: bool = False


class Build(Expressions):
    """Turns grammar rules into acts while a line is parsed."""

    def port(self, items: Sequence[Any]) -> Expr:
        kind, number = groups_of(_PORT, str(items[0]))
        word = _KINDS.get(kind.upper())
        if word is None:
            group = group_of(kind.upper(), int(number))
            return Expr("unknown", name=str(items[0])) if group is None else group
        return Expr("signal", name=f"{word} {int(number)}")

    def register(self, items: Sequence[Any]) -> Expr:
        return Expr("var", name=register(str(items[0])))

    def state(self, items: Sequence[Any]) -> Expr:
        return Expr("const", value=str(items[0]).upper() == "ON")

    def minus(self, items: Sequence[Any]) -> Expr:
        return Expr("const", value=-float(items[1]))

    def relation(self, items: Sequence[Any]) -> str:
        return _RELATIONS.get(str(items[0]), str(items[0]))

    def comparison(self, items: Sequence[Any]) -> Expr:
        left, relation, right = items
        if is_group(left):
            return Expr(relation, (left, right))
        switch = left.op == "signal" and isinstance(right.value, bool)
        if switch and relation in ("==", "!="):
            on = right.value == (relation == "==")
            return left if on else Expr("not", (left,))
        if left.op == "signal" or isinstance(right.value, bool):
            raise ValueError("a signal is ON or OFF")
        return Expr(relation, (left, right))

    def chain(self, items: Sequence[Any]) -> Expr:
        words = [str(i).upper().removesuffix("EXP") if k % 2 else i for k, i in enumerate(items)]
        return super().chain(words)

    def tag(self, items: Sequence[Any]) -> tuple[str, Any]:
        return str(items[0]).upper().rstrip("= \t"), items[1]

    def word(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "", str(items[0]).upper()

    def place(self, items: Sequence[Any]) -> str:
        return str(items[0]).upper()

    def second(self, items: Sequence[Any]) -> Step:
        return _step(str(items[0]), [i for i in items[1:] if i is not None])

    def move(self, items: Sequence[Any]) -> Step:
        until, _, second = items[-3:]
        made = _step("", [i for i in items[:-3] if i is not None])
        return Step("", made.places, made.tags, made.words, until is not None, second is not None)

    def speed(self, items: Sequence[Any]) -> Act:
        made = _step("", list(items))
        if made.words:
            raise ValueError("a speed without a tag")
        return Act("speed", (dict(made.tags),))

    def jump_label(self, items: Sequence[Any]) -> Act:
        return Act("jump", (str(items[0])[1:].upper(), items[2]))

    def jump_job(self, items: Sequence[Any]) -> Act:
        return Act("jump_job", (_job(items[0]), items[2]))

    def call(self, items: Sequence[Any]) -> Act:
        return Act("call", (_job(items[0]), items[1] is not None, items[3]))

    def leave(self, items: Sequence[Any]) -> Act:
        return Act("leave", (items[1],))

    def wait(self, items: Sequence[Any]) -> Act:
        return Act("wait", (items[0], items[2]))

    def timer(self, items: Sequence[Any]) -> Act:
        return Act("timer", (items[1],))

    def output(self, items: Sequence[Any]) -> Act:
        return Act("output", (self.port([items[0]]).name, str(items[1]).upper() == "ON"))

    def output_group(self, items: Sequence[Any]) -> Act:
        group = self.port([items[0]])
        if not is_group(group):
            raise ValueError("a number for one output")
        return Act("group", (group, items[1]))

    def input(self, items: Sequence[Any]) -> Act:
        return Act("input", (register(str(items[0])), self.port([items[1]])))

    def set_value(self, items: Sequence[Any]) -> Act:
        return Act("set", (register(str(items[0])), items[-1]))

    set_sum = set_value

    def step(self, items: Sequence[Any]) -> Act:
        return Act("step", (register(str(items[0])),))

    def condition(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def count(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return register(str(items[0])), items[2], items[4], items[6]

    def case(self, items: Sequence[Any]) -> tuple[Expr, ...]:
        return tuple(items)


def _step(word: str, items: Sequence[Any]) -> Step:
    places = tuple(i for i in items if isinstance(i, str))
    pairs = [i for i in items if isinstance(i, tuple)]
    tags = {name: value for name, value in pairs if name}
    if len(tags) < sum(1 for name, _ in pairs if name):
        raise ValueError("a tag twice")
    return Step(word, places, tags, tuple(value for name, value in pairs if not name))


def _job(text: object) -> str:
    return str(text).partition(":")[2].strip().upper()


def register(name: str) -> str:
    """Return a register's name as the pendant shows it: B001 and B00001 are one."""
    match = _REGISTER.fullmatch(name.upper())
    assert match is not None
    return f"{match[1]}{int(match[2]):03d}"


def point(name: str) -> str:
    """Return a position's name without its leading zeros: P001 and P00001 are one."""
    match = _POINT.fullmatch(name.upper())
    return f"{match[1]}{int(match[2])}" if match else name.upper()
