"""Text of one brand to another: what is lost is said, what is left is proven and the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from controllers_support import cell_of
from translations import text_of

from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Move, Speed, Target, Zone
from cellsim.motion.zones import zone_distance
from cellsim.translate.into import Into
from cellsim.translate.measures import corner, speed
from cellsim.translate.ways import Way

Capture = pytest.CaptureFixture[str]
LIMITS = np.array([2.0, 1.5, 2.0, 3.0, 3.0, 4.0])
WAY = Way(1, np.zeros(6), np.array([0.6, 0.3, 0.0, 0.0, 0.3, 0.0]), 0.8, 0.5)
ZONES = {
    "abb": {"joint": Zone("distance", 50.0, "mm"), "linear": Zone("distance", 50.0, "mm")},
    "hyundai": {"joint": Zone("accu", 4.0, "level"), "linear": Zone("accu", 4.0, "level")},
    "kuka": {"joint": Zone("cptp", 40.0, "%"), "linear": Zone("distance", 50.0, "mm")},
    "ur": {"joint": Zone("radius", 50.0, "mm"), "linear": Zone("radius", 50.0, "mm")},
}


def into(brand: str) -> Into:
    return Into(BRANDS[brand], cell_of(brand), "arm")


@pytest.mark.parametrize("kind", ["joint", "linear"])
@pytest.mark.parametrize("target", list(ZONES))
@pytest.mark.parametrize("source", list(ZONES))
def test_a_corner_is_the_same_or_smaller_and_said(source: str, target: str, kind: str) -> None:
    zone = ZONES[source][kind]
    unit = Speed(50.0, "%") if kind == "joint" else Speed(0.25, "m/s")
    unit = Speed(250.0, "mm/s") if source == "abb" else unit
    move = Move(kind=kind, to=Target(), speed=unit, zone=zone)  # type: ignore[arg-type]
    goal = into(target)
    rules = BRANDS[source].rules(cell_of(source).groups["arm"].controller)
    found, why = corner(move, WAY, rules, goal)
    asked, given = (
        zone_distance(zone, rules),
        zone_distance(found, goal.rules),
    )
    assert asked is not None
    assert given is not None, why
    # per cent are of half of either way: least as asked, most as given
    least, most = asked[0] or asked[1] * 0.25, given[0] or given[1] * 0.4
    assert most <= least + 1e-9 or asked == pytest.approx(given)
    assert (why == "") == (asked == pytest.approx(given)), (why, asked, given)
    if kind == "linear":
        assert why == "", "50 mm is 50 mm in each of these languages"


@pytest.mark.parametrize("kind", ["joint", "linear"])
@pytest.mark.parametrize("brand", list(ZONES))
def test_a_corner_that_overlaps_in_time_has_no_distance_and_becomes_a_stop(
    brand: str, kind: str
) -> None:
    unit = Speed(50.0, "%") if kind == "joint" else Speed(250.0, "mm/s")
    cnt = Move(kind=kind, to=Target(), speed=unit, zone=Zone("cnt", 50.0))  # type: ignore[arg-type]
    fanuc = BRANDS["fanuc"].rules(cell_of("fanuc").groups["arm"].controller)
    found, why = corner(cnt, WAY, fanuc, into(brand))
    assert found.kind == "fine"
    assert "overlaps in time" in why
    assert corner(cnt, WAY, fanuc, into("fanuc")) == (Zone("cnt", 50.0, ""), "")


def test_joint_speeds_keep_the_time_of_their_way_or_are_slower() -> None:
    move = Move(kind="joint", to=Target(), speed=Speed(1.0, "rad/s"))
    found, why = speed(move, WAY, LIMITS, into("kuka"))
    # 0.6 rad at 1 rad/s takes 0.6 s; axis 1 at 2 rad/s takes 0.3 s: 50 %
    assert found == Speed(50.0, "%")
    assert "50 % on this way alone" in why
    found, why = speed(move, None, LIMITS, into("kuka"))
    assert found is None
    assert "no 1 rad/s of a joint motion" in why


def test_path_speeds_are_exact_between_mm_and_m() -> None:
    move = Move(kind="linear", to=Target(), speed=Speed(250.0, "mm/s"))
    assert speed(move, WAY, LIMITS, into("kuka")) == (Speed(250.0, "mm/s"), "")
    timed = Move(kind="linear", to=Target(), speed=Speed(2.0, "s"))
    found, why = speed(timed, WAY, LIMITS, into("kuka"))
    assert found == Speed(0.4, "m/s")
    assert "0.4 m/s on this way alone" in why
    percent = Move(kind="linear", to=Target(), speed=Speed(50.0, "%"))
    assert speed(percent, WAY, LIMITS, into("kuka"))[0] is None


def test_krl_becomes_hrscript_proven_on_the_same_arm(tmp_path: Path, capsys: Capture) -> None:
    text = text_of(tmp_path, "palletizing", "large_boxes", "stacker")
    asked = ["--cell", "palletizing", "--variant", "large_boxes", "--out", str(tmp_path / "out")]
    assert main(["translate", str(text), "--to", "hyundai", *asked]) == 0
    losses = json.loads((tmp_path / "out/losses.json").read_text())
    assert losses["format"] == "cellsim/losses@1"
    changed = [(loss["kind"], loss["what"]) for loss in losses["losses"]]
    assert ("changed", "corner cptp 60 %") in changed
    assert sum(what == "frame pallet is no longer used" for _, what in changed) == 8
    assert not any(kind == "lost" for kind, _ in changed)
    whole = [loss for loss in losses["losses"] if loss["line"] == 0 and loss["kind"] != "note"]
    assert {loss["kind"] for loss in whole} == {"changed"}
    arm = "the text is for an arm of KUKA: KR 210 R2700-2, driven by KR C4 and KR C5, KRL"
    assert {loss["what"] for loss in whole} == {"frames lost by 16 motions: conveyor, pallet", arm}
    assert any("HRScript (Hi6) runs on controllers of HD Hyundai Robotics" in loss["reason"]
               for loss in whole)  # fmt: skip
    assert ("note", "controller Hi6") in changed
    assert len(changed) == 20
    release = tmp_path / "out/release"
    assert re.search(r"accu=4", next(release.rglob("*.job")).read_text())
    sides = [str(text), str(next(release.rglob("*.job")))]
    cells = ["--cell", "palletizing", "--variant", "large_boxes"]
    cells += ["--cell-b", str(tmp_path / "out/cell/palletizing")]
    capsys.readouterr()
    assert main(["diff", *sides, *cells, "--variant-b", "large_boxes_hyundai"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("zone: zone cptp 60 % became accu 4 level")


def test_findings_of_a_translation_name_the_file_and_line_of_its_source(
    tmp_path: Path, capsys: Capture
) -> None:
    text = text_of(tmp_path, "machine_tending", "shaft_80", "tender")
    lines = text.read_text().splitlines(keepends=True)
    deep = next(k for k, line in enumerate(lines) if "p[0.141000, -0.659000, 0.126000" in line)
    lines[deep] = lines[deep].replace("0.126000", "0.106000")
    text.write_text("".join(lines))
    asked = ["--cell", "machine_tending", "--variant", "shaft_80", "--out", str(tmp_path / "out")]
    assert main(["translate", str(text), "--to", "hyundai", *asked]) == 1
    said = capsys.readouterr().out
    assert f"{text.name}:{deep + 1} " in said
    assert not re.search(r"(?m)^swap_shaft:", said)


def test_what_cannot_be_said_is_lost_by_line_and_never_released(
    tmp_path: Path, capsys: Capture
) -> None:
    text = text_of(tmp_path, "door_removal", "sedan", "unscrewer")
    asked = ["--cell", "door_removal", "--variant", "sedan", "--group", "unscrewer"]
    assert (
        main(
            ["translate", str(text), "--to", "kuka", *asked, "--out", str(tmp_path), "--lang", "ko"]
        )
        == 1
    )
    said = capsys.readouterr().out
    lost = re.findall(r"손실 (\d+)행", said)
    measured = [
        n
        for n, line in enumerate(text.read_text().splitlines(), 1)
        if "move P" in line and "sft_u1" in line
    ]
    assert lost == [str(n) for n in measured]
    assert not (tmp_path / "release").exists()
    assert (tmp_path / "losses.txt").is_file()


BAD = [
    (["none.src", "--to", "kuka", "--cell", "palletizing"], "no such file"),
    (["a.src", "--to", "kuke", "--cell", "palletizing"], "did you mean 'kuka'"),
    (["a.src", "--to", "ur", "--cell", "palletizing", "--retarget", "stacke"], "'stacker'"),
    (
        ["a.src", "--to", "ur", "--cell", "palletizing", "--retarget", "stacker"],
        "is kuka",
    ),
    (["a.src", "--to", "ur", "--cell", "palletizing", "--signal", "x"], "expected OLD=NEW"),
    (["a.src", "--to", "ur", "--cell", "palletizing", "--into", "machine_tending"], "'stacker'"),
]


@pytest.mark.parametrize(("args", "said"), BAD, ids=[b[1] for b in BAD])
def test_bad_requests_are_one_line(
    args: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.src").write_text("DEF a( )\nEND\n")
    assert main(["translate", *args, "--out", "out"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line, line
