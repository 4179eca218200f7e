"""Floor 0: every sentence a person reads, one data file per language, keyed by rule and help id.

Code above passes numbers and names; the words stand in `en.json` and `ko.json`, which have the
same keys and the same placeholders (a test says so).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "ko")


# Facts that are words of ours; all others are names and numbers.
_PHRASES = frozenset({"figure", "why", "how", "what", "let_go", "held", "signal", "model"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def catalogue(lang: str) -> Mapping[str, Any]:
    """Return the whole catalogue of a language ("en", "ko"); raises ValueError for another."""
    if lang not in LANGUAGES:
        raise ValueError(f"no language '{lang}'; there is: {', '.join(LANGUAGES)}")
    text = files(__name__).joinpath(f"{lang}.json").read_text(encoding="utf-8")
    data: Mapping[str, Any] = json.loads(text)
    return data


def fill(template: str, fields: Mapping[str, object]) -> str:
    """Return the template with its {name} placeholders filled; a missing one shows as an ellipsis.

    Nothing else is interpreted, so that a template cannot reach into a value.
    """
    return _PLACEHOLDER.sub(lambda found: str(fields.get(found[1], "…")), template)


def titled(*names: str) -> str:
    """Return names with slashes between them; a variant of no name is left out."""
    return " / ".join(name for name in names if name)


def sentence(lang: str, rule: str, severity: str, fields: Mapping[str, object]) -> str:
    """Return the sentence of a finding.

    A rule's entry may word a "case" that the fields name, of a severity ("undecided_deep") or of
    all, a severity of its own ("undecided"), and the case without a value ("bare"); else its
    "sentence" is used; "not_checked" falls back to one sentence for all; an unknown rule lists its
    facts. A "course" among the fields is named after the sentence, and the shift of a frame that a
    clearance fails by ("shifted_mm"), and why a waiver that meets it does not accept it
    ("unsigned", "expired", "unsaid", "unnamed").
    """
    data = catalogue(lang)
    fields = {
        key: said(lang, str(value)) if key in _PHRASES else value for key, value in fields.items()
    }
    if "states" in fields:
        states = str(fields["states"]).split(", ")
        fields = {**fields, "states": ", ".join(said(lang, state) for state in states)}
    for key, words in (
        ("course", "in_course"),
        ("shifted_mm", "by_shift"),
        ("unsigned", "not_signed"),
        ("expired", "waiver_over"),
        ("unsaid", "error_unsaid"),
        ("unnamed", "bodies_unnamed"),
    ):
        if key in fields:
            rest = {k: value for k, value in fields.items() if k != key}
            return f"{sentence(lang, rule, severity, rest)} {fill(data['words'][words], fields)}"
    entry = data["rules"].get(rule, {})
    case = fields.get("case")
    template = entry.get(f"{severity}_{case}", entry.get(case, entry.get(severity)))
    if template is None and severity == "not_checked":
        known = "figure_recalled" if "recalled" in fields else "figure_missing"
        template = data["words"][known]
        template += data["words"]["it_carries"] if "value" in fields else ""
    if template is None and "value" not in fields:
        template = entry.get("bare")
    if template is None:
        template = entry.get("sentence")
    if template is None:
        shown = [f"{key} {fields[key]}" for key in sorted(fields) if key != "subject"]
        return " ".join([str(fields.get("subject", rule)), *shown])
    return fill(template, fields)


def title(lang: str, rule: str) -> str:
    """Return the short name of a rule for people, or its id where the catalogue has none."""
    entry = catalogue(lang)["rules"].get(rule, {})
    return str(entry.get("title", rule))


def advice(lang: str, key: str, fields: Mapping[str, object]) -> str:
    """Return the advice of a help key or rule id, "" where the catalogue has none."""
    template = catalogue(lang)["help"].get(key, "")
    return fill(template, fields)


def repair_text(lang: str, kind: str, fields: Mapping[str, object]) -> str:
    """Return the sentence of a repair; raises KeyError for an unknown kind."""
    return fill(catalogue(lang)["repairs"][kind], fields)


@cache
def _told(lang: str, section: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (what an English sentence of a section looks like, how a language says it)."""
    english, other = catalogue("en")[section], catalogue(lang)[section]
    found = []
    for key, template in english.items():
        parts = _PLACEHOLDER.split(template)
        pattern = "".join(
            f"(?P<{part}>.+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)
        )
        found.append((re.compile(pattern, re.DOTALL), other[key]))
    return tuple(found)


@lru_cache(maxsize=10_000)
def said(lang: str, text: str, section: str = "texts") -> str:
    """Return a fixed sentence of ours, kept in English in a report, in a language.

    Sentences stand in `texts` (those of the load sheet alone in `sheet`), the same keys in both
    languages; names and numbers in them stand in {braces}, and what stands in braces that begin
    with `said` is a sentence of its own. What is no sentence of ours (a user's note) is returned
    as it is.
    """
    if lang == "en":
        return text
    for pattern, template in _told(lang, section):
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            told = {
                k: said(lang, v, section) if k.startswith("said") else v for k, v in parts.items()
            }
            return fill(template, told)
    return text


def word(lang: str, key: str) -> str:
    """Return a label of the reports; raises KeyError for an unknown key."""
    return str(catalogue(lang)["words"][key])
