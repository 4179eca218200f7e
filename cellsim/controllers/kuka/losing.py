"""What a motion of KRL runs with, and which lines may have set that to what nobody can say.

A subprogram that is not there, an interrupt that may break in, a system variable that this reader
does not know: each may set tool, base, load, speeds and corners, and give TOOL_DATA, BASE_DATA and
LOAD_DATA other values, which are global: setting a number again does not tell what it means then. A
line of a form that sets nothing but what it names (a motion, a wait, an assignment to a variable or
an output) loses none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from cellsim.controllers.kuka.modal import AXES, settings
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.source import without_texts
from cellsim.controllers.reading.values import every
from cellsim.domain.controller import Controller
from cellsim.domain.program import Move

STATES: Mapping[str, str] = {
    "tool": "tool",
    "base": "frame",
    "load": "payload",
    "vel": "speed",
    "cp": "speed",
    "override": "speed",
    "acc": "acceleration",
    "cptp": "corner",
    "cdis": "corner",
    "turns": "orientation on the way",
    "arcs": "orientation on the way",
    "ipo": "path mode",
    "data tool": "tool",
    "data base": "frame",
    "data load": "payload",
}
_OF_AXES = tuple(f"{key}{i + 1}" for key in ("vel", "acc") for i in range(AXES))
_EVERY = (
    *("tool", "base", "load", "data tool *", "data base *", "data load *"),
    *("cp", "override", "cptp", "cdis", "turns", "arcs", "ipo"),
    *_OF_AXES,
)
# Words behind which a bracket is no call, functions that only find a value (KSS manual), and P00,
# which exchanges program numbers (P00.SRC of four public backups sets none of these and moves not).
NO_CALL = frozenset(
    re.findall(
        r"\w+",
        """
        if while until for wait and or not exor b_and b_or b_not switch case return sec when do to
        abs sqrt sin cos tan acos atan2 inv_pos forward inverse varstate pulse
        strlen strdecllen strclear stradd strcomp strcopy strfind get_sig_inf
        svel_joint svel_cp sacc_joint sacc_cp stool stool2 sbase sload sipo_mode sori_typ scirc_typ
        sapo sgear_jrk sjerk p00
        """,
    )
)
# Lines that move the robot, or axes of it, also where they are not understood.
_MOVES = re.compile(
    r"(?:PTP|LIN|CIRC|SPTP|SLIN|SCIRC|SPL)(?:_REL)?\b|(?:PTP_)?SPLINE\b|ASY(?:PTP|CONT|STOP|CANCEL)\b",
    re.IGNORECASE,
)
# Forms that set nothing but what they name.
_BOUNDED = re.compile(
    r"(?:PTP|LIN|CIRC|PTP_REL|LIN_REL|CIRC_REL|SPTP|SLIN|SCIRC|SPL|SPTP_REL|SLIN_REL|WAIT|ANOUT"
    r"|ANIN|DIGIN|PULSE|TRIGGER|SIGNAL|DECL|GLOBAL|INT|REAL|BOOL|CHAR|AXIS|E6AXIS|POS|E6POS|FRAME"
    r"|STRUC|ENUM|GOTO|RETURN|HALT|CONTINUE|IF|WHILE|FOR|UNTIL|SWITCH|CASE|CREAD|CWRITE|SREAD"
    r"|SWRITE|COPEN|CCLOSE|IMPORT|ENDSPLINE)\b",
    re.IGNORECASE,
)
_ASSIGNS = re.compile(r"(\$?[A-Za-z_][\w.]*)\s*(?:\[[^\]]*\]\s*(?:\.\w+\s*)*)?=(?!=)")
# System variables that no motion runs with (KSS system variables).
_ASIDE = re.compile(
    r"\$(?:OUT\w*|ANOUT|FLAG|CYCFLAG|TIMER\w*|SEN_\w+|LOOP_\w+|ADVANCE|BWDSTART|H_POS|ACT_\w+"
    r"|TORQMON\w*|COLLMON\w*|PRO_\w+|MSG\w*|POS_ACT\w*|LOAD\w*|DIG_VEL\w*)\b",
    re.IGNORECASE,
)
# System variables that the modal state follows, and those whose setting changes no way.
_MODAL = re.compile(
    r"\$(?:TOOL|BASE|LOAD|VEL|VEL_AXIS|ACC|ACC_AXIS|APO|OV_PRO|IPO_MODE|ORI_TYPE|CIRC_TYPE"
    r"|VEL_EXTAX|ACC_EXTAX|GEAR_JERK|JERK)",
    re.IGNORECASE,
)

_WITH = {
    "$TOOL": "tool",
    "$BASE": "base",
    "$LOAD": "load",
    "$VEL": "cp",
    "$VEL.CP": "cp",
    "$VEL_AXIS": "vel",
    "$ACC_AXIS": "acc",
    "$IPO_MODE": "ipo",
    "$ORI_TYPE": "turns",
    "$CIRC_TYPE": "arcs",
}


def keeps_all(node: Node) -> bool:
    """Return whether a line is a motion that calls nothing: it may lose no state of any other."""
    act = node.act
    motion = isinstance(act, Act) and act.word in {"motion", "single"}
    return motion and node.condition is None and "(" not in node.line.text


def may_lose(node: Node, known: Collection[str]) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    known: Subprograms and functions (lower case) that are read, or of which it is known what they
        may set.
    """
    if keeps_all(node):
        return ()
    act, text = node.act, without_texts(node.line.text)
    quiet = isinstance(act, Act) and act.word in {"comment", "header", "declare", "halt"}
    followed = isinstance(act, Act) and settings(act, {}, {}) is not None
    if quiet or followed or (isinstance(act, Open) and act.kind == "def"):
        return ()
    if any(name not in known and not name.startswith("eki_") for name in named_in(node)):
        return _EVERY
    if isinstance(act, NotUnderstood) and not (_BOUNDED.match(text) or _sets_aside(text)):
        return _EVERY
    odd = isinstance(act, Act) and act.word == "assign" and str(act.data[0]).startswith("$")
    return _EVERY if odd and not _sets_aside(text) else ()


