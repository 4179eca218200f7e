"""Counted loops written out, pass by pass, where the body depends on the pass.

A body does where it reads the counter, or moves a point or pose step by step; others stay loops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace

from cellsim.controllers.reading.blocks import Close, Open, end_of
from cellsim.controllers.reading.source import Line, replaced

MOST_PASSES = 200
MOST_LINES = 5_000
_DEEPEST = 4
_FOR = re.compile(
    r"for\s+([A-Za-z_]\w*)\s*=\s*([-+]?\d{1,6})\s+to\s+([-+]?\d{1,6})(?:\s+step\s+([-+]?\d{1,6}))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_COUNTS = re.compile(r"for\s+([A-Za-z_]\w*)\s*=", re.IGNORECASE)
_PLAIN = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
# what sets or declares names reads what stands behind them alone
_SETS = re.compile(
    r"(?:for\s+|(?:(?:var|global|const|decl|int|real|bool)\s+)*)[A-Za-z_]\w*\s*=(?!=)"
    r"|(?:(?:var|global|decl|int|real|bool)\s+)+[\w\s,\[\]]*$",
    re.IGNORECASE,
)
_STEPS = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*\s*=(?!=)")
Act = tuple[Line, object]
ActOf = Callable[[Line], object]


def unrolled(
    acts: Sequence[Act],
    act_of: ActOf,
    flags: re.RegexFlag,
    depth: int = 0,
    past_end: bool = False,
    shared: Set[str] = frozenset(),
) -> list[Act]:
    """Return the lines with such loops written out; others, and what is too long, as they are.

    Args:
        acts: Lines and what they do. act_of: What a line with the counter's value does.
        flags: For the counter's name. depth: Of loops around these lines.
        past_end: The counter is one step past the end afterwards: said where another line reads it.
        shared: Names in lower case; a loop whose counter is one of them stays a loop.
    """
    if past_end:
        acts = _with_ends(acts, act_of, flags, shared)
    out: list[Act] = []
    at = 0
    while at < len(acts):
        end = _end(acts, at)
        stays = end is None or depth >= _DEEPEST or _counter(acts[at][0].text) in shared
        passes = None if stays or end is None else _passes(acts, at, end, flags)
        if end is None or passes is None or len(passes) * (end - at) + len(out) > MOST_LINES:
            out.append(acts[at])
            at += 1
            continue
        match = _FOR.fullmatch(acts[at][0].text)
        pattern = re.compile(rf"(?<![\w.$#]){match[1] if match else ''}(?!\w)", flags)
        for value in passes:
            body = list(_with(acts[at + 1 : end], pattern, str(value), act_of))
            out.extend(unrolled(body, act_of, flags, depth + 1, shared=shared))
        at = end + 1
    return out


def _with_ends(
    acts: Sequence[Act], act_of: ActOf, flags: re.RegexFlag, shared: Set[str]
) -> list[Act]:
    """Return the lines with what a counter is behind its loop, where a line outside reads it.

    Before any loop is written out: behind one in the lines of another too.
    """
    out: list[Act] = []
    after: dict[int, Act] = {}
    for at, (line, act) in enumerate(acts):
        end = _end(acts, at)
        known = end is not None and _counter(line.text) not in shared
        if end is not None and known and _read_outside(acts, at, end, flags):
            after[end] = _left(line, act_of)
        out += [(line, act), *([after[at]] if at in after else [])]
    return out


def left_open(acts: Sequence[Act], flags: re.RegexFlag) -> frozenset[str]:
    """Return the counters (lower case) that lines outside of their loop read, and whose loop is
    left on the way or sets its counter: what they are behind it is not one step past the end; and
    those with which a loop inside of their own counts too."""
    found = _nested_again(acts)
    for at, (line, _) in enumerate(acts):
        end = _end(acts, at)
        if end is None or not _read_outside(acts, at, end, flags):
            continue
        name = _counter(line.text)
        sets = re.compile(rf"(for\s+)?{re.escape(name)}\s*=(?!=)", re.IGNORECASE)
        texts = [other.text for other, _ in acts[at + 1 : end]]
        if any(_leaves(text) or sets.match(text) for text in texts):
            found.add(name)
    return frozenset(found)


def _nested_again(acts: Sequence[Act]) -> set[str]:
    """Return the counters (lower case) of loops that stand inside of loops with the same one."""
    return {
        around[-1]
        for _, act, around in _within(acts)
        if isinstance(act, Open) and around[-1] and around[-1] in around[:-1]
    }


def _within(acts: Iterable[Act]) -> Iterator[tuple[Line, object, Sequence[str]]]:
    """Yield lines with the counters (lower case) of the blocks that they stand in, their own last.

    "" is a block that counts with nothing.
    """
    around: list[str] = []
    for line, act in acts:
        if isinstance(act, Close) and around:
            around.pop()
        if isinstance(act, Open):
            counts = _COUNTS.match(line.text)
            around.append(counts[1].lower() if counts else "")
        yield line, act, around


def _counter(text: str) -> str:
    match = _FOR.fullmatch(text)
    return match[1].lower() if match else ""


def read_elsewhere(acts: Sequence[Act]) -> frozenset[str]:
    """Return the names (lower case) that lines read which no loop counts with around them."""
    free: set[str] = set()
    for line, _, around in _within(acts):
        sets = _SETS.match(line.text)
        words = _NAME.findall(line.text[sets.end() if sets else 0 :].lower())
        free.update(word for word in words if word not in around)
    return frozenset(free)


def set_elsewhere(acts: Sequence[Act]) -> frozenset[str]:
    """Return the names (lower case) that lines set, but for counters of loops to be written out."""
    found: set[str] = set()
    for at, (line, act) in enumerate(acts):
        plain = _PLAIN.match(line.text)
        counts = _COUNTS.match(line.text) if isinstance(act, Open) else None
        end = _end(acts, at)
        inside = [] if end is None else [other.text for other, _ in acts[at + 1 : end]]
        if plain is not None:
            found.add(plain[1].lower())
        elif counts is not None and (end is None or any(map(_leaves, inside))):
            found.add(counts[1].lower())
    return frozenset(found)


def counters(acts: Sequence[Act]) -> frozenset[str]:
    """Return the names (lower case) that lines count loops with."""
    found = (_COUNTS.match(line.text) for line, act in acts if isinstance(act, Open))
    return frozenset(match[1].lower() for match in found if match is not None)


def _values(text: str) -> range:
    """Return the counter's values of a loop with constant bounds; a step of 0 gives none."""
    match = _FOR.fullmatch(text)
    assert match is not None
    first, last, step = int(match[2]), int(match[3]), int(match[4] or 1)
    return range(first, last + (1 if step > 0 else -1), step) if step else range(0)


