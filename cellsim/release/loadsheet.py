"""The load sheet: what the person at the controller enters and checks before the first run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cellsim.domain.job import Job
from cellsim.messages import said, titled
from cellsim.release.sheettables import Rows, Table, tables
from cellsim.release.textjob import GroupText
from cellsim.verify.render.numbers import band_numbers

_LOADS = (
    "the text does not switch the payload when a part is gripped: enter the load of the tool with"
    " its heaviest part, or switch it on the controller",
    "arms stand in their start pose and signals have their value before start: nothing else is"
    " proven",
)
_BY_BRAND: Mapping[str, tuple[str, ...]] = {
    "ur": (
        "a script of URScript only defines its program: call it from a Script node, or send it"
        " whole",
    )
}
FIRST_RUN = (
    "Compare the controller's type, version and options with this sheet.",
    "Load the files; compare their SHA-256 with the table above.",
    "Enter tool, load and frame values from the tables above; read them back on the pendant.",
    "Check every signal number above at the terminal strip, by hand, in both directions.",
    "Move each axis by hand at 10 %: does it turn the way, and show the value, that the start pose"
    " above asks for?",
    "Bring the arms to the start pose and every signal to its value before start; load no part.",
    "First run: manual reduced speed (at most 250 mm/s), single step, enabling switch in hand."
    " Waits for a grip time out without parts: set their inputs by hand.",
    "Second run: automatic at 10 % override, then 30 %; timeouts are proven within the override"
    " range above; where that begins higher, a wait may time out and stop the program.",
    "After a wait that timed out, cancel the program: going on from there is not proven.",
    "Compare the measured cycle time with the band above; outside it, stop and ask why.",
)


def load_sheets(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> Mapping[str, str]:
    """Return the load sheet by file name, as plain text and as a page.

    Args:
        job: The job read back. texts: The written files. body: The certificate.
        lang: A further language; the English sheet is always there.
    """
    found: dict[str, str] = {}
    for each in dict.fromkeys(("en", lang)):
        mark = "" if each == "en" else f".{each}"
        found[f"load_sheet{mark}.txt"] = load_sheet_text(job, texts, body, each)
        found[f"load_sheet{mark}.html"] = load_sheet_html(job, texts, body, each)
    return found


def load_sheet_text(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> str:
    """Return the load sheet as plain text."""
    name = titled(body["cell"], body["variant"], body["job"])
    lines = [f"{_said(lang, 'Load sheet').upper()}  {name}", _said(lang, _claim(body)), ""]
    for title, head, rows in _told_tables(job, texts, lang):
        lines += [title.upper(), *_columns(head, rows), ""]
    for title, items in _told_lists(body, lang):
        lines += [title.upper(), *(f"  - {item}" for item in items), ""]
    steps = (f"  [ ] {_said(lang, item)}" for item in FIRST_RUN)
    return "\n".join([*lines, _said(lang, "First run").upper(), *steps, ""])


def load_sheet_html(
    job: Job, texts: tuple[GroupText, ...], body: Mapping[str, Any], lang: str = "en"
) -> str:
    """Return the load sheet as one HTML page, offline, made to be printed."""
    name = _e(titled(body["cell"], body["variant"], body["job"]))
    sheet = _e(_said(lang, "Load sheet"))
    out = [f"<h1>{sheet}: {name}</h1>", f"<p>{_e(_said(lang, _claim(body)))}</p>"]
    for title, head, rows in _told_tables(job, texts, lang):
        cells = "".join(f"<th>{_e(h)}</th>" for h in head)
        lines = "".join("<tr>" + "".join(_cell(c) for c in row) + "</tr>" for row in rows)
        out.append(f"<h2>{_e(title)}</h2><table><tr>{cells}</tr>{lines}</table>")
    for title, items in _told_lists(body, lang):
        out.append(f"<h2>{_e(title)}</h2><ul>{''.join(f'<li>{_e(i)}</li>' for i in items)}</ul>")
    boxes = "".join(f"<li><input type=checkbox> {_e(_said(lang, item))}</li>" for item in FIRST_RUN)
    out.append(f"<h2>{_e(_said(lang, 'First run'))}</h2><ol class=check>{boxes}</ol>")
    return (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{sheet}</title>"
        f"<style>{_STYLE}</style></head><body>{''.join(out)}</body></html>\n"
    )


def _told_tables(job: Job, texts: tuple[GroupText, ...], lang: str) -> Iterator[Table]:
    """Yield the tables in a language: titles, heads, and the cells that are words of ours."""
    for title, head, rows in tables(job, texts):
        told = [
            tuple(_said(lang, c) if h in _SPOKEN else c for h, c in zip(head, row, strict=True))
            for row in rows
        ]
        yield _said(lang, title), tuple(_said(lang, h) for h in head), told


def _told_lists(body: Mapping[str, Any], lang: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lists in a language, each with how many rows it has; an empty one says none."""
    for title, items in _lists(body):
        told = [_said(lang, item) for item in items] or [_said(lang, "none")]
        yield f"{_said(lang, title)} ({len(items)})", told


