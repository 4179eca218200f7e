"""Programs of INFORM: registers of all jobs, loops, jumps, calls, SWITCH.

Source: public notes of the YRC1000 INFORM manual; what they leave open (a FOR whose lines move its
counter or end, what a counter is behind NEXT, what a register does with a number that it cannot
hold) is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from machine import Away, Body, Left, Machine, Tree

REGISTERS = ("B000", "I000", "D000", "I001", "D001", "R000")
_MOST = {"B": (0, 255), "I": (-32768, 32767), "D": (-(2**31), 2**31 - 1), "R": (-(10**9), 10**9)}
_HEAD = (
    "/JOB\n//NAME {}\n//POS\n///NPOS 0,0,0,0,0,0\n//INST\n///DATE 2020/11/19 13:27\n///ATTR SC,RW\n"
    "///GROUP1 RB1\nNOP\n"
)
_WORDS = {"ADD": "+", "SUB": "-", "MUL": "*"}


class Job(Machine):
    """A job that runs, with those that it calls."""

    def __init__(self, jobs: Mapping[str, Body]) -> None:
        super().__init__()
        self.jobs = jobs
        self.held: dict[str, int] = {}

    def get(self, name: str) -> int:
        if name not in self.held:
            raise Left("a register without a value")
        return self.held[name]

    def put(self, name: str, value: int, word: str = "") -> None:
        least, most = _MOST[name[0]]
        if not least <= value <= most:
            raise Left("a number that the register cannot hold")
        self.held[name] = value

    def do_by(self, word: str, name: str, value: Tree) -> None:
        self.put(name, self.value((_WORDS[word], ("v", name), value)))

    def do_one(self, word: str, name: str) -> None:
        self.put(name, self.get(name) + (1 if word == "INC" else -1))

    def do_for(self, name: str, first: Tree, last: Tree, step: int, body: Body) -> None:
        self.put(name, self.value(first))
        end = self.value(last)
        while self.get(name) <= end:
            self.tick()
            here = self.get(name)
            self.run(body)
            if self.get(name) != here or self.value(last) != end:
                raise Left("a FOR whose lines move its counter or end")
            self.put(name, here + step)
        del self.held[name]

    def do_call(self, name: str, condition: Tree | None) -> None:
        if condition is None or self.holds(condition):
            try:
                self.run(self.jobs[name])
            except Away:
                return

    def do_ret(self, condition: Tree | None) -> None:
        if condition is None or self.holds(condition):
            raise Away("return")

    def do_switch(self, name: str, cases: Sequence[tuple[int, Body]], other: Body | None) -> None:
        here = self.get(name)
        self.run(next((body for value, body in cases if value == here), other or ()))


class Drawn:
    """A program drawn at random."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.jobs: dict[str, Body] = {}
        self.labels = 0
        for k in range(self.draw.randint(0, 2)):
            self.jobs[f"J{k}"] = self.body(1, True)
        first = [("set", r, ("c", self._small(3))) for r in REGISTERS if self.draw.random() < 0.9]
        self.main: Body = [*first, *self.body(0, False), *self.body(0, False), ("delay", 9)]

    def _small(self, most: int) -> int:
        return self.draw.randint(0, most)

    def number(self) -> Tree:
        plain = self.draw.random() < 0.5
        return ("c", self._small(5)) if plain else ("v", self.draw.choice(REGISTERS))

    def compared(self) -> Tree:
        sign = self.draw.choice(("=", "<>", "<", "<=", ">", ">="))
        return (sign, ("v", self.draw.choice(REGISTERS)), self.number())

    def condition(self) -> Tree:
        if self.draw.random() < 0.7:
            return self.compared()
        word = self.draw.choice(("and", "or"))
        return (word, *(self.compared() for _ in range(2 + self._small(1))))

    def perhaps(self, share: float) -> Tree | None:
        return self.condition() if self.draw.random() < share else None

    def body(self, depth: int, called: bool) -> list[Tree]:
        """Return one to four statements; called: of a job that is called."""
        return [s for _ in range(1 + self._small(3)) for s in self.some(depth, called)]

    def some(self, depth: int, called: bool) -> list[Tree]:
        share, register = self.draw.random(), self.draw.choice(REGISTERS)
        if share < 0.3:
            return [("delay", 1 + self._small(8))]
        if share < 0.5:
            return [("set", register, self.number())]
        if share < 0.6:
            name = self.draw.choice(REGISTERS[:5])
            return [("one", self.draw.choice(("INC", "DEC")), name)]
        if share < 0.68:
            return [("by", self.draw.choice(("ADD", "SUB", "MUL")), register, self.number())]
        if share < 0.92 and depth < 3:
            return self.blocks(share, depth, called)
        if share < 0.95 and self.jobs:
            return [("call", self.draw.choice(tuple(self.jobs)), self.perhaps(0.3))]
        if called and share > 0.98:
            return [("ret", self.perhaps(0.8))]
        return self.jumps() if depth == 0 else [("delay", 1 + self._small(8))]

    def blocks(self, share: float, depth: int, called: bool) -> list[Tree]:
        name = self.draw.choice(REGISTERS[:3])
        if share < 0.78:
            count = 1 + self._small(1)
            branches = [(self.condition(), self.body(depth + 1, called)) for _ in range(count)]
            other = self.body(depth + 1, called) if self.draw.random() < 0.5 else None
            return [("if", branches, other)]
        if share < 0.85:
            step = self.draw.choice((1, 1, 1, 2))
            body = self.body(depth + 1, called)
            return [("for", name, ("c", self._small(2)), self.number(), step, body)]
        if share < 0.89:
            body = [*self.body(depth + 1, called), ("one", "INC", name)]
            until = ("<", ("v", name), ("c", 1 + self._small(2)))
            return [("set", name, ("c", 0)), ("while", until, body)]
        cases = [(k, self.body(depth + 1, called)) for k in self.draw.sample(range(4), 2)]
        return [("switch", name, cases, self.body(depth + 1, called) if share < 0.91 else None)]

    def jumps(self) -> list[Tree]:
        """Return a jump over some lines, or back to a label while a register counts."""
        self.labels += 1
        name, register = f"L{self.labels}", self.draw.choice(REGISTERS[:3])
        one = ("delay", 1 + self._small(8))
        if self.draw.random() < 0.6:
            set_one = ("set", register, self.number())
            return [("jump", name, self.perhaps(0.8)), one, set_one, ("label", name)]
        back = ("<", ("v", register), ("c", 1 + self._small(2)))
        count = [("set", register, ("c", 0)), ("label", name), one, ("one", "INC", register)]
        return [*count, ("jump", name, back)]


