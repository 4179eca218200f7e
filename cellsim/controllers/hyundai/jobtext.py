"""The lines of one job file as nested nodes, and its addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cellsim.controllers.hyundai.acts import Addressed
from cellsim.controllers.hyundai.fold import label_uses, long_times, without_ends
from cellsim.controllers.hyundai.lines import act_of
from cellsim.controllers.hyundai.steps import Poses
from cellsim.controllers.hyundai.switch import switches
from cellsim.controllers.reading.acts import Act, data_of, is_word
from cellsim.controllers.reading.blocks import Node, flat, nest
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.unroll import left_open, unrolled
from cellsim.domain.program import Expr, Goto, If, Label, Loop, Statement, Wait
from cellsim.errors import BadInput


class JobText:
    """The lines of a job as nested nodes, with what belongs to all of them.

    Attributes:
        nodes: Without the last end and stop blocks; stops: labels of those.
        poses: Joint poses by name. order: Place of each node. last: Last line.
        elsewhere, moved: Names (lower case) that lines of other routines read, and set.
        entry: Whether it is the one that runs first.
    """

    def __init__(
        self,
        lines: Sequence[Addressed],
        last: Line,
        every: Sequence[Addressed],
        scope: str,
        elsewhere: frozenset[str] = frozenset(),
        moved: frozenset[str] = frozenset(),
        touched: frozenset[str] = frozenset(),
        shifts: frozenset[str] = frozenset(),
    ) -> None:
        self.moved = moved
        self.entry = False
        acts = [(a.line, a.act) for a in _with_labels(lines)]
        self.elsewhere = elsewhere = elsewhere | moved | left_open(acts, re.NOFLAG)
        written = unrolled(acts, act_of, re.NOFLAG, past_end=True, shared=elsewhere)
        nodes = nest(switches(written), last)
        nodes, self.stops = without_ends(nodes)
        self.nodes = long_times(nodes, label_uses(nodes))
        shown = [Addressed(line, act) for line, act in written]
        mine = {(a.line.number, a.line.text) for a in lines}
        others = [a for a in every if (a.line.number, a.line.text) not in mine]
        self.poses = Poses(sorted([*shown, *others], key=lambda a: a.line.number), scope)
        self.poses.meet(touched, shifts)
        self.flat = list(flat(self.nodes))
        self.order = {id(n): i for i, n in enumerate(self.flat)}
        self.last = last

    def gives(self) -> bool:
        """Return whether the routine always returns a value."""
        code = [n for n in self.nodes if not is_word(n, "comment")]
        leaves = [n for n in self.flat if is_word(n, "end", "return", "jump", "stop")]
        valued = all(is_word(n, "return") and data_of(n) for n in leaves)
        return bool(code) and is_word(code[-1], "return") and valued

    def begins(self, node: Node, name: str) -> Expr | None:
        """Return what `var name` makes of a number in a job that is called: zero, at each call.

        None where a line sets it at once. What a second `var` of one call does is open.
        Source: HRScript manual 3.8.1, 2.6.
        """
        own = node.line.text.lower().startswith("var") and not self.entry
        if not own or name in {*self.poses.known, *self.poses.shifts}:
            return None
        if sets_first(self.nodes, name, node.line.number):
            return None
        around = self.flat[: self.order[id(node)]]
        once = any(n is node for n in self.nodes) and not any(is_word(n, "label") for n in around)
        return Expr("const", value=0.0) if once else Expr("unknown", name=f"var {name} again")


def _with_labels(lines: Sequence[Addressed]) -> list[Addressed]:
    """Return the lines with a label before each line number and step that is gone to."""
    wanted = {
        str(a.act.data[-1])
        for a in lines
        if isinstance(a.act, Act) and a.act.word in {"goto", "jump_if"}
    }
    out = []
    for addressed in lines:
        address = addressed.address.lstrip("0") or addressed.address
        if address and address in wanted:
            out.append(Addressed(addressed.line, Act("label", (address,))))
        out.append(addressed)
    return out


def sets_first(nodes: Sequence[Node], name: str, line: int) -> bool:
    """Return whether lines below one set a variable before they read it, or none names it.

    Args:
        nodes: Nested, of the whole job. line: Where it is declared.

    The first line that names it must set it, and all others must stand in that line's block.
    """
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    sets = re.compile(rf"(?:for\s+)?{re.escape(name)}\s*=(?!=)(.*)", re.IGNORECASE)

    def naming(some: Sequence[Node]) -> list[Node]:
        return [n for n in flat(some) if n.line.number > line and word.search(n.line.text)]

    every = naming(nodes)
    if not every:
        return True
    match = sets.fullmatch(every[0].line.text)
    if match is None or word.search(match[1]) is not None:
        return False
    block = _block_of(nodes, every[0])
    return len(naming(block)) == len(every)


def _block_of(nodes: Sequence[Node], wanted: Node) -> Sequence[Node]:
    """Return the lines of the innermost block that a line stands in."""
    waiting = [nodes]
    while waiting:
        some = waiting.pop()
        if any(n is wanted for n in some):
            return some
        waiting += [part for n in some for part in (n.body, n.otherwise)]
    return nodes


def check_labels(statements: Sequence[Statement], last: Line) -> None:
    """Refuse an address twice, and a goto to one that is nowhere; `last` is the last line."""
    have: dict[str, int] = {}
    want: list[tuple[int, str]] = []
    waiting = list(statements)
    while waiting:
        s = waiting.pop()
        if isinstance(s, Label):
            first, again = sorted((have.setdefault(s.name, s.line), s.line))
            if first != again:
                what = f"address '{s.name}' of line {first} again"
                raise BadInput(what, file=last.file, line=again, expected="one address")
        elif isinstance(s, Goto):
            want.append((s.line, s.label))
        elif isinstance(s, Wait) and s.on_timeout:
            want.append((s.line, s.on_timeout))
        elif isinstance(s, If):
            waiting += [*s.then, *s.otherwise]
        elif isinstance(s, Loop):
            waiting += s.body
    for line, name in sorted(want):
        if name not in have:
            raise BadInput(
                f"address '{name}' is nowhere; the text may be truncated",
                file=last.file,
                line=line,
                expected="a label in the same job",
            )


def jumped_back(below: Iterable[Node], name: str) -> bool:
    """Return whether something after a label goes back to it."""
    return any(
        isinstance(n.act, Act)
        and n.act.word in {"goto", "jump_if", "wait"}
        and n.act.data[-1] == name
        for n in below
    )
