"""Arguments of CALL: AR[n] of the called program, and those of the caller when it comes back.

Source: R-30iB Plus teach pendant help, 17.4: AR[n] is the n-th argument of the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cellsim.domain.program import Assign, Call, Expr, Statement

_ARGUMENT = re.compile(r"(?<!\w)AR\s*\[\s*(\d{1,2})\b", re.IGNORECASE)


def used(text: str) -> frozenset[int]:
    """Return the numbers of the arguments that a program's text reads."""
    return frozenset(int(number) for number in _ARGUMENT.findall(text))


def in_circles(calls: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the programs that may come to call themselves, over others too."""
    found = set()
    for start in calls:
        seen, waiting = set[str](), [c for c in calls[start] if c in calls]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += [c for c in calls[name] if c in calls]
        if start in seen:
            found.add(start)
    return frozenset(found)


def called(
    caller: str,
    name: str,
    values: Sequence[Expr],
    takes: Mapping[str, frozenset[int]],
    line: int,
) -> list[Statement]:
    """Return a call with its arguments: the called program's are set, the caller's come back.

    Args:
        values: With the cell's names. takes: Arguments that each program reads.
    """

    def put(variable: str, value: Expr) -> Statement:
        return Assign(variable, value, line=line)

    call = Call(name, line=line)
    needed = sorted(takes[name])
    if not needed:
        return [call]
    own = sorted(takes[caller])
    given = {n: values[n - 1] for n in needed if n <= len(values)}
    passed = {n: given.get(n, Expr("unknown", name=f"AR[{n}] of {name}")) for n in needed}
    if not own:
        return [*(put(f"ar{n}", value) for n, value in passed.items()), call]
    return [
        *(put(f"ar{n}_for_{name.lower()}", value) for n, value in passed.items()),
        *(put(f"ar{n}_of_{caller.lower()}", Expr("var", name=f"ar{n}")) for n in own),
        *(put(f"ar{n}", Expr("var", name=f"ar{n}_for_{name.lower()}")) for n in needed),
        call,
        *(put(f"ar{n}", Expr("var", name=f"ar{n}_of_{caller.lower()}")) for n in own),
    ]
