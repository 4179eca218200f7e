"""Where it is open which requirement holds, the one that asks most of the shapes does.

A pair that only stands is held without margins: 1 mm of contact without a pad may ask more, or
less, than 1.5 mm of contact with one. Search and checker decide it by code of their own.
"""

from __future__ import annotations

import numpy as np
import pytest

from cellsim.collision.plan import _strictest
from cellsim.collision.spans import PAD, RAMP_FROM, REQUIRED, ramp, span
from cellsim.proofcheck.needs import Need, strictest


@pytest.mark.parametrize(
    ("pad", "required"),
    [(0.0, -0.001), (0.0004, -0.001), (0.0006, -0.0015), (0.01, -0.0015)],
)
def test_margins_count_where_it_is_decided(pad: float, required: float) -> None:
    rows = [span(0.0, 1.0, -0.001, 0.0), span(0.0, 1.0, -0.0015, pad)]
    needs = [Need(-0.001, bare=True), Need(-0.0015)]
    for order in (1, -1):
        row, need = _strictest(rows[::order]), strictest(needs[::order], pad)
        assert row is not None
        assert need is not None
        assert row[REQUIRED] == need.clearance == required
        assert row[PAD] == (0.0 if need.bare else pad)
        raw = max(-0.001, -0.0015 + pad)
        assert row[REQUIRED] + row[PAD] == pytest.approx(raw, abs=1e-15)


def test_a_ramp_begins_where_the_other_ends_with_its_own_margins() -> None:
    plain, pad = span(0.0, 1.0, -0.001, 0.0), 0.0005
    grown = ramp(span(0.0, 1.0, 0.03, pad), -0.002, 0.06, 1, np.zeros(3))
    row = _strictest([plain, grown])
    need = strictest([Need(-0.001, bare=True), Need(0.03, False, -0.002, 0.06, 1)], pad)
    assert row is not None
    assert need is not None
    assert row[RAMP_FROM] == need.start == pytest.approx(-0.001 - pad)
