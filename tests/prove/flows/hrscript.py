"""Programs of HRScript: local and global variables, for, switch, jobs with parameters, addresses.

Source: HRScript manual 3.3 to 3.8. What it leaves open (a `for` that has nothing to count, or whose
end moves; what result() gives behind nothing) is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drawing import Drawing
from machine import Away, Body, Left, Machine, Tree

NAMES = ("a", "b", "c", "i", "n")
_HEAD = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }\n'
_SIGNS = {"=": "==", "<>": "!="}
Jobs = Mapping[int, tuple[tuple[str, ...], Body]]


class Job(Machine):
    """A job that runs, with those that it calls."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.jobs = jobs
        self.shared: dict[str, int] = {}
        self.own: list[dict[str, int]] = [{}]

    def _where(self, name: str) -> dict[str, int]:
        """Return what holds a name: the job's own variables before the global ones (3.8.3)."""
        for held in (self.own[-1], self.shared):
            if name in held:
                return held
        raise Left("a name without a value")

    def get(self, name: str) -> int:
        return self._where(name)[name]

    def put(self, name: str, value: int, word: str = "") -> None:
        self._where(name)[name] = value

    def do_declare(self, word: str, name: str, value: int) -> None:
        """`var` makes a variable of the job, `global x=v` sets that of all jobs (3.8)."""
        if word == "var":
            self.own[-1][name] = value
        elif name in self.own[-1]:
            raise Left("own and global")
        else:
            self.shared[name] = value

    def do_for(self, name: str, first: Tree, last: Tree, step: int | None, body: Body) -> None:
        self.put(name, self.value(first))
        end, by = self.value(last), step or 1
        sign = 1 if by > 0 else -1
        if sign * self.get(name) > sign * end:
            raise Left("nothing to count")
        while sign * self.get(name) <= sign * self.value(last):
            self.tick()
            try:
                self.run(body)
            except Away as away:
                if away.word == "return":
                    raise
                if away.word == "break":
                    return
            if self.value(last) != end:
                raise Left("an end that moves")
            self.put(name, self.get(name) + by)

    def do_call(self, number: int, arguments: Sequence[Tree], result: str) -> None:
        parameters, body = self.jobs[number]
        given = dict(zip(parameters, [self.value(a) for a in arguments], strict=True))
        self.own.append(given)
        value = None
        try:
            self.run(body)
        except Away as away:
            value = away.value
        finally:
            self.own.pop()
        if result and value is None:
            raise Left("the result of nothing")
        if result:
            self.put(result, value or 0)

    def do_gosub(self, _name: str, body: Body) -> None:
        """`gosub` runs the lines of an address, whose variables are the job's (3.3.2)."""
        self.run(body)

    def do_switch(self, value: Tree, cases: Sequence[Tree], other: Body | None) -> None:
        here, on = self.value(value), False
        for given, body, ends in cases:
            on = on or here == given
            self.run(body if on else ())
            if on and ends:
                return
        self.run(other or ())


