"""What a line of INFORM leaves for the lines after it: SPEED, shifts, tools and frames.

State keys: VJ, V, VR (of SPEED), shift (0 is off, a Shift or ONCE behind one SFTON),
"tool n" and "user n" (0 is as loaded), registers ("B001"), position variables ("P1", held), "P *"
(behind what may have set any).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.controllers.yaskawa.acts import register
from cellsim.controllers.yaskawa.jobfile import names_in
from cellsim.controllers.yaskawa.variables import REGISTER
from cellsim.domain.program import Expr

_TOOL = re.compile(r"TL#\(\s*(\d+)\s*\)")
_USER = re.compile(r"UF#\(\s*(\d+)\s*\)")
_SHIFTS = ("SFTON", "MSHIFT", "PRM", "CVMR", "SYMOVL", "COMARCON")
ONCE = "once"
START: Mapping[str, object] = {"shift": 0}
# Instructions that run another job; where it is not read it may set what all jobs share.
_OTHER_JOBS = re.compile(r"\s*(?:CALL|PSTART|MACRO\d*)\b")
_ANY_LABEL = re.compile(r"\s*JUMP\s+LABEL\s*:")


def settings(act: Act) -> dict[str, object] | None:
    """Return what an understood line sets; None for a line that sets none."""
    if act.word == "speed":
        found = {t: _number(v) for t, v in act.data[0].items() if t in {"VJ", "V", "VR"}}
        # One speed holds for a path: with V and VR given one after the other it is the last.
        return found | ({"V": UNKNOWN} if "VR" in found else {})
    if act.word == "shift_off":
        return {"shift": 0}
    if act.word == "shift_on":
        return {"shift": UNKNOWN}
    if act.word == "settool":
        return {f"tool {act.data[0]}": UNKNOWN}
    return None


def touched(text: str) -> dict[str, object]:
    """Return the state that a line which was not understood may have set."""
    upper = text.upper()
    word = re.match(r"\s*\W*(\w+)", upper)
    first = word[1] if word else ""
    found: dict[str, object] = {}
    if first.startswith(_SHIFTS):
        found["shift"] = UNKNOWN
    if first in {"SETTOOL", "MFRAME", "SETUF", "SETFRM", "GETTOOL", "MTOOL", "CHGTOOL"}:
        found |= {f"tool {int(n)}": UNKNOWN for n in _TOOL.findall(upper)}
        found |= {f"user {int(n)}": UNKNOWN for n in _USER.findall(upper)}
        if not found:
            found = {"tool *": UNKNOWN, "user *": UNKNOWN}
    if first == "SPEED":
        found |= {"VJ": UNKNOWN, "V": UNKNOWN, "VR": UNKNOWN}
    found |= {register(name): UNKNOWN for name in REGISTER.findall(upper)}
    names = names_in(text)
    return found | {name if name != "*" else "P *": UNKNOWN for name in names}


def runs_another(text: str) -> bool:
    """Return whether a line calls another job or a macro, or starts one beside this one."""
    return _OTHER_JOBS.match(text.upper()) is not None


def jumps_anywhere(text: str) -> bool:
    """Return whether a line jumps to a label of this job that only the run knows (LABEL:B000)."""
    return _ANY_LABEL.match(text.upper()) is not None


def shifted(text: str, state: Mapping[str, object]) -> dict[str, object]:
    """Return what a line that was not understood may have set: one SFTON is ended by one SFTOF.

    Source: public notes of the YRC1000 INFORM manual let shifts add up; no manual was read.
    """
    found = touched(text)
    if re.match(r"\s*SFTON\b", text, re.IGNORECASE) and state.get("shift") == 0:
        found["shift"] = ONCE
    return found


def _number(value: object) -> object:
    plain = isinstance(value, Expr) and value.op == "const" and isinstance(value.value, float)
    return value.value if plain and isinstance(value, Expr) else UNKNOWN
