"""Every format that is written has a published schema, which holds for it and not for others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from releases import released

from cellsim.cli.main import main
from cellsim.cli.schemas import WRITTEN, schema_of
from cellsim.domain.files.baseline import dump_baseline
from cellsim.domain.files.yamltext import parse_yaml
from cellsim.domain.report import Severity
from cellsim.verify.baseline import baseline_of
from tests.test_baseline_severity import _report

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
