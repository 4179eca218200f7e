"""Reports as JUnit XML: one test case per rule, program and variant."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from cellsim.domain.report import Finding, Report, Severity
from cellsim.verify.render.text import finding_text, help_text, settings_text

_FAILING = (Severity.ERROR, Severity.UNDECIDED, Severity.NOT_CHECKED)


def render_junit(reports: Sequence[Report], lang: str = "en") -> str:
    """Return a JUnit file; an open error, undecided or not-checked finding fails its case.

    Its form is that of the schema junit-10 of the Jenkins xUnit plugin, which asks for `errors`.
    """
    suites = [_suite(report, lang) for report in reports]
    tests, failures = sum(s[0] for s in suites), sum(s[1] for s in suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = "".join(s[2] for s in suites)
    return (
        f'{head}<testsuites name="cellsim" tests="{tests}" failures="{failures}" errors="0">\n'
        f"{body}</testsuites>\n"
    )


def _suite(report: Report, lang: str) -> tuple[int, int, str]:
    programs = report.programs or ("",)
    rules = [r.rule for r in report.rules]
    rules += sorted({f.rule for f in report.findings} - set(rules))
    cases, failures = [], 0
    for rule in rules:
        for program in programs:
            met = [f for f in report.findings if f.rule == rule and _belongs(f, program, programs)]
            failed = [f for f in met if f.severity in _FAILING and not f.waived_by]
            failures += bool(failed)
            cases.append(_case(report, rule, program, met, failed, lang))
    name = quoteattr(_clean(f"{report.cell}.{report.variant}.{report.job}"))
    text = f'<testsuite name={name} tests="{len(cases)}" failures="{failures}" errors="0">\n'
    return len(cases), failures, text + "".join(cases) + "</testsuite>\n"


def _belongs(f: Finding, program: str, programs: tuple[str, ...]) -> bool:
    """Return whether a finding belongs to a program; one without a program goes to the first."""
    return f.file == program or (f.file not in programs and program == programs[0])


def _case(
    report: Report, rule: str, program: str, met: list[Finding], failed: list[Finding], lang: str
) -> str:
    where = quoteattr(_clean(f"{report.cell}.{report.variant}.{report.job}"))
    name = quoteattr(_clean(f"{rule} {program}".strip()))
    inside = ""
    if failed:
        first = quoteattr(_clean(finding_text(failed[0], lang)))
        lines = "\n".join(_lines(f, lang) for f in failed)
        kind = quoteattr(str(failed[0].severity))
        inside += f"<failure type={kind} message={first}>{escape(_clean(lines))}</failure>"
    rest = [f for f in met if f not in failed]
    if rest:
        text = "\n".join(finding_text(f, lang) for f in rest)
        inside += f"<system-out>{escape(_clean(text))}</system-out>"
    return f"<testcase classname={where} name={name}>{inside}</testcase>\n"


def _lines(f: Finding, lang: str) -> str:
    advice, settings = help_text(f, lang), settings_text(f, lang)
    told = finding_text(f, lang) + (f"\n    {settings}" if settings else "")
    return told + (f"\n    help: {advice}" if advice else "")


def _clean(text: str) -> str:
    """Return text without the control characters that XML 1.0 cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) > 0xFFFF
    )
