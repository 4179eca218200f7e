"""Reports as one offline html page with a 3D replay; every name in it is escaped.

The page loads nothing: style and script stand in it, and its content security policy allows only
these two, by their hash, so that no text from a file can run as a script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from cellsim.domain.report import Report
from cellsim.domain.timeline import Timeline
from cellsim.messages import titled, word
from cellsim.verify.render.page.plots import gantt, joint_plots
from cellsim.verify.render.page.scene import data_script, sampled, scene_data
from cellsim.verify.render.page.sections import (
    background,
    clearance_section,
    findings_section,
    head_section,
    pictures_section,
    rules_section,
    todo_section,
)


def render_html(
    reports: Sequence[Report],
    timelines: Sequence[Timeline | None] = (),
    lang: str = "en",
    pictures: Sequence[Sequence[bytes]] = (),
) -> str:
    """Return the page.

    Args:
        reports: One or more; each gets a tab.
        timelines: The timeline of each report, for plots and replay; missing ones leave both out.
        lang: "en" or "ko".
        pictures: PNG files of each report, for example of a physics replay.
    """
    given = [*timelines, *([None] * (len(reports) - len(timelines)))]
    shots = [*pictures, *([()] * (len(reports) - len(pictures)))]
    body = "".join(
        _report(number, report, timeline, lang, shown)
        for number, (report, timeline, shown) in enumerate(zip(reports, given, shots, strict=True))
    )
    title = escape(" / ".join(dict.fromkeys(r.cell for r in reports)) or "cellsim")
    style, script = asset("page.css"), asset("page.js") + asset("player.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; "
        f"script-src 'sha256-{_hash(script)}'; img-src data:"
    )
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: {escape(word(lang, 'title'))}</title><style>{style}</style></head><body>"
        f'<header class="top"><b>{title}</b><span>{escape(word(lang, "title"))}</span></header>'
        f"{_tabs(reports, lang)}<main>{body}</main>"
        f"<footer>{escape(word(lang, 'not_safety'))}</footer>"
        f"<script>{script}</script></body></html>\n"
    )


def _report(
    number: int, report: Report, timeline: Timeline | None, lang: str, shown: Sequence[bytes]
) -> str:
    tracks = None if timeline is None else sampled(timeline)
    parts = [head_section(report, lang), todo_section(report, lang)]
    if timeline is not None:
        parts += [_replay(lang), gantt(report, timeline, lang)]
    parts += [findings_section(report, lang), clearance_section(report, tracks, lang)]
    if timeline is not None:
        parts.append(joint_plots(timeline, lang))
    parts.append(pictures_section(shown, lang))
    parts += [rules_section(report, lang), background(report, lang)]
    if tracks is not None:
        parts.append(data_script(scene_data(report, tracks, lang)))
    hidden = " hidden" if number else ""
    return f'<article class="report" id="report-{number}"{hidden}>{"".join(parts)}</article>'


def _tabs(reports: Sequence[Report], lang: str) -> str:
    if len(reports) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" class="tab{" on" if k == 0 else ""}" data-report="{k}">'
        f'<i class="dot {r.verdict}"></i>{escape(titled(r.variant, r.job))}</button>'
        for k, r in enumerate(reports)
    )
    return f'<nav aria-label="{escape(word(lang, "job"))}">{buttons}</nav>'


def _replay(lang: str) -> str:
    play, view = escape(word(lang, "play")), escape(word(lang, "view_all"))
    return (
        f'<section class="replay"><h2>{escape(word(lang, "replay"))}</h2><div class="stage">'
        f'<canvas tabindex="0"></canvas><p class="hint">{escape(word(lang, "replay_help"))}</p>'
        f'<p class="now"></p><p class="nogl" hidden>{escape(word(lang, "no_webgl"))}</p></div>'
        f'<div class="controls"><button type="button" class="play" data-play="{play}" '
        f'data-pause="{escape(word(lang, "pause"))}">{play}</button>'
        '<div class="slide"><div class="ticks"></div>'
        f'<input type="range" min="0" max="1" step="0.001" value="0" aria-label='
        f'"{escape(word(lang, "time"))}"></div><output>0.00 s</output>'
        f'<select aria-label="{escape(word(lang, "speed"))}"><option value="0.25">0.25x</option>'
        '<option value="1" selected>1x</option><option value="2">2x</option>'
        f'<option value="4">4x</option></select><button type="button" class="fit">{view}</button>'
        "</div></section>"
    )


@cache
def asset(name: str) -> str:
    """Return a style or script file of the page."""
    return files("cellsim.verify.render.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
