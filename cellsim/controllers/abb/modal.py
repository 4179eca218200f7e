"""What instructions of RAPID set for the motions after them, and which are known to be harmless.

Keys: acc (% of AccSet), speed ((override %, most mm/s) of VelSet), confl, confj, and True while a
setting has its default: singarea, pdisp (or the aggregate of PDispSet), eoffs, circle, soft, corr,
acclim. trigger NAME: the Trigger of a triggdata.
Source: RAPID instructions, functions and data types 3HAC050917.
"""

from __future__ import annotations

from collections.abc import Mapping

from cellsim.controllers.abb.acts import number_of
from cellsim.controllers.abb.triggers import OTHERS, SETS, trigger_set
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.walk import UNKNOWN, State

TRIGGERS = SETS | OTHERS

MOTIONS = frozenset(
    {"moveabsj", "movej", "movel", "movec", "movejdo", "moveldo", "movecdo"}
    | {"triggj", "triggl", "triggc", "triggabsj"}
)
START: State = {
    "acc": 100.0,
    "speed": (100.0, 1e9),
    "confl": True,
    "confj": True,
    "singarea": True,
    "pdisp": True,
    "eoffs": True,
    "circle": True,
    "soft": True,
    "corr": True,
    "acclim": True,
}
COUNTS = frozenset({"incr", "decr", "add", "clear"})
# Screen, log, clocks, supervision and load: nothing that the verdict rests on.
HARMLESS = frozenset(
    {"tpwrite", "tperase", "tpshow", "errwrite", "errlog", "clkstart", "clkstop", "clkreset"}
    | {"idelete", "isleep", "iwatch", "idisable", "ienable"}
    | {"motionsup", "uishow", "uimsgwrite", "uimsgwriteabort", "spystart", "spystop"}
)
_LOGIC = frozenset(
    {
        "gripload",
        "setdo",
        "set",
        "reset",
        "waitdi",
        "waitdo",
        "waituntil",
        "setgo",
        "waitgi",
        "waitgo",
        "waittime",
        "comment",
        "declare",
    }
    | {"label", "goto", "return", "handler", "switch", "case", "default", "endswitch"}
    | {"accset", "velset", "confl", "confj", "pathacclim", "gripload"}
    | TRIGGERS
)
# Instruction: the key it sets, and the option with which it is the default (None: never).
_PATH: Mapping[str, tuple[str, str | None]] = {
    "singarea": ("singarea", "off"),
    "pdispon": ("pdisp", None),
    "pdispset": ("pdisp", None),
    "pdispoff": ("pdisp", ""),
    "eoffson": ("eoffs", None),
    "eoffsset": ("eoffs", None),
    "eoffsoff": ("eoffs", ""),
    "cirpathmode": ("circle", "pathframe"),
    "softact": ("soft", None),
    "softdeact": ("soft", ""),
    "corrcon": ("corr", None),
    "corrdiscon": ("corr", ""),
}
_KEYS = {
    "pathacclim": "acclim",
    "confl": "confl",
    "confj": "confj",
    "accset": "acc",
    "velset": "speed",
} | {word: key for word, (key, _) in _PATH.items()}


def changes_nothing(word: str) -> bool:
    """Return whether an instruction gives no data of the program another value."""
    return word in _LOGIC or word in HARMLESS or word in _PATH


def settings(act: Act) -> dict[str, object] | None:
    """Return the modal values that an instruction sets; None for one that sets none."""
    word = act.word
    if word in {"confl", "confj"}:
        return {word: _switch(act)}
    if word == "accset":
        return {"acc": _acceleration(act)}
    if word == "velset":
        return {"speed": _override(act)}
    if word == "pathacclim":
        limits = [item.value.value for item in act.data[1]]
        return {"acclim": limits == [False, False] and not _options(act)}
    if word in TRIGGERS:
        return trigger_set(act)
    if word == "pdispset":
        return {"pdisp": _displacement(act)}
    if word in _PATH:
        key, default = _PATH[word]
        given = _options(act)
        plain = default is not None and given == ([default] if default else [])
        return {key: bool(plain and not act.data[1])}
    return None


def touched(text: str) -> dict[str, object]:
    """Return the modal values that a line which was not understood may have set."""
    lower = text.lower()
    return {key: UNKNOWN for word, key in _KEYS.items() if word in lower}


def _options(act: Act) -> list[str]:
    options, items = act.data
    return [name for name, _ in (*options, *(o for item in items for o in item.options))]


def _displacement(act: Act) -> object:
    """Return the text of PDispSet's pose: an aggregate, or the name of data."""
    options, items = act.data
    if options or len(items) != 1 or items[0].options:
        return UNKNOWN
    value = items[0].value
    if value.name == "[]":
        return str(value.value)
    return value.name if value.op == "var" else UNKNOWN


def _switch(act: Act) -> object:
    given = _options(act)
    return given[0] == "on" if given in (["on"], ["off"]) else UNKNOWN


def _numbers(act: Act) -> list[float | None]:
    return [number_of(item.value) for item in act.data[1]]


def _acceleration(act: Act) -> object:
    """Return AccSet's acceleration, at least 20 %; a ramp of less than 100 % is another jerk."""
    found = _numbers(act)
    if len(found) != 2 or found[0] is None or found[1] != 100.0 or _options(act):
        return UNKNOWN
    return min(max(found[0], 20.0), 100.0)


def _override(act: Act) -> object:
    found = _numbers(act)
    percent, most = found if len(found) == 2 else (None, None)
    if percent is None or most is None or percent <= 0.0 or most <= 0.0:
        return UNKNOWN
    return percent, most
