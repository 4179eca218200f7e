"""Seeded edits of six brands with their sizes, and rewrites that mean the same (make prove)."""

from __future__ import annotations

import os
import re

import pytest
from diff_cases import BRAND_NAMES, EDITS, REWRITES, edited, rewritten

pytestmark = pytest.mark.prove
SEEDS = range(5 if os.environ.get("CELLSIM_PROVE") == "full" else 1)


def test_every_edit_is_found_with_its_size() -> None:
    count = 0
    for brand in BRAND_NAMES:
        for number, edit in enumerate(EDITS):
            for seed in SEEDS:
                said, shown = edited(brand, edit, 100 * seed + number)
                assert len(shown) == 1, (brand, edit.name, seed, shown)
                assert re.search(said, shown[0]), (brand, edit.name, seed, said, shown)
                count += 1
    assert count >= 120
    print(f"\nPROVE diff-edits brands={len(BRAND_NAMES)} made={count} found_with_size={count}")


def test_no_rewrite_is_a_difference() -> None:
    count = 0
    for same in REWRITES:
        for brand in same.brands:
            for seed in SEEDS:
                assert rewritten(brand, same, seed) == [], (brand, same.name, seed)
                count += 1
    assert count >= 80
    print(f"\nPROVE diff-rewrites made={count} same={count}")
