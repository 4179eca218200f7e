"""What a triggdata does: TriggIO and TriggEquip, read; the writer has its own words for them.

Source: forms in public code; recalled of RAPID instructions (assumed): a distance counts from the
end of the motion, with \\Start from its beginning, with \\Time it is seconds before the end; a lag
of TriggEquip is seconds before that place, negative after it; \\DODelay comes after all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cellsim.controllers.abb.acts import Item, number_of
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.domain.along import Along
from cellsim.domain.program import Expr

SETS = frozenset({"triggio", "triggequip"})
# They change a triggdata in a way that is not read: traps, other outputs, checks.
OTHERS = frozenset(
    {"triggint", "triggcheckio", "triggrampao", "triggspeed", "triggdatareset", "triggdatacopy"}
)
MOST_NAMES = tuple(f"t{n}" for n in range(2, 9))
Number = float | str


@dataclass(frozen=True)
class Trigger:
    """What a triggdata does; numbers are values or names of data.

    away: From the end, or `from_start` [mm], or `in_time` [s] before the end. lag: Before that [s].
    after: Later than that [s]. group: The output is a group, the value its number.
    """

    output: str
    value: Number
    away: Number
    from_start: bool = False
    in_time: bool = False
    lag: Number = 0.0
    after: Number = 0.0
    group: bool = False

    def at(self, number: Callable[[Number], float | None]) -> tuple[Along, bool | float] | str:
        """Return where it sets its output, and to what; a reason where that is not known."""
        found = [number(v) for v in (self.away, self.lag, self.after, self.value)]
        away, lag, after, value = (v if v is not None else float("nan") for v in found)
        can_be = float(value).is_integer() if self.group else value in (0.0, 1.0)
        if None in found or away < 0.0 or after < 0.0 or not can_be:
            return "a triggdata whose numbers are not known"
        to: bool | float = value if self.group else value == 1.0
        if self.in_time:
            return Along("end", delay=0.0 - away, after=after), to
        path = away / 1000.0 if self.from_start else 0.0 - away / 1000.0
        if not path and (lag > 0.0 if self.from_start else lag < 0.0):
            return "a triggdata that acts beyond its motion"
        at = Along("start" if self.from_start else "end", path, 0.0 - lag, after)
        return at, to


def trigger_set(act: Act) -> dict[str, object]:
    """Return what TriggIO or TriggEquip makes of its triggdata, as modal state."""
    _, items = act.data
    name = items[0].value.name.lower() if items else ""
    made = None if act.word in OTHERS else _trigger(act)
    return {f"trigger {name}": UNKNOWN if made is None else made}


def _trigger(act: Act) -> Trigger | None:
    options, items = act.data
    equip = act.word == "triggequip"
    given = [o for item in items for o in item.options]
    values = dict(given)
    words = {word for word, value in given if value is None}
    if options or len(items) != 3 + equip or len(values) != len(given):
        return None
    known = {"start", "time", "dop", "gop", "dodelay"}
    if not values.keys() <= known or len(words) > 1 or {"dop", "gop"} <= values.keys():
        return None
    output = values.get("dop", values.get("gop"))
    if not words <= {"start", *(() if equip else ("time",))} or output is None:
        return None
    numbers = [_number(item) for item in items[1:]]
    delay = 0.0 if "dodelay" not in values else _plain(values["dodelay"])
    if output.op != "var" or None in numbers or delay is None or (equip and delay):
        return None
    away, value = numbers[0], numbers[-1]
    assert away is not None
    assert value is not None
    lag = numbers[1] if equip else 0.0
    start, in_time = "start" in words, "time" in words
    group = "gop" in values
    return Trigger(output.name, value, away, start, in_time, lag or 0.0, delay, group)


def _number(item: Item) -> Number | None:
    return _plain(item.value)


def _plain(expr: Expr | None) -> Number | None:
    """Return a number, or the name of data that may be one."""
    if expr is None:
        return None
    value = number_of(expr)
    if value is not None:
        return value
    return expr.name if expr.op == "var" and expr.name.isidentifier() else None


def names_of(item: Item) -> list[str]:
    """Return the triggdata of a motion in order: t1\\T2:=t2\\T3:=t3; none where one is no name."""
    given = item.given
    order = [item.value, *(given[n] for n in MOST_NAMES if n in given)]
    known = [e.name.lower() for e in order if e is not None and e.op == "var"]
    return known if len(known) == len(order) == 1 + len(given) else []
