"""What changed between two tasks: steps by verb, group and arguments, whatever their layout."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.task import Step, Task
from cellsim.release.meaning.align import align
from cellsim.release.meaning.difference import Difference


def diff_tasks(a: Task, b: Task) -> tuple[Difference, ...]:
    """Return the differences from task `a` to task `b`; loops written out are none."""
    return tuple(_differences(a, b))


def _differences(a: Task, b: Task) -> Iterator[Difference]:
    for i, j in align(a.steps, b.steps, _key, _cost):
        if j is None and i is not None:
            facts = {"what": _phrase(a.steps[i])}
            yield Difference("missing", a.steps[i].line, 0, "missing", facts)
        elif i is None and j is not None:
            facts = {"what": _phrase(b.steps[j])}
            yield Difference("added", 0, b.steps[j].line, "added", facts)
        elif i is not None and j is not None:
            yield from _steps(a.steps[i], b.steps[j])


def _key(step: Step) -> tuple[object, ...]:
    return (step.verb, step.group, *sorted((k, repr(v)) for k, v in step.args.items()))


def _cost(x: Step, y: Step) -> float:
    if x.verb != y.verb:
        return 3.0
    names = {*x.args, *y.args}
    other = sum(x.args.get(n) != y.args.get(n) for n in names)
    return min(
        1.8, 0.6 * other / max(len(names), 1) + 0.6 * (x.group != y.group) + 0.1 * (other > 0)
    )


def _phrase(step: Step) -> str:
    args = ", ".join(f"{k} {v}" for k, v in step.args.items())
    return f"{step.verb} of {step.group}" + (f" ({args})" if args else "")


def _steps(x: Step, y: Step) -> Iterator[Difference]:
    if x.group != y.group:
        facts: dict[str, object] = {"what": f"{x.verb}: group", "old": x.group, "new": y.group}
        yield Difference("group", x.line, y.line, "value", facts)
    for name in dict.fromkeys((*x.args, *y.args)):
        old, new = x.args.get(name), y.args.get(name)
        if old != new:
            facts = {"what": f"{x.verb}: {name}", "old": _said(old), "new": _said(new)}
            yield Difference("argument", x.line, y.line, "value", facts)


def _said(value: object) -> str:
    return "none" if value is None else str(value)