def _said(lang: str, text: str) -> str:
    """Return a sentence of the sheet, or one it repeats from the report, in a language."""
    told = said(lang, text, "sheet")
    return said(lang, text) if told == text else told


_SPOKEN = frozenset({"orientation", "before start", "version", "size"})
_STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;color:#1a1d21}"
    "h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:1.6rem}table{border-collapse:collapse;"
    "width:100%}th,td{border:1px solid #c9ced6;padding:.25rem .5rem;text-align:left;"
    "font-variant-numeric:tabular-nums}th{background:#eef1f5}td.hash{word-break:break-all;"
    "font-family:monospace;font-size:.8em}"
    "ol.check{list-style:none;padding:0}@media print{body{margin:0}}"
)


def _cell(text: str) -> str:
    """Return a cell of a table; a hash may break anywhere, a name behind its dots, no number."""
    if len(text) == 64 and " " not in text:
        return f"<td class=hash>{_e(text)}</td>"
    return f"<td>{_JOINT.sub('<wbr>', _e(text))}</td>"


_JOINT = re.compile(r"(?<=[a-z][._])(?=[a-z])")


def _e(text: object) -> str:
    return html.escape(str(text))


def _claim(body: Mapping[str, Any]) -> str:
    cycle, accepted = body["cycle"], [_accepted(row) for row in body["waivers"]]
    told = f"findings accepted: {sum(accepted)}, waivers: {len(accepted)}, listed below"
    but = f" except what is waived ({told})" if sum(accepted) else ""
    nominal, low, high = band_numbers(*(float(cycle[key]) for key in ("nominal", "low", "high")))
    return (
        f"verdict {body['verdict']}{but}; cycle {nominal} s, between {low} and {high} s"
        f" ({cycle['model']}); certificate {body['sha256'][:16]}"
    )


def _accepted(row: str) -> int:
    """Return how many findings a waiver accepts, as its row says."""
    found = _ACCEPTED.search(row)
    return int(found[1]) if found else 0


_ACCEPTED = re.compile(r"; (\d+) accepted\)$")


def _lists(body: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Conventions assumed (no manual or file seen; check on the controller)",
        list(body["assumed_conventions"]),
    )
    if body.get("confirmed_conventions"):
        yield "Conventions confirmed by readings", list(body["confirmed_conventions"])
    fixed = [
        f"input {name} is {'on' if value else 'off'}, and stays so: nothing else is proven"
        for name, value in sorted(body.get("inputs", {}).items())
    ]
    brands = sorted(set(body["groups"].values()))
    own = [line for brand in brands for line in _BY_BRAND.get(brand, ())]
    yield "To be true before the start", [*fixed, *map(str, body["notes"]), *_LOADS, *own]
    yield "Assumptions", list(body["assumptions"])
    yield "Exceptions", list(body["exceptions"])
    yield "Waivers", list(body["waivers"])
    yield "Limits", list(body["limits"])


def _columns(head: tuple[str, ...], rows: Rows) -> list[str]:
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
