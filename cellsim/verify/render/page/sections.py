"""Sections of the html report: verdict, what to do, findings, clearances, rules, background."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from cellsim.domain.report import (
    Finding,
    PairClearance,
    Report,
    Severity,
    Verdict,
    verdict_said,
)
from cellsim.messages import said, sentence, title, titled, word
from cellsim.simulate.tracks import BodyTracks
from cellsim.verify.render.numbers import (
    band_numbers,
    by_slack,
    clearance_text,
    fields,
    need_mm,
    need_text,
    number,
)
from cellsim.verify.render.page.pairs_plot import pairs_plot
from cellsim.verify.render.summary import (
    counts_line,
    counts_sum,
    left_out_lines,
    verdict_line,
    waived_lines,
)
from cellsim.verify.render.text import help_text, place, settings_text

_PAIRS = 40
_MOST_ADVICE = 8
_OPEN = (Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED)


def head_section(report: Report, lang: str) -> str:
    """Return the verdict and the numbers that people ask for first."""
    name = escape(titled(report.variant, report.job))
    key = "source_text" if report.source == "read text" else "source_program"
    verdict = escape(verdict_said(report, lang))
    told = "".join(
        f"<p>{escape(line)}</p>"
        for line in (
            verdict_line(report, lang),
            counts_line(report, lang),
            *left_out_lines(report, lang),
        )
    )
    return (
        f'<section class="head {report.verdict}"><div class="verdict"><span class="badge">{verdict}'
        f"</span><h1>{name}</h1><p>{escape(word(lang, f'verdict_{report.verdict}'))}</p>"
        f'<p class="small">{escape(word(lang, key))}</p></div>'
        f'<div class="cards">{"".join(_cards(report, lang))}</div>'
        f'<div class="told">{told}</div></section>'
    )


def _cards(report: Report, lang: str) -> Iterable[str]:
    cycle = report.cycle
    ends = (float(str(cycle[key])) for key in ("nominal", "low", "high"))
    nominal, low, high = band_numbers(*ends)
    takt = cycle.get("takt")
    under = f"{low} – {high} s, {said(lang, str(cycle['model']))}"
    if takt is not None:
        under += f"; {word(lang, 'takt')} {number(float(str(takt)), 1)} s"
    yield _card(word(lang, "cycle"), f"{nominal} s", under)
    if report.clearances:
        pair = by_slack(report.clearances)[0]
        under = f"{pair.a} / {pair.b}, {need_text(pair, lang)}"
        yield _card(word(lang, "tightest"), clearance_text(pair.clearance, lang), under)
    parts = counts_sum(report, lang)
    total = str(len(report.findings))
    yield _card(word(lang, "findings_table"), total, f"= {parts}" if parts else "")
    if report.grades:
        total = str(sum(report.grades.values()))
        grades = ", ".join(f"{n} {word(lang, g)}" for g, n in report.grades.items())
        yield _card(word(lang, "shapes"), total, grades)


def _card(label: str, value: str, under: str) -> str:
    return (
        f'<div class="card"><span>{escape(label)}</span><b>{escape(value)}</b>'
        f"<small>{escape(under).replace('/', '/<wbr>')}</small></div>"
    )


def todo_section(report: Report, lang: str) -> str:
    """Return what has to be done before a release, worst first; what was waived comes last."""
    open_ = [f for f in report.findings if f.severity in _OPEN and not f.waived_by]
    if report.verdict is Verdict.GREEN_EXCEPT:
        items = f"<li>{escape(word(lang, 'verdict_green_except'))}</li>"
    elif not open_ and report.verdict is Verdict.GREEN:
        warned = [f for f in report.findings if f.severity is Severity.WARNING and not f.waived_by]
        waived = tuple(waived_lines(report.findings, lang))
        told = waived if waived or warned else (word(lang, "nothing_to_do"),)
        items = _advice(warned, lang) + "".join(f"<li>{escape(line)}</li>" for line in told)
    else:
        items = _advice(open_, lang)
    heading = escape(word(lang, "what_to_do"))
    return f'<section class="todo"><h2>{heading}</h2><ol>{items}</ol></section>'


def _advice(open_: Sequence[Finding], lang: str) -> str:
    """Return what to do about open findings, alike ones as one."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for f in open_:
        alike.setdefault((f.rule, f.subject), []).append(f)
    return "".join(_advice_item(same, lang) for same in list(alike.values())[:_MOST_ADVICE])


