"""What edits and rewrites of a program give when two texts of it are compared."""

from __future__ import annotations

import random

from controllers_support import cell_of
from diff_edits import EDITS
from diff_programs import (
    BRAND_NAMES,
    Edit,
    base_program,
    differing,
    text_of,
)
from diff_rewrites import REWRITES, Rewrite

from cellsim.release.meaning.difference import Difference

__all__ = ["BRAND_NAMES", "EDITS", "REWRITES", "Edit", "Rewrite", "edited", "rewritten"]


def edited(brand: str, edit: Edit, seed: int) -> tuple[str, list[str]]:
    """Return what an edit must give as a pattern, and what the two texts give."""
    cell = cell_of(brand)
    base = base_program(cell, seed)
    changed, said = edit.change(base, cell, random.Random(seed))
    return said, said_of(differing(text_of(base, cell), text_of(changed, cell), cell))


def rewritten(brand: str, same: Rewrite, seed: int) -> list[str]:
    """Return the differences of a text and the same said otherwise."""
    cell = cell_of(brand)
    base = base_program(cell, seed)
    before = text_of(base, cell)
    after = dict(before) if same.program is None else text_of(same.program(base, cell), cell)
    if same.text is not None:
        for name in after:
            if same.suffix in (".*", "") or name.endswith(same.suffix):
                after[name] = same.text(after[name].decode()).encode()
    assert after != before
    return said_of(differing(before, after, cell))


def said_of(found: tuple[Difference, ...]) -> list[str]:
    """Return differences as kind and sentence."""
    return [f"{d.kind}: {d.text}" for d in found]
