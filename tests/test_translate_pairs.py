"""Pairs of brands: what is read back means the same, is green, and what cannot be said is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from translate_matrix import ARMS, bench, program_of, text_in

from cellsim.cli.main import main
from cellsim.controllers.brands import brand_named, quantise
from cellsim.domain.files.cell import load_cell
from cellsim.domain.program import FINE, Move
from cellsim.domain.report import Verdict
from cellsim.domain.walk import statements_of
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.naming import branch_name
from cellsim.motion.zones import Ramp, overlap
from cellsim.translate.cellcopy import cell_for
from cellsim.translate.cornertime import Leg, reach_of, share_for
from cellsim.translate.run import Request, Translation, translate
from cellsim.translate.ways import ways_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bench(tmp_path_factory.mktemp("pairs"))


def translated(place: Path, source: str, goal: str, out: Path, **more: object) -> Translation:
    text = text_in(place, source, out / "source")
    return translate(text, load_cell(place, source), Request(goal, **more), out)  # type: ignore[arg-type]


def said(done: Translation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for loss in done.losses:
        found.setdefault(loss.kind, []).append(f"{loss.what}: {loss.reason}")
    return found


@pytest.mark.parametrize(("source", "goal"), [("kuka", "abb"), ("fanuc", "ur")])
def test_what_is_read_back_drives_to_the_same_joints(
    place: Path, tmp_path: Path, source: str, goal: str
) -> None:
    done = translated(place, source, goal, tmp_path)
    assert done.released is not None, said(done)
    assert done.released.report.verdict is Verdict.GREEN
    assert "lost" not in said(done)
    assert done.job is not None
    wanted = program_of(load_cell(place, source), source)
    names = [type(s).__name__ for s in statements_of(wanted)]
    assert [type(s).__name__ for s in statements_of(done.job.programs["arm"])] == names
    ends = [np.array(w.end) for w in ways_of(done.job, "arm").values()]
    asked = [np.array(s.to.q) for s in statements_of(wanted) if isinstance(s, Move) and s.to.q]
    for q in asked:
        assert min(float(np.abs(end - q).max()) for end in ends) < 1e-4


@pytest.mark.parametrize("goal", ["fanuc", "yaskawa"])
def test_an_arm_that_a_language_cannot_tell_the_ways_of_is_refused_by_name(
    place: Path, tmp_path: Path, goal: str
) -> None:
    done = translated(place, "ur", goal, tmp_path)
    assert done.released is None
    why = " ".join(said(done)["lost"])
    assert ("axis 4 does not turn its forearm" if goal == "fanuc" else "needs pulses") in why


def test_with_its_pulses_the_same_arm_is_said_in_pulses(place: Path, tmp_path: Path) -> None:
    made = cell_for(load_cell(place, "ur"), "arm", brand_named("yaskawa"), tmp_path / "cell")
    file = tmp_path / "cell/variants/ur_yaskawa.yaml"
    data = json.loads(file.read_text())
    names = [axis.name for axis in made.groups["arm"].controller.axes]
    controller = data["groups"]["arm"]["controller"]
    controller["pulses"] = dict.fromkeys(names, 1000.0)
    controller["sources"] = {"pulses": "a test"}
    file.write_text(json.dumps(data))
    into = load_cell(tmp_path / "cell", "ur_yaskawa")
    done = translated(place, "ur", "yaskawa", tmp_path / "out", into=into)
    assert done.released is not None, said(done)
    assert "///POSTYPE PULSE" in next((tmp_path / "out/release").rglob("*.JBI")).read_text()


def test_a_corner_in_time_becomes_a_distance_where_it_is_allowed(
    place: Path, tmp_path: Path
) -> None:
    plain = translated(place, "fanuc", "kuka", tmp_path / "a")
    near = translated(place, "fanuc", "kuka", tmp_path / "b", approximate=True)
    assert plain.job is not None
    assert near.job is not None
    zones = [
        {str(s.zone) for s in statements_of(done.job.programs["arm"]) if isinstance(s, Move)}
        for done in (plain, near)
    ]
    assert zones[0] == {"fine"}
    assert len(zones[1]) == 3
    told = [text for text in said(near)["changed"] if "assumed law" in text]
    assert len(told) == 2
    back = translated(place, "kuka", "fanuc", tmp_path / "c", approximate=True)
    assert sum("about cnt" in text for text in said(back)["changed"]) == 2


def test_a_corner_in_time_and_its_distance_are_of_one_size() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        legs = tuple(Leg(*rng.uniform((0.05, 0.05), (2.0, 3.0))) for _ in range(2))
        ramp, asked = float(rng.uniform(0.1, 0.8)), float(rng.uniform(0.005, 0.2))
        share = share_for(asked, legs, ramp)
        made = overlap(_Way(legs[0]), Ramp(legs[0].seconds, ramp), _Way(legs[1]),
                       Ramp(legs[1].seconds, ramp), share, True)  # fmt: skip
        assert made is not None
        sizes = made.f1 * legs[0].length, made.f2 * legs[1].length
        if share < 1.0:
            assert max(sizes) <= asked + 1e-9
            assert max(sizes) == pytest.approx(asked) or 0.5 in (made.f1, made.f2)
        assert reach_of(share, legs, ramp) == pytest.approx(min(sizes))


class _Way:
    """The length of a way, all that `overlap` asks of one."""

    def __init__(self, leg: Leg) -> None:
        self.length = leg.length


def test_coupled_axes_are_said_and_meant_alike_by_every_brand(place: Path, tmp_path: Path) -> None:
    cell = load_cell(place, "fanuc")
    for brand in ARMS:
        own = cell
        if brand != "fanuc":
            own = cell_for(cell, "arm", brand_named(brand), tmp_path / brand)
            # Of a controller whose type is not named, RCONF would not tell the wrist.
            assert own.groups["arm"].controller.type in ARMS[brand][2]
        program = program_of(cell, brand if brand != "yaskawa" else "fanuc")
        plain = [s for s in statements_of(program) if isinstance(s, Move) and s.kind == "joint"]
        moves = [m if brand == "fanuc" else _stopped(m) for m in plain]
        once = quantise(_alone(program, moves), own)
        twice = quantise(once, own)
        for a, b, c in zip(moves, _joint(once), _joint(twice), strict=True):
            np.testing.assert_allclose(b.to.q, a.to.q, atol=2e-5)
            np.testing.assert_allclose(c.to.q, b.to.q, atol=1e-9)


def _stopped(move: Move) -> Move:
    return replace(move, zone=FINE)


def _alone(program, moves):
    return replace(program, routines=(replace(program.routines[0], body=tuple(moves)),))


def _joint(program) -> list[Move]:
    return [s for s in statements_of(program) if isinstance(s, Move) and s.kind == "joint"]


@pytest.mark.parametrize("brand", [b for b in ARMS if b != "ur"])
def test_the_elbow_of_every_maker_is_up_where_it_is_above_shoulder_and_wrist(
    place: Path, brand: str
) -> None:
    cell = load_cell(place, brand)
    chain = chain_of(cell, "arm")
    rng = np.random.default_rng(8)
    for _ in range(40):
        q = np.array(cell.groups["arm"].home) + rng.uniform(-0.3, 0.3, 6)
        shoulder, elbow, wrist = link_poses(chain, q)[[chain.base + k for k in (2, 3, 5)], :3, 3]
        share = np.clip((elbow - shoulder)[:2] @ (wrist - shoulder)[:2], 0.0, None)
        share = share / float((wrist - shoulder)[:2] @ (wrist - shoulder)[:2])
        above = elbow[2] > shoulder[2] + share * (wrist - shoulder)[2]
        assert (branch_name(chain, q).split("/")[1] == "up") == above


def test_read_tells_which_branches_an_input_leaves_out(
    place: Path, tmp_path: Path, capsys: Capture
) -> None:
    text = text_in(place, "kuka", tmp_path / "source")
    old = text.read_text()
    branch = "\nIF $IN[6] THEN\nWAIT SEC 0.5\nELSE\nWAIT SEC 1.0\nENDIF\nEND"
    text.write_text(branch.join(old.rsplit("\nEND", 1)))
    asked = ["read", str(text), "--controller", "kuka", "--cell", str(place), "--variant", "kuka"]
    assert main([*asked, "--input", "there=true"]) == 0
    told = capsys.readouterr().err
    assert "is not entered with there=true" in told
    line = next(n for n, row in enumerate(text.read_text().splitlines(), 1) if "SEC 1.0" in row)
    assert f":{line} is not entered" in told
    assert main([*asked, "--input", "ther=true"]) == 3
    assert "did you mean 'there'" in capsys.readouterr().err
