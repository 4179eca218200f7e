"""Rules of what programs say and wait for: a bad case each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rule_findings import findings, lines, only
from timelines import (
    FILE,
    HOME,
    box_part,
    cell,
    held,
    move,
    program,
    robot,
    solid,
    timeline,
)

from cellsim.domain.equipment import Hinge
from cellsim.domain.program import (
    Move,
    Raw,
    SetSignal,
    Speed,
    Target,
    Wait,
    signal_is,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Band, Event
from cellsim.domain.wiring import Device, Signal, TimeRange
from cellsim.geometry import Pose


def test_gripping_needs_an_arm_at_rest() -> None:
    found = findings("gripper-acts-in-motion", timeline(**held(1.0, 3.0)))
    assert [f.facts["act"] for f in found] == ["grip", "release"]
    assert lines(found) == [4, 4]
    assert findings("gripper-acts-in-motion", timeline(**held(0.0, 2.0))) == ()


def hinged() -> Any:
    hinge = Hinge("table", Pose.identity(), np.array([0.0, 0, 1]), 0.0, 1.0, 0.0, "bolts")
    return cell(part=box_part(hinge=hinge))


def test_a_holder_stands_still_until_the_part_is_unhinged() -> None:
    bolted = held(0.0, 4.0)
    late = (*bolted["events"], Event(3.0, "unhinged", "box", 1.0, "arm"))
    f = only("holder-moves-while-fastened", timeline(where=hinged(), **{**bolted, "events": late}))
    assert (f.line, f.t1) == (3, 3.0)
    early = (Event(0.0, "unhinged", "box", 1.0, "arm"), *bolted["events"])
    good = timeline(where=hinged(), **{**bolted, "events": early})
    assert findings("holder-moves-while-fastened", good) == ()


@pytest.mark.limit("takt-exceeded")
def test_takt_is_held_against_the_slow_end_of_the_band() -> None:
    given = replace(timeline(), band=Band(38.2, 34.4, 42.0, "jerk-limited, not calibrated"))
    for takt, count in ((42.0, 0), (41.9, 1), (None, 0)):
        job = replace(given.job, cell=cell(takt_s=takt))
        found = findings("takt-exceeded", replace(given, job=job))
        assert len(found) == count
        assert all((f.file, f.facts["longest"]) == (FILE, f"{f.t1 - f.t0:.1f}") for f in found)
        assert all(f.line > 0 for f in found)


def test_a_link_without_a_shape_is_not_checked_and_named() -> None:
    where, drawn = cell(), robot()
    group = where.groups["arm"]

    def shaped(*solids: Any) -> Any:
        links = tuple(replace(k, solid=s) for k, s in zip(drawn.links, solids, strict=True))
        arm = replace(group, robot=replace(drawn, links=links))
        return timeline(where=replace(where, groups={"arm": arm}))

    box = solid("box", (0.1, 0.1, 0.1))
    boxes = [box] * len(drawn.links)
    assert findings("link-shape-missing", shaped(*boxes[:-1], None)) == ()
    (f,) = findings("link-shape-missing", shaped(None, *boxes[1:]))
    assert f.severity == Severity.NOT_CHECKED
    assert drawn.links[0].name in f.subject


def test_a_line_that_was_not_understood_is_undecided_unless_harmless() -> None:
    what = program(move(3), Raw(text="$TOOL = X", line=4), move(5))
    f = only("state-not-understood", timeline(what=what))
    assert (f.severity, f.line) == (Severity.UNDECIDED, 4)
    what = program(move(3), Raw(text="; x", line=4, harmless=True), move(5))
    assert findings("state-not-understood", timeline(what=what)) == ()


def test_a_line_told_by_the_simulation_is_not_told_twice() -> None:
    what = program(move(3), Raw(text="$TOOL = X", line=4), move(5))
    said = Finding("state-not-understood", Severity.UNDECIDED, "x", file=FILE, line=4)
    assert findings("state-not-understood", timeline(what=what, findings=(said,))) == (said,)


def test_a_branch_that_was_not_run_is_noted_with_its_line() -> None:
    f = only("branch-not-run", timeline(skipped=(f"{FILE}:12#2",)))
    assert (f.file, f.line, f.severity) == (FILE, 12, Severity.NOTE)


def named(config: str) -> Any:
    move = Move(kind="joint", to=Target(q=HOME, config=config), speed=Speed(50, "%"), line=3)
    return timeline(what=program(move))


def test_a_named_configuration_agrees_with_the_joint_values() -> None:
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.naming import branch_name

    name = branch_name(chain_of(cell(), "arm"), np.array(HOME))
    assert findings("configuration-mismatch", named(name)) == ()
    other = name.replace("noflip", "flip") if "noflip" in name else name.replace("flip", "noflip")
    f = only("configuration-mismatch", named(other))
    assert (f.facts["written"], f.facts["derived"], f.line) == (other, name, 3)


@pytest.mark.parametrize("awaited", [True, False])
def test_what_is_started_is_asked_whether_it_is_done(awaited: bool) -> None:
    device = Device("nut", "go", "ok", TimeRange(1, 1, 1, "a test"), tool="hand")
    signals = {"go": Signal("go", "group:arm"), "ok": Signal("ok", "device:nut")}
    where = replace(cell(), devices={"nut": device}, signals=signals)
    wait = (Wait(signal_is("ok", True), 2.0, line=5),) if awaited else ()
    what = program(SetSignal("go", True, line=4), *wait)
    found = findings("answer-not-awaited", timeline(where=where, what=what))
    assert [(f.line, f.facts["signal"]) for f in found] == [(4, "ok")] * (not awaited)
