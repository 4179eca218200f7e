"""JSON Schema of every file format, from the models that read them."""

from __future__ import annotations

import json
from typing import Any

from cellsim.domain.files.baseline import BaselineText
from cellsim.domain.files.celltext import CellText, WaiversText
from cellsim.domain.files.job import JobText
from cellsim.domain.files.robot_text import RobotText
from cellsim.domain.files.solid import PiecesText
from cellsim.domain.files.statements import ProgramText
from cellsim.domain.files.task import TaskText
from cellsim.domain.files.yamltext import FileModel
from cellsim.errors import UnknownName

# A variant has the keys of a cell: it is laid over it.
MODELS: dict[str, type[FileModel]] = {
    "cell": CellText,
    "variant": CellText,
    "task": TaskText,
    "program": ProgramText,
    "job": JobText,
    "robot": RobotText,
    "waivers": WaiversText,
    "pieces": PiecesText,
    "baseline": BaselineText,
}


def schema_text(noun: str) -> str:
    """Return the JSON Schema of a file format; UnknownName where there is none.

    What a cell leaves out its variants may give, and the reverse: both schemas require the format
    line alone.
    """
    if noun not in MODELS:
        raise UnknownName("file format", noun, MODELS)
    model = MODELS[noun]
    schema = model.model_json_schema()
    schema["title"] = f"cellsim/{noun}@{model.version}"
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if noun in ("cell", "variant"):
        schema = {**_loosened(schema), "required": ["format"]}
    return json.dumps(schema, indent=2, sort_keys=True)


def _loosened(schema: Any) -> Any:
    """Return a schema without its lists of required keys, at every level."""
    if isinstance(schema, list):
        return [_loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k != "required" or not isinstance(v, list)}
    return {key: _loosened(value) for key, value in kept.items()}
