"""Reports as plain text: the verdict, a finding a line by severity, the numbers, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cellsim.domain.report import Finding, PairClearance, Report
from cellsim.messages import advice, fill, said, sentence, titled, word
from cellsim.verify.render.cycle import cycle_lines
from cellsim.verify.render.numbers import (
    by_slack,
    clearance_text,
    cycle_text,
    fields,
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

_WORST_PAIRS = 5


def render_text(reports: Sequence[Report], lang: str = "en", everything: bool = False) -> str:
    """Return reports as text, one after the other; of one rule a few findings, or everything."""
    told = ("\n".join(map(_one_line, _report(report, lang, everything))) for report in reports)
    return "\n\n".join(told) + "\n"


def finding_text(f: Finding, lang: str = "en") -> str:
    """Return one line: place, time, severity, rule, sentence."""
    words = [place(f)] if f.file else []
    if f.t0 is not None:
        words.append(f"t={f.t0:.2f}s")
    words.append(f"{f.severity}[{f.rule}]")
    words.append(sentence(lang, f.rule, f.severity, fields(f)))
    if f.waived_by:
        words.append("({} {})".format(word(lang, "waived_by"), f.waived_by))
    return _one_line(" ".join(words))


def place(f: Finding | PairClearance) -> str:
    """Return file:line, or the file alone."""
    return f"{f.file}:{f.line}" if f.line else f.file


def help_text(f: Finding, lang: str = "en") -> str:
    """Return the advice of a finding, "" where there is none."""
    return _one_line(advice(lang, f.help or f.rule, fields(f)))


def settings_text(f: Finding, lang: str = "en") -> str:
    """Return which lines set the tool, frame or speed of a finding's motion, "" where not known."""
    told = f.facts.get("set_at")
    if not isinstance(told, list | tuple):
        return ""
    lines: dict[tuple[str, str], list[str]] = {}
    for at in told:
        lines.setdefault((at["state"], at["file"]), []).append(str(at["line"]))
    parts = []
    for (state, file), numbers in lines.items():
        known = {"state": said(lang, state), "line": ", ".join(numbers), "file": file}
        parts.append(fill(word(lang, "set_on" if file == f.file else "set_on_of"), known))
    return _one_line("; ".join(parts))


def _report(report: Report, lang: str, everything: bool) -> Iterator[str]:
    yield f"{titled(report.cell, report.variant, report.job)} ({_source(report, lang)})"
    yield verdict_line(report, lang)
    yield counts_line(report, lang)
    yield from left_out_lines(report, lang)
    yield f"{word(lang, 'cycle')}: {cycle_text(report.cycle, lang)}"
    nearest = by_slack(report.clearances)[:_WORST_PAIRS]
    yield from (_pair(pair, "tightest", lang) for pair in nearest[:1])
    yield from _findings(report, lang, everything)
    yield ""
    yield from map(_one_line, cycle_lines(report, lang))
    yield from (_pair(pair, "next_tightest", lang) for pair in nearest[1:])
    if report.grades:
        grades = ", ".join(f"{count} {word(lang, grade)}" for grade, count in report.grades.items())
        yield f"{word(lang, 'shapes')}: {grades}"
    for key, texts in (
        ("assumptions", report.assumptions),
        ("exceptions", report.exceptions),
        ("waivers", report.waivers),
    ):
        if texts:
            yield ""
            yield f"{word(lang, key)} ({len(texts)})"
        for text in texts:
            yield f"- {_one_line(said(lang, text))}"
    yield ""
    yield verdict_line(report, lang)


def _findings(report: Report, lang: str, everything: bool) -> Iterator[str]:
    """Yield what is open by severity, alike ones folded, then what was waived and why."""
    for section in grouped(report.findings, everything):
        yield ""
        yield section.heading(lang)
        before = ""
        for f in section.shown:
            yield finding_text(f, lang)
            if (settings := settings_text(f, lang)) and settings != before:
                yield f"    {settings}"
            before = settings
            if advice_ := help_text(f, lang):
                yield "    {}: {}".format(word(lang, "help"), advice_)
        for rule, left in section.folded:
            yield f"    {folded_line(rule, left, lang)}"
    waived = tuple(waived_lines(report.findings, lang))
    if waived:
        yield ""
        yield f"{word(lang, 'waived')} ({sum(bool(f.waived_by) for f in report.findings)})"
        yield from map(_one_line, waived)


def _pair(pair: PairClearance, label: str, lang: str) -> str:
    return (
        f"{word(lang, label)}: {clearance_text(pair.clearance, lang)} "
        f"({need_text(pair, lang)}) {pair.a} / {pair.b} "
        f"{place(pair)} t={pair.t:.2f}s"
    )


def _source(report: Report, lang: str) -> str:
    return word(lang, "source_text" if report.source == "read text" else "source_program")


def _one_line(text: str) -> str:
    """Return text without line breaks and control characters: names come from files."""
    return "".join(c if c.isprintable() else " " for c in text)
