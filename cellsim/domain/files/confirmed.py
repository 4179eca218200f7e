"""Conventions that readings at a controller confirmed: `confirmed/GROUP.yaml` of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from cellsim.domain.files.yamltext import FileModel, load_yaml

FOLDER = "confirmed"


class ConfirmedText(FileModel):
    """Who read what on which controller, and which conventions it confirmed."""

    noun = "confirmed"
    brand: str
    by: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    controller: str = Field(min_length=1)
    certificate: str = ""
    conventions: tuple[str, ...] = ()


def confirmed_of(folder: Path, group: str, brand: str) -> Mapping[str, str]:
    """Return convention to who confirmed it; empty without a file, or for another brand's."""
    path = confirmed_file(folder, group)
    if "/" in group or not path.is_file():
        return {}
    text = load_confirmed(path)
    if text.brand != brand:
        return {}
    said = f"confirmed by {text.by}, {text.date}, controller {text.controller}"
    return dict.fromkeys(text.conventions, said)


def confirmed_file(folder: Path, group: str) -> Path:
    """Return where a cell's folder keeps what was confirmed for a group."""
    return folder / FOLDER / f"{group}.yaml"


def load_confirmed(path: Path) -> ConfirmedText:
    """Return what such a file says."""
    text, _ = load_yaml(path, ConfirmedText)
    return text
