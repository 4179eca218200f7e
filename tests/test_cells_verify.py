"""Every shipped cell: its saved programs are green on every variant, and replay on motors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from releases import simulated, verified

from cellsim.domain.files.data import data_names
from cellsim.domain.files.schema import MODELS, schema_text
from cellsim.domain.report import Severity
from cellsim.physics.replay import replay
from cellsim.sweep import cells_of, jobs_of

ROOT = Path(__file__).resolve().parents[1]
VARIANTS = [
    (cell, path.stem)
    for cell in data_names("cells")
    for path in sorted((ROOT / "cells" / cell / "variants").glob("*.yaml"))
]

# The longest of all stands among the proofs whole; the other car model of its cell is here.
LONG = ("door_removal", "sedan")

# One variant of each cell is verified and replayed here, the others among the proofs. So is the
# replay of the doors: its hinges, grips and bolts are those of test_physics.
HERE = dict(reversed([v for v in VARIANTS if v != LONG]))

VERIFIED = [
    pytest.param(*v, id="/".join(v), marks=[] if v in HERE.items() else [pytest.mark.prove])
    for v in VARIANTS
]
REPLAYED = [
    pytest.param(
        *v, id="/".join(v), marks=[] if v in HERE.items() and v[0] != LONG[0] else pytest.mark.prove
    )
    for v in VARIANTS
]


@pytest.mark.parametrize(("name", "variant"), VERIFIED)
def test_saved_programs_verify_green(name: str, variant: str) -> None:
    cell = cells_of(name, (variant,))[0]
    jobs = list(jobs_of(cell))
    assert jobs
    for job, taught in jobs:
        assert not taught, "no saved program"
        assert set(job.programs) == set(cell.groups), "one file a group"
        run = verified(job)
        open_findings = [f for f in run.report.findings if not f.waived_by]
        assert run.report.exit_code == 0, open_findings


@pytest.mark.parametrize(("name", "variant"), REPLAYED)
def test_saved_programs_replay_on_motors(name: str, variant: str) -> None:
    jobs = list(jobs_of(cells_of(name, (variant,))[0]))
    assert jobs
    for job, _ in jobs:
        played = replay(simulated(job))
        assert all(f.severity is Severity.WARNING for f in played.findings)
        assert max(e.largest for e in played.tracking.values()) < 0.02


@pytest.mark.parametrize(("name", "variant"), [v for v in VARIANTS if v not in HERE.items()])
def test_the_programs_that_are_verified_among_the_proofs_are_saved_one_file_a_group(
    name: str, variant: str
) -> None:
    cell = cells_of(name, (variant,))[0]
    jobs = list(jobs_of(cell))
    assert jobs
    for job, taught in jobs:
        assert not taught
        assert set(job.programs) == set(cell.groups)


def test_every_cell_has_at_least_two_variants() -> None:
    for cell in data_names("cells"):
        assert len([v for v in VARIANTS if v[0] == cell]) >= 2


@pytest.mark.parametrize("noun", sorted(MODELS))
def test_every_format_has_a_schema_that_names_it(noun: str) -> None:
    schema = json.loads(schema_text(noun))
    assert schema["title"] == f"cellsim/{noun}@1"
    assert "format" in schema["required"]
    assert schema["additionalProperties"] is False


def test_shipped_files_fit_their_schema() -> None:
    import jsonschema

    from cellsim.domain.files.yamltext import parse_yaml

    places = {
        "robot": "robots/*/robot.yaml",
        "cell": "cells/*/cell.yaml",
        "variant": "cells/*/variants/*.yaml",
        "task": "cells/*/*.task.yaml",
        "program": "cells/*/programs/*/*/*.program.yaml",
    }
    for noun, pattern in places.items():
        schema = json.loads(schema_text(noun))
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        found = sorted(ROOT.glob(pattern))
        assert found
        for path in found:
            kind(schema).validate(parse_yaml(path.read_text(), path.name).data)
