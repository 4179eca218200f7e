"""Say statements: a brand gives its phrases as data, the walk through a program is the same.

What is modal is written where it changes. A block forgets it: what runs before the line after a
loop, a label or a call is not known there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from cellsim.controllers.writing.expression import only_compared
from cellsim.controllers.writing.lines import refuse
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import Refused, UnknownName

QUIET = Comment(text="")


@dataclass(frozen=True)
class Blocks:
    """Templates of blocks; {condition}, {count} and {counter} stand in them.

    Attributes:
        branch, otherwise, end_branch: If, else and their end. otherwise_if: Else with an if of
            its own, "" where the language nests them. joins: Whether a modal value that both
            ways end with still holds after them.
        during, end_during: Loop with a condition, "" where the language has none.
        count, end_count: Loop by number; before_count, step: Lines before it and at its end, or "".
    """

    branch: str
    otherwise: str
    end_branch: str
    count: str
    end_count: str
    during: str = ""
    end_during: str = ""
    otherwise_if: str = ""
    before_count: str = ""
    step: str = ""
    joins: bool = False


@dataclass(frozen=True)
class Phrases:
    """How a language says statements.

    Attributes:
        brand: Whose language it is. blocks: Its templates. condition: Text of a condition.
        output, assign: Text of a change of an output or a variable. delay: Lines of a delay [s].
        call: Text of a call of a name as the text has it. back: Text of a return.
        goto, label: Text of a jump and of its goal, of a name and a line.
        remarks: Lines of a comment. kept: Line of harmless text of another language.
        label_at_margin: Whether labels are not indented.
        number: Text of a change of a group of outputs; None where the language has none.
    """

    brand: str
    blocks: Blocks
    condition: Callable[[Expr, MotionGroup, int], str]
    output: Callable[[SetSignal, MotionGroup], str]
    assign: Callable[[Assign, MotionGroup], str]
    delay: Callable[[float, int], list[str]]
    call: Callable[[str, int], str]
    back: str
    goto: Callable[[str, int], str]
    label: Callable[[str, int], str]
    remarks: Callable[[str], list[str]]
    kept: Callable[[str], str]
    label_at_margin: bool = False
    number: Callable[[SetSignal, MotionGroup], str] | None = None


class Script(Protocol):
    """A text while it is being written.

    Attributes:
        group: Whose text it is. names: Routine to its name in the text. modal: What is set.
    """

    group: MotionGroup
    names: dict[str, str]
    modal: dict[str, str]

    def put(self, text: str, depth: int, statement: Statement = QUIET, /) -> None:
        """Add a line, and behind or before it the comment of its statement."""

    def body(self, body: tuple[Statement, ...], depth: int, /) -> None:
        """Write statements of a block."""

    def move(self, move: Move, depth: int, /) -> None:
        """Write a motion, and what is modal before it."""

    def wait(self, statement: Wait, depth: int, /) -> None:
        """Write a wait, with what happens after its time."""

    def counter(self, line: int, /) -> str:
        """Return what counts a loop."""


def say_all(script: Script, phrases: Phrases, body: Iterable[Statement], depth: int) -> None:
    """Write statements one after another."""
    for statement in body:
        say_statement(script, phrases, statement, depth)


def say_statement(script: Script, phrases: Phrases, statement: Statement, depth: int) -> None:
    """Write a statement with the blocks in it.

    Raises:
        Refused: What the language has no words for.
        UnknownName: A routine or signal that has no name there.
    """
    if isinstance(statement, If | Wait | Loop) and statement.condition is not None:
        only_compared(statement.condition, phrases.brand, script.group, statement.line)
    match statement:
        case Move():
            script.move(statement, depth)
        case If():
            _say_branches(script, phrases, statement, depth)
        case Loop():
            _say_loop(script, phrases, statement, depth)
        case Wait():
            script.wait(statement, depth)
        case Comment(text=text):
            for remark in phrases.remarks(text):
                script.put(remark, depth)
        case Label(name=name, line=line):
            script.modal = {}
            at = 0 if phrases.label_at_margin else depth
            script.put(phrases.label(name, line), at, statement)
        case Delay():
            for number, text in enumerate(phrases.delay(statement.seconds, statement.line)):
                script.put(text, depth, QUIET if number else statement)
        case _:
            script.put(phrase(script, phrases, statement), depth, statement)
            if isinstance(statement, Call):
                script.modal = {}


def phrase(script: Script, phrases: Phrases, statement: Statement) -> str:
    """Return the text of a statement of one line."""
    match statement:
        case SetSignal(value=bool(), at=None):
            return phrases.output(statement, script.group)
        case SetSignal(at=None) if phrases.number is not None:
            return phrases.number(statement, script.group)
        case Call(routine=routine):
            if routine not in script.names:
                raise UnknownName("routine", routine, script.names, line=statement.line)
            return phrases.call(script.names[routine], statement.line)
        case Return():
            return phrases.back
        case Goto(label=label):
            return phrases.goto(label, statement.line)
        case Assign():
            return phrases.assign(statement, script.group)
        case Raw(text=text, harmless=True):
            return phrases.kept(text)
    raise refuse(phrases.brand, statement)


def _say_branches(
    script: Script, phrases: Phrases, statement: If, depth: int, opening: str = ""
) -> None:
    """Write an if; both ways begin with what is set before it."""
    blocks = phrases.blocks
    condition = phrases.condition(statement.condition, script.group, statement.line)
    script.put((opening or blocks.branch).format(condition=condition), depth, statement)
    before = dict(script.modal)
    script.body(statement.then, depth + 1)
    after, script.modal = script.modal, before
    other = statement.otherwise
    if blocks.otherwise_if and len(other) == 1 and isinstance(other[0], If):
        _say_branches(script, phrases, other[0], depth, blocks.otherwise_if)
        script.modal = after if blocks.joins and after == script.modal else {}
        return
    if other:
        script.put(blocks.otherwise, depth)
        script.body(other, depth + 1)
    script.modal = after if blocks.joins and after == script.modal else {}
    script.put(blocks.end_branch, depth)


def _say_loop(script: Script, phrases: Phrases, statement: Loop, depth: int) -> None:
    blocks = phrases.blocks
    script.modal = {}
    if statement.condition is None:
        _say_count(script, blocks, statement, depth)
    elif blocks.during:
        condition = phrases.condition(statement.condition, script.group, statement.line)
        script.put(blocks.during.format(condition=condition), depth, statement)
        script.body(statement.body, depth + 1)
        script.put(blocks.end_during, depth)
    else:
        raise Refused(phrases.brand, "loop with a condition", line=statement.line)
    script.modal = {}


def _say_count(script: Script, blocks: Blocks, statement: Loop, depth: int) -> None:
    counter = script.counter(statement.line)
    if blocks.before_count:
        script.put(blocks.before_count.format(counter=counter), depth)
    opening = blocks.count.format(counter=counter, count=statement.count)
    script.put(opening, depth, statement)
    script.body(statement.body, depth + 1)
    if blocks.step:
        script.put(blocks.step.format(counter=counter), depth + 1)
    script.put(blocks.end_count.format(counter=counter), depth)
