"""Outputs that no motion stops for, as writers look at them: along a motion, or for a time."""

from __future__ import annotations

from dataclasses import replace

from cellsim.domain.along import Along
from cellsim.domain.program import SetSignal, Statement

NOW = Along()


def on_the_way(statement: Statement) -> bool:
    """Return whether a statement is an output that is set along the motion behind it."""
    return isinstance(statement, SetSignal) and statement.at is not None and statement.at != NOW


def taken_back_s(first: Statement, second: Statement | None) -> float:
    """Return after which time [s] the second output takes the first one back; 0 for none.

    Both stand at one place, and the first one switches on: together they are one pulse.
    """
    if not isinstance(first, SetSignal) or not isinstance(second, SetSignal):
        return 0.0
    if first.signal != second.signal or first.value is not True or second.value is not False:
        return 0.0
    begin, end = first.at or NOW, second.at
    if end is None or end.after <= begin.after or replace(begin, after=end.after) != end:
        return 0.0
    return end.after - begin.after
