"""What a person must see first: the verdict, what it leaves out, and findings in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellsim.domain.report import CERTIFIED, DECIDING, Finding, Report, Severity
from cellsim.messages import title, word
from cellsim.verify.ranking import causes
from cellsim.verify.render.numbers import counted, counts, fields

_SHOWN = {Severity.WARNING: 4, Severity.NOTE: 2}
_SHOWN_OPEN = 10
# Of one pair of bodies: what stands in another does so on every line.
_SHOWN_PAIR = 3
_NAMES = 6


def verdict_line(report: Report, lang: str = "en") -> str:
    """Return the verdict with what was waived, and the open findings of each severity."""
    shown = [counted(n, s, lang) for s, n in counts(report.findings).items() if n]
    waived = [f for f in report.findings if f.waived_by]
    kinds = waived_kinds(waived, lang)
    verdict = word(lang, report.verdict)
    if waived and report.exit_code == 0:
        verdict = word(lang, "green_with").format(count=len(waived), kinds=kinds)
        listed = f" ({', '.join(shown)})" if shown else ""
        return f"{word(lang, 'verdict')}: {verdict}{listed}"
    shown += [f"{len(waived)} {word(lang, 'waived')}: {kinds}"] if waived else []
    listed = ", ".join(shown) or word(lang, "no_findings")
    return f"{word(lang, 'verdict')}: {verdict} ({listed})"


def counts_line(report: Report, lang: str = "en") -> str:
    """Return how many findings there are, as the sum of what is open by severity and waived."""
    told = f"{word(lang, 'findings_table')}: {len(report.findings)}"
    parts = counts_sum(report, lang)
    return f"{told} = {parts}" if parts else told


def counts_sum(report: Report, lang: str = "en") -> str:
    """Return what is open by severity and what was waived as a sum, "" where nothing is."""
    open_ = {severity: n for severity, n in counts(report.findings).items() if n}
    waived = sum(bool(f.waived_by) for f in report.findings)
    parts = [counted(n, severity, lang) for severity, n in open_.items()]
    parts += [f"{waived} {word(lang, 'waived')}"] if waived else []
    return " + ".join(parts)


def waived_kinds(waived: Sequence[Finding], lang: str) -> str:
    """Return what was waived by kind: rules of the certified test by name, others by severity."""
    certified = [f for f in waived if f.rule in CERTIFIED and f.severity in DECIDING]
    kinds = Counter(f"{title(lang, f.rule)} ({word(lang, f.severity)})" for f in certified)
    rest = [f for f in waived if f not in certified]
    kinds.update(word(lang, s) for s in Severity for f in rest if f.severity is s)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def left_out_lines(report: Report, lang: str) -> Iterator[str]:
    """Yield the rules that were not checked for want of a figure: open, then waived and by whom."""
    silent = [f for f in report.findings if f.severity is Severity.NOT_CHECKED]
    open_ = sorted({f.rule for f in silent if not f.waived_by})
    if open_:
        told = word(lang, "rules_open")
        yield told.format(count=len(open_), rules=", ".join(open_))
    waived = sorted({f.rule for f in silent if f.waived_by} - set(open_))
    if waived:
        by = sorted({f.waived_by for f in silent if f.waived_by})
        told = word(lang, "rules_waived")
        yield told.format(count=len(waived), rules=", ".join(waived), authors=", ".join(by))


@dataclass(frozen=True)
class Section:
    """Open findings of one severity: those to show, and (rule, findings that are folded).

    standing: "first" (what stands in later sections may follow from them), "behind" or "".
    """

    severity: Severity
    shown: Sequence[Finding]
    folded: Sequence[tuple[str, list[Finding]]]
    standing: str

    def heading(self, lang: str) -> str:
        """Return severity and number, and how the section stands to the others."""
        count = len(self.shown) + sum(len(left) for _, left in self.folded)
        told = f"{word(lang, self.severity)} ({count})"
        return f"{told}: {word(lang, self.standing)}" if self.standing else told


def grouped(findings: Sequence[Finding], everything: bool = False) -> Iterator[Section]:
    """Yield what is open, by severity; what else may follow from comes first.

    Of one rule at most ten are shown, of warnings four, of notes two; of one pair of bodies three,
    of motions behind one line that lost their state, one; of a rule three, where what is found may
    follow from something else; or everything.
    """
    first = causes(findings)
    leading = [f for f in findings if id(f) in first]
    rest = [f for f in findings if id(f) not in first]
    yield from _sections(leading, everything, "first")
    yield from _sections(rest, everything, "behind" if leading else "")


def _sections(findings: Sequence[Finding], everything: bool, standing: str) -> Iterator[Section]:
    for severity in Severity:
        behind = standing if severity in (Severity.ERROR, Severity.UNDECIDED) else ""
        usual = _SHOWN.get(severity, _SHOWN_PAIR if behind == "behind" else _SHOWN_OPEN)
        rules: dict[tuple[str, object], list[Finding]] = {}
        for f in findings:
            if f.severity is severity and not f.waived_by:
                rules.setdefault((f.rule, _cause(f)), []).append(f)
        shown: list[Finding] = []
        left: dict[str, list[Finding]] = {}
        room: dict[str, int] = {}
        for (rule, cause), same in rules.items():
            alike = usual if cause is None else min(usual, _SHOWN_PAIR if rule in CERTIFIED else 1)
            most = len(same) if everything else _most(same, alike)
            if cause is not None and not everything:
                most = min(most, room.setdefault(rule, usual))
                room[rule] -= most
            shown += same[:most]
            left.setdefault(rule, []).extend(same[most:])
        if shown:
            yield Section(severity, shown, [(r, same) for r, same in left.items() if same], behind)


def _cause(f: Finding) -> object:
    """Return what findings of one rule have in common that are told as one; None: nothing."""
    if f.rule in CERTIFIED:
        return f.subject
    return (f.facts["lost_in"], f.facts["since"]) if "lost_in" in f.facts else None


def _most(same: Sequence[Finding], most: int) -> int:
    """Return how many are shown: folding one line into one line gains nothing."""
    return len(same) if len(same) <= most + 1 else most


def folded_line(rule: str, left: Sequence[Finding], lang: str) -> str:
    """Return one line for findings that are not listed: how many, of what, on which lines."""
    lines = sorted({f.line for f in left if f.line})
    where = ", ".join(str(line) for line in lines[:_NAMES]) + (" ..." if lines[_NAMES:] else "")
    told = word(lang, "folded_at" if lines else "folded")
    return told.format(count=len(left), rule=rule, lines=where)


def waived_lines(findings: Sequence[Finding], lang: str) -> Iterator[str]:
    """Yield one line for each rule, author and reason of a waiver: on what, and why."""
    rows: dict[tuple[str, str, str], list[Finding]] = {}
    for f in findings:
        if f.waived_by:
            rows.setdefault((f.rule, f.waived_by, f.waived_reason), []).append(f)
    for (rule, author, reason), same in rows.items():
        names = list(dict.fromkeys(f.subject for f in same))
        more = f" +{len(names) - _NAMES}" if len(names) > _NAMES else ""
        subjects = ", ".join(names[:_NAMES]) + more
        by = f"{word(lang, 'waived_by')} {author}"
        count = f"{len(same)} x " if len(same) > 1 else ""
        silent = [f for f in same if f.severity is Severity.NOT_CHECKED and f.value is not None]
        most = max(silent, key=lambda f: f.value or 0.0, default=None)
        carried = "" if most is None else f" {fields(most)['value']}"
        yield f"{count}{same[0].severity}[{rule}] {subjects}{carried} ({by}): {reason}"