def _read_outside(acts: Sequence[Act], at: int, end: int, flags: re.RegexFlag) -> bool:
    """Return whether a line outside of a loop names its counter, but to declare or set it."""
    match = _FOR.fullmatch(acts[at][0].text)
    name = re.escape(match[1]) if match else ""
    own = re.compile(rf"(for|var|global)\s+{name}\b[^,]*|{name}\s*=(?!=)[^,]*", re.IGNORECASE)
    word = re.compile(rf"(?<![\w.$]){name}(?!\w)", flags)
    outside = [line.text for line, _ in [*acts[:at], *acts[end + 1 :]]]
    return any(len(word.findall(t)) > bool(own.fullmatch(t)) for t in outside)


def _left(line: Line, act_of: ActOf) -> Act:
    """Return the assignment of the value that the counter has after the loop."""
    values = _values(line.text)
    match = _FOR.fullmatch(line.text)
    there = replace(
        line, text=f"{match[1] if match else ''}={values.start + len(values) * values.step}"
    )
    return there, act_of(there)


def _end(acts: Sequence[Act], at: int) -> int | None:
    """Return where the loop that begins here ends; None for a line that begins none."""
    begins = isinstance(acts[at][1], Open) and _FOR.fullmatch(acts[at][0].text)
    return end_of(acts, at) if begins else None


def _passes(acts: Sequence[Act], at: int, end: int, flags: re.RegexFlag) -> range | None:
    """Return the counter's values; None where the loop may stay, leaves early or is too long."""
    match = _FOR.fullmatch(acts[at][0].text)
    assert match is not None
    if match[4] is not None and int(match[4]) == 0:
        return None
    passes = _values(acts[at][0].text)
    texts = [line.text for line, _ in acts[at + 1 : end]]
    name = re.escape(match[1])
    reads = any(re.search(rf"(?<![\w.$]){name}(?!\w)", t, flags) for t in texts)
    sets = any(re.match(rf"(for\s+)?{name}\s*=(?!=)", t, flags) for t in texts)
    away = any(_leaves(t) for t in texts)
    away |= any(getattr(act, "word", "") == "label" for _, act in acts[at + 1 : end])
    if (
        sets
        or away
        or not 0 < len(passes) <= MOST_PASSES
        or not (reads or any(map(_STEPS.match, texts)))
    ):
        return None
    return passes


def _leaves(text: str) -> bool:
    """Return whether a line is a label or leaves the loop: copies of it would not be the same."""
    pattern = r"(exit|break|continue|goto|gosub)\b.*|\*\w+|[A-Za-z_]\w*\s*:|.*\bthen\s+\*.*"
    return re.fullmatch(pattern, text.strip(), re.IGNORECASE) is not None


def _with(
    acts: Sequence[Act], pattern: re.Pattern[str], value: str, act_of: ActOf
) -> Iterator[Act]:
    """Yield lines with the counter replaced by its value."""
    for line, act in acts:
        text = replaced(pattern, value, line.text)
        if text == line.text:
            yield line, act
        else:
            there = replace(line, text=text)
            yield there, act_of(there)
