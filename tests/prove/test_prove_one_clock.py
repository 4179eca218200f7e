"""Proof of two groups on one clock: no course of random programs leaves what was certified, and
two real arms of one controller are released and believed; full: 300 programs, 10 courses each."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from clock_cells import PAIR, at_once, crossing, crossing_job, lived, run
from clock_courses import covers, distance, random_programs
from slides import find_pair

from cellsim.cli.main import main
from cellsim.collision.check import check_timeline
from cellsim.collision.clock import clock_of
from cellsim.collision.prove import prove
from cellsim.proofcheck.check import check_proof

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
PROGRAMS, COURSES = (300, 10) if FULL else (20, 4)


def test_no_course_leaves_what_is_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Overrides, classes, processes and skews drawn; what is proven is believed by the checker."""
    rng = random.Random(21)
    count = {"free": 0, "collision": 0, "clearance": 0, "undecided": 0}
    narrower, places, too_soon = 0, 0, 0
    for number in range(PROGRAMS):
        low, skew = rng.choice((50.0, 80.0, 100.0)), rng.choice((0.0, 0.02, 0.2))
        cell, programs = crossing(skew, (low, 100.0)), random_programs(rng)
        line = run(cell, *programs)
        result = check_timeline(line)
        pair = find_pair(result, *PAIR)
        count[pair.status] += 1
        apart = run(crossing(None, (low, 100.0)), *programs)
        narrower += find_pair(check_timeline(apart), *PAIR).clearance < pair.clearance - 1e-6
        told = check_proof(line, prove(line, result))
        assert told.problems == ()
        clock = clock_of(line)
        boxes, ordered = clock.boxes["hand", "driver"], clock.free["hand", "driver"]
        for seed in range(COURSES):
            job, percent = crossing_job(cell, *programs), rng.uniform(low, 100.0)
            course = lived(job, 1000 * number + seed, monkeypatch, percent)
            for us, vs in at_once(line, course, rng.uniform(-skew, skew), 0.05):
                places += 1
                # A course shifted as a whole: what waits for a signal would come before it.
                if not covers(ordered, us, vs, 0.02):
                    too_soon += 1
                    continue
                assert covers(boxes, us, vs, 0.02)
                seen = min(distance(line, u, v) for u in us for v in vs)
                assert seen >= pair.clearance - 1e-6
    told = " ".join(f"{key}={value}" for key, value in count.items())
    told += f" narrower={narrower} places={places} before_their_signal={too_soon}"
    print(f"PROVE one-clock programs={PROGRAMS} courses={COURSES} {told}")
    assert count["free"] >= PROGRAMS // 10
    assert narrower >= PROGRAMS // 10
    assert too_soon <= places // 500


def test_two_arms_of_one_controller_are_released_and_believed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in the middle while the other is away; RAPID is read back, and the proof tested."""
    _write(tmp_path / "pair", CLOCK)
    assert main(["release", str(tmp_path / "pair"), "--out", str(tmp_path / "out")]) == 0
    assert main(["check", str(tmp_path / "out"), "--no-search"]) == 0
    assert "clearance proof holds" in capsys.readouterr().out
    _write(tmp_path / "two", "")
    assert main(["verify", str(tmp_path / "two"), "--no-cache"]) == 1


CLOCK = 'clocks: [{groups: [left, right], skew_s: 0.02, source: "MultiMove"}]\n'
PLACES = {"in": "[0, 35, -5, 0, 60, 0]", "out": "[40, -20, 10, 0, 90, 0]",
          "away": "[80, -20, 10, 0, 90, 0]"}  # fmt: skip
WAYS = {"left": "in out away out", "right": "away out in out"}
GROUP = """  {name}:
    robot: abb_irb2600_12_165
    {place}
    tool: gun_{name}
    home: {{q_deg: [40, -20, 10, 0, 90, 0]}}
    controller:
      brand: abb
      type: IRC5
      tools: {{gun_{name}: 1}}
      signals: {{{name}_on: do 1, {other}_on: di 1}}
"""
TOOL = """  gun_{name}:
    mass_kg: 2
    solid:
      pieces: [{{shape: cylinder, from_mm: [0, 0, 0], to_mm: [0, 0, 150], radius_mm: 30}}]
    tcps: {{tip: {{xyz_mm: [0, 0, 155]}}}}
"""
UNKNOWN = (
    "payload-exceeded",
    "wrist-inertia-exceeded",
    "wrist-torque-exceeded",
    "joint-torque-exceeded",
    "joint-jerk-exceeded",
    "joint-acceleration-exceeded",
)


def _write(folder: Path, clock: str) -> None:
    """Write a cell of two arms that face one another, and their programs."""
    programs = folder / "programs" / "one" / "weld"
    programs.mkdir(parents=True)
    (folder / "variants").mkdir()
    (folder / "variants" / "one.yaml").write_text("format: cellsim/variant@1\n")
    text = "format: cellsim/cell@1\nname: pair\nvariants: [one]\nclearance_mm: 10\n"
    text += f"self_clearance_mm: 5\n{clock}groups:\n"
    places = {
        "left": "xyz_mm: [0, 0, 0]",
        "right": "xyz_mm: [2000, 0, 0]\n    rpy_deg: [0, 0, 180]",
    }
    others = {"left": "right", "right": "left"}
    for name, other in others.items():
        text += GROUP.format(name=name, other=other, place=places[name])
    text += "tools:\n" + "".join(TOOL.format(name=name) for name in others) + "signals:\n"
    for name, other in others.items():
        text += f'  {name}_on: {{from: "group:{name}", to: [{other}]}}\n'
        (programs / f"{name}.program.yaml").write_text(_program(name, other))
    text += "waivers:\n"
    for rule in UNKNOWN:
        text += f"  - {{rule: {rule}, subject: '*', author: Kim, reason: 'no figure at hand'}}\n"
    (folder / "cell.yaml").write_text(text)
    (programs / "job.yaml").write_text("format: cellsim/job@1\n")


def _program(name: str, other: str) -> str:
    lines = [f"set: {{signal: {name}_on, to: true}}", f"wait: {{until: {other}_on, timeout_s: 30}}"]
    lines += [
        f"move_j: {{to: {{q_deg: {PLACES[way]}}}, speed: 1000 mm/s, zone: fine, tool: gun_{name}}}"
        for way in WAYS[name].split()
    ]
    body = "".join(f"  - {line}\n" for line in lines)
    return f"format: cellsim/program@1\nname: weld\ngroup: {name}\nroutines:\n  weld:\n{body}"
