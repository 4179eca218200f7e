"""Pair the items of two rows so that one inserted line is one difference."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

MAX_CELLS = 60_000
GONE = 1.0
T = TypeVar("T")
Pairs = list[tuple[int | None, int | None]]


def align(
    a: Sequence[T],
    b: Sequence[T],
    key: Callable[[T], Hashable],
    cost: Callable[[T, T], float],
) -> Pairs:
    """Return pairs of positions, None where an item has no counterpart, in order.

    Args:
        key: Equal for items that mean the same.
        cost: Of taking one for the other: 0 the same, from 2 on rather gone and new.
    """
    keys_a, keys_b = [key(x) for x in a], [key(y) for y in b]
    head = 0
    while head < min(len(a), len(b)) and keys_a[head] == keys_b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and keys_a[-1 - tail] == keys_b[-1 - tail]:
        tail += 1
    pairs: Pairs = [(i, i) for i in range(head)]
    end_a, end_b = len(a) - tail, len(b) - tail
    pairs += _middle(a, b, keys_a, keys_b, (head, end_a, head, end_b), cost)
    return pairs + [(end_a + i, end_b + i) for i in range(tail)]


def _middle(
    a: Sequence[T],
    b: Sequence[T],
    keys_a: list[Hashable],
    keys_b: list[Hashable],
    span: tuple[int, int, int, int],
    cost: Callable[[T, T], float],
) -> Pairs:
    a0, a1, b0, b1 = span
    if (a1 - a0) * (b1 - b0) <= MAX_CELLS:
        return _cheapest(a, b, span, cost)
    matcher = difflib.SequenceMatcher(None, keys_a[a0:a1], keys_b[b0:b1], autojunk=False)
    pairs: Pairs = []
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        block = (a0 + i0, a0 + i1, b0 + j0, b0 + j1)
        if tag == "equal":
            pairs += [(a0 + i0 + k, b0 + j0 + k) for k in range(i1 - i0)]
        elif (i1 - i0) * (j1 - j0) <= MAX_CELLS:
            pairs += _cheapest(a, b, block, cost)
        else:
            pairs += [(a0 + i, None) for i in range(i0, i1)]
            pairs += [(None, b0 + j) for j in range(j0, j1)]
    return pairs


def _cheapest(
    a: Sequence[T],
    b: Sequence[T],
    span: tuple[int, int, int, int],
    cost: Callable[[T, T], float],
) -> Pairs:
    """Return the pairing of least cost (Needleman and Wunsch)."""
    a0, a1, b0, b1 = span
    n, m = a1 - a0, b1 - b0
    best = [[GONE * j for j in range(m + 1)]]
    choice = [[2] * (m + 1)]
    for i in range(1, n + 1):
        row, picks = [GONE * i], [1]
        above = best[-1]
        for j in range(1, m + 1):
            ways = (
                above[j - 1] + cost(a[a0 + i - 1], b[b0 + j - 1]),
                above[j] + GONE,
                row[-1] + GONE,
            )
            pick = ways.index(min(ways))
            row.append(ways[pick])
            picks.append(pick)
        best.append(row)
        choice.append(picks)
    return _walked_back(choice, a0, b0, n, m)


def _walked_back(choice: list[list[int]], a0: int, b0: int, i: int, j: int) -> Pairs:
    pairs: Pairs = []
    while i or j:
        pick = 1 if j == 0 else choice[i][j]
        if pick == 0:
            i, j = i - 1, j - 1
            pairs.append((a0 + i, b0 + j))
        elif pick == 1:
            i -= 1
            pairs.append((a0 + i, None))
        else:
            j -= 1
            pairs.append((None, b0 + j))
    return pairs[::-1]
