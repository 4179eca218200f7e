"""Routines with parameters: a copy of its own for every set of constant arguments.

An argument is put in the place of its parameter, so only what cannot change meanwhile is taken;
a body that sets a parameter is no template, and neither is one that names an argument itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.reading.blocks import Node, end_of, flat
from cellsim.controllers.reading.source import Line, replaced

MOST = 200
MOST_LINES = 5_000
MOST_LETTERS = 500
_NAME = re.compile(r"[A-Za-z_]\w*")
Acts = Sequence[tuple[Line, object]]


@dataclass(frozen=True)
class Template:
    """A routine with parameters, and its lines without its first and last one."""

    name: str
    parameters: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Language:
    """What differs between brands.

    Attributes:
        called: Name and argument texts of a call statement; None for another line.
        constant: Whether an argument text means the same wherever it stands.
        nest: Lines to nested nodes. call: The act and the text that call a routine by name.
        kept: Whether a match of a parameter's name is something else (a component, a keyword).
        flags: For the regular expressions.
    """

    called: Callable[[Node], tuple[str, list[str]] | None]
    constant: Callable[[str], bool]
    nest: Callable[[list[Line]], list[Node]]
    call: Callable[[str], tuple[object, str]]
    kept: Callable[[re.Match[str]], bool]
    flags: re.RegexFlag = re.NOFLAG


def body_of(acts: Acts, first: Line) -> tuple[Line, ...]:
    """Return the lines of the block that begins with `first`, without its two ends."""
    start = next(i for i, (line, _) in enumerate(acts) if line is first)
    return tuple(line for line, _ in acts[start + 1 : end_of(acts, start)])


def arguments_of(text: str) -> list[str] | None:
    """Return the texts between the outer parentheses of `name(a, b)`; None where they are open."""
    inner = text.partition("(")[2].strip()
    if not inner.endswith(")"):
        return None
    parts, depth, start = [], 0, 0
    inner = inner[:-1]
    for i, char in enumerate(inner):
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return None
        if char == "," and depth == 0:
            parts.append(inner[start:i].strip())
            start = i + 1
    return [*parts, inner[start:].strip()] if depth == 0 else None


def expand(
    routines: dict[str, list[Node]], templates: dict[str, Template], language: Language
) -> set[str]:
    """Add a routine for every call with constant arguments, and make that call call it.

    Args:
        routines: By name; grows. templates: By name. language: What the brand says.

    Returns:
        Names of the templates that were used.
    """
    made: dict[tuple[str, ...], str] = {}
    used: set[str] = set()
    size = 0
    waiting = list(routines) if templates else []
    while waiting:
        for node in list(flat(routines[waiting.pop(0)])):
            found = language.called(node)
            template = None if found is None else templates.get(found[0])
            if found is None or template is None or not _fits(found[1], template, language):
                continue
            key = (template.name, *found[1])
            if key not in made:
                size += len(template.lines)
                if len(made) >= MOST or size > MOST_LINES:
                    continue
                made[key] = _free(template.name, {*routines, *templates})
                routines[made[key]] = language.nest(list(_filled(template, found[1], language)))
                waiting.append(made[key])
            used.add(template.name)
            node.act, text = language.call(made[key])
            node.line = replace(node.line, text=text)
    return used


def _fits(arguments: list[str], template: Template, language: Language) -> bool:
    """Return whether arguments can stand in the place of the parameters."""
    if len(arguments) != len(template.parameters):
        return False
    if any(len(a) > MOST_LETTERS or not language.constant(a) for a in arguments):
        return False
    # a parameter of the same name is replaced wherever it stands, so it names nothing else
    own = set(template.parameters)
    names = [
        a
        for a in arguments
        if _NAME.fullmatch(a) and a.lower() not in {"true", "false"} and a not in own
    ]
    return not any(
        re.search(rf"(?<![\w$]){n}(?!\w)", line.text, language.flags)
        for n in names
        for line in template.lines
    )


def _filled(template: Template, arguments: list[str], language: Language) -> Iterator[Line]:
    """Yield the lines with every parameter replaced by its argument."""
    upper = [p.upper() for p in template.parameters]
    alike = language.flags & re.IGNORECASE
    names = upper if alike else list(template.parameters)
    texts = dict(zip(names, arguments, strict=True))
    any_name = "|".join(map(re.escape, template.parameters))
    pattern = re.compile(rf"(?<![\w.$#])(?:{any_name})(?!\w)", language.flags)

    def put(match: re.Match[str]) -> str:
        name = match[0].upper() if alike else match[0]
        return match[0] if language.kept(match) else texts[name]

    for line in template.lines:
        yield replace(line, text=replaced(pattern, put, line.text))


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