def _advice_item(alike: list[Finding], lang: str) -> str:
    """Return one thing to do: the first of several findings of one rule on one subject."""
    f, count = alike[0], len(alike)
    what = escape(sentence(lang, f.rule, f.severity, fields(f)))
    if count > 1:
        what += f" <small>({escape(word(lang, 'times').format(count=count))})</small>"
    advice = help_text(f, lang)
    where = f'<span class="where">{escape(place(f))}</span> ' if f.file else ""
    then = f"<br><em>{escape(advice)}</em>" if advice else ""
    return f"<li{_jump(f)}>{where}{what}{then}</li>"


def _jump(f: Finding) -> str:
    """Return the attributes that make an element jump to the time and pair of a finding."""
    if f.t0 is None:
        return ""
    return f' class="jump" tabindex="0" data-t="{f.t0:.4f}" data-pair="{escape(f.subject)}"'


def findings_section(report: Report, lang: str) -> str:
    """Return the table of all findings, with program lines: open ones first, then the waived."""
    heads = [word(lang, k) for k in ("severity", "where", "time", "rule", "finding", "help")]
    found = sorted(report.findings, key=lambda f: bool(f.waived_by))
    rows = [_row(f, lang) for f in found]
    if not rows:
        rows = [f'<tr><td colspan="6">{escape(word(lang, "no_findings"))}</td></tr>']
    return _section(lang, "findings_table", table(heads, rows, "findings"))


def _row(f: Finding, lang: str) -> str:
    when = "" if f.t0 is None else f"{f.t0:.2f} s"
    what = escape(sentence(lang, f.rule, f.severity, fields(f)))
    if settings := settings_text(f, lang):
        what += f" <small>({escape(settings)})</small>"
    if f.waived_by:
        what += f" <em>({escape(word(lang, 'waived_by'))} {escape(f.waived_by)})</em>"
    name = f'<td title="{escape(f.rule)}">{escape(title(lang, f.rule))}</td>'
    kind = "waived" if f.waived_by else str(f.severity)
    return (
        f'<tr{_jump(f)}><td><span class="tag {kind}">{escape(word(lang, f.severity))}</span></td>'
        f'<td><code>{escape(place(f))}</code></td><td class="t">{when}</td>{name}'
        f"<td>{what}</td><td>{escape(help_text(f, lang))}</td></tr>"
    )


def clearance_section(report: Report, tracks: BodyTracks | None, lang: str) -> str:
    """Return the certified clearance of the tightest pairs, drawn over time and as a table."""
    if not report.clearances:
        return ""
    heads = [word(lang, k) for k in ("pair", "clearance", "required", "time", "where")]
    shown = by_slack(report.clearances)[:_PAIRS]
    rows = [_pair(p, lang) for p in shown]
    text = word(lang, "all_pairs").format(count=len(report.clearances), shown=len(shown))
    return _section(
        lang,
        "clearance_table",
        pairs_plot(report, tracks, lang)
        + f"<p>{escape(text)}</p>"
        + table(heads, rows, "pairs")
        + _moves(report, lang),
    )


def _moves(report: Report, lang: str) -> str:
    """Return the worst point of each motion as a table, folded."""
    if not report.moves:
        return ""
    heads = [word(lang, k) for k in ("where", "pair", "clearance", "required", "time")]
    rows = []
    for m in report.moves:
        pair, need = f"{m.a} / {m.b}", PairClearance(m.a, m.b, m.clearance, m.required, m.t, "", 0)
        short = " short" if m.clearance < m.required else ""
        rows.append(
            f'<tr class="jump{short}" tabindex="0" data-t="{m.t:.4f}" data-pair="{escape(pair)}">'
            f"<td><code>{escape(f'{m.file}:{m.line}')}</code></td><td>{escape(pair)}</td>"
            f'<td class="n">{escape(clearance_text(need.clearance, lang))}</td>'
            f'<td class="n">{escape(need_text(need, lang))}</td><td class="n">{m.t:.2f} s</td></tr>'
        )
    return _folded(f"{word(lang, 'worst_of_moves')} ({len(rows)})", table(heads, rows, "moves"))


