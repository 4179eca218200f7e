"""CSV and ROS 2 exports say what was verified, and a changed digit is found."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from releases import first_job, simulated

from cellsim.cli.main import main
from cellsim.domain.timeline import Timeline
from cellsim.release.exports.files import EXPORTS, export_differences, export_files

CELLS = [("door_removal", "suv", "holder")]


@lru_cache(maxsize=2)
def timeline_of(cell: str, variant: str) -> Timeline:
    return simulated(first_job(cell, variant))


@lru_cache(maxsize=4)
def exported(cell: str, variant: str, group: str, kind: str) -> bytes:
    return EXPORTS[kind].write(timeline_of(cell, variant), group)


@pytest.mark.parametrize(("cell", "variant", "group"), CELLS)
def test_csv_lies_within_its_bound_of_the_verified_motion(
    cell: str, variant: str, group: str
) -> None:
    timeline = timeline_of(cell, variant)
    rows = list(csv.reader(io.StringIO(exported(cell, variant, group, "csv").decode())))
    assert rows[0][:3] == ["cellsim/csv@1", f"group {group}", "between rows at most"]
    dof = timeline.job.cell.groups[group].dof
    assert rows[1][: 1 + dof] == ["t", *(j.name for j in timeline.job.cell.groups[group].joints)]
    assert rows[2][0] == "s"
    values = np.array(rows[3:], dtype=float)
    bounds = np.array([float(text.split()[1]) for text in rows[0][3:]])
    units = np.array([180 / np.pi if unit == "deg" else 1e3 for unit in rows[2][1 : 1 + dof]])
    between = (values[1:, 0] + values[:-1, 0]) / 2.0
    chord = (values[1:, 1 : 1 + dof] + values[:-1, 1 : 1 + dof]) / 2.0
    true = timeline.tracks[group].traj(between) * units
    # the bound is of the time law; `traj` is a quintic through its knots, 1e-6 deg or mm near it
    assert np.all(np.abs(true - chord).max(axis=0) <= bounds + 1e-6)
    assert np.all(bounds < 0.05)
    assert np.all(np.diff(values[:, 0]) > 0.0)


@pytest.mark.parametrize(("cell", "variant", "group"), CELLS)
def test_ros2_goals_run_from_rest_to_rest_and_leave_out_no_motion(
    cell: str, variant: str, group: str
) -> None:
    track = timeline_of(cell, variant).tracks[group]
    body = json.loads(exported(cell, variant, group, "ros2"))
    moved = 0.0
    for goal in body["goals"]:
        points = goal["trajectory"]["points"]
        times = [
            p["time_from_start"]["sec"] + 1e-9 * p["time_from_start"]["nanosec"] for p in points
        ]
        assert np.all(np.diff(times) > 0.0)
        assert times[0] == 0.0
        assert not any(points[0]["velocities"] + points[-1]["velocities"])
        q = np.array([p["positions"] for p in points])
        assert np.allclose(q, track.traj(goal["starts_s"] + np.array(times)), atol=2e-9)
        moved += float(np.abs(np.diff(q, axis=0)).sum())
    assert moved == pytest.approx(float(np.abs(np.diff(track.q, axis=0)).sum()), abs=1e-5)
    starts = [np.array(g["trajectory"]["points"][0]["positions"]) for g in body["goals"]]
    ends = [np.array(g["trajectory"]["points"][-1]["positions"]) for g in body["goals"]]
    assert all(np.array_equal(a, b) for a, b in zip(ends[:-1], starts[1:], strict=True))
    words = {event["do"] for event in body["events"]}
    assert words == {"set", "wait"}


Edit = Callable[[str], str]


def plus(pattern: str, amount: float) -> Edit:
    def edit(text: str) -> str:
        found = list(re.finditer(pattern, text))
        at = found[len(found) // 2]
        value = f"{float(at[1]) + amount:.9f}"
        return text[: at.start(1)] + value + text[at.end(1) :]

    return edit


EDITS: list[tuple[str, Edit, str]] = [
    ("csv", plus(r"\n([\d.]+),", 1e-8), "t is"),
    ("csv", plus(r"\n[\d.]+,(-?[\d.]+),", 1e-6), "is"),
    ("csv", lambda t: t.replace("\ns,deg", "\ns,rad", 1), "units"),
    ("csv", lambda t: t[: t.rindex("\n", 0, -1)] + "\n", "rows"),
    ("csv", lambda t: t.replace("csv@1", "csv@2", 1), "not a timeline"),
    ("csv", lambda t: t.replace("0.0000000", "zero", 1), "not a row of numbers"),
    ("ros2", plus(r'"positions": \[(-?[\d.]+),', 1e-8), "point"),
    ("ros2", plus(r'"velocities": \[(-?[\d.]+),', 1e-8), "point"),
    ("ros2", lambda t: t.replace('"nanosec": 0}', '"nanosec": 7}', 1), "point 1"),
    ("ros2", lambda t: t.replace('"do": "wait"', '"do": "set"', 1), "'events'"),
    ("ros2", lambda t: t[:-40], "not the JSON"),
    ("ros2", lambda t: t.replace("ros2@1", "ros2@9", 1), "format"),
]


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in EDITS}))
def test_an_export_as_it_was_written_is_no_difference(kind: str) -> None:
    cell, variant, group = CELLS[0]
    path = f"exports/{group}{EXPORTS[kind].suffix}"
    data = exported(cell, variant, group, kind)
    assert export_differences({path: data}, timeline_of(cell, variant)) == []


@pytest.mark.parametrize(("kind", "edit", "said"), EDITS, ids=[f"{e[0]} {e[2]}" for e in EDITS])
def test_an_edited_export_is_found(kind: str, edit: Edit, said: str) -> None:
    cell, variant, group = CELLS[0]
    timeline = timeline_of(cell, variant)
    path = f"exports/{group}{EXPORTS[kind].suffix}"
    data = exported(cell, variant, group, kind)
    changed = edit(data.decode())
    assert changed != data.decode()
    found = export_differences({path: changed.encode()}, timeline)
    assert found
    assert said in found[0], found


def test_all_groups_are_exported_and_foreign_files_are_refused() -> None:
    timeline = timeline_of("door_removal", "suv")
    files = export_files(timeline, timeline.job, ("ros2",))
    assert sorted(files) == ["exports/holder.goals.json", "exports/unscrewer.goals.json"]
    old = {name.replace(".json", ".yaml"): data for name, data in files.items()}
    assert export_differences(old, timeline) == []
    found = export_differences({"exports/nobody.goals.json": b"{}"}, timeline)
    assert found == ["exports/nobody.goals.json is no export that is known"]


def test_an_unknown_export_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["release", "palletizing", "--out", str(tmp_path), "--also", "cvs"]
    assert main(asked) == 3
    assert "did you mean 'csv'" in capsys.readouterr().err
