"""What a step of HRScript runs with beside what it says, and which lines may have set that.

A step names its target, speed, corner and tool. The user coordinate system, the continuous path and
what system variables do to speed and tool it does not name. A job that is not there, and a word
that this reader does not know, may set all of them; so may a system variable (`_name=`), since no
manual that was read says what each does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cellsim.controllers.hyundai.acts import Step
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.domain.program import FINE, Move

STATES: Mapping[str, str] = {
    "frame": "frame",
    "contpath": "corner",
    "own tool": "tool",
    "own speed": "speed",
}
_EVERY = ("frame", "contpath", "own tool", "own speed")
# Words that begin a line which sets nothing but what it names (HRScript manual 2 to 6).
_BOUNDED = re.compile(
    r"(?:move|s[plc]|var|global|param|print|wait|delay|goto|if|elseif|else|while|for|switch|case"
    r"|return|retsub|gosub|stop|end|break|continue|pulse|triggout|contpath|selucrd|seltool)\b|\*",
    re.IGNORECASE,
)
# Words that set one state, to what a value that is not known says.
_OWN: Mapping[str, tuple[str, ...]] = {
    "selucrd": ("frame",),
    "contpath": ("contpath",),
    "seltool": ("own tool",),
}
# mkucs gives a user coordinate system other data, the selected one too (HRScript manual 5.5).
_MAKES_FRAME = re.compile(r"\bmkucs\s*\(", re.IGNORECASE)
_SET = re.compile(r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\]|\.\w+)*\s*=(?!=)")


def may_lose(node: Node, called: bool, poses: Callable[[], list[str]]) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    Args:
        called: Whether the line calls or jumps to a job that is read.
        poses: Gives the keys of the poses that other jobs can set too.
    """
    act, text = node.act, node.line.text
    if isinstance(act, Act) and act.word in {"call", "jump", "gosub"}:
        return () if called else (*_EVERY, *poses())
    if _MAKES_FRAME.search(text):
        return ("frame",)
    assigned = _SET.match(text)
    if assigned is not None:
        name = assigned[1].lower()
        if name == "ucrd":
            return ("frame",)
        return _EVERY if name.startswith("_") else ()
    if isinstance(act, Act) and act.word == "contpath":
        return () if act.data[0] == 1 else ("contpath",)
    if not isinstance(act, NotUnderstood):
        return ()
    own = _OWN.get(text.partition(" ")[0].lower())
    if own is not None:
        return own
    return (*_EVERY, *poses()) if _BOUNDED.match(text) is None else ()


def runs_with(node: Node, move: Move | None, pose: str) -> tuple[str, ...]:
    """Return the states that a step runs with; pose: the key of the pose it goes to."""
    if not isinstance(node.act, Step):
        return ()
    corner = () if move is not None and move.zone == FINE else ("contpath",)
    return ("frame", "own tool", "own speed", *corner, *([pose] if pose else []))
