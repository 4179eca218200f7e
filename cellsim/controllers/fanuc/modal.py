"""What a TP instruction sets: frame and tool numbers, their data, $WAITTMOUT, registers.

Keys: uframe, utool (numbers), "uframe 3" and "utool 3" (data of a number, a held position; absent:
as the cell has it), payload, timeout (1/100 s), override (%), "R 5" (a known number), "PR 5" (a
held position), "here" (where the last motion stopped: held position, frame and tool number),
"offset" and "tool offset" (number, held position then, frame number); "weave", "track", "touch" of
arc welding (False is off).
Source: R-30iB Plus teach pendant help, 13 (miscellaneous), 16 (frames), 19 (position registers),
22 (registers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cellsim.controllers.fanuc.lines import For
from cellsim.controllers.fanuc.positions import position
from cellsim.controllers.fanuc.welding import switched_in, welding
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.values import constant, known
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.program import Expr

_NUMBERS = {"UFRAME_NUM": "uframe", "UTOOL_NUM": "utool"}
_DATA = {"UFRAME": "uframe", "UTOOL": "utool"}
_SETS = re.compile(r"(?<!\w)(PR|R)\s*\[\s*(\d{1,4})\s*(?:[,:][^\]]*)?\]\s*=", re.IGNORECASE)
# Instructions that are not understood, but set none of these values.
_MOVES = re.compile(r"[JLCA]\s+PR?\s*\[|.*\bPAL_")
_SETS_NOTHING = re.compile(r"(UALM|PAUSE|ABORT|PRINT|RSR|DO|RO|GO|AO|F)\b", re.IGNORECASE)
_REGISTER = re.compile(r"\s*PR\s*\[\s*(\d{1,4})\s*\]\s*", re.IGNORECASE)
_PARAMETERS = (
    ("$MNUFRAMENUM", ("uframe", "here")),
    ("$MNUFRAME[", ("uframe any", "here")),
    ("$MNUTOOLNUM", ("utool", "here")),
    ("$MNUTOOL[", ("utool any", "here")),
    ("$GROUP[", ("uframe", "utool", "uframe any", "utool any", "here")),
    ("$MCR.$GENOVERRIDE", ("override",)),
)
_ANY_DATA = ("uframe any", "utool any")
_ALWAYS = ("uframe", "utool", "payload", "timeout", "override", "here", "offset", "tool offset")


def settings(act: object, state: State, file: str, keys: Iterable[str]) -> dict[str, object] | None:
    """Return the modal values that an act sets; None for an act that sets none.

    Args:
        file: Whose points it names. keys: All keys that the text may set.
    """
    if isinstance(act, For):
        return {act.variable: UNKNOWN}
    if not isinstance(act, Act):
        return None
    if act.word == "select":
        name, value = act.data
        return {_NUMBERS[name]: _number(value, state)}
    if act.word == "payload":
        return {"payload": act.data[0]}
    if act.word == "parameter" and act.data[0].upper() == "$WAITTMOUT":
        return {"timeout": _number(act.data[1], state)}
    if act.word == "parameter":
        return _parameter(act.data[0].upper()) or None
    if act.word == "override":
        return {"override": _value(act.data[0], state)}
    if act.word == "condition":
        return _condition(act.data, state)
    if act.word == "assign":
        return _assigned(act.data, state, file, keys)
    if act.word == "element":
        return _element(act.data, state, keys)
    return None


def _parameter(name: str) -> dict[str, object]:
    """Return what a system variable sets: frame and tool by number, their values, the override.

    Source: system variables of SYSFRAME.VA ($MNUFRAME, $MNUTOOL and their numbers), $MCR.
    """
    keys = {key for word, keys in _PARAMETERS for key in keys if name.startswith(word)}
    return dict.fromkeys(sorted(keys), UNKNOWN)


def _assigned(
    data: tuple[Any, ...], state: State, file: str, keys: Iterable[str]
) -> dict[str, object] | None:
    letters, index, value, text = data
    number = constant(index) if index is not None else None
    if letters in _DATA:
        key = _DATA[letters]
        if number is None:
            return {f"{key} any": UNKNOWN, "here": UNKNOWN}
        register = _REGISTER.fullmatch(text)
        held = UNKNOWN if register is None else state.get(f"PR {int(register[1])}", UNKNOWN)
        # Where the robot stands has other numbers in the new frame, or with the new tool.
        return {f"{key} {int(number)}": held, "here": UNKNOWN}
    if letters in ("R", "PR") and number is None:
        return {key: UNKNOWN for key in keys if key.startswith(f"{letters} ")}
    if letters == "R" and number is not None:
        return {f"R {int(number)}": _value(value, state)}
    if letters == "PR" and number is not None:
        return {f"PR {int(number)}": position(text, state, file, {})}
    return None


def _condition(data: tuple[Any, ...], state: State) -> dict[str, object]:
    """Return what OFFSET CONDITION or TOOL_OFFSET CONDITION says of the offsets to come."""
    key, index, frame = data
    number = None if index is None else known(index, state)
    if number is None:
        return {key: UNKNOWN}
    return {key: (int(number), state.get(f"PR {int(number)}", UNKNOWN), frame)}


def _element(data: tuple[Any, ...], state: State, keys: Iterable[str]) -> dict[str, object]:
    """Return the register after `PR[i,j]=value`; of an unknown number all are unknown."""
    index, at, value = (None if part is None else known(part, state) for part in data)
    if index is None:
        return {key: UNKNOWN for key in keys if key.startswith("PR ")}
    key = f"PR {int(index)}"
    held = state.get(key)
    if not isinstance(held, tuple) or at not in range(1, 7):
        return {key: UNKNOWN}
    file, number, changes = held
    return {key: (file, number, tuple(sorted({**dict(changes), int(at or 0): value}.items())))}


def _number(value: Expr | None, state: State) -> object:
    number = _value(value, state)
    return int(number) if isinstance(number, float) and float(number).is_integer() else UNKNOWN


def _value(value: Expr | None, state: State) -> object:
    found = None if value is None else known(value, state)
    return UNKNOWN if found is None else found


def everything(text: str) -> frozenset[str]:
    """Return the keys that what a text cannot show may set: all it uses."""
    keys = {f"{m[1].upper()} {int(m[2])}" for m in _SETS.finditer(text)}
    return frozenset({*_ALWAYS, *_ANY_DATA, *keys, *switched_in(text)})


def inside(text: str) -> dict[str, object]:
    """Return what a motion may set: where the robot stands, and `PR[2]` of `Skip,..,PR[2]=LPOS`."""
    return {
        "here": UNKNOWN,
        **{f"{m[1].upper()} {int(m[2])}": UNKNOWN for m in _SETS.finditer(text)},
    }


def sets_nothing(text: str) -> bool:
    """Return whether an instruction (upper case) is of a word that sets no modal value."""
    return _SETS_NOTHING.match(text) is not None


def touched(text: str, all_keys: Iterable[str]) -> Mapping[str, object]:
    """Return the modal values that an instruction which was not understood may have set.

    A position or a motion that is not understood sets only what stands before an `=`; a word
    that is not known may be a macro, which may set all.
    """
    upper = text.upper()
    process = welding(upper, all_keys)
    if process is not None:
        return process
    keys = {f"{m[1].upper()} {int(m[2])}" for m in _SETS.finditer(upper)}
    for word, key in (("UFRAME", "uframe"), ("UTOOL", "utool")):
        if word in upper:
            keys |= {key, f"{key} any"}
    for word, key in (("WAITTMOUT", "timeout"), ("OVERRIDE", "override"), ("OFFSET", "offset")):
        if word in upper:
            keys |= {key, "tool offset"} if key == "offset" else {key}
    keys |= {"here"} if _MOVES.match(upper) else set()
    plain = "=" in upper or sets_nothing(upper) or re.match(r"[JLCA]\s+PR?\s*\[", upper)
    if not keys and not plain:
        keys = set(all_keys)
    return dict.fromkeys(sorted(keys), UNKNOWN)
