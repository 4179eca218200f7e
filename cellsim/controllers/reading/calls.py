"""Routines in the order of their calls: those that are called before those that call them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def callees_first(calls: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return the routines in groups that call one another, each behind all that it calls.

    In time linear in the routines and their calls, whatever their depth.

    Args:
        calls: The routines that each calls, all of them among its keys.

    Source: Kosaraju's algorithm (Sharir 1981): the groups of a graph turned round, in the order in
    which a search of the graph left their first members last, come callers first.
    """
    callers: dict[str, list[str]] = {name: [] for name in calls}
    for name, called in calls.items():
        for other in called:
            callers[other].append(name)
    left = [name for group in _searched(calls, calls) for name in group]
    return [tuple(group) for group in reversed(list(_searched(callers, reversed(left))))]


def _searched(graph: Mapping[str, Iterable[str]], roots: Iterable[str]) -> Iterator[list[str]]:
    """Yield what each root reaches that none before it did, in the order it is left."""
    seen: set[str] = set()
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        group: list[str] = []
        stack = [(root, iter(graph[root]))]
        while stack:
            name, rest = stack[-1]
            other = next((o for o in rest if o not in seen), None)
            if other is None:
                group.append(name)
                stack.pop()
            else:
                seen.add(other)
                stack.append((other, iter(graph[other])))
        yield group
