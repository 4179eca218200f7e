"""The JSON Schema of every file format: those that are read, and those that are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files


def schema_of(noun: str) -> str:
    """Return the JSON Schema of a format by its noun; UnknownName where there is none."""
    from cellsim.domain.files.schema import MODELS, schema_text
    from cellsim.errors import UnknownName

    if noun in WRITTEN:
        return WRITTEN[noun]()
    if noun not in MODELS:
        raise UnknownName("file format", noun, (*MODELS, *WRITTEN))
    return schema_text(noun)


def _stored(package: str, noun: str) -> str:
    place = files(package).joinpath(f"{noun}.schema.json")
    return place.read_text(encoding="utf-8").rstrip()


def _manifest() -> str:
    from cellsim.release.manifest import schema_text

    return schema_text()


WRITTEN: Mapping[str, Callable[[], str]] = {
    "report": partial(_stored, "cellsim.verify.render", "report"),
    "certificate": partial(_stored, "cellsim.release", "certificate"),
    "proof": partial(_stored, "cellsim.proofcheck", "proof"),
    "manifest": _manifest,
}
