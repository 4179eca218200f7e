"""Task files: what is wanted, by feature; one step a line, the same text for every variant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field, model_validator

from cellsim.domain.files.verbs import VERBS
from cellsim.domain.files.yamltext import (
    Document,
    FileModel,
    Lines,
    Strict,
    parse_yaml,
    read_text,
    shown,
    validate,
)
from cellsim.domain.task import Step, Task
from cellsim.errors import UnknownName

SUFFIX = ".task.yaml"
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


class EachText(Strict):
    """Steps repeated for the values of a variable; several variables run side by side."""

    each: dict[str, tuple[str, ...]] = Field(min_length=1)
    do: tuple[dict[str, dict[str, object]], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _side_by_side(self) -> EachText:
        if len({len(values) for values in self.each.values()}) != 1:
            raise ValueError("the lists of each have different lengths")
        return self


class TaskText(FileModel):
    """A task file. Each step is one verb with its arguments, or an `each` with its `do`."""

    noun = "task"
    steps: tuple[dict[str, object], ...] = Field(min_length=1)


def load_task(path: str | Path) -> Task:
    """Return the task of a file, its loops written out; BadInput with line and column."""
    return parse_task(read_text(path), shown(path))


def parse_task(source: str, file: str) -> Task:
    """Return the task of a text; `file` is for messages.

    A step without `group` belongs to the group of the step before it.
    """
    document = parse_yaml(source, file)
    data = validate(document, TaskText)
    steps: list[Step] = []
    for item, path, values in _written_out(data, document.lines):
        step = _step(item, path, values, document.lines, steps[-1].group if steps else "")
        steps.append(step)
    return Task(Path(file).name.removesuffix(SUFFIX), tuple(steps), Path(file).name)


_Item = tuple[Mapping[str, object], tuple[str | int, ...], Mapping[str, str]]


def _written_out(data: TaskText, lines: Lines) -> Iterator[_Item]:
    for i, item in enumerate(data.steps):
        if "each" not in item:
            yield item, ("steps", i), {}
            continue
        block = validate(Document(item, lines.below("steps", i)), EachText)
        for row in zip(*block.each.values(), strict=True):
            values = dict(zip(block.each, row, strict=True))
            for k, inner in enumerate(block.do):
                yield inner, ("steps", i, "do", k), values


def _step(
    item: Mapping[str, object],
    path: tuple[str | int, ...],
    values: Mapping[str, str],
    lines: Lines,
    before: str,
) -> Step:
    if len(item) != 1:
        raise lines.error(f"a step has exactly one verb, this has {len(item)}", *path)
    verb, args = next(iter(item.items()))
    file, line, column = lines.at(*path, verb)
    if verb not in VERBS:
        raise UnknownName("verb", verb, VERBS, file=file, line=line, column=column)
    filled = {} if args is None else _filled(args, values, lines, (*path, verb))
    checked = validate(Document(filled, lines.below(*path, verb)), VERBS[verb])
    given = checked.model_dump(exclude_none=True)
    group = str(given.pop("group", "") or before)
    if not group:
        raise lines.error(f"{verb} names no group and no step stands before it", *path, verb)
    return Step(verb, group, given, line)


def _filled(
    value: object, values: Mapping[str, str], lines: Lines, path: tuple[str | int, ...]
) -> object:
    """Put loop variables in: `$door.hinge_bolts`."""
    if isinstance(value, dict):
        return {k: _filled(v, values, lines, (*path, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, values, lines, (*path, i)) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in values:
            file, line, column = lines.at(*path)
            raise UnknownName("variable", name, values, file=file, line=line, column=column)
    return _VARIABLE.sub(lambda match: values[match[1]], value)
