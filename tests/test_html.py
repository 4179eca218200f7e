"""The html report: one offline page, safe against names from files, and drawn in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_report import EVIL, judged
from timelines import held, timeline

from cellsim.domain.report import Report
from cellsim.domain.timeline import Event, Timeline
from cellsim.domain.wiring import Device, TimeRange
from cellsim.geometry import rotation_axis
from cellsim.simulate.tracks import body_tracks
from cellsim.verify.render import render_html
from cellsim.verify.render.page.scene import data_script, quaternions

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
BAD = ("collision", -0.004)


class Page(HTMLParser):
    """What a browser would see: tags, and attributes that could run or load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.risky: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.risky += [
            a for a in attrs if a[0].startswith("on") or a[0] in ("src", "href", "style")
        ]


def pair() -> tuple[list[Report], list[Timeline | None]]:
    moved = timeline(**held(2.0, 3.0))
    return [judged(moved, BAD), judged()], [moved, timeline()]


def test_page_is_one_small_offline_file() -> None:
    text = render_html(*pair())
    page = Page(text)
    assert len(text.encode()) < 5e6
    assert page.risky == []
    assert not re.search(r"https?://", text)
    assert page.tags.count("article") == page.tags.count("canvas") == 2
    assert page.tags.count("script") == 3


def test_page_says_verdict_todo_findings_lines_band_and_assumptions() -> None:
    given = timeline(assumptions=("nothing slips",))
    text = render_html([judged(given, BAD)], [given])
    for shown in (
        "not to be released", "What to do".lower(), "arm.program.yaml:3", "overlap by 4.0 mm",
        "3.6 – 4.8 s, jerk-limited, not calibrated", "nothing slips", "21.30 mm",
    ):  # fmt: skip
        assert shown in text, shown


def test_page_without_a_timeline_has_no_replay() -> None:
    page = Page(render_html([judged()]))
    assert "canvas" not in page.tags


def test_pictures_stand_in_the_page() -> None:
    page = Page(render_html([judged()], pictures=[[b"\x89PNG", b"\x89PNG"]]))
    assert [a for a, _ in page.risky] == ["src", "src"]
    assert all(str(value).startswith("data:image/png;base64,") for _, value in page.risky)


def test_korean_page_says_its_labels_in_korean() -> None:
    text = render_html(*pair(), lang="ko")
    assert '<html lang="ko">' in text
    for shown in ("검증 보고서", "할 일", "타임라인", "최소 인증 간격"):
        assert shown in text


def test_names_from_files_cannot_run_as_script() -> None:
    given = timeline(**held(2.0, 3.0))
    name = EVIL
    device = Device(name, "go", "ok", TimeRange(1, 1, 1, EVIL), tool="hand")
    events = (Event(0.5, "signal", "go", 1, "arm"), Event(1.5, "process", name, 1, "arm"))
    where = replace(given.job.cell, devices={name: device}, notes=(EVIL,))
    given = replace(given, job=replace(given.job, cell=where), events=events)
    report = replace(judged(given, BAD), cell=EVIL, variant=EVIL, job=EVIL, hashes={EVIL: EVIL})
    page = Page(render_html([report, report], [given, given]))
    assert "img" not in page.tags
    assert page.risky == []
    assert page.tags.count("script") == 3


def test_data_block_keeps_any_name_and_never_ends_early() -> None:
    block = data_script({"name": EVIL + "<!--\u2028"})
    inside = block.removeprefix('<script type="application/json" class="scene">')
    inside = inside.removesuffix("</script>")
    assert "<" not in inside
    assert json.loads(inside)["name"] == EVIL + "<!--\u2028"


def test_quaternions_turn_like_their_matrices() -> None:
    axis = np.array([2.0, -1.0, 2.0]) / 3.0
    angles = np.linspace(-7.0, 7.0, 57)
    R = np.stack([rotation_axis(axis, a) for a in angles])
    q = quaternions(R)
    v, w = q[:, :3], q[:, 3:]
    point = np.array([0.3, -0.2, 0.9])
    turned = point + 2 * np.cross(v, np.cross(v, point) + w * point)
    assert np.abs(turned - R @ point).max() < 1e-12
    assert np.abs(np.diff(q, axis=0)).max() < 0.3


def test_a_held_part_rides_on_the_flange_and_stays_where_it_was_left() -> None:
    tracks = body_tracks(timeline(**held(1.0, 3.0)), hz=10)
    part, tool = tracks.names.index("part:box"), tracks.names.index("arm/tool:hand")
    inside = (tracks.t > 1.0) & (tracks.t < 3.0)
    apart = np.linalg.inv(tracks.poses[:, tool]) @ tracks.poses[:, part]
    assert np.abs(apart[inside] - apart[inside][0]).max() < 1e-12
    after = tracks.poses[tracks.t > 3.0, part]
    assert np.abs(after - after[0]).max() == 0.0


def chromium(folder: Path, text: str, *more: str, address: str = "") -> str:
    """Open a page without a display and return what --dump-dom or a screenshot gives."""
    page = folder / "page.html"
    page.write_text(text, encoding="utf-8")
    flags = (
        "--headless", "--no-sandbox", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000",
        "--window-size=1200,1400", "--hide-scrollbars",
    )  # fmt: skip
    run = subprocess.run(
        [CHROMIUM, *flags, *more, page.as_uri() + address],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


needs_browser = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="no Chromium here; .ci/run installs it"
)


@needs_browser
def test_browser_draws_the_robot_and_runs_no_foreign_script(tmp_path: Path) -> None:
    reports, timelines = pair()
    reports[0] = replace(reports[0], job="<script>document.title='foreign'</script>")
    dom = chromium(tmp_path, render_html(reports, timelines), "--dump-dom")
    assert 'data-player="ready"' in dom
    assert 'data-bodies="10"' in dom
    assert 'class="error"' in dom  # a tick of the finding on the time slider
    assert "<title>foreign" not in dom


@needs_browser
def test_browser_opens_at_the_report_and_time_of_its_address(tmp_path: Path) -> None:
    dom = chromium(tmp_path, render_html(*pair()), "--dump-dom", address="#report=1&t=1.5")
    assert "<output>1.50 s</output>" in dom
    assert re.search(r'id="report-0"[^>]* hidden', dom)


@needs_browser
def test_browser_shows_more_than_the_empty_stage(tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    chromium(tmp_path, render_html(*pair()), f"--screenshot={shot}")
    stage = Image.open(shot).convert("RGB").crop((200, 700, 1000, 1100))
    colors = stage.getcolors(maxcolors=1 << 24)
    assert colors is not None
    assert len(colors) > 30
