"""Single spline motions (SPTP, SLIN, SCIRC): what their WITH says for this one motion.

Source: real files in which the inline forms of KSS 8.3 and later wrote WITH with SVEL_JOINT,
STOOL2, SBASE and so on; that a single motion without C_SPL goes as PTP, LIN or CIRC is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cellsim.controllers.kuka.acts import Struct
from cellsim.controllers.kuka.modal import AXES
from cellsim.controllers.reading.instances import arguments_of
from cellsim.controllers.reading.walk import UNKNOWN

_WITH = re.compile(r"(.*?)\s+WITH\s+(.*?)((?:\s+C_[A-Z]+)*)", re.IGNORECASE)
_ITEM = re.compile(r"(\$\w+(?:\.\w+)?)\s*(\[\s*1\s*\])?\s*=\s*(.*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?", re.IGNORECASE)
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)")
_DATA = re.compile(r"(TOOL|BASE)_DATA\s*\[\s*(\d{1,4})\s*\]", re.IGNORECASE)
# Collision detection, jerk, speed of turning: not the way nor its speed (the last two are noted).
_QUIET = frozenset(
    {"$GEAR_JERK", "$JERK", "$COLLMON_TOL_PRO", "$APO"}
    | {"$VEL.ORI1", "$VEL.ORI2", "$ACC.ORI1", "$ACC.ORI2"}
    | {"$APO.CDIS", "$APO.CPTP", "$APO.CORI", "$APO.CVEL"}
)


def split(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Return a motion without its WITH, and the texts of what WITH sets; None if they are open."""
    match = _WITH.fullmatch(text)
    if match is None:
        return text, ()
    items = arguments_of(f"({match[2]})")
    return match[1] + match[3], None if items is None else tuple(items)


def overrides(
    word: str, items: tuple[str, ...], data: Mapping[str, Struct]
) -> dict[str, object] | str:
    """Return the modal values that hold for this motion alone, or why they are not known."""
    out: dict[str, object] = {}
    for item in items:
        match = _ITEM.fullmatch(item)
        if match is None:
            return f"WITH {item}"
        name, value = match[1].upper(), match[3].strip()
        found = _value(word, name, value, data)
        if found is None:
            return f"WITH {name}"
        out |= found
    return out


def _value(
    word: str, name: str, value: str, data: Mapping[str, Struct]
) -> dict[str, object] | None:
    """Return what one part of WITH sets; None for what is not understood."""
    number = float(value) if _NUMBER.fullmatch(value) else None
    call = _CALL.fullmatch(value)
    function, argument = (call[1].upper(), call[2].strip()) if call else ("", "")
    if name == "$VEL_AXIS" and word == "SPTP":
        percent = _percent(argument) if function == "SVEL_JOINT" else number
        every: dict[str, object] = {f"vel{i + 1}": percent for i in range(AXES)}
        return None if percent is None else every | {"by_default": False}
    if name == "$ACC_AXIS" and word == "SPTP":
        found = data.get(argument.upper()) if function == "SACC_JOINT" else None
        percent = found.values.get("ACC") if found else number
        return None if percent is None else {f"acc{i + 1}": percent for i in range(AXES)}
    if name in {"$VEL", "$VEL.CP"} and word != "SPTP":
        speed = _percent(argument.partition(",")[0]) if function == "SVEL_CP" else None
        speed = number if name == "$VEL.CP" and speed is None else speed
        return None if speed is None else {"cp": speed}
    if name in {"$ACC", "$ACC.CP"}:
        found = data.get(argument.upper()) if function == "SACC_CP" else None
        return {"acc_cp": found.values.get("ACC", UNKNOWN) if found else UNKNOWN}
    if name in {"$TOOL", "$BASE"}:
        return _frame(name, value, function, argument, data)
    if name == "$IPO_MODE":
        return {} if function == "SIPO_MODE" or value.upper() == "#BASE" else None
    if name == "$ORI_TYPE":
        return _usual(function == "SORI_TYP", argument, "ORI_TYP", data, value.upper() == "#VAR")
    if name == "$CIRC_TYPE":
        usual = word != "SCIRC" or value.upper() == "#BASE"
        return _usual(function == "SCIRC_TYP", argument, "CIRC_TYP", data, usual)
    if name == "$LOAD":
        return {} if function == "SLOAD" else None
    return {} if name in _QUIET else None


def _usual(
    named: bool, argument: str, part: str, data: Mapping[str, Struct], otherwise: bool
) -> dict[str, object] | None:
    """Return nothing where path data (or the value itself) turn the tool as usual, else None."""
    found = data.get(argument.upper()) if named else None
    usual = otherwise or (named and (found is None or found.values.get(part, 1.0) == 1.0))
    return {} if usual else None


def _percent(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _frame(
    name: str, value: str, function: str, argument: str, data: Mapping[str, Struct]
) -> dict[str, object] | None:
    """Return tool or base of STOOL2(F), SBASE(F.BASE_NO), TOOL_DATA[n] or $NULLFRAME."""
    key = name[1:].lower()
    if value.upper() == "$NULLFRAME":
        return {key: 0}
    direct = _DATA.fullmatch(value)
    if direct is not None:
        return {key: int(direct[2])} if direct[1].upper() == name[1:] else None
    fdat, _, part = argument.upper().partition(".")
    wanted = {"$TOOL": {("STOOL2", ""), ("STOOL", "TOOL_NO")}, "$BASE": {("SBASE", "BASE_NO")}}
    found = data.get(fdat)
    number = found.values.get(f"{name[1:]}_NO") if found else None
    known = (function, part) in wanted[name] and number is not None and float(number).is_integer()
    return {key: int(number)} if known and number is not None else None
