"""What a line does, as the readers of all brands hold it: a word and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellsim.controllers.reading.blocks import Node
from cellsim.errors import BadInput


@dataclass(frozen=True)
class Act:
    """A statement that is no block and no motion: its word and what belongs to it.

    Each brand's `acts.py` or `lines.py` says which words there are and what their data holds.
    """

    word: str
    data: tuple[Any, ...] = ()


# Words of ours that stand in no text, and why such a line is kept as it stands.
_NOT_FOLLOWED = {
    "assign": "a variable or value that this reader does not know",
    "element": "an element or value that this reader does not know",
    "set": "an output or value that this reader does not know",
    "shift": "a shift that this reader does not follow",
    "delay": "a time that is no number before it runs",
}


def not_followed(word: str, routine: str = "subprogram") -> str:
    """Return why a line of a kind that the reader knows is kept as text.

    Args:
        word: That of the line's act. routine: What the language calls what is called: "job".
    """
    if word == "call":
        return f"no {routine} of this name that takes these arguments was read with it"
    return _NOT_FOLLOWED.get(word, f"'{word}'")


def word_of(node: Node) -> str:
    """Return the word of a line's act, "" for a block or a motion."""
    return node.act.word if isinstance(node.act, Act) else ""


def data_of(node: Node) -> tuple[Any, ...]:
    """Return what belongs to a line's act; nothing for a block or a motion."""
    return node.act.data if isinstance(node.act, Act) else ()


def is_word(node: Node, *words: str) -> bool:
    """Return whether a line's act has one of these words."""
    return isinstance(node.act, Act) and node.act.word in words


def labels_of(lines: Sequence[Node], fold: bool = False) -> dict[Any, int]:
    """Return the places of the labels among lines.

    Args:
        fold: Names are told apart by their letters alone, whatever their case; in lower case.

    Raises:
        BadInput: A label that two lines of the text have: where a jump goes is not known.
    """
    found: dict[Any, int] = {}
    for i, node in enumerate(lines):
        if not is_word(node, "label"):
            continue
        name = data_of(node)[0]
        name = str(name).lower() if fold else name
        first = lines[found.get(name, i)].line
        if (first.file, first.number) != (node.line.file, node.line.number):
            what = f"label '{data_of(node)[0]}' of line {first.number} again"
            raise BadInput(what, file=node.line.file, line=node.line.number, expected="one label")
        found[name] = i
    return found
