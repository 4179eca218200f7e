"""What one rule finds in a timeline, for the tests of rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from timelines import robot

from cellsim.domain.report import Finding
from cellsim.verify.context import Context
from cellsim.verify.rules import RULES, rule_id

BY_ID = {rule_id(rule): rule for rule in RULES}


def findings(rule: str, given: Any, collision: Any = None) -> tuple[Finding, ...]:
    return BY_ID[rule](Context(given, collision)).findings


def only(rule: str, given: Any, collision: Any = None) -> Finding:
    found = findings(rule, given, collision)
    assert len(found) == 1, found
    return found[0]


def lines(found: tuple[Finding, ...]) -> list[int]:
    return [f.line for f in found]


def with_joint(number: int, **changes: Any) -> Any:
    """Return the arm with changes of one joint."""
    arm = robot()
    joints = list(arm.joints)
    joints[number] = replace(joints[number], **changes)
    return replace(arm, joints=tuple(joints))
