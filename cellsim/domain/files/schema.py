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
from cellsim.domain.files.task import EachText, TaskText
from cellsim.domain.files.verbs import VERBS, Verb
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
    if noun == "task":
        schema = _with_verbs(schema)
    if noun in ("cell", "variant"):
        schema = {**_loosened(schema), "required": ["format"]}
    return json.dumps(schema, indent=2, sort_keys=True)


def _with_verbs(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a task with each verb and its arguments, as the loader takes them.

    What `do` repeats may name a value of its `each` wherever the loader puts one in.
    """
    each = EachText.model_json_schema()
    each["properties"]["do"]["items"] = _one_of({v: _in_do(_args(m)) for v, m in VERBS.items()})
    steps = schema["properties"]["steps"]
    verbs = _one_of({verb: {"$ref": f"#/$defs/{verb}"} for verb in VERBS})
    steps["items"] = {"oneOf": [*verbs["oneOf"], {"$ref": "#/$defs/each"}]}
    return {**schema, "$defs": {**{v: _args(m) for v, m in VERBS.items()}, "each": each}}


def _one_of(verbs: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a step: one verb with its arguments."""
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {verb: args},
                "required": [verb],
                "additionalProperties": False,
            }
            for verb, args in verbs.items()
        ]
    }


def _args(model: type[Verb]) -> dict[str, Any]:
    """Return the schema of the arguments of a verb; without any it may stand alone."""
    made = model.model_json_schema()
    return made if made.get("required") else {**made, "type": ["object", "null"]}


def _in_do(args: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of arguments in which a value may be that of a variable."""
    variable = {"type": "string", "pattern": r"\$[A-Za-z_]"}
    return {
        **args,
        "properties": {k: {"anyOf": [v, variable]} for k, v in args["properties"].items()},
    }


def _loosened(schema: Any) -> Any:
    """Return a schema without its lists of required keys, at every level."""
    if isinstance(schema, list):
        return [_loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k != "required" or not isinstance(v, list)}
    return {key: _loosened(value) for key, value in kept.items()}
