"""Programs of URScript: functions, scopes, loops. Source: script manual 5.25, Scoping rules.

What the program sets is global; `global` sets a global name, `local` makes one of the function;
another name is the global one where there is one, else the function's own. What a function sets
before the global one of its name is set for the first time is not compared: the page is silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drawing import Drawing
from machine import Away, Body, Left, Machine, Tree

NAMES = ("a", "b", "c", "i", "n")
Functions = Mapping[str, tuple[tuple[str, ...], Body]]
_SIGNS = {"=": "==", "<>": "!="}


class Script(Machine):
    """A script that runs."""

    def __init__(self, functions: Functions, late: frozenset[str]) -> None:
        super().__init__()
        self.functions = functions
        self.late = late
        self.shared: dict[str, int] = {}
        self.own: list[dict[str, int]] = []

    def get(self, name: str) -> int:
        mine = self.own[-1] if self.own else {}
        if name not in mine and name not in self.shared:
            raise Left("a name without a value")
        return mine.get(name, self.shared.get(name, 0))

    def put(self, name: str, value: int, word: str = "") -> None:
        mine = self.own[-1] if self.own else self.shared
        known = name in mine or name not in self.shared
        if self.own and not word and name in self.late and name not in {*mine, *self.shared}:
            raise Left("a global name before it is set")
        is_own = bool(self.own) and (word == "local " or (word == "" and known))
        (mine if is_own else self.shared)[name] = value

    def asked(self, name: str, arguments: Sequence[Tree]) -> int:
        found = self.called(name, arguments)
        if found is None:
            raise Left("a function without a value")
        return found

    def called(self, name: str, arguments: Sequence[Tree]) -> int | None:
        """Run a function and return what it returns, None for nothing."""
        parameters, body = self.functions[name]
        given = dict(zip(parameters, [self.value(a) for a in arguments], strict=True))
        self.own.append(given)
        try:
            self.run(body)
        except Away as away:
            return away.value
        finally:
            self.own.pop()
        return None

    def do_call(self, name: str, arguments: Sequence[Tree]) -> None:
        self.called(name, arguments)


class Drawn(Drawing):
    """A program drawn at random."""

    COMPARED, NEGATED = 0.7, 0.8

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.known: list[str] = []
        self.takes: dict[str, int] = {}
        self.functions: dict[str, tuple[tuple[str, ...], Body]] = {}
        for k in range(self.draw.randint(0, 2)):
            self._function(f"f{k}")
        first = [("set", n, ("c", self.small(3))) for n in NAMES if self.draw.random() < 0.8]
        self.main: Body = [*first, *self.body(NAMES, 0, False, False), ("delay", 9)]

    def _function(self, name: str) -> None:
        self.takes[name] = self.small(2)
        parameters = tuple(f"p{k}" for k in range(self.takes[name]))
        names = (*NAMES, *parameters)
        body = self.body(names, 1, True, False)
        body += [("leave", "return", self.number(names))] if self.draw.random() < 0.7 else []
        self.functions[name] = (parameters, body)
        self.known.append(name)

    def number(self, names: Sequence[str], depth: int = 0) -> Tree:
        """Return a value of numbers, names, sums and functions."""
        share = self.draw.random()
        if share > 0.93 and self.known:
            name = self.draw.choice(self.known)
            return ("f", name, [self.number(names, depth + 1) for _ in range(self.takes[name])])
        if share < 0.45 or depth > 1:
            return ("c", self.small(4))
        if share < 0.8:
            return ("v", self.draw.choice(names))
        sign = self.draw.choice("+-*")
        return (sign, self.number(names, depth + 1), self.number(names, depth + 1))

    def some(self, names: Sequence[str], depth: int, inside: bool, loop: bool) -> list[Tree]:
        share, last = self.draw.random(), self.draw.random()
        if share < 0.3:
            return [("delay", 1 + self.small(8))]
        if share < 0.55:
            words = ("", "", "global ", "local ") if inside else ("", "global ")
            value = self.number(names)
            return [("set", self.draw.choice(names[:5]), value, self.draw.choice(words))]
        if share < 0.7 and depth < 3:
            branches = [self._branch(names, depth, inside, loop) for _ in range(1 + self.small(1))]
            other = self.body(names, depth + 1, inside, loop) if last < 0.5 else None
            return [("if", branches, other)]
        if share < 0.85 and depth < 3:
            name = self.draw.choice(names[:5])
            start = [("set", name, ("c", 0))] if last < 0.8 else []
            body = self.body(names, depth + 1, inside, True)
            body.append(("set", name, ("+", ("v", name), ("c", 1))))
            return [*start, ("while", ("<", ("v", name), ("c", 1 + self.small(3))), body)]
        if share < 0.93 and self.known:
            name = self.draw.choice(self.known)
            return [("call", name, [self.number(names) for _ in range(self.takes[name])])]
        if loop and last < 0.6:
            return [("leave", self.draw.choice(("break", "continue")))]
        if inside and last < 0.8:
            return [("leave", "return", self.number(names) if last < 0.7 else None)]
        return [("delay", 1 + self.small(8))]

    def _branch(
        self, names: Sequence[str], depth: int, inside: bool, loop: bool
    ) -> tuple[Tree, Body]:
        return self.condition(names), self.body(names, depth + 1, inside, loop)


def run(seed: int) -> list[float]:
    """Return the delays of a drawn program."""
    drawn = Drawn(seed)
    inner = (
        s for _, body in drawn.functions.values() for s in set_in(body) if s[3:] == ("global ",)
    )
    script = Script(drawn.functions, frozenset(s[1] for s in (*set_in(drawn.main), *inner)))
    script.run(drawn.main)
    return script.delays


def set_in(body: Body) -> list[Tree]:
    """Return the statements that set a name, those in blocks too."""
    found: list[Tree] = []
    for one in body:
        blocks = [one[2]] if one[0] == "while" else []
        blocks += [*(b for _, b in one[1]), one[2] or ()] if one[0] == "if" else []
        found += [one] if one[0] == "set" else [s for block in blocks for s in set_in(block)]
    return found


def files(seed: int) -> dict[str, str]:
    """Return the text of a drawn program."""
    drawn = Drawn(seed)
    lines = ["def prog():"]
    for name, (parameters, body) in drawn.functions.items():
        lines += [f"def {name}({', '.join(parameters)}):", *said(body), "end"]
    return {"prog.script": "\n".join([*lines, *said(drawn.main), "end", ""])}


def said(body: Body) -> list[str]:
    """Return statements as lines."""
    return [line for one in body for line in _one(one)]


def _one(one: Tree) -> list[str]:
    match one:
        case ("delay", seconds):
            return [f"sleep({seconds})"]
        case ("set", name, value):
            return [f"{name} = {number(value)}"]
        case ("set", name, value, word):
            return [f"{word}{name} = {number(value)}"]
        case ("call", name, arguments):
            return [f"{name}({', '.join(map(number, arguments))})"]
        case ("leave", "return", None):
            return ["return"]
        case ("leave", "return", value):
            return [f"return {number(value)}"]
        case ("leave", word):
            return [str(word)]
        case ("while", condition, body):
            return [f"while {asked(condition)}:", *said(body), "end"]
        case ("if", branches, otherwise):
            lines = []
            for k, (condition, body) in enumerate(branches):
                lines += [f"{'elif' if k else 'if'} {asked(condition)}:", *said(body)]
            lines += [] if otherwise is None else ["else:", *said(otherwise)]
            return [*lines, "end"]
    raise ValueError(one)


def number(tree: Tree) -> str:
    """Return a value as text."""
    if tree[0] == "f":
        return f"{tree[1]}({', '.join(map(number, tree[2]))})"
    if tree[0] in ("c", "v"):
        return str(tree[1])
    return f"({number(tree[1])} {tree[0]} {number(tree[2])})"


def asked(tree: Tree) -> str:
    """Return a condition as text."""
    if tree[0] == "not":
        return f"not ({asked(tree[1])})"
    if tree[0] in ("and", "or"):
        return f" {tree[0]} ".join(f"({asked(part)})" for part in tree[1:])
    return f"{number(tree[1])} {_SIGNS.get(tree[0], tree[0])} {number(tree[2])}"
