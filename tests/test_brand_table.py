"""The table statement x brand in the README is what trying gives (UPDATE_GOLDEN=1 writes it)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.probes import brands_probed, home_of, probe_cell
from cellsim.controllers.table import Said, brand_table, markdown

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Said]]:
    return brand_table()


def test_the_table_of_the_readme_is_true(rows: dict[str, dict[str, Said]]) -> None:
    text = README.read_text(encoding="utf-8")
    before, shown, after = re.split("<!-- /?brands -->", text)
    if os.environ.get("UPDATE_GOLDEN"):
        shown = f"\n{markdown(rows)}\n"
        README.write_text(
            f"{before}<!-- brands -->{shown}<!-- /brands -->{after}", encoding="utf-8"
        )
    assert shown.strip() == markdown(rows), (
        "UPDATE_GOLDEN=1 pytest tests/test_brand_table.py writes it anew; look at the diff"
    )


def test_every_brand_has_a_full_row(rows: dict[str, dict[str, Said]]) -> None:
    assert set(brands_probed()) == set(BRANDS)
    assert all(set(found) == set(BRANDS) for found in rows.values())


def test_what_is_read_back_is_understood_everywhere(rows: dict[str, dict[str, Said]]) -> None:
    odd = [
        (t, b) for t, found in rows.items() for b, s in found.items() if "not understood" in s.text
    ]
    assert odd == []


def test_known_answers_of_the_table(rows: dict[str, dict[str, Said]]) -> None:
    """URScript has no goto and no external axes; each maker has its own measure of a corner."""
    assert rows["label and goto"]["ur"].kind == "no"
    assert rows["line with a track"]["ur"].kind == "no"
    assert rows["label and goto"]["kuka"] == Said("yes")
    own = {"abb": "distance", "fanuc": "cnt", "hyundai": "accu", "ur": "radius", "yaskawa": "pl"}
    for brand, zone in {**own, "kuka": "distance"}.items():
        assert rows[f"corner {zone} of a line"][brand] == Said("yes")
    assert rows["corner cptp of a joint motion"]["kuka"] == Said("yes")


def test_the_arms_of_the_table_reach_out_inside_their_limits() -> None:
    for brand in brands_probed():
        joints = probe_cell(brand, False).groups["arm"].joints
        home = home_of(brand, False)
        assert all(j.lower <= v <= j.upper for j, v in zip(joints, home, strict=True))


def test_no_refusal_comes_from_a_thing_that_the_probed_cell_lacks(
    rows: dict[str, dict[str, Said]],
) -> None:
    """Such a row would say that a language cannot say it."""
    lacking = [
        said.text
        for found in rows.values()
        for said in found.values()
        if "no such" in said.text or "there is no" in said.text
    ]
    assert lacking == []