class Drawn(Drawing):
    """A program drawn at random."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.labels = 0
        self.takes: dict[int, int] = {}
        self.jobs: dict[int, tuple[tuple[str, ...], Body]] = {}
        for number in range(103, 103 + self.draw.randint(0, 2)):
            self._job(number)
        words = ("var", "global", "global", "global")
        first = [self._declared(name, words) for name in NAMES if self.draw.random() < 0.97]
        lines = [*self.body(NAMES, 0, False, False), *self.body(NAMES, 0, False, False)]
        subs = [(f"s{k}", self.body(NAMES, 2, False, False)) for k in range(self.small(2))]
        asked = [("gosub", *self.draw.choice(subs)) for _ in range(self.small(3)) if subs]
        self.subs = dict(subs)
        self.main: Body = [*first, *lines, *asked, ("delay", 9)]

    def _job(self, number: int) -> None:
        takes = self.small(2)
        parameters = tuple(f"p{k}" for k in range(takes))
        names = (*NAMES, *parameters)
        words = ("var", "var", "global")
        first = [self._declared(name, words) for name in NAMES if self.draw.random() < 0.4]
        body = [*first, *self.body(names, 1, True, False)]
        body += [("leave", "return", self.number(names))] if self.draw.random() < 0.7 else []
        self.jobs[number] = (parameters, body)
        self.takes[number] = takes

    def _declared(self, name: str, words: Sequence[str]) -> Tree:
        return ("declare", self.draw.choice(words), name, self.small(3))

    def number(self, names: Sequence[str], depth: int = 0) -> Tree:
        share = self.draw.random()
        if share < 0.45 or depth > 1:
            return ("c", self.small(4))
        if share < 0.85:
            return ("v", self.draw.choice(names))
        sign = self.draw.choice("+-*")
        return (sign, self.number(names, depth + 1), self.number(names, depth + 1))

    def some(self, names: Sequence[str], depth: int, called: bool, loop: bool) -> list[Tree]:
        share = self.draw.random()
        if share < 0.3:
            return [("delay", 1 + self.small(8))]
        if share < 0.5:
            return [("set", self.draw.choice(names), self.number(names))]
        if share < 0.8 and depth < 3:
            return [self.block(share, names, depth, called, loop)]
        if share < 0.9 and self.jobs:
            number = self.draw.choice(tuple(self.jobs))
            handed = [self.number(names) for _ in range(self.takes[number])]
            return [("call", number, handed, self.draw.choice(("", "", *names)))]
        if share < 0.94 and loop:
            return [("leave", self.draw.choice(("break", "continue")))]
        if share < 0.96 and called:
            return [("leave", "return", self.number(names))]
        if depth == 0:
            self.labels += 1
            jump = ("jump", f"l{self.labels}", self.condition(names))
            return [jump, ("delay", 1 + self.small(8)), ("label", f"l{self.labels}")]
        return [("delay", 1 + self.small(8))]

    def block(
        self, share: float, names: Sequence[str], depth: int, called: bool, loop: bool
    ) -> Tree:
        if share < 0.62:
            branches = [
                (self.condition(names), self.body(names, depth + 1, called, loop))
                for _ in range(1 + self.small(1))
            ]
            other = self.body(names, depth + 1, called, loop) if self.small(1) else None
            return ("if", branches, other)
        if share < 0.75:
            last = self.number(names, 2) if self.small(3) else ("v", self.draw.choice(names))
            step = self.draw.choice((None, None, None, 1, 2, -1))
            first = ("c", self.small(2) + (2 if step == -1 else 0))
            body = self.body(names, depth + 1, called, True)
            return ("for", self.draw.choice(names), first, last, step, body)
        cases = [
            (k, self.body(names, depth + 1, called, False), self.draw.random() < 0.7)
            for k in self.draw.sample(range(4), 1 + self.small(2))
        ]
        other = self.body(names, depth + 1, called, False) if self.small(1) else None
        return ("switch", self.number(names), cases, other)


def run(seed: int) -> list[float]:
    """Return the delays of a drawn program."""
    drawn = Drawn(seed)
    job = Job(drawn.jobs)
    job.run(drawn.main)
    return job.delays


def files(seed: int) -> dict[str, str]:
    """Return the jobs of a drawn program."""
    drawn = Drawn(seed)
    subs = [
        line for name, body in drawn.subs.items() for line in (f"*{name}", *said(body), "retsub")
    ]
    made = {"0102_main.job": _text(drawn.main, (), subs)}
    for number, (parameters, body) in drawn.jobs.items():
        made[f"0{number}_s{number}.job"] = _text(body, parameters)
    return made


def _text(body: Body, parameters: Sequence[str], subs: Sequence[str] = ()) -> str:
    first = [f"param {','.join(parameters)}"] if parameters else []
    after = ["end", *subs, "end"] if subs else ["end"]
    return _HEAD + "".join(f"     {line}\n" for line in (*first, *said(body), *after))


def said(body: Body) -> list[str]:
    """Return statements as lines."""
    return [line for one in body for line in _one(one)]


def _one(one: Tree) -> list[str]:
    match one:
        case ("delay", seconds):
            return [f"delay {seconds}"]
        case ("set", name, value):
            return [f"{name}={number(value)}"]
        case ("declare", word, name, value):
            return [f"{word} {name}={value}"]
        case ("label", name):
            return [f"*{name}"]
        case ("gosub", name, _):
            return [f"gosub *{name}"]
        case ("jump", name, condition):
            return [f"if {asked(condition)} then *{name}"]
        case ("call", job, arguments, result):
            handed = "".join(f",{number(a)}" for a in arguments)
            return [f"call {job}_s{job}{handed}", *([f"{result}=result()"] if result else [])]
        case ("leave", "return", value):
            return [f"return {number(value)}"]
        case ("leave", word):
            return [str(word)]
    return _block(one)


def _block(one: Tree) -> list[str]:
    match one:
        case ("for", name, first, last, step, body):
            more = f" step {step}" if step else ""
            return [f"for {name}={number(first)} to {number(last)}{more}", *said(body), "next"]
        case ("if", branches, otherwise):
            lines = []
            for k, (condition, body) in enumerate(branches):
                lines += [f"{'elseif' if k else 'if'} {asked(condition)}", *said(body)]
            lines += [] if otherwise is None else ["else", *said(otherwise)]
            return [*lines, "endif"]
        case ("switch", value, cases, other):
            lines = [f"switch {number(value)}"]
            for given, body, ends in cases:
                lines += [f"case {given}", *said(body), *(["break"] if ends else [])]
            lines += [] if other is None else ["default", *said(other), "break"]
            return [*lines, "end_switch"]
    raise ValueError(one)


def number(tree: Tree) -> str:
    """Return a value as text."""
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
