"""From bytes to numbered lines, with bounded size."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cellsim.errors import BadInput

MAX_BYTES = 5_000_000
MAX_LINE = 2_000
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Line:
    """A logical line: where it stands, its text without comment, its comment, and verbatim."""

    file: str
    number: int
    text: str
    comment: str
    verbatim: str


def text_lines(name: str, data: bytes, fallback: str = "cp1252") -> list[str]:
    """Return the lines of a file without line ends; a byte order mark is left out.

    Args:
        name: For errors. data: The bytes. fallback: Code page if the bytes are no UTF-8.

    Raises:
        BadInput: Too large, empty or not text.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"file of {len(data)} bytes", file=name, expected=f"at most {MAX_BYTES}")
    if b"\0" in data:
        at = data.index(b"\0")
        raise BadInput("not text: a zero byte", file=name, line=data[:at].count(b"\n") + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(fallback, errors="replace")
    if not text.strip():
        raise BadInput("file is empty", file=name, expected="a program")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def check_files(files: Mapping[str, bytes]) -> None:
    """Refuse no files, too many, or too much text at once."""
    if not files:
        raise BadInput("no files to read", expected="controller text")
    if len(files) > 500 or sum(len(d) for d in files.values()) > 4 * MAX_BYTES:
        raise BadInput(f"{len(files)} files, too much text", expected="one program")


def split_comment(text: str, mark: str, quote: str = '"') -> tuple[str, str]:
    """Return (code, comment) of a line; a mark inside quotes does not begin a comment."""
    if mark not in text:
        return text, ""
    quoted = False
    for i, char in enumerate(text):
        if char == quote:
            quoted = not quoted
        elif char == mark and not quoted:
            return text[:i], text[i + 1 :].strip()
    return text, ""


def without_texts(text: str) -> str:
    """Return a text with nothing left in its quotes."""
    return _QUOTED.sub('""', text) if '"' in text else text


def replaced(pattern: re.Pattern[str], put: str | Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with what a pattern finds replaced, but for what stands in quotes."""
    quoted = [match.span() for match in _QUOTED.finditer(text)] if '"' in text else []

    def one(match: re.Match[str]) -> str:
        if any(begin <= match.start() < end for begin, end in quoted):
            return match[0]
        return put if isinstance(put, str) else put(match)

    return pattern.sub(one, text)
