"""The last bits of a number are the processor's: no hash, claim or printed digit hangs on them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from cellsim.domain.canonical import canonical, canonical_text, digest
from cellsim.domain.report import Report, Verdict
from cellsim.geometry import Pose
from cellsim.release.claims import same_cycle
from cellsim.verify.render.json import render_json

TURNED = Pose.from_xyz_rpy((0.4, -1.2, 0.78), (0.3, -0.7, 2.1))


def shifted(pose: Pose, by: float) -> Pose:
    """A pose, every number of it changed by so much and by one bit."""
    return Pose(np.nextafter(pose.R + by, np.inf), np.nextafter(pose.p + by, np.inf))


def test_a_digest_knows_a_nanometre_and_no_bit() -> None:
    told = {digest(pose) for pose in (TURNED, shifted(TURNED, 0.0), shifted(TURNED, -1e-14))}
    assert len(told) == 1
    assert digest(shifted(TURNED, 2e-9)) not in told
    # Keys of what is kept know every bit.
    assert canonical_text(shifted(TURNED, 0.0)) != canonical_text(TURNED)


def test_nothing_beside_nothing_has_one_digest_whatever_its_sign() -> None:
    half_turn = math.cos(math.pi / 2)
    assert half_turn != 0.0
    assert digest(half_turn) == digest(0.0) == digest(-half_turn) == digest(-0.0)
    assert canonical(math.inf, rounded=True) == "inf"


def test_long_arrays_are_rounded_before_they_are_hashed() -> None:
    points = np.sin(np.arange(3000.0)).reshape(1000, 3)
    assert digest(np.nextafter(points, 9.0)) == digest(points)
    moved = points.copy()
    moved[500, 1] += 2e-9
    assert digest(moved) != digest(points)
    numbers = np.arange(3000)
    assert digest(numbers) != digest(numbers + 1)


def test_large_numbers_keep_ten_digits() -> None:
    assert digest(1234567.0) != digest(1234567.1)
    assert digest(123456.7) == digest(math.nextafter(123456.7, 1e9))


@pytest.mark.parametrize("value", [0.020971892401576042, -4.905910827801563e-05, 24.16929889487742])
def test_json_prints_the_same_for_another_last_bit(value: float) -> None:
    def text(number: float) -> str:
        cycle = {"nominal": number, "low": number, "high": number, "model": "jerk-limited"}
        return render_json([Report(Verdict.GREEN, "cell", "", "job", "program", (), (), (), cycle,
                                   {}, (), (), (), {}, {}, {})])  # fmt: skip

    assert text(value) == text(math.nextafter(value, 1e9)) == text(value - 2e-16)
    (report,) = json.loads(text(value))["reports"]
    assert report["cycle"]["nominal"] == pytest.approx(value, abs=6e-10)
    assert text(value) != text(value + 2e-9)


def test_a_cycle_time_is_claimed_to_a_microsecond() -> None:
    cycle = {"nominal": 24.16929889487742, "low": 21.3, "high": 29.9, "model": "a", "takt": 45.0}
    assert same_cycle(cycle, cycle | {"nominal": 24.16929889487739})
    assert not same_cycle(cycle, cycle | {"nominal": 24.1693})
    assert not same_cycle(cycle, cycle | {"model": "b"})
    assert not same_cycle(cycle, cycle | {"high": math.nan})
    assert not same_cycle(cycle, {key: cycle[key] for key in ("nominal", "low", "high", "model")})
