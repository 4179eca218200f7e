"""A door that nobody opens, and a frame that nobody has measured yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from timelines import FILE, HOME, cell, program, timeline, track

from cellsim.cli.main import main
from cellsim.domain.cell import Frame
from cellsim.domain.program import Move, SetSignal, Speed, Target, Wait, signal_is
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.errors import UnknownName
from cellsim.geometry import Pose
from cellsim.verify.context import Context
from cellsim.verify.rules.device_never_started import device_never_started
from cellsim.verify.rules.frame_not_measured import frame_not_measured

DOOR = Device("door", "open", "is_open", TimeRange(3, 4, 6, "a test"))
START, WAIT = SetSignal("open", True, line=3), Wait(signal_is("is_open", True), 9.0, line=4)


def doors(
    *statements: Any, device: Device = DOOR, source: str = "group:arm"
) -> tuple[Finding, ...]:
    signals = {"open": Signal("open", source), "is_open": Signal("is_open", "device:door")}
    where = replace(cell(), devices={"door": device}, signals=signals)
    move = Move(kind="joint", to=Target(q=HOME), speed=Speed(50, "%"), line=5)
    given = timeline(where=where, what=program(*statements, move))
    return device_never_started(Context(given)).findings


def test_a_door_that_no_program_opens_is_undecided() -> None:
    (f,) = doors()
    assert (f.severity, f.subject, f.file) == (Severity.UNDECIDED, "door", FILE)
    assert (f.facts["start"], f.facts["done"]) == ("open", "is_open")


@pytest.mark.parametrize("given", [(START, WAIT), (START,), (WAIT,)])
def test_a_door_that_is_started_or_awaited_is_known(given: Any) -> None:
    assert doors(*given) == ()


def test_what_acts_on_a_part_or_is_started_by_another_is_no_door() -> None:
    assert doors(device=replace(DOOR, effect="clamp", target="table")) == ()
    assert doors(device=replace(DOOR, tool="hand")) == ()
    assert doors(source="cell") == ()


def test_the_lathe_is_not_entered_through_a_door_that_nobody_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    from cellsim.domain.files.data import find_data

    folder = tmp_path / "machine_tending"
    shutil.copytree(find_data("cells", "machine_tending"), folder)
    (file,) = folder.glob("programs/shaft_80/*/*.program.yaml")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "device: machine_door" not in line))
    assert main(["verify", str(folder), "--variant", "shaft_80", "--no-cache"]) == 1
    told = capsys.readouterr().out
    assert "error[collision] tender/tool:finger_gripper / fixture:door overlap by" in told
    assert "fixture:door stands at" not in told  # nothing moves it: it stands shut, all along


def moved(done: str, *events: Event, frame: str = "car") -> tuple[Finding, ...]:
    """Two moves from home in a frame that stands in a measured one, the second at 2 s."""
    frames = {
        "car": Frame("car", "world", Pose.identity(), measured=True, measured_by=done),
        "door": Frame("door", "car", Pose.identity()),
        "table": Frame("table", "world", Pose.translation(0.9, 0, -0.2)),
    }
    moves = [
        Move(kind="joint", to=Target(q=HOME), speed=Speed(50, "%"), frame=name, line=line)
        for name, line in (("table", 3), (frame, 5))
    ]
    made = track(HOME, (0.5, *HOME[1:]), HOME)
    given = timeline(made, replace(cell(), frames=frames), program(*moves), events=events)
    return frame_not_measured(Context(given)).findings


@pytest.mark.parametrize("frame", ["car", "door"])
def test_a_frame_is_measured_before_it_is_moved_in(frame: str) -> None:
    """The move begins at 2 s: a wait that ends then is in time, one a little later is not."""
    for t, count in ((0.0, 0), (2.0, 0), (2.001, 1)):
        seen = Event(t, "wait", "seen", 1.0, "arm")
        found = moved("seen", seen, frame=frame)
        assert [(f.severity, f.line, f.subject) for f in found] == (
            [(Severity.ERROR, 5, "arm car")] * count
        )
    assert len(moved("seen", Event(0.0, "wait", "seen", 1.0, "other"), frame=frame)) == 1
    assert len(moved("seen", Event(0.0, "wait", "seen", 0.0, "arm"), frame=frame)) == 1


def test_a_frame_whose_measurement_no_signal_confirms_is_a_warning() -> None:
    (f,) = moved("", Event(0.0, "wait", "seen", 1.0, "arm"))
    assert f.severity is Severity.WARNING
    assert moved("", frame="table") == ()


def test_the_door_cell_names_the_signal_of_its_measurement(tmp_path: Path) -> None:
    import shutil

    from cellsim.domain.files.cell import load_cell
    from cellsim.domain.files.data import find_data

    folder = tmp_path / "door_removal"
    shutil.copytree(find_data("cells", "door_removal"), folder)
    assert load_cell(folder, "sedan").frames["body"].measured_by == "body_measured"
    text = (folder / "cell.yaml").read_text()
    (folder / "cell.yaml").write_text(text.replace("done: body_measured", "done: body_mesured"))
    with pytest.raises(UnknownName, match="body_measured"):
        load_cell(folder, "sedan")
