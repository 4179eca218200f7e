"""Every format that is written has a published schema, which holds for it and not for others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from releases import released
from test_baseline_severity import _report

from cellsim.cli.main import main
from cellsim.cli.schemas import WRITTEN, schema_of
from cellsim.domain.files.baseline import dump_baseline
from cellsim.domain.files.task import parse_task
from cellsim.domain.files.verbs import VERBS
from cellsim.domain.files.yamltext import parse_yaml
from cellsim.domain.report import Severity
from cellsim.errors import CellsimError
from cellsim.verify.baseline import baseline_of

BREAKS: dict[str, dict[str, Any]] = {
    "certificate": {"verdict": "green_except", "files": {"a": "b"}, "sha256": 3, "cycle": None},
    "proof": {"runs": [["a", 0]], "sizes": {"claims": -1}, "job": None},
    "manifest": {"files": {"a": {"sha256": "0"}}, "releases": [], "more": 1},
    "report": {"format": "cellsim/report@2", "reports": [{}]},
}
NAMES = {"certificate": "certificate.json", "proof": "clearance.proof", "manifest": "manifest.json"}


@pytest.mark.parametrize("noun", sorted(WRITTEN))
def test_the_schema_holds_for_what_a_release_writes(
    noun: str, session_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", noun]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"cellsim/{noun}@1"
    folder = released(session_root, "machine_tending", "shaft_80")
    data = (folder / NAMES.get(noun, f"{noun}.json")).read_bytes()
    written = json.loads(data.partition(b"\n")[0] if noun == "proof" else data)
    jsonschema.validate(written, schema)
    for key, value in BREAKS[noun].items():
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(written | {key: value}, schema)


def test_the_schema_holds_for_a_baseline_with_a_signed_row() -> None:
    from dataclasses import replace

    taken = baseline_of([_report(Severity.ERROR, 1.0, "collision")], "Kim", "as taken over")
    signed = replace(taken.known[0], author="Lee", reason="seen at the machine")
    schema = json.loads(schema_of("baseline"))
    for known in (taken.known, (signed,)):
        text = dump_baseline(replace(taken, known=known))
        jsonschema.validate(parse_yaml(text, "known.yaml").data, schema)


def test_an_unknown_format_names_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "certifcate"]) == 3
    assert "did you mean 'certificate'" in capsys.readouterr().err


TASKS = sorted((Path(__file__).parent.parent / "cells").glob("*/*.task.yaml"))


def task_of(*steps: object) -> dict[str, object]:
    return {"format": "cellsim/task@1", "steps": list(steps)}


def takes(task: dict[str, object]) -> bool:
    """Whether the published schema takes a task."""
    schema = json.loads(schema_of("task"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(task))


def loads(task: dict[str, object]) -> bool:
    """Whether the loader takes a task."""
    try:
        parse_task(json.dumps(task), "a.task.yaml")
    except CellsimError:
        return False
    return True


@pytest.mark.parametrize("path", TASKS, ids=lambda p: p.parent.name)
def test_the_schema_takes_each_shipped_task(path: Path) -> None:
    assert takes(parse_yaml(path.read_text(encoding="utf-8"), path.name).data)


GRIP = {"group": "g", "part": "box", "at": "grip"}
AWAY = {"along": "$way", "distance_mm": 9}
OK: list[object] = [
    {"grip": GRIP},
    {"home": {"group": "g"}},
    {"set": {"group": "g", "signal": "go", "to": 3}},
    {"each": {"way": ["up"]}, "do": [{"grip": GRIP}, {"pull_off": AWAY}]},
]  # fmt: skip
BAD: list[object] = [
    {"gripp": GRIP},
    {"grip": GRIP, "home": {"group": "g"}},
    {"grip": {**GRIP, "speed": 3}},
    {"grip": {"group": "g", "part": "box"}},
    {"grip": {**GRIP, "speed_mm_s": 0}},
    {"grip": {**GRIP, "speed_mm_s": "fast"}},
    {"pull_off": {"group": "g", "along": "down", "distance_mm": 9}},
    {"set": {"group": "g", "signal": "go", "to": "on"}},
    {"grip": None},
    {"each": {"way": ["up"]}, "do": [{"gripp": GRIP}]},
    {"each": {"way": []}, "do": []},
    {},
]


@pytest.mark.parametrize("step", OK, ids=lambda s: next(iter(s)))
def test_what_the_loader_takes_the_schema_takes(step: object) -> None:
    assert (loads(task_of(step)), takes(task_of(step))) == (True, True)


@pytest.mark.parametrize("number", range(len(BAD)))
def test_a_wrong_verb_or_argument_neither_loads_nor_is_valid(number: int) -> None:
    assert (loads(task_of(BAD[number])), takes(task_of(BAD[number]))) == (False, False)


def test_every_verb_and_argument_of_the_loader_is_published() -> None:
    schema = json.loads(schema_of("task"))
    for verb, model in VERBS.items():
        assert set(schema["$defs"][verb]["properties"]) == set(model.model_fields), verb
    named = {verb for one in schema["properties"]["steps"]["items"]["oneOf"]
             for verb in one.get("properties", {})}  # fmt: skip
    assert named == set(VERBS)
