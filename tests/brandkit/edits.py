"""Edits of text that a person or a tool makes by mistake."""

from __future__ import annotations

import re

from brandkit.kit import Edit


def swap(pattern: str, new: str, nth: int = 0) -> Edit:
    """Replace the nth match of a pattern."""

    def edit(text: str) -> str:
        found = list(re.finditer(pattern, text, re.MULTILINE))
        match = found[nth]
        return text[: match.start()] + match.expand(new) + text[match.end() :]

    return edit


def drop(pattern: str, nth: int = 0) -> Edit:
    """Drop the line of the nth match of a pattern."""
    return swap(rf"^.*{pattern}.*\n", "", nth)


def swapped(pattern: str) -> Edit:
    """Swap the first two lines that match a pattern."""

    def edit(text: str) -> str:
        lines = text.split("\n")
        at = [i for i, line in enumerate(lines) if re.search(pattern, line)]
        lines[at[0]], lines[at[1]] = lines[at[1]], lines[at[0]]
        return "\n".join(lines)

    return edit


def cut(part: float) -> Edit:
    """Cut the text off."""
    return lambda text: text[: int(len(text) * part)]
