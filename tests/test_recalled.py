"""A figure that is only recalled is none: each rule that needs it says so, by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from timelines import box_part, cell, held, robot, timeline

from cellsim.domain.files.data import data_names
from cellsim.domain.files.robot import load_robot
from cellsim.domain.report import Severity
from cellsim.messages import sentence
from cellsim.verify.context import Context
from cellsim.verify.render.numbers import fields
from cellsim.verify.rules import RULES, rule_id

NEEDS = {
    "payload": {"payload-exceeded"},
    "speed": {"joint-speed-exceeded"},
    "limits": {"joint-limit-exceeded"},
    "acceleration": {"joint-acceleration-exceeded"},
    "jerk": {"joint-jerk-exceeded"},
    "wrist_limits": {"wrist-torque-exceeded", "wrist-inertia-exceeded"},
    "torque": {"joint-torque-exceeded"},
    "links.mass": {"joint-torque-exceeded"},
}


@pytest.mark.parametrize("figure", sorted(NEEDS))
def test_a_recalled_figure_is_not_checked_and_named(figure: str) -> None:
    given = timeline(where=cell(replace(robot(), assumed=(figure,))), **held(1.0, 3.0))
    found = [f for rule in RULES for f in rule(Context(given)).findings]
    silent = [f for f in found if f.severity is Severity.NOT_CHECKED]
    assert {f.rule for f in silent} == NEEDS[figure]
    for f in silent:
        assert f.subject == "arm test_arm"
        if not figure.startswith(("torque", "links")):
            told = sentence("en", f.rule, f.severity, fields(f))
            assert told.startswith(
                f"arm test_arm not checked: no maker's figure for {figure} was at hand"
            )


def test_what_is_above_a_recalled_figure_is_an_error_all_the_same() -> None:
    arm = replace(robot(), assumed=("payload",))
    heavy = timeline(where=cell(arm, part=box_part(mass=25.1)), **held(1.0, 3.0))
    rule = next(rule for rule in RULES if rule_id(rule) == "payload-exceeded")
    assert [f.severity for f in rule(Context(heavy)).findings] == [
        Severity.NOT_CHECKED,
        Severity.ERROR,
    ]


@pytest.mark.parametrize("name", data_names("robots"))
def test_a_source_that_says_recalled_stands_in_the_list_of_assumed_figures(name: str) -> None:
    """So no figure of a shipped robot passes a rule on the strength of memory."""
    made = load_robot(name)
    recalled = {key for key, source in made.sources.items() if source.startswith("recalled")}
    assert recalled <= set(made.assumed), recalled - set(made.assumed)
