"""What a motion of RAPID runs with beside its arguments, and which lines may have set that.

A motion names target, speed, corner, tool and work object. AccSet, VelSet, the displacement, the
offset of external axes and the monitoring of configurations it does not name. A procedure or a
function that no module given holds, or that is not read, may set all of them, and give data of the
modules that is not constant, tooldata and wobjdata among it, other values (see `reachable`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from cellsim.controllers.abb import modal
from cellsim.controllers.abb.acts import Function
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.fold import Timed
from cellsim.controllers.abb.functions import ASKS, NO_CALL, QUIET, READS
from cellsim.controllers.abb.reachable import others_may_set
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.values import every
from cellsim.domain.program import Move

STATES: Mapping[str, str] = {
    "acc": "acceleration",
    "acclim": "acceleration",
    "speed": "speed",
    "confl": "configuration",
    "confj": "configuration",
    "singarea": "path mode",
    "circle": "orientation on the way",
    "pdisp": "shift of targets",
    "eoffs": "external axes",
    "soft": "path mode",
    "corr": "path mode",
    "data tool": "tool",
    "data frame": "frame",
    "data target": "target",
    "data speed": "speed",
    "data corner": "corner",
}
# Several robots that move together: the motions between say so themselves (\\ID).
_TOGETHER = frozenset({"syncmoveon", "syncmoveoff", "syncmoveundo"})
_MOVES = re.compile(
    r"(?:move|trigg(?:l|c|j|abs|lios)|search|indamove|indrmove|indcmove|inddmove)\w*"
)
_KNOWN = NO_CALL | QUIET | ASKS | READS
# Instructions and functions that set nothing but what they name. In full: a procedure WaitForPart
# of a module that is not given is none of them. Source: 3HAC050917, RobotWare 6: all these names
# but `triggabsj` stand in public lists of RAPID words; what SetDO, WaitTime, WaitSyncTask, Write
# and others do was looked up in a public index made of the manual, the rest is recalled.
_LEAVE = re.compile(
    r"set[adg]o|set|reset|invertdo|pulsedo"
    r"|wait(?:[adg][io]|load|rob|sensor|synctask|testandset|time|until)|stop(?:move(?:reset)?)?"
    r"|break|exit(?:cycle)?|return|goto|label|comment|declare|assign|incr|decr|add|clear|bitset"
    r"|bitclear|tp(?:erase|read(?:d?num|fk)|show|write)"
    r"|ui(?:msg(?:box|write(?:abort)?)|show|dnum(?:entry|tune)|clientexist)|bookerrno"
    r"|resetretrycount|skipwarn|texttabinstall|gettrapdata|makedir|remove(?:dir|file)"
    r"|(?:rename|copy)file|opendir|closedir|save"
    r"|err(?:log|raise|write)|raise|trynext|retry|open|close|rewind"
    r"|write(?:anybin|bin|block|rawbytes|strbin|var)?"
    r"|read(?:anybin|bin|block|cfgdata|dir|errdata|motor|num|rawbytes|str(?:bin)?|var)"
    r"|socket(?:accept|bind|close|connect|create|getstatus|listen|peek|receive(?:from)?|send(?:to)?)"
    r"|(?:un)?packrawbytes|packdnheader|clk(?:read|reset|start|stop)|idelete|isleep|iwatch|idisable"
    r"|ienable|isignal[adg][io]|itimer|ipers|ivarvalue|ierror|connect|spy(?:start|stop)|gripload"
    r"|testsign(?:define|read|reset)|handler|switch|case|default|endswitch|motionsup"
    r"|trigg(?:absj|c|checkio|data(?:copy|reset|valid)|equip|int|io|j|jios|l|lios|rampao|speed"
    r"|stopproc)|search(?:c|extj|l)|move(?:absj|extj|[cjl](?:[adg]o|sync)?)|actunit|deactunit"
    r"|eventtype|wz(?:boxdef|cyldef|disable|doset|enable|free|homejointdef|limjointdef|limsup"
    r"|sphdef)|mechunitload"
)
# Those that give data another value which no word of the line names, and the states they lose: "to
# set a value for a data object that is specified with a string variable", all objects of a type;
# "the moving work object (coordinate system) to which the robot position .. is related".
_DATA = tuple(key for key in STATES if key.startswith("data "))
_LOSE: Mapping[str, tuple[str, ...]] = {
    "actunit": ("eoffs",),
    "deactunit": ("eoffs",),
    "setdataval": _DATA,
    "setalldataval": _DATA,
    "waitwobj": ("data frame",),
}


def may_lose(node: Node, known: Collection[str], functions: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    known: Procedures (lower case) whose lines are read. functions: Those of the text, and whether
    they only compute; procedures whose lines are not read do not.
    """
    act = node.act
    if isinstance(act, Act) and act.word == "comment":
        return ()
    word = act.word if isinstance(act, Act) else _first(node.line.text)
    own = not functions.get(word, True)
    if word in _LOSE and not own and word not in known:
        return _LOSE[word]
    leaves = (_LEAVE.fullmatch(word) and not own) or word in known or word in _TOGETHER
    strange = isinstance(act, Act | NotUnderstood) and not leaves
    strange = strange and (own or not modal.changes_nothing(word)) and not _assigns(node.line.text)
    if isinstance(act, Act) and modal.settings(act) is not None:
        return ()
    text = node.line.text
    if isinstance(act, Act) and word in known:
        text = text[len(_first(text)) :]  # `rGo (n+1)*2;` is no function
    named = {n.lower() for n in called_in(text)}
    asked = every(node.condition) if node.condition is not None else ()
    named |= {part.name.lower() for part in asked if isinstance(part, Function)}
    odd = {n for n in named if not functions.get(n, n in _KNOWN or n in known)}
    odd = {n for n in odd if n in functions or not _LEAVE.fullmatch(n)}
    odd = set() if isinstance(act, Timed) else odd
    return tuple(STATES) if strange or odd else ()


def moves(node: Node) -> bool:
    """Return whether a line is a motion of any kind, understood or not."""
    act = node.act
    word = act.word if isinstance(act, Act) else _first(node.line.text)
    return isinstance(act, Act | NotUnderstood) and _MOVES.fullmatch(word) is not None


def _first(text: str) -> str:
    found = re.match(r"\s*([A-Za-z_]\w*)", text)
    return "" if found is None else found[1].lower()


def _assigns(text: str) -> bool:
    return re.match(r"\s*[A-Za-z_][\w.{},\s]*:=", text) is not None


def runs_with(
    node: Node, move: Move | None, externals: bool, table: Table, routine: str
) -> tuple[str, ...]:
    """Return the states that a motion runs with.

    externals: The group has external axes. table, routine: What its names mean.
    """
    act = node.act
    if not isinstance(act, Act) or act.word not in modal.MOTIONS:
        return ()
    keys = ["acc", "acclim", "speed", "soft", "corr", *(["eoffs"] if externals else [])]
    axes = act.word in {"moveabsj", "triggabsj"}
    keys += [] if axes else ["pdisp"]
    joint = axes or act.word in {"movej", "movejdo", "triggj"}
    keys += ["confj" if joint else "confl"] if not axes else []
    keys += [] if joint else ["singarea"]
    keys += ["circle"] if move is not None and move.kind == "circular" else []
    return (*keys, *others_may_set(act, table, routine))
