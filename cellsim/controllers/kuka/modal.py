"""What a KRL line sets: tool, base, speeds, approximation; values as the text has them.

Keys: tool, base (numbers, 0 = $NULLFRAME), load, vel1.., acc1.. (% per axis), cp (m/s), cptp (%),
cdis (mm), acc_cp (% of the machine's acceleration on a path, UNKNOWN where it is in m/s2), override
(%), turns and arcs (True where a path turns the tool as #VAR and #BASE do), ipo (True where the
robot leads the tool: $IPO_MODE #BASE), "data tool 3" (True where TOOL_DATA[3] is as the cell has
it), fdat, pdat, ldat (names of inline-form data), by_default (speed is from INITMOV), ahead
(motions may still run when the interpreter is here).
Source: KSS 8.2 SI manual; BAS.SRC of four controllers (KSS 5 to 8) for BAS and INITMOV.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cellsim.controllers.kuka.acts import Struct, number_of
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.program import Expr

AXES = 6
_NUMBERED = re.compile(r"(tool|base|load)_data\[(\d+)\]")
_FRAMES = {"$TOOL": "tool", "$BASE": "base", "$LOAD": "load"}
_VALUES = {"$VEL.CP": "cp", "$APO.CPTP": "cptp", "$APO.CDIS": "cdis", "$OV_PRO": "override"}
_DATA = {"FDAT_ACT": "fdat", "PDAT_ACT": "pdat", "LDAT_ACT": "ldat"}
# Set at once as {..}, in which components may be missing.
_WHOLES = {"$VEL": ("cp",), "$APO": ("cptp", "cdis")}
_NUMBERS = re.compile(r"(TOOL|BASE|LOAD)_DATA\b.*?(?<![<>=])=(?!=)", re.IGNORECASE)
_TOUCHES = (
    ("$TOOL", ("tool",)),
    ("$BASE", ("base",)),
    ("$VEL_AXIS", tuple(f"vel{i + 1}" for i in range(AXES))),
    ("$VEL", ("cp",)),
    ("$APO", ("cptp", "cdis")),
    ("$OV_PRO", ("override",)),
    ("$ACC_AXIS", tuple(f"acc{i + 1}" for i in range(AXES))),
    ("$ACC.CP", ("acc_cp",)),
    ("$IPO_MODE", ("ipo",)),
    ("$ORI_TYPE", ("turns",)),
    ("$CIRC_TYPE", ("arcs",)),
    ("$LOAD", ("load",)),
)

# Settings that change nothing the verdict rests on (name, value or None for any value).
_QUIET_VALUES: Mapping[str, object] = {
    "$IPO_MODE": "#BASE",
    "$ORI_TYPE": "#VAR",
    "$CIRC_TYPE": "#BASE",
}
_MODES = {"$IPO_MODE": "ipo", "$ORI_TYPE": "turns", "$CIRC_TYPE": "arcs"}
_QUIET = re.compile(
    r"\$(BWDSTART|H_POS|APO\.C(ORI|VEL)|TIMER|TIMER_STOP|TIMER_FLAG|ACT_(TOOL|BASE|EX_AX)|TORQMON\w*|COLLMON\w*)"
)
# They change the time of a motion, not its way, by figures that the model has not: noted.
UNSEEN = re.compile(r"\$(VEL\.ORI[12]|ACC\.ORI[12]|VEL_EXTAX|ACC_EXTAX|GEAR_JERK|JERK)")


def harmless(act: Act) -> bool:
    """Return whether an assignment is known to change nothing the verdict rests on."""
    name, _, value = act.data
    if name == "$ADVANCE":
        number = number_of(value)
        return number is not None and 1.0 <= number <= 5.0
    return any(known.fullmatch(str(name)) for known in (_QUIET, UNSEEN))


def is_mode(name: str) -> bool:
    """Return whether a system variable says how a path leads or turns the tool."""
    return name in _MODES


def settings(act: Act, data: Mapping[str, Struct], state: State) -> dict[str, object] | None:
    """Return the modal values that a line sets; None for a line that sets none."""
    if act.word == "assign":
        return _assigned(*act.data)
    if act.word == "call" and act.data[0] == "BAS":
        return _bas(act.data[1], data, state)
    return None


def touched(text: str) -> dict[str, object]:
    """Return the modal values that a line which was not understood may have set."""
    upper = text.upper()
    found: dict[str, object] = {
        key: UNKNOWN for word, keys in _TOUCHES if word in upper for key in keys
    }
    numbers = _NUMBERS.match(upper)
    return found if numbers is None else {**found, f"data {numbers[1].lower()} *": UNKNOWN}


def _assigned(name: str, index: float | None, value: object) -> dict[str, object] | None:
    if name in _FRAMES:
        return {_FRAMES[name]: _frame(name, value)}
    if name in _VALUES:
        number = number_of(value)
        return {_VALUES[name]: UNKNOWN if number is None else number}
    if name in {"$ACC.CP", "$ACC"}:
        return {"acc_cp": UNKNOWN}  # in m/s2, of a maximum that the cell has no figure for
    if name in _WHOLES:
        return dict.fromkeys(_WHOLES[name], UNKNOWN)
    stem, dot, _ = name.partition(".")
    if dot and stem in _FRAMES | _DATA:
        return {(_FRAMES | _DATA)[stem]: UNKNOWN}
    if name in _QUIET_VALUES:
        usual = isinstance(value, Expr) and value.value == _QUIET_VALUES[name]
        return {_MODES[name]: True if usual else UNKNOWN}
    if name in _DATA:
        if isinstance(value, Expr) and value.op == "var":
            return {_DATA[name]: value.name.upper()}
        return {_DATA[name]: UNKNOWN}
    if name in {"$VEL_AXIS", "$ACC_AXIS"}:
        number = number_of(value)
        key = "vel" if name == "$VEL_AXIS" else "acc"
        return {f"{key}{int(index or 0)}": UNKNOWN if number is None else number}
    return None


def _frame(name: str, value: object) -> object:
    """Return the number in TOOL_DATA[n], BASE_DATA[n], LOAD_DATA[n]; 0 for $NULLFRAME; or {..}."""
    if isinstance(value, Struct) and name != "$LOAD":
        return value
    if not isinstance(value, Expr) or value.op != "var":
        return UNKNOWN
    if value.name in {"$nullframe", "$world"} and (name == "$BASE" or value.name == "$nullframe"):
        return 0
    match = _NUMBERED.fullmatch(value.name)
    fits = match is not None and match[1].upper() == name[1:]
    return int(match[2]) if match is not None and fits else UNKNOWN


def _all_axes(key: str, percent: object) -> dict[str, object]:
    """Return a percentage for all axes; a speed that a line names is none by default."""
    every = {f"{key}{i + 1}": percent for i in range(AXES)}
    return every | ({"by_default": False} if key == "vel" else {})


def _bas(
    arguments: tuple[Expr, ...], data: Mapping[str, Struct], state: State
) -> dict[str, object] | None:
    """Return what BAS(#COMMAND, value) sets."""
    command = arguments[0].value if arguments else None
    number = number_of(arguments[1]) if len(arguments) > 1 else None
    value: object = UNKNOWN if number is None else number
    match command:
        case "#INITMOV":
            return _initial(data)
        case "#VEL_PTP":
            return _all_axes("vel", value)
        case "#ACC_PTP":
            return _all_axes("acc", value)
        case "#VEL_CP":
            return {"cp": value}
        case "#ACC_CP" | "#ACC_GLUE":
            return {"acc_cp": UNKNOWN}
        case "#GROUP":
            return {}
        case "#EX_BASE":
            return {"base": UNKNOWN}
        case "#PTP_DAT":
            return _ptp_data(data, state)
        case "#CP_DAT":
            found = data.get(str(state.get("ldat")))
            path = found.values if found else {}
            distance = path.get("APO_DIST", UNKNOWN)
            speed: dict[str, object] = {
                "cp": path.get("VEL", UNKNOWN),
                "acc_cp": path.get("ACC", UNKNOWN),
            }
            return {**speed, "cdis": distance, **_turning(path)}
        case "#TOOL" | "#BASE":
            return {command[1:].lower(): UNKNOWN if number is None else int(number)}
        case "#FRAMES":
            return _inline_frames(data, state)
        case "#PTP_PARAMS":
            return {
                **_ptp_data(data, state),
                **_inline_frames(data, state),
                **_all_axes("vel", value),
            }
        case "#CP_PARAMS":
            found = data.get(str(state.get("ldat")))
            corner = found.values if found else {}
            distance = corner.get("APO_DIST", UNKNOWN)
            frames = _inline_frames(data, state)
            speed = {"cp": value, "acc_cp": corner.get("ACC", UNKNOWN)}
            return {**frames, **speed, "cdis": distance, **_turning(corner)}
    return None


def _turning(path: Mapping[str, float]) -> dict[str, object]:
    """Return how path data have the tool turn on the way."""
    keys = (("turns", "ORI_TYP"), ("arcs", "CIRC_TYP"))
    return {key: True if path.get(name, 1.0) else UNKNOWN for key, name in keys}


def _initial(data: Mapping[str, Struct]) -> dict[str, object]:
    """Return what INITMOV sets: all at 100 %, tool 1, base 0, and defaults of $config.dat."""
    defaults = {
        key: data[name].values[name] if name in data else UNKNOWN
        for key, name in (("cp", "DEF_VEL_CP"), ("cptp", "DEF_APO_CPTP"), ("cdis", "DEF_APO_CDIS"))
    }
    axes = _all_axes("vel", 100.0) | _all_axes("acc", 100.0) | {"acc_cp": 100.0}
    return {**axes, **defaults, "by_default": True, "tool": 1, "base": 0} | _turning({})


def _ptp_data(data: Mapping[str, Struct], state: State) -> dict[str, object]:
    """Return what PTP_DAT takes from the inline form's PDAT."""
    found = data.get(str(state.get("pdat")))
    corner = found.values if found else {}
    distance = corner.get("APO_DIST")
    return {
        **_all_axes("vel", corner.get("VEL", UNKNOWN)),
        **_all_axes("acc", corner.get("ACC", UNKNOWN)),
        "cptp": UNKNOWN if distance is None else min(distance, 100.0),
    }


def _inline_frames(data: Mapping[str, Struct], state: State) -> dict[str, object]:
    found = data.get(str(state.get("fdat")))
    numbers = found.values if found else {}
    out: dict[str, object] = {}
    for key, component in (("tool", "TOOL_NO"), ("base", "BASE_NO")):
        number = numbers.get(component)
        out[key] = UNKNOWN if number is None or not float(number).is_integer() else int(number)
    return out
