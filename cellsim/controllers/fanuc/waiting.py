"""WAIT with TIMEOUT: how long, and what then.

Source: R-30iB Plus teach pendant help, 26: $WAITTMOUT in hundredths of a second, 3000 by default.
"""

from __future__ import annotations

from collections.abc import Set

from cellsim.controllers.fanuc.jumps import label_number
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import State
from cellsim.domain.program import Expr, Goto, If, Statement, Wait

_USUAL_TIMEOUT = 3000


def waited(
    line: Line,
    condition: Expr,
    label: tuple[Expr, str],
    stops: Set[int],
    state: State,
    collector: Collector,
) -> list[Statement] | None:
    """Return a wait that a timeout ends; None for a label that is not known.

    A time that is not known may be over at once or never: both ways are kept.

    Args:
        label: Where it goes to, as written and by its name. stops: Labels that stop the program.
    """
    number = label_number(label[0])
    if number is None:
        return None
    name = "" if number in stops else label[1]
    timeout = state.get("timeout")
    if timeout is None:
        collector.note(f"line {line.number}: TIMEOUT before $WAITTMOUT is set: 30 s (assumed)")
        timeout = _USUAL_TIMEOUT
    if isinstance(timeout, int):
        return [Wait(condition, timeout / 100.0, name, line=line.number)]
    away: Statement = Goto(name, line=line.number)
    if not name:
        away = Wait(Expr("const", value=False), 0.0, "", line=line.number)
    either = Expr("unknown", name=f"{line.text}: its time is up")
    return [If(either, (away,), (Wait(condition, line=line.number),), line=line.number)]
