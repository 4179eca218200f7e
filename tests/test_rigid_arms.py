"""What a clearance proof leaves out of arms that bend after a measured frame is said and redone."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from releases import released
from test_frame_shifts import nominal, unbent

from cellsim.cli.output import proof_line
from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.kinematics.frameshift import unit_shifts
from cellsim.proofcheck.check import ProofCheck
from cellsim.proofcheck.file import dump_proof
from cellsim.release.courseproofs import check_proofs
from cellsim.release.proof import PROOF, proof_claim, rigid_arms

SCHEMA = Path(__file__).resolve().parents[1] / "cellsim" / "release" / "certificate.schema.json"
ARMS = ["arm follows jig"]


def test_arms_that_were_solved_for_shifts_are_those_a_proof_takes_as_rigid() -> None:
    assert rigid_arms(nominal()) == ARMS
    assert rigid_arms(unbent(nominal())) == []


def test_a_certificate_claims_them_and_another_claim_is_refused() -> None:
    made = nominal()
    data = dump_proof(prove(made, check_timeline(made)))
    claim = proof_claim(data, rigid=rigid_arms(made))
    assert claim is not None
    assert (claim["rigid_arms"], claim["shifts"]) == (ARMS, len(unit_shifts()))
    form = json.loads(SCHEMA.read_text())["properties"]["proof"]
    jsonschema.validate(claim, form)
    bare = proof_claim(data)
    assert bare is not None
    assert "rigid_arms" not in bare
    jsonschema.validate(bare, form)
    files = {PROOF: data}

    def problems(given: dict[str, object]) -> list[str]:
        proved = check_proofs({"proof": given}, files, [made])
        return [p for p in proved.problems if "rigid" in p]

    assert problems(claim) == problems(bare) == []
    (told,) = problems({**claim, "rigid_arms": []})
    assert "takes as rigid arm follows jig" in told


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_line_about_a_proof_names_them_and_says_monte_carlo(lang: str) -> None:
    held = ProofCheck((), (), {}, 10, 2)
    plain = proof_line(held, lang, True)
    told = proof_line(held, lang, True, ARMS)
    assert told.startswith(plain)
    assert "(arm follows jig)" in told
    assert str(len(unit_shifts())) in told.removeprefix(plain)


@pytest.mark.prove
def test_the_release_of_the_doors_names_its_two_arms(session_root: Path) -> None:
    folder = released(session_root, "door_removal", "suv")
    body = json.loads((folder / "certificate.json").read_text())
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert body["proof"]["rigid_arms"] == ["holder follows body", "unscrewer follows body"]
