"""Speeds and corners of RAPID motions: predefined, declared, in place, with their options."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cellsim.controllers.abb.acts import Item
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.places import NotKnown
from cellsim.controllers.abb.standard import SPEEDS, ZONES
from cellsim.controllers.abb.values import Value, aggregate
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.program import FINE, Expr, Speed, Zone

_V = re.compile(r"v(\d+)")
FASTEST_MM_S = 7000.0
_MOST = 1e7


@dataclass(frozen=True)
class Measures:
    """What the data of a text say of speeds and corners; notes go to a collector."""

    table: Table
    collector: Collector

    def speed(
        self,
        item: Item,
        given: dict[str, Expr | None],
        state: State,
        routine: str,
    ) -> Speed:
        """Return the speed of a motion, as VelSet leaves it."""
        if "t" in given:
            seconds = self.table.number(given["t"], routine)
            if "v" in given or seconds is None or seconds <= 0.0:
                raise NotKnown("a time of motion that is not known")
            _whole_time(state.get("speed", UNKNOWN))
            return Speed(seconds, "s")
        value = self._programmed(item, routine)
        if "v" in given:
            asked = self.table.number(given["v"], routine)
            if asked is None or asked <= 0.0:
                raise NotKnown("a speed that is not known")
            value = asked
        limits = state.get("speed", UNKNOWN)
        if not isinstance(limits, tuple):
            raise NotKnown("VelSet is not known here")
        return Speed(min(value * limits[0] / 100.0, limits[1]), "mm/s")

    def _programmed(self, item: Item, routine: str) -> float:
        """Return v_tcp [mm/s] of speeddata."""
        name = name_of(item)
        values = self._data(item, routine, "speeddata", 4)
        if isinstance(values, str):
            match = _V.fullmatch(name.lower())
            if match is not None and int(match[1]) in SPEEDS:
                return float(match[1])
            if name.lower() == "vmax":
                self.collector.note(f"vmax is taken as {FASTEST_MM_S:g} mm/s (assumed)")
                return FASTEST_MM_S
            raise NotKnown(values)
        if values[0] <= 0.0:
            raise NotKnown(f"speeddata {name} of {values[0]:g} mm/s")
        if tuple(values[1:]) != (500.0, 5000.0, 1000.0):
            self.collector.note(f"speeddata {name}: v_ori, v_leax and v_reax are not looked at")
        return float(values[0])

    def zone(self, item: Item, size: Expr | None, routine: str) -> Zone:
        """Return the corner of a motion."""
        name = name_of(item)
        values = self._data(item, routine, "zonedata", 7)
        if isinstance(values, str):
            if name.lower() == "fine":
                found: float | None = None
            elif name.lower() in ZONES:
                found = ZONES[name.lower()][0]
            else:
                raise NotKnown(values)
        else:
            found = None if values[0] is True else float(values[1])
            if found is not None and not 0.99 * found <= values[2] <= 1.6 * found + 0.5:
                self.collector.note(f"zonedata {name}: its orientation zone is not looked at")
        if size is not None:
            asked = self.table.number(size, routine)
            if found is None or asked is None:
                raise NotKnown("a zone size that is not known")
            found = asked
        if found == 0.0:
            raise NotKnown("a fly-by point without a zone: the program does not wait for it")
        return Zone("distance", found, "mm") if found else FINE

    def _data(self, item: Item, routine: str, kind: str, count: int) -> Value | str:
        """Return the components of declared or inline data; a reason where it is neither."""
        value = item.value
        if value.name == "[]":
            try:
                found = aggregate(str(value.value))
            except ValueError as why:
                raise NotKnown(f"{kind}: {why}") from None
        elif value.op == "var":
            found = self.table.constant(value.name, routine, kind)
            if isinstance(found, str):
                if self.table.find(value.name, routine) is not None:
                    raise NotKnown(found)
                return found
        else:
            raise NotKnown(f"{kind} that is no name")
        fits = isinstance(found, tuple) and len(found) == count
        numbers = found[1:] if fits and kind == "zonedata" else found
        if not fits or not all(type(v) is float and abs(v) < _MOST for v in numbers):
            raise NotKnown(f"{kind} has not {count} components")
        return found


def _whole_time(limits: object) -> None:
    """Take a time as it is written only where VelSet leaves speeds as they are.

    Its example (RAPID instructions, VelSet, recalled: the page was not read) has 10 s of `\\T:=5`
    under VelSet 50, 800; what its most speed does to a time it does not say.
    """
    if not isinstance(limits, tuple) or limits[0] != 100.0 or limits[1] < FASTEST_MM_S:
        raise NotKnown("a time of motion under VelSet, which stretches it")


def name_of(item: Item) -> str:
    """Return the name that an argument is, "" where it is none."""
    return item.value.name if item.value.op == "var" else ""
