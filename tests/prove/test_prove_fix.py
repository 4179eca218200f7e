"""Proof of the repairs: every seeded fault is mended; the ones that take longer stand here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from test_fix import CASES, mend  # noqa: E402

pytestmark = pytest.mark.prove


@pytest.mark.parametrize("name", CASES)
def test_a_seeded_fault_is_mended(name: str) -> None:
    mend(name)
