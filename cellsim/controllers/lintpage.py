"""What an id that begins with "lint-" looks at, as LINT.md says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from cellsim.controllers.lintown import WITHOUT
from cellsim.errors import UnknownName

PREFIX = "lint-"
_PLACE = "cellsim/controllers/LINT.md"
_ID = re.compile(r"`([a-z0-9-]+)`")
_FURTHER = re.compile(r"- `([a-z0-9-]+)`: (.+)")


def explain_lint(rule: str) -> str:
    """Return what a lint item looks at in each brand; rule: its id with "lint-".

    Raises:
        UnknownName: LINT.md names no such item.
    """
    text = files(__package__).joinpath("LINT.md").read_text(encoding="utf-8")
    asked = rule.removeprefix(PREFIX)
    rows = _rows(text)
    lines = map(_FURTHER.match, text.splitlines())
    further: dict[str, str] = {match[1]: match[2] for match in lines if match}
    told = [
        f"{item}\n" + "".join(f"  {brand:<8} {cell}\n" for brand, cell in brands.items())
        for item, brands in rows.items()
        if any(asked in _ID.findall(cell) for cell in brands.values())
    ]
    told += [f"{further[asked]}\n"] if asked in further else []
    if not told:
        cells = (cell for brands in rows.values() for cell in brands.values())
        known = {name for cell in cells for name in _ID.findall(cell)} | set(further)
        raise UnknownName("lint item", rule, {f"{PREFIX}{name}" for name in known})
    told_where = "the source stands with each finding of `cellsim lint`"
    if asked in WITHOUT:
        told_where = (
            "a number that text and cell do not share has no source: either may be at fault"
        )
    where = f"All items: {_PLACE}; {told_where}."
    return "\n".join((f"{rule}: an item of `cellsim lint`\n", *told, where)) + "\n"


def _rows(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return the table of LINT.md: item to brand to cell."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    head, _, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}
