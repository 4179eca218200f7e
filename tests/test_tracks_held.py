"""What an arm's track and positioner are held to, and inertias that no body has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bad_cells
import numpy as np
import pytest
import tiny_cells as tiny
from rule_findings import BY_ID
from tubes_corners import RULES as TUBES

from cellsim.domain.cell import Cell, External
from cellsim.domain.files.robot import load_robot
from cellsim.domain.job import Job
from cellsim.domain.program import FINE, Move, Program, Routine, Speed, Target
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import CombinedLimit, Robot
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context


def on_track(track: Robot, arm: Robot | None = None) -> Cell:
    """A cell of one arm with a gripper of 1 kg, on a track."""
    made = tiny.pick_cell()
    group = made.groups["r"]
    robot = arm or group.robot
    group = replace(
        group, robot=robot, home=(*robot.home, 0.5),
        externals=(External(track, "world", Pose.translation(0, 0, 0.3), "arm"),),
    )  # fmt: skip
    return replace(made, groups={"r": group}, parts={}, fixtures={})


def found(rule: str, cell: Cell, slide: float = 1.0) -> list[Finding]:
    q = (*cell.groups["r"].robot.home, slide)
    body = (Move("joint", Target(q=q), Speed(50, "%"), FINE, line=1),)
    what = Program("r", "r", (Routine("main", body),), "r.yaml")
    context = Context(simulate(Job("job", cell, {"r": what}, {"r": TUBES})))
    return list(BY_ID[rule](context).findings)


@pytest.mark.limit("payload-exceeded")
def test_a_track_carries_the_arm_and_what_hangs_on_it() -> None:
    arm = replace(tiny.ur10e(), mass=99.0)
    track = replace(tiny.track(), payload=100.0)
    assert found("payload-exceeded", on_track(track, arm)) == []
    (f,) = found("payload-exceeded", on_track(replace(track, payload=99.9), arm))
    assert (f.severity, f.value, f.limit) == (Severity.ERROR, pytest.approx(100.0), 99.9)
    assert f.subject == "r tiny_track"


def test_a_track_or_an_arm_without_its_figure_is_not_checked() -> None:
    arm = replace(tiny.ur10e(), mass=99.0)
    track = replace(tiny.track(), payload=100.0)
    for cell, figure in (
        (on_track(tiny.track(), arm), "payload"),
        (on_track(track), "mass of tiny_ur"),
        (on_track(replace(track, assumed=("payload",)), arm), "payload"),
        (on_track(track, replace(arm, assumed=("mass",))), "mass"),
    ):
        (f,) = found("payload-exceeded", cell)
        assert (f.severity, f.facts["figure"]) == (Severity.NOT_CHECKED, figure)


@pytest.mark.limit("combined-limit-exceeded")
def test_a_combined_limit_of_a_track_is_kept_too() -> None:
    """Its axis is the seventh of q, whatever the arm calls its own."""
    chain = CombinedLimit((("E1", 2.0),), 0.0, 2.0, "energy chain")
    track = replace(tiny.track(), payload=500.0, combined_limits=(chain,))
    assert found("combined-limit-exceeded", on_track(track), 1.0) == []
    (f,) = found("combined-limit-exceeded", on_track(track), 1.01)
    assert (f.value, f.limit, f.unit) == (pytest.approx(2020.0), pytest.approx(2000.0), "mm")
    alike = replace(track.joints[0], name="J1")
    chain = replace(chain, factors=(("J1", 2.0),))
    track = replace(track, joints=(alike,), combined_limits=(chain,))
    assert found("combined-limit-exceeded", on_track(track), 1.0) == []
    assert len(found("combined-limit-exceeded", on_track(track), 1.01)) == 1


WRONG = {
    "of a point": "0, 0, 0, 0, 0, 0",
    "negative": "0.01, 0.01, -0.01, 0, 0, 0",
    "of no body": "0.01, 0.01, 0.03, 0, 0, 0",
    "with products": "0.01, 0.01, 0.01, 0.02, 0, 0",
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_an_inertia_that_no_body_has_is_bad_input(name: str, tmp_path: Path) -> None:
    """It would pass every limit of the wrist without having been looked at."""
    folder = bad_cells.with_cube(tmp_path)
    given = f"mass_kg: 0.5\n    inertia_kgm2: [{WRONG[name]}]"
    with pytest.raises(BadInput, match="no body has it") as told:
        bad_cells.load_changed(folder, bad_cells.CELL, "mass_kg: 0.5", given)
    assert told.value.line > 0


def test_the_inertia_of_a_flat_plate_is_good(tmp_path: Path) -> None:
    """Of a thin plate the inertia about its normal is that of the other two together."""
    folder = bad_cells.with_cube(tmp_path)
    given = "mass_kg: 0.5\n    inertia_kgm2: [0.01, 0.02, 0.03, 0, 0, 0]"
    cell = bad_cells.load_changed(folder, bad_cells.CELL, "mass_kg: 0.5", given)
    assert np.allclose(cell.parts["cube"].inertia, np.diag([0.01, 0.02, 0.03]))


def test_a_link_without_any_inertia_is_bad_input(tmp_path: Path) -> None:
    """It would hold back no torque of the joints before it."""
    folder = Path(bad_cells.__file__).parents[1] / "robots" / "hyundai_hh020"
    text = (folder / "robot.yaml").read_text()
    at = text.index("  - name: ", text.index("\nlinks:") + 1)
    end = text.index("\n", at)
    for given, bad in (("[0, 0, 0, 0, 0, 0]", True), ("[1, 2, 2.5, 0, 0, 0]", False)):
        changed = f"{text[:end]}\n    inertia_kgm2: {given}{text[end:]}"
        (tmp_path / "robot.yaml").write_text(changed)
        if bad:
            with pytest.raises(BadInput, match="no body has it"):
                load_robot(tmp_path / "robot.yaml")
        else:
            load_robot(tmp_path / "robot.yaml")


def test_a_wrist_axis_that_the_list_of_limits_leaves_out_is_not_checked() -> None:
    whole = tiny.ur10e()
    last = replace(whole, wrist_limits=whole.wrist_limits[2:])
    for rule in ("wrist-torque-exceeded", "wrist-inertia-exceeded"):
        told = [f for f in found(rule, on_track(tiny.track(), last))
                if f.severity is Severity.NOT_CHECKED]  # fmt: skip
        assert [f.subject for f in told] == ["r J4", "r J5"]
        told = found(rule, on_track(tiny.track(), whole))
        assert not [f for f in told if f.severity is Severity.NOT_CHECKED]