def run(seed: int) -> list[float]:
    """Return the delays of a drawn program."""
    drawn = Drawn(seed)
    job = Job(drawn.jobs)
    job.run(drawn.main)
    return job.delays


def files(seed: int) -> dict[str, str]:
    """Return the jobs of a drawn program."""
    drawn = Drawn(seed)
    every = {"MAIN": drawn.main, **drawn.jobs}
    texts = {name: "\n".join([*said(body), "END", ""]) for name, body in every.items()}
    return {f"{name}.JBI": _HEAD.format(name) + text for name, text in texts.items()}


def said(body: Body) -> list[str]:
    """Return statements as lines."""
    return [line for one in body for line in _one(one)]


def _one(one: Tree) -> list[str]:
    match one:
        case ("delay", seconds):
            return [f"TIMER T={seconds}.00"]
        case ("set", name, value):
            return [f"SET {name} {value[1]}"]
        case ("one", word, name):
            return [f"{word} {name}"]
        case ("by", word, name, value):
            return [f"{word} {name} {value[1]}"]
        case ("label", name):
            return [f"*{name}"]
        case ("jump", name, condition):
            return [f"JUMP *{name}{_if(condition)}"]
        case ("call", name, condition):
            return [f"CALL JOB:{name}{_if(condition)}"]
        case ("ret", condition):
            return [f"RET{_if(condition)}"]
    return _block(one)


def _block(one: Tree) -> list[str]:
    match one:
        case ("while", condition, body):
            return [f"WHILEEXP {asked(condition)}", *said(body), "ENDWHILE"]
        case ("for", name, first, last, step, body):
            more = f" STEP={step}" if step > 1 else ""
            return [
                f"FOR {name} START={first[1]} TO {last[1]}{more}", *said(body), f"NEXT {name}"
            ]  # fmt: skip
        case ("if", branches, otherwise):
            lines = []
            for k, (condition, body) in enumerate(branches):
                word = "ELSEIFEXP" if k else "IFTHENEXP"
                lines += [f"{word} {asked(condition)}", *said(body)]
            lines += [] if otherwise is None else ["ELSE", *said(otherwise)]
            return [*lines, "ENDIF"]
        case ("switch", name, cases, other):
            lines = []
            for k, (value, body) in enumerate(cases):
                lines += [f"CASE {value}" if k else f"SWITCH {name} CASE {value}", *said(body)]
            lines += [] if other is None else ["DEFAULT", *said(other)]
            return [*lines, "ENDSWITCH"]
    raise ValueError(one)


def _if(condition: Tree | None) -> str:
    return "" if condition is None else f" IF {asked(condition)}"


def asked(tree: Tree) -> str:
    """Return a condition as text."""
    if tree[0] in ("and", "or"):
        return f" {tree[0].upper()}EXP ".join(asked(part) for part in tree[1:])
    return f"{tree[1][1]}{tree[0]}{tree[2][1]}"
