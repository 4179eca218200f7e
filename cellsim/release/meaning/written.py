"""The lines of two texts of one language that are written otherwise: where a change comes from.

A motion that ends elsewhere says so on its own line; what was edited may be the point that it
names, a speed, a tool, a line that set what still holds, or a line that is gone.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellsim.release.meaning.difference import Difference

# Lines told of one file pair at most, and the most pairs of lines of which the likest are sought:
# the time of that grows with the cube of lines, where every second one is the same (;ENDFOLD).
MOST, MOST_PAIRS = 12, 60_000
_LONGEST = 100
# Numbers of lines and steps, which move with every line before them.
_NUMBER = re.compile(r"^(?:\d+:\s*|S\d+\s+)")


@dataclass(frozen=True)
class Text:
    """The files of one program as text.

    Attributes:
        main: The file that lines are of where a difference names none. files: Name to bytes.
    """

    main: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class _Line:
    """A line: its number from 1, as written, and without blanks and its own number."""

    number: int
    text: str
    plain: str


def written_otherwise(found: Sequence[Difference], a: Text, b: Text) -> tuple[Difference, ...]:
    """Return the lines of B that are written otherwise than in A and on which nothing found stands.

    A line that is gone is told on the line that follows it now; behind the last one, on that;
    not if something found says already that just that line of A is missing.

    Args:
        found: What the two mean differently; lines on side A are lines of that text, 0 where they
            are of something else. a, b: Texts of one language.

    Returns:
        Differences of kind "text"; at most 12 a file, then how many more there are.
    """
    gone = {(d.file_a or a.main, d.line_a) for d in found if d.line_a and not d.line_b}
    known = {(d.file_b or b.main, d.line_b) for d in found if d.line_b}
    out: list[Difference] = []
    for old, new in _pairs(a.files, b.files):
        x, y = _lines(a.files.get(old, b"")), _lines(b.files.get(new, b""))
        told = [
            d
            for d in _changes(x, y, old, new)
            if not ((new, d.line_b) in known and not d.key.startswith("text_gone"))
            and not (d.facts.get("count") == 1 and (old, d.line_a) in gone)
        ]
        out += told[:MOST]
        if told[MOST:]:
            facts = {"count": len(told) - MOST}
            out.append(Difference("text", 0, told[MOST].line_b, "text_more", facts, file_b=new))
    return tuple(out)


def _pairs(a: Mapping[str, bytes], b: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the names of the files that are held against each other: of one name, or one ending."""
    yield from ((name, name) for name in sorted({*a} & {*b}))
    old, new = (sorted({*x} - {*y}) for x, y in ((a, b), (b, a)))
    for one in old:
        like = [name for name in new if _ending(name) == _ending(one)]
        if len(like) == 1 and sum(_ending(name) == _ending(one) for name in old) == 1:
            yield one, like[0]


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _lines(data: bytes) -> list[_Line]:
    """Return the lines that hold something."""
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = (
        _Line(number, line.strip(), _NUMBER.sub("", " ".join(line.split())))
        for number, line in enumerate(text.split("\n"), 1)
    )
    return [line for line in lines if line.plain]


def _changes(a: list[_Line], b: list[_Line], old: str, new: str) -> Iterator[Difference]:
    """Yield the lines of B that are changed or new, and where lines of A are gone."""
    for i0, i1, j0, j1 in _blocks([line.plain for line in a], [line.plain for line in b]):
        both = min(i1 - i0, j1 - j0)
        for x, y in zip(a[i0 : i0 + both], b[j0 : j0 + both], strict=True):
            if x.plain == y.plain:
                continue
            facts = {"old": _short(x.text), "new": _short(y.text)}
            yield Difference("text", x.number, y.number, "changed", facts, 1, old, new)
        for y in b[j0 + both : j1]:
            yield Difference("text", 0, y.number, "added", {"what": _short(y.text)}, file_b=new)
        if gone := a[i0 + both : i1]:
            yield _gone(gone, b, j1, old, new)


def _gone(gone: list[_Line], b: list[_Line], at: int, old: str, new: str) -> Difference:
    """Return that lines are gone: before the line that follows, or behind the last one."""
    behind = at >= len(b)
    line = (b[-1].number if b else 0) if behind else b[at].number
    facts = {"what": _short(gone[0].text), "count": len(gone)}
    key = "text_gone_behind" if behind else "text_gone"
    return Difference("text", gone[0].number, line, key, facts, 1, old, new)


def _blocks(a: list[str], b: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where two rows of lines are not the same: [i0, i1) of A for [j0, j1) of B.

    Between too many lines to seek the likest, a block may hold lines that are the same.
    """
    i0 = j0 = 0
    for i, j in (*_anchors(a, b), (len(a), len(b))):
        head, tail = _alike(a[i0:i], b[j0:j])
        yield from _between(a, b, (i0 + head, i - tail), (j0 + head, j - tail))
        i0, j0 = i + 1, j + 1


def _between(
    a: list[str], b: list[str], rows: tuple[int, int], columns: tuple[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks of `_blocks` between two anchors, of [start, end) of A and of B."""
    (i0, i1), (j0, j1) = rows, columns
    if (i1 - i0) * (j1 - j0) > MOST_PAIRS:
        yield i0, i1, j0, j1
        return
    matcher = difflib.SequenceMatcher(None, a[i0:i1], b[j0:j1], autojunk=False)
    for tag, x0, x1, y0, y1 in matcher.get_opcodes():
        if tag != "equal":
            yield i0 + x0, i0 + x1, j0 + y0, j0 + y1


def _alike(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """Return how many lines two rows share at their heads, and behind that at their ends."""
    most = min(len(a), len(b))
    head = 0
    while head < most and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < most - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return head, tail


def _anchors(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Return the most lines, in the order of both, that stand once in A and once in B."""
    once_a, once_b = ({x for x, n in Counter(lines).items() if n == 1} for lines in (a, b))
    places = {x: j for j, x in enumerate(b) if x in once_b}
    pairs = [(i, places[x]) for i, x in enumerate(a) if x in once_a and x in once_b]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [j], [number]
    found, number = [], last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
