"""What a motion of TP runs with beside what it says, by the keys of the modal state."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from cellsim.controllers.fanuc.acts import Motion
from cellsim.controllers.fanuc.modal import sets_nothing
from cellsim.controllers.fanuc.welding import welding
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.domain.program import Move

STATES: Mapping[str, str] = {
    "uframe": "frame",
    "uframe any": "frame",
    "utool": "tool",
    "utool any": "tool",
    "override": "speed",
    "payload": "payload",
    "offset": "shift of targets",
    "tool offset": "shift of targets",
    "weave": "path mode",
    "track": "path mode",
    "touch": "shift of targets",
    "R": "register",
    "PR": "target",
}
_MOTION = re.compile(r"[A-Z]\s+PR?\s*\[")
_REGISTER = re.compile(r"(?<!\w)(PR|R)\s*\[\s*(\d{1,4})\s*[:,\]]", re.IGNORECASE)


def may_move(node: Node, programs: Collection[str]) -> bool:
    """Return whether a line that is not understood may move the robot: it may run a program.

    programs: Those that are read.
    """
    act, text = node.act, node.line.text.upper()
    if isinstance(act, Act) and act.word == "call":
        return act.data[0] not in programs
    if not isinstance(act, NotUnderstood) or welding(text, ()) is not None:
        return False
    return _MOTION.match(text) is not None or not ("=" in text or sets_nothing(text))


def runs_with(node: Node, move: Move | None, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the states that a motion runs with.

    A point that names its frame and tool runs with those: where others are active the controller
    stops with an alarm (INTP-250, 253). So of a motion that is understood, override and payload.

    Args:
        keys: All that the state holds.
    """
    if not isinstance(node.act, Motion):
        return ()
    always = ["override", "payload", "touch"]
    always += ["weave", "track"] if node.act.kind != "J" else []
    if move is not None:
        return tuple(always)
    named = [f"{m[1].upper()} {int(m[2])}" for m in _REGISTER.finditer(node.line.text)]
    offsets = ["offset", "tool offset"] if "OFFSET" in node.line.text.upper() else []
    frames = sorted(k for k in keys if k.startswith(("uframe", "utool")))
    return tuple(dict.fromkeys([*always, *frames, *offsets, *named]))