def _pair(p: PairClearance, lang: str) -> str:
    near = ' class="jump short"' if p.clearance < p.required else ' class="jump"'
    pair = f"{p.a} / {p.b}"
    need = need_text(p, lang) if p.required < 0.0 else f"{need_mm(p.required)} mm"
    return (
        f'<tr{near} tabindex="0" data-t="{p.t:.4f}" data-pair="{escape(pair)}">'
        f'<td>{escape(pair)}</td><td class="n">{escape(clearance_text(p.clearance, lang))}</td>'
        f'<td class="n">{escape(need)}</td><td class="n">{p.t:.2f} s</td>'
        f"<td><code>{escape(place(p))}</code></td></tr>"
    )


def pictures_section(pictures: Sequence[bytes], lang: str) -> str:
    """Return PNG pictures, embedded."""
    shown = "".join(
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        for png in pictures
    )
    return _section(lang, "pictures", f"<div>{shown}</div>") if shown else ""


def rules_section(report: Report, lang: str) -> str:
    """Return what each rule did, folded."""
    heads = [word(lang, k) for k in ("rule", "checked", "subjects", "note")]
    rows = []
    for r in report.rules:
        note = "; ".join(said(lang, part) for part in r.note.split("; "))
        note = note or ("" if r.subjects else word(lang, "nothing_of_kind"))
        mark = "✓" if r.checked else "–" if not r.subjects else word(lang, "not_checked")
        rows.append(
            f'<tr><td>{escape(title(lang, r.rule))} <code class="id">{escape(r.rule)}</code></td>'
            f'<td>{escape(mark)}</td><td class="n">{r.subjects}</td><td>{escape(note)}</td></tr>'
        )
    return _folded(f"{word(lang, 'rules')} ({len(rows)})", table(heads, rows, "rules"))


def background(report: Report, lang: str) -> str:
    """Return assumptions, exceptions, waivers, hashes and versions."""
    parts = [
        _section(lang, key, _list(said(lang, text) for text in texts))
        for key, texts in (("assumptions", report.assumptions), ("waivers", report.waivers))
        if texts
    ]
    if report.exceptions:
        label = f"{word(lang, 'exceptions')} ({len(report.exceptions)})"
        parts.append(_folded(label, _list(said(lang, text) for text in report.exceptions)))
    if report.shapes:
        parts.append(_shapes(report, lang))
    tables = _mapping(word(lang, "hashes"), report.hashes)
    tables += _mapping(word(lang, "versions"), report.versions)
    return "".join(parts) + _folded(word(lang, "provenance"), tables)


def _shapes(report: Report, lang: str) -> str:
    """Return what the shapes rest on as a table, folded; the worst grades first."""
    keys = ("body", "grade", "margin", "deviation", "mesh_outside", "pieces_outside")
    order = {"estimate": 0, "drawing": 1, "cad": 2}
    rows = []
    for s in sorted(report.shapes, key=lambda s: (order.get(s.grade, 3), s.body)):
        cells = [
            "-" if v is None else f"{number(1e3 * v, 2, 'up')} mm"
            for v in (s.margin, s.deviation, s.outside, s.filled)
        ]
        numbers = "".join(f'<td class="n">{cell}</td>' for cell in cells)
        rows.append(
            f"<tr><td>{escape(s.body)}</td><td>{escape(word(lang, s.grade))}</td>{numbers}</tr>"
        )
    label = f"{word(lang, 'shape_basis')} ({len(rows)})"
    return _folded(label, table([word(lang, k) for k in keys], rows, "shapes"))


def table(heads: Iterable[str], rows: Iterable[str], name: str) -> str:
    """Return a table that scrolls sideways on its own; rows are html, heads are text."""
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    return (
        f'<div class="scroll"><table class="{name}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _section(lang: str, key: str, inside: str) -> str:
    return f'<section class="{key}"><h2>{escape(word(lang, key))}</h2>{inside}</section>'


def _folded(label: str, inside: str) -> str:
    return f"<section><details><summary>{escape(label)}</summary>{inside}</details></section>"


def _list(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _mapping(label: str, values: Mapping[str, str]) -> str:
    rows = [
        f"<tr><td>{escape(k)}</td><td><code>{escape(v)}</code></td></tr>" for k, v in values.items()
    ]
    return f"<h3>{escape(label)}</h3>" + table((), rows, "values")
