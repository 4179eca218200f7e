"""Edits of released text, for tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from releases import copied, released

ROOT = Path(__file__).resolve().parents[1]
RELEASED = {
    "kuka": ("palletizing", "large_boxes", ".src"),
    "ur": ("machine_tending", "shaft_80", ".script"),
}
Capture = pytest.CaptureFixture[str]
Edit = Callable[[str], str]


def swap(pattern: str, text: str | Callable[[re.Match[str]], str], count: int = 1) -> Edit:
    """Return an edit of the first match of a pattern (count 0: of all); it must change the text."""

    def edit(source: str) -> str:
        changed = re.sub(pattern, text, source, count=count, flags=re.MULTILINE)
        assert changed != source, pattern
        return changed

    return edit


def plus(amount: float, digits: int) -> Callable[[re.Match[str]], str]:
    """Return a replacement that adds to the number in group 2."""
    return lambda found: f"{found[1]}{float(found[2]) + amount:.{digits}f}"


def drop(pattern: str) -> Edit:
    """Return an edit that drops the first line that matches."""
    return swap(rf"^.*{pattern}.*\n", "")


def lower_case(source: str) -> str:
    """Return KRL in lower case, its strings and fold lines as they are."""
    lines = source.splitlines(keepends=True)
    return "".join(line if line.startswith(("&", ";")) else line.lower() for line in lines)


def edited_pair(
    root: Path, tmp_path: Path, brand: str, suffix: str, edit: Edit
) -> tuple[Path, Path]:
    """Return a release and a copy of it with one text edited."""
    cell, variant, _ = RELEASED[brand]
    folder = released(root, cell, variant)
    copy = copied(folder, tmp_path)
    path = next(p for p in sorted((copy / "text").rglob(f"*{suffix}")))
    changed = edit(path.read_bytes().decode("utf-8").replace("\r\n", "\n"))
    path.write_bytes(changed.encode())
    return folder, copy
