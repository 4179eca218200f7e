"""What a step of INFORM runs with, and which lines may have set that.

A step names its position, which brings tool and user frame, and mostly its speed and level. SPEED,
the shift and the data of tools and user frames it does not name. A job that is not there, and an
instruction that this reader does not know, may set SPEED and the shift; that it gives tools and
user frames other data is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.yaskawa.acts import Step
from cellsim.controllers.yaskawa.words import RESERVED
from cellsim.domain.controller import Controller
from cellsim.domain.program import Move

STATES: Mapping[str, str] = {
    "shift": "shift of targets",
    "tool": "tool",
    "user": "frame",
    "VJ": "speed",
    "V": "speed",
    "VR": "speed",
    "P": "target",
    "B": "register",
    "I": "register",
    "D": "register",
    "R": "register",
}
_EVERY = ("shift", "VJ", "V", "VR")
# Instructions of the manuals' lists that set one of these: `modal.touched` says which.
_SETS = re.compile(
    r"SFT|MSHIFT|PRM|CVMR|SYM|COMAR|SETTOOL|MFRAME|SETUF|SETFRM|GETTOOL|MTOOL|CHGTOOL"
)
_LEAVE = re.compile(
    r"MOV\w|IMOV|SMOV\w|REFP|ARC\w+|WV\w+|SVSPOT\w*|GUN\w+|STROK\w*|TCHSNS|ADVINIT|ADVSTOP|SQRT|SIN"
    r"|COS|ATAN|MOD|NOT|ASC|CHR\$|LEN|MID\$|VAL|SETREG|GETREG|GETPOS|BLOCKGO\w*"
)
_NAMED = re.compile(r"(?<![\w$])(L?[BIDRP])(\d{3,5})(?!\w)")


def may_lose(node: Node, known: Collection[str]) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    known: Jobs whose lines are read.
    """
    act = node.act
    if isinstance(act, Act) and act.word == "call":
        return () if str(act.data[0]) in known else _EVERY
    if not isinstance(act, NotUnderstood):
        return ()
    match = re.match(r"\W*([A-Z]\w*\$?)", node.line.text.upper())
    word = "" if match is None else match[1]
    sets = _SETS.match(word) is not None or word == "SPEED"
    told = sets or word in RESERVED - {"CALL"} or _LEAVE.fullmatch(word) is not None
    return () if told or not word else _EVERY


def runs_with(
    node: Node, move: Move | None, keys: Iterable[str], controller: Controller
) -> tuple[str, ...]:
    """Return the states that a step runs with; keys: all that the state holds."""
    act = node.act
    if not isinstance(act, Step):
        return ()
    given = bool({"VJ", "V", "VR"} & act.tags.keys())
    speed = () if given else ("VJ",) if act.word == "MOVJ" else ("V",)
    named = [f"{m[1]}{m[2]}" for m in _NAMED.finditer(node.line.text.upper())]
    places = [f"P{int(n[1:])}" for n in named if n[0] == "P"]
    data = sorted(k for k in keys if k.startswith(("tool ", "user ")))
    if move is not None:
        data = ["tool *", f"tool {controller.tools.get(move.tool, 0)}"]
        number = controller.frames.get(move.frame, 0)
        data += ["user *", f"user {number}"] if move.to.pose is not None else []
    return tuple(dict.fromkeys(["shift", *speed, *data, *places, *named]))
