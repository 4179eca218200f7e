"""Edits of hand-written programs: loops, calls, threads and outputs by hand; each is caught."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_edits import Caught, Named, caught
from controllers_support import cell_of
from handmade import EDITS, Files
from programs_support import PROGRAMS

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Program

CASES = [
    (brand, names, name)
    for brand, programs in EDITS.items()
    for names, edits in programs.items()
    for name in edits
]


@pytest.fixture(scope="module")
def programs() -> dict[tuple[str, Files], tuple[dict[str, bytes], Program]]:
    """Return the files of each program and what they mean in the test cell."""
    made = {}
    for brand, names in {(brand, names) for brand, names, _ in CASES}:
        files = {n.rpartition("/")[2]: (PROGRAMS / brand / n).read_bytes() for n in names}
        made[brand, names] = (files, BRANDS[brand].read(files, cell_of(brand), "arm").program)
    return made


@pytest.mark.parametrize(("brand", "names", "name"), CASES, ids=lambda v: str(v)[:24])
def test_every_edit_is_caught_and_its_line_is_named(
    programs: dict[tuple[str, Files], tuple[dict[str, bytes], Program]],
    brand: str,
    names: Files,
    name: str,
) -> None:
    files, program = programs[brand, names]
    found = caught(brand, cell_of(brand), program, files, EDITS[brand][names][name])
    assert found, name
    assert Caught.MISSED not in {one.how for one in found}
    assert Named.NOWHERE not in {one.named for one in found}


def test_every_brand_has_edits_of_hand_written_programs() -> None:
    assert set(EDITS) == set(KITS)
    assert all(sum(len(edits) for edits in programs.values()) >= 40 for programs in EDITS.values())
