"""Reports as text, json, junit, sarif, md and html; sentences come from `cellsim.messages`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cellsim.domain.report import Report
from cellsim.errors import UnknownName
from cellsim.verify.render.html import render_html
from cellsim.verify.render.json import render_json
from cellsim.verify.render.junit import render_junit
from cellsim.verify.render.md import render_md
from cellsim.verify.render.sarif import render_sarif
from cellsim.verify.render.text import render_text


def _html(reports: Sequence[Report], lang: str) -> str:
    return render_html(reports, (), lang)


def _sarif(reports: Sequence[Report], lang: str) -> str:
    return render_sarif(reports, (), lang)


FORMATS: Mapping[str, Callable[[Sequence[Report], str], str]] = {
    "text": render_text,
    "json": render_json,
    "junit": render_junit,
    "sarif": _sarif,
    "md": render_md,
    "html": _html,
}

FOLDING: Mapping[str, Callable[[Sequence[Report], str, bool], str]] = {
    "text": render_text,
    "md": render_md,
}

__all__ = ["FORMATS", "render", "render_html", "render_sarif"]


def render(
    reports: Report | Sequence[Report],
    fmt: str = "text",
    lang: str = "en",
    everything: bool = False,
) -> str:
    """Return one or more reports in a format of FORMATS, in "en" or "ko".

    Text and markdown fold findings that are alike, unless `everything` is asked for.

    Raises UnknownName for another format. Plain `html` has no 3D replay, see `render_html`;
    plain `sarif` names files from the cell folder on, see `render_sarif`.
    """
    if fmt not in FORMATS:
        raise UnknownName("format", fmt, FORMATS)
    together = (reports,) if isinstance(reports, Report) else tuple(reports)
    if everything and fmt in FOLDING:
        return FOLDING[fmt](together, lang, True)
    return FORMATS[fmt](together, lang)
