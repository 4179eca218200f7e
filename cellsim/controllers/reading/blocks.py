"""From lines with what they do to nested blocks; bounded depth, errors with their line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr
from cellsim.errors import BadInput

MAX_NESTING = 30
# elseif is an if inside the one before: deeper than this runs out of stack further on
MAX_BRANCHES = 70


@dataclass(frozen=True)
class Open:
    """Begins a block. kind: if, while, count, forever, until, switch or raw."""

    kind: str
    condition: Expr | None = None
    count: int | None = None
    variable: str = ""


@dataclass(frozen=True)
class Middle:
    """else (no condition) or elseif."""

    condition: Expr | None = None


@dataclass(frozen=True)
class Close:
    """Ends a block of one of these kinds. variable: The counter it names, "" for none."""

    kinds: frozenset[str]
    condition: Expr | None = None
    variable: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """A line that is kept verbatim, and why."""

    reason: str


@dataclass
class Node:
    """A line with its act, or a block with its lines; `otherwise` for if."""

    line: Line
    act: object
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)
    condition: Expr | None = None


@dataclass
class _Level:
    node: Node
    body: list[Node]
    links: int = 0


def nest(acts: Iterable[tuple[Line, object]], end: Line) -> list[Node]:
    """Return lines as nested nodes.

    Args:
        acts: Lines and what they do. end: Last line, for the error of a block that stays open.

    Raises:
        BadInput: A block without an end (a cut file), an end without a block, or nesting too deep.
    """
    top: list[Node] = []
    stack: list[_Level] = []
    for line, act in acts:
        body = stack[-1].body if stack else top
        if isinstance(act, Open):
            if len(stack) >= MAX_NESTING:
                raise BadInput("blocks nested too deep", file=line.file, line=line.number)
            node = Node(line, act, condition=act.condition)
            body.append(node)
            stack.append(_Level(node, node.body))
        elif isinstance(act, Middle):
            _middle(stack, line, act)
        elif isinstance(act, Close):
            if not stack or _kind(stack[-1]) not in act.kinds:
                raise _closes_nothing(line, stack[-1].node.line if stack else None)
            _same_variable(stack[-1].node, line, act)
            if act.condition is not None:
                stack[-1].node.condition = act.condition
            stack.pop()
        else:
            body.append(Node(line, act))
    if stack:
        first = stack[-1].node.line
        raise BadInput(
            f"block '{first.text.strip()}' has no end; the text is truncated",
            file=end.file,
            line=end.number,
            expected=f"the end of the block of line {first.number}",
        )
    return top


def _closes_nothing(line: Line, begun: Line | None) -> BadInput:
    """Return the error of an end that is not that of the block it stands in."""
    said = f"'{line.text.strip()}' closes nothing"
    if begun is None:
        return BadInput(said, file=line.file, line=line.number)
    first = f"'{begun.text.strip()}' of line {begun.number}"
    return BadInput(said, file=line.file, line=line.number, expected=f"the end of {first}")


def _same_variable(node: Node, line: Line, act: Close) -> None:
    """Refuse the end of a loop that names the counter of another one."""
    counter = node.act.variable if isinstance(node.act, Open) else ""
    if act.variable and counter and act.variable.upper() != counter.upper():
        said = f"'{line.text.strip()}' does not end the loop of line {node.line.number}"
        raise BadInput(said, file=line.file, line=line.number, expected=counter)


def _kind(level: _Level) -> str:
    act = level.node.act
    return act.kind if isinstance(act, Open) else "if"


def _middle(stack: list[_Level], line: Line, act: Middle) -> None:
    """Go on with the other branch; elseif is an if inside it."""
    if not stack or _kind(stack[-1]) != "if" or stack[-1].body is stack[-1].node.otherwise:
        raise BadInput(f"'{line.text.strip()}' without if", file=line.file, line=line.number)
    level = stack[-1]
    if act.condition is None:
        level.body = level.node.otherwise
        return
    level.links += 1
    if level.links > MAX_BRANCHES:
        raise BadInput("too many branches", file=line.file, line=line.number)
    node = Node(line, Open("if", act.condition), condition=act.condition)
    level.node.otherwise.append(node)
    level.node, level.body = node, node.body


def end_of(acts: Sequence[tuple[Line, object]], at: int) -> int | None:
    """Return where the block that begins at a place of the lines ends; None for a cut text."""
    depth = 0
    for i in range(at, len(acts)):
        depth += isinstance(acts[i][1], Open) - isinstance(acts[i][1], Close)
        if depth == 0:
            return i
    return None


def flat(nodes: Iterable[Node]) -> Iterable[Node]:
    """Yield all nodes, those in blocks after their block."""
    for node in nodes:
        yield node
        yield from flat(node.body)
        yield from flat(node.otherwise)
