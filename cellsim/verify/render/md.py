"""Reports as markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.report import Finding, Report, Severity
from cellsim.messages import sentence, word
from cellsim.verify.render.cycle import cycle_lines
from cellsim.verify.render.numbers import (
    by_slack,
    clearance_mm,
    cycle_text,
    fields,
    need_mm,
    need_text,
    number,
)
from cellsim.verify.render.summary import left_out_lines, verdict_line
from cellsim.verify.render.text import help_text, place

_SHOWN = 50
_MOVES = 12


def render_md(reports: Sequence[Report], lang: str = "en") -> str:
    """Return a summary table of all reports, then the findings of each."""
    lines = [
        "| {} | {} | {} | {} |".format(
            *(word(lang, k) for k in ("job", "verdict", "cycle", "least_clearance"))
        ),
        "|---|---|---|---|",
    ]
    lines += [_row(report, lang) for report in reports]
    for report in reports:
        lines += ["", *_findings(report, lang)]
    return "\n".join(lines) + "\n"


def _row(report: Report, lang: str) -> str:
    name = _cell(f"{report.cell} / {report.variant} / {report.job}")
    verdict = f"**{word(lang, report.verdict)}**"
    waived = sum(bool(f.waived_by) for f in report.findings)
    verdict += f" ({waived} {word(lang, 'waived')})" if waived else ""
    cycle = _cell(cycle_text(report.cycle, word(lang, "cycle_text")))
    least = "-"
    if report.clearances:
        pair = by_slack(report.clearances)[0]
        need = need_text(pair, lang)
        least = _cell(f"{clearance_mm(pair)} mm ({need}), {pair.a} / {pair.b} ({place(pair)})")
    return f"| {name} | {verdict} | {cycle} | {least} |"


def _findings(report: Report, lang: str) -> Iterator[str]:
    yield f"### {_cell(report.variant)} / {_cell(report.job)}"
    yield ""
    yield verdict_line(report, lang)
    for line in left_out_lines(report, lang):
        yield ""
        yield _cell(line)
    shown = [f for f in report.findings if f.severity is not Severity.NOTE]
    notes = len(report.findings) - len(shown)
    if shown:
        yield ""
        yield "| {} | {} | {} | {} |".format(
            *(word(lang, k) for k in ("where", "rule", "finding", "help"))
        )
        yield "|---|---|---|---|"
    for f in shown[:_SHOWN]:
        yield _finding(f, lang)
    if len(shown) > _SHOWN or notes:
        yield ""
        yield word(lang, "more").format(count=max(0, len(shown) - _SHOWN), notes=notes)
    yield from _moves(report, lang)
    time_spent = tuple(cycle_lines(report, lang))
    for key, texts in (
        ("where_time_goes", time_spent),
        ("assumptions", report.assumptions),
        ("waivers", report.waivers),
    ):
        if texts:
            yield ""
            yield f"<details><summary>{word(lang, key)} ({len(texts)})</summary>"
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
    yield f"<details><summary>{word(lang, 'worst_of_moves')} ({len(worst)})</summary>"
    yield ""
    heads = ("where", "pair", "clearance", "required", "time")
    yield "| {} | {} | {} | {} | {} |".format(*(word(lang, k) for k in heads))
    yield "|---|---|---|---|---|"
    for m in worst[:_MOVES]:
        least = number(1e3 * m.clearance, 2, "down")
        yield (
            f"| <code>{_cell(f'{m.file}:{m.line}')}</code> | {_cell(f'{m.a} / {m.b}')} "
            f"| {least} mm | {need_mm(m.required)} mm | {m.t:.2f} s |"
        )
    yield ""
    yield "</details>"


def _finding(f: Finding, lang: str) -> str:
    where = f"<code>{_cell(place(f))}</code>" if f.file else ""
    if f.t0 is not None:
        where += f" t={f.t0:.2f}s"
    text = sentence(lang, f.rule, f.severity, fields(f))
    waived = f" ({word(lang, 'waived_by')} {f.waived_by})" if f.waived_by else ""
    kind = word(lang, f.severity)
    rule, advice = _cell(f.rule), _cell(help_text(f, lang))
    return f"| {where} | {kind} <code>{rule}</code> | {_cell(text + waived)} | {advice} |"


def _cell(text: str) -> str:
    """Return text that cannot leave its table cell or begin markup."""
    return "".join(
        f"&#{ord(c)};" if c in "\\`*_[]|<>#&" else c if c.isprintable() else " " for c in text
    )
