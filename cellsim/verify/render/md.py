"""Reports as markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.report import Finding, Report, Severity, verdict_said
from cellsim.messages import said, sentence, titled, word
from cellsim.verify.render.cycle import cycle_lines
from cellsim.verify.render.numbers import (
    by_slack,
    clearance_text,
    cycle_text,
    fields,
    need_mm,
    need_text,
)
from cellsim.verify.render.summary import (
    counts_line,
    folded_line,
    grouped,
    left_out_lines,
    verdict_line,
    waived_lines,
)
from cellsim.verify.render.text import help_text, place, settings_text

_MOVES = 12


def render_md(reports: Sequence[Report], lang: str = "en", everything: bool = False) -> str:
    """Return a summary table of all reports, then the findings of each, a few of one rule."""
    lines = [
        "| {} | {} | {} | {} |".format(
            *(word(lang, k) for k in ("job", "verdict", "cycle", "tightest"))
        ),
        "|---|---|---|---|",
    ]
    lines += [_row(report, lang) for report in reports]
    for report in reports:
        lines += ["", *_findings(report, lang, everything)]
    return "\n".join(lines) + "\n"


def _row(report: Report, lang: str) -> str:
    name = _cell(titled(report.cell, report.variant, report.job))
    verdict = f"**{verdict_said(report, lang)}**"
    cycle = _cell(cycle_text(report.cycle, lang))
    least = "-"
    if report.clearances:
        pair = by_slack(report.clearances)[0]
        need = need_text(pair, lang)
        value = clearance_text(pair.clearance, lang)
        least = _cell(f"{value} ({need}), {pair.a} / {pair.b} ({place(pair)})")
    return f"| {name} | {verdict} | {cycle} | {least} |"


def _findings(report: Report, lang: str, everything: bool) -> Iterator[str]:
    yield f"### {_cell(titled(report.variant, report.job))}"
    yield ""
    yield _cell(verdict_line(report, lang))
    for line in (counts_line(report, lang), *left_out_lines(report, lang)):
        yield ""
        yield _cell(line)
    yield from _open(report, lang, everything)
    waived = tuple(waived_lines(report.findings, lang))
    count = sum(bool(f.waived_by) for f in report.findings)
    yield from _details(f"{word(lang, 'waived')} ({count})", waived)
    yield from _moves(report, lang)
    for key, texts in (
        ("where_time_goes", tuple(cycle_lines(report, lang))),
        ("assumptions", report.assumptions),
        ("exceptions", report.exceptions),
        ("waivers", report.waivers),
    ):
        told = [said(lang, text) for text in texts]
        yield from _details(f"{word(lang, key)} ({len(told)})", told)


def _open(report: Report, lang: str, everything: bool) -> Iterator[str]:
    """Yield what is open as one table, causes first; notes only where everything is asked for."""
    rows: list[Finding] = []
    folded: list[tuple[str, list[Finding]]] = []
    notes = 0
    for section in grouped(report.findings, everything):
        if section.severity is Severity.NOTE and not everything:
            notes = len(section.shown) + sum(len(same) for _, same in section.folded)
            continue
        rows += section.shown
        folded += section.folded
    if rows:
        yield ""
        yield "| {} | {} | {} | {} |".format(
            *(word(lang, k) for k in ("where", "rule", "finding", "help"))
        )
        yield "|---|---|---|---|"
    yield from (_finding(f, lang) for f in rows)
    lines = [folded_line(rule, same, lang) for rule, same in folded]
    lines += [word(lang, "notes_left").format(notes=notes)] if notes else []
    if lines:
        yield ""
        yield from (f"- {_cell(line)}" for line in lines)


def _details(label: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield lines that a reader unfolds, nothing where there are none."""
    if not texts:
        return
    yield ""
    yield f"<details><summary>{label}</summary>"
    yield ""
    yield from (f"- {_cell(text)}" for text in texts)
    yield ""
    yield "</details>"


def _moves(report: Report, lang: str) -> Iterator[str]:
    """Yield the motions with the least clearance to spare, folded."""
    worst = sorted(report.moves, key=lambda m: (m.clearance - m.required, m.group, m.t))
    if not worst:
        return
    yield ""
    shown = f"{_MOVES}/{len(worst)}" if len(worst) > _MOVES else f"{len(worst)}"
    yield f"<details><summary>{word(lang, 'worst_of_moves')} ({shown})</summary>"
    yield ""
    heads = ("where", "pair", "clearance", "required", "time")
    yield "| {} | {} | {} | {} | {} |".format(*(word(lang, k) for k in heads))
    yield "|---|---|---|---|---|"
    for m in worst[:_MOVES]:
        least = clearance_text(m.clearance, lang)
        yield (
            f"| <code>{_cell(f'{m.file}:{m.line}')}</code> | {_cell(f'{m.a} / {m.b}')} "
            f"| {least} | {need_mm(m.required)} mm | {m.t:.2f} s |"
        )
    yield ""
    yield "</details>"


def _finding(f: Finding, lang: str) -> str:
    where = f"<code>{_cell(place(f))}</code>" if f.file else ""
    if f.t0 is not None:
        where += f" t={f.t0:.2f}s"
    text = sentence(lang, f.rule, f.severity, fields(f))
    kind = word(lang, f.severity)
    text += f" ({settings})" if (settings := settings_text(f, lang)) else ""
    rule, advice = _cell(f.rule), _cell(help_text(f, lang))
    return f"| {where} | {kind} <code>{rule}</code> | {_cell(text)} | {advice} |"


def _cell(text: str) -> str:
    """Return text that cannot leave its table cell or begin markup."""
    return "".join(
        f"&#{ord(c)};" if c in "\\`*_[]|<>#&" else c if c.isprintable() else " " for c in text
    )