def sets_all(node: Node) -> bool:
    """Return whether a line of a subprogram that is not read calls one, or may set anything."""
    act = node.act
    return (isinstance(act, Act) and act.word == "call") or any(may_lose(node, ()))


def moves(text: str) -> bool:
    """Return whether a line is a motion, understood or not."""
    return _MOVES.match(text) is not None


def named_in(node: Node) -> set[str]:
    """Return the subprograms and functions (lower case) that a line calls, understood or not."""
    called = called_in(node.line.text)
    if not called and node.condition is None:
        return set()
    return {name.lower() for name in (*called, *_asked(node))} - NO_CALL


def _asked(node: Node) -> Iterator[str]:
    """Yield the functions in the condition of a block: of a CASE, those of its SWITCH."""
    for part in every(node.condition) if node.condition is not None else ():
        if part.op == "unknown" and part.name:
            yield from [part.name] if part.name.isidentifier() else called_in(part.name)


def _sets_aside(text: str) -> bool:
    """Return whether a line assigns, and to nothing that a motion runs with in a way not seen."""
    match = _ASSIGNS.match(text)
    if match is None:
        return False
    return not match[1].startswith("$") or _followed(match[1]) or bool(_ASIDE.match(match[1]))


def _followed(name: str) -> bool:
    """Return whether the modal state follows a system variable, or its setting changes no way."""
    return _MODAL.fullmatch(name.partition(".")[0]) is not None


def runs_with(node: Node, move: Move | None, controller: Controller) -> tuple[str, ...]:
    """Return the states that a motion runs with; of a point in axes, not the base."""
    act = node.act
    if not isinstance(act, Act) or act.word not in {"motion", "single"}:
        return ()
    motion, items = (act, ()) if act.word == "motion" else act.data
    joint = str(motion.data[0]).startswith("PTP")
    keys = ["tool", "load", "override", *([] if joint else ["cp", "ipo", "turns"])]
    keys += _OF_AXES if joint else []
    keys += ["arcs"] if str(motion.data[0]).startswith("CIRC") else []
    keys += ["cptp" if joint else "cdis"] if motion.data[4] else []
    posed = move is None or move.to.pose is not None
    keys += ["base"] if posed else []
    given = {_WITH[name] for name in map(_name, items or ()) if name in _WITH}
    keys = [k for k in keys if k.rstrip("123456") not in given] if given else keys
    if move is not None:
        number = controller.tools.get(move.tool, 0)
        keys += [f"data {what} {n}" for what in ("tool", "load") for n in ("*", number)]
        keys += ["data base *", f"data base {controller.frames.get(move.frame, 0)}"] * posed
    return tuple(keys)


def _name(item: str) -> str:
    return item.partition("=")[0].partition("[")[0].strip().upper()
