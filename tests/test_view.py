"""The viewer: served on this machine only, with every body where the timeline has it."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gantry_cells import DOWN, cell_of, job_of, panel, program, put, to, wait
from live_page import CHROMIUM, live_page

from cellsim.domain.program import Expr, Grip, If
from cellsim.kinematics.bodies import bodies_of
from cellsim.simulate.run import simulate
from cellsim.simulate.tracks import body_tracks
from cellsim.verify.courses import verify_courses
from cellsim.verify.render.summary import verdict_line
from cellsim.verify.run import verify_timeline
from cellsim.view.marks import line_at, marks_of
from cellsim.view.scene import labels_of
from cellsim.view.show import show

viser = pytest.importorskip("viser")


@pytest.fixture(scope="module")
def timeline():
    cell = cell_of((panel(),), held="group:hand")
    return simulate(
        job_of(
            cell,
            program("hand", to(1), Grip("panel"), put("held"), to(2), put("close"), to(1.9, 0, 1)),
            program("driver", wait("held"), to(1.5)),
        )
    )


@pytest.fixture(scope="module")
def view(timeline):
    shown = show(timeline, port=18790, block=False)
    yield shown
    shown.close()


def test_the_server_answers_on_the_loopback_address_only(view):
    assert view.server.get_host() == "127.0.0.1"
    with urllib.request.urlopen(view.url, timeout=10) as answer:
        assert answer.status == 200


def test_every_body_of_the_cell_is_a_node_of_the_scene(view, timeline):
    names = {handle.name for handle in view.handles}
    assert names == {f"/bodies/{body.name}" for body in bodies_of(timeline.job.cell)}
    assert "/bodies/part:panel" in names


def test_bodies_stand_where_the_timeline_has_them(view, timeline):
    handles = {handle.name: handle for handle in view.handles}
    view.seek(0.0)
    np.testing.assert_allclose(handles["/bodies/part:panel"].position, (1, 0, 0), atol=1e-9)
    view.seek(timeline.duration)
    np.testing.assert_allclose(handles["/bodies/part:panel"].position, (1.9, 0, 1), atol=1e-6)
    tool = handles["/bodies/hand/tool:jaw"]
    np.testing.assert_allclose(tool.position, (1.9, 0, 1), atol=1e-6)
    np.testing.assert_allclose(np.abs(tool.wxyz), np.abs(DOWN.quat_wxyz()), atol=1e-9)


def test_the_program_line_is_shown(view, timeline):
    view.seek(0.01)
    assert "**hand** hand.prg:1: joint" in view.lines.content
    assert line_at(timeline, 0.01)[1:] == ["**driver** driver.prg:1: wait", "on: opened"]
    assert line_at(timeline, timeline.duration)[2] == "on: close, closed, held"


def test_playing_moves_the_clock_and_starts_again_at_the_end(view, timeline):
    view.seek(0.0)
    view.tick(0.5)
    assert view.t == 0.0
    view.playing = True
    view.tick(0.5)
    assert view.t >= 0.5
    view.seek(timeline.duration)
    view.tick(0.5)
    assert view.t < timeline.duration
    view.playing = False


def test_findings_are_marked_in_time_and_space(timeline):
    cell = timeline.job.cell
    missed = simulate(job_of(cell, program("hand", to(1.5), Grip("panel"))))
    shown = show(missed, port=18790, block=False)
    try:
        (mark,) = shown.marks
        assert mark.finding.rule == "grip-missed"
        assert mark.t == mark.finding.t0
        assert "panel" in mark.text
        np.testing.assert_allclose(mark.place, (1.5, 0, 0), atol=1e-6)
        shown.seek(mark.t)
        assert f"error[grip-missed] {mark.text}" in shown.lines.content
        shown.seek(mark.t - 0.5)
        assert mark.text not in shown.lines.content
    finally:
        shown.close()


def test_marks_that_touch_share_a_label_and_others_have_their_own(timeline):
    cell = timeline.job.cell
    (mark,) = marks_of(
        missed := simulate(job_of(cell, program("hand", to(1.5), Grip("panel")))),
        body_tracks(missed),
        None,
    )
    near, far = (replace(mark, place=mark.place + np.array([0, 0, z])) for z in (0.1, 0.13))
    assert labels_of((mark, near, far, mark)) == {0: "grip-missed +2", 2: "grip-missed"}
    assert labels_of((mark,)) == {0: "grip-missed"}


def test_the_verdict_of_a_report_is_told(timeline):
    report = verify_timeline(timeline)
    shown = show(timeline, port=18790, block=False, report=report)
    try:
        assert shown.verdict.content == verdict_line(report)
    finally:
        shown.close()


def on_rack(finding):
    return finding.rule == "collision" and "rack" in finding.subject


def test_the_verdict_of_all_courses_is_told_and_the_longest_is_marked():
    cell = cell_of(a="cell")
    free = Expr("signal", name="a")
    away = (to(-4), to(4, 4), to(-4))
    job = job_of(cell, program("hand", If(free, (to(3),), away), to(0)))
    explored = verify_courses(job)
    (longest, other) = (explored.reports[k] for k in (explored.longest, 1 - explored.longest))
    assert [on_rack(f) for f in longest.findings].count(True) == 0
    assert [on_rack(f) for f in other.findings].count(True) > 0
    shown = show(explored.timeline, port=18790, block=False, explored=explored)
    try:
        first, _, second = shown.verdict.content.partition("\n\n")
        assert first == verdict_line(explored.report)
        assert second == "of 2 courses; shown is the longest"
        assert shown.marks
        assert not any(on_rack(m.finding) for m in shown.marks)
    finally:
        shown.close()


def test_a_cell_alone_stands_at_its_start():
    cell = cell_of((panel(),))
    shown = show(cell, port=18790, block=False)
    try:
        assert shown.slider is None
        assert len(shown.handles) == len(bodies_of(cell))
    finally:
        shown.close()


@pytest.fixture(scope="module")
def several():
    """A program with two courses, and another one without any choice."""
    cell = cell_of(a="cell")
    branch = If(Expr("signal", name="a"), (to(1), to(-1)), (to(0.5),))
    first = verify_courses(replace(job_of(cell, program("hand", branch)), name="first"))
    second = simulate(replace(job_of(cell, program("hand", to(-2))), name="second"))
    shown = show(first.timeline, port=18791, block=False, explored=first, more=[second])
    yield shown
    shown.close()


def test_every_program_and_course_can_be_chosen(several):
    assert [one.name for one in several.shown] == [
        "first, course 2: a=true at hand.prg:1",
        "first, course 1: a=false at hand.prg:1",
        "second",
    ]
    for number, x in ((2, -2.0), (1, 0.5), (0, -1.0)):
        several.choose(number)
        several.seek(99.0)
        assert several.timeline is several.shown[number].timeline
        (jaw,) = (h for h in several.handles if h.name == "/bodies/hand/tool:jaw")
        assert jaw.position[0] == pytest.approx(x)
    assert "shown is the longest" in several.verdict.content
    several.choose(1)
    assert "shown is number 1" in several.verdict.content


PICK = """(async () => {
  const wait = ms => new Promise(done => setTimeout(done, ms));
  [...document.querySelectorAll('input')].find(i => i.value.startsWith('1: ')).click();
  for (let k = 0; k < 600; k++) {
    const all = [...document.querySelectorAll('[role=option]')];
    const one = all.find(o => o.innerText.startsWith('3: '));
    if (one) { one.click(); return 'picked'; }
    await wait(100);
  }
  return 'no such option';
})()"""


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium here; .ci/run installs it")
def test_a_program_is_picked_in_a_browser(several, tmp_path):
    several.choose(0)
    with live_page(several.url, tmp_path) as page:
        first = page("1: first, course 2: a=true")
        assert "of 2 courses; shown is the longest" in first
        assert "\n3: second" in page("\n3: second", PICK)
        for _ in range(600):
            if several.chosen == 2:
                break
            time.sleep(0.1)
        assert several.timeline.job.name == "second"
