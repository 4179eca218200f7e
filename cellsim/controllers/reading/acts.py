"""What a line does, as the readers of all brands hold it: a word and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cellsim.controllers.reading.blocks import Node


@dataclass(frozen=True)
class Act:
    """A statement that is no block and no motion: its word and what belongs to it.

    Each brand's `acts.py` or `lines.py` says which words there are and what their data holds.
    """

    word: str
    data: tuple[Any, ...] = ()


def word_of(node: Node) -> str:
    """Return the word of a line's act, "" for a block or a motion."""
    return node.act.word if isinstance(node.act, Act) else ""


def data_of(node: Node) -> tuple[Any, ...]:
    """Return what belongs to a line's act; nothing for a block or a motion."""
    return node.act.data if isinstance(node.act, Act) else ()


def is_word(node: Node, *words: str) -> bool:
    """Return whether a line's act has one of these words."""
    return isinstance(node.act, Act) and node.act.word in words
