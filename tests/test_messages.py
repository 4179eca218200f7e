"""Both languages say the same things about the same facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cellsim import messages
from cellsim.controllers.brands import rules_of
from cellsim.domain.files.cell import load_cell
from cellsim.domain.report import Severity
from cellsim.verify.rules import rule_ids

EN, KO = messages.catalogue("en"), messages.catalogue("ko")

SECTIONS = [name for name, part in EN.items() if isinstance(part, dict) and name != "rules"]
CELLS = sorted(p.parent.name for p in (Path(__file__).parents[1] / "cells").glob("*/cell.yaml"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("kind", ["rules", *SECTIONS])
def test_both_languages_have_the_same_keys(kind: str) -> None:
    assert set(EN[kind]) == set(KO[kind])


@pytest.mark.parametrize("rule", sorted(EN["rules"]))
def test_both_languages_name_the_same_facts_of_a_rule(rule: str) -> None:
    english, korean = EN["rules"][rule], KO["rules"][rule]
    assert set(english) == set(korean)
    for key, text in english.items():
        assert placeholders(text) == placeholders(korean[key]), (rule, key)
        assert text.strip()
        assert korean[key].strip()


@pytest.mark.parametrize("kind", SECTIONS)
def test_both_languages_have_the_same_placeholders(kind: str) -> None:
    for key, text in EN[kind].items():
        assert placeholders(text) == placeholders(KO[kind][key]), key


def test_korean_is_korean() -> None:
    for rule, entry in KO["rules"].items():
        assert re.search("[가-힣]", entry["sentence"]), rule


def test_every_rule_has_a_sentence() -> None:
    assert set(rule_ids()) <= set(EN["rules"])


def test_sentences_are_lowercase_and_end_without_a_full_stop() -> None:
    texts = [t for e in EN["rules"].values() for t in e.values()] + list(EN["help"].values())
    for text in texts:
        assert not text.endswith("."), text
        first = text.split()[0]
        assert first[0].islower() or first.startswith("{") or first.isupper(), text


def test_not_checked_names_the_figure() -> None:
    fields = {"subject": "arm", "figure": "payload"}
    shown = messages.sentence("en", "payload-exceeded", Severity.NOT_CHECKED, fields)
    assert shown == "arm not checked: payload is not given"


def test_a_template_cannot_reach_into_a_value() -> None:
    assert messages.fill("{a.__class__} {a}", {"a": "x"}) == "{a.__class__} x"


def test_a_missing_fact_shows_as_an_ellipsis() -> None:
    assert messages.fill("{a} {b}", {"a": 1}) == "1 …"


def test_a_rule_without_a_sentence_lists_its_facts() -> None:
    shown = messages.sentence("en", "unheard-of", "error", {"subject": "arm", "value": "3 mm"})
    assert shown == "arm value 3 mm"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="there is: en, ko"):
        messages.catalogue("xx")


@pytest.mark.parametrize("name", CELLS)
def test_every_assumed_convention_of_a_brand_has_its_korean_sentence(name: str) -> None:
    for rules in rules_of(load_cell(name)).values():
        for convention in rules.conventions:
            if convention.evidence == "assumed":
                told = messages.said("ko", f"{rules.brand}: {convention.text}")
                assert told.startswith(f"{rules.brand}: "), convention.id
                where = f"{convention.id}: put it under `texts` of both messages/*.json"
                assert re.search("[가-힣]", told), where
