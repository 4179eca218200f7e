"""Functions of RAPID whose value is not known to the reader and that change nothing.

What they give is free: a condition on it is taken both ways. Source: 3HAC050917, RobotWare 6: the
names stand as functions in public lists of RAPID words; "is used to get, read, calculate, check,
convert .." say those that were looked up in a public index made of the manual (Abs to BitCheck,
StrPart to TaskRunRob); that the others change nothing is recalled (assumed). StrToVal, ReadNum and
others that give back through an argument, or wait for a device, are not among them.
"""

from __future__ import annotations

from collections.abc import Mapping

from cellsim.controllers.abb.acts import Function
from cellsim.domain.program import Expr

_NUMBERS = (
    "abs round trunc sqrt pow exp sin cos tan asin acos atan atan2 max min numtodnum dnumtonum"
    " absdnum rounddnum truncdnum distance dotprod vectmagn dim bitand bitor bitxor bitcheck"
    " bitlsh bitrsh bitneg tandnum acosdnum asindnum atandnum atan2dnum bitanddnum bitcheckdnum"
)
_TEXTS = (
    "numtostr dnumtostr valtostr strlen strpart strfind strmatch strmap strmemb strorder"
    " hextodec dectohex bytetostr strtobyte strdigcmp strdigcalc textget texttabget"
)
_STATES = (
    "clkread gettime cdate ctime opmode runmode ginput ginputdnum goutput goutputdnum ainput"
    " aoutput isfile filesize present argname robos isstopmoveact taskrunmec taskrunrob"
    " cjointt crobt cpos ctool cwobj getmotortorque"
    " ispers isvar issysid ismechunitactive issyncmoveon isstopstateevent nonmotionmode pathlevel"
    " gettaskname getsysinfo tasksinsync taskisactive taskisexecuting validio"
)
_POSES = "eulerzyx orientzyx posemult poseinv posevect offs reltool calcjointt calcrobt norient"
QUIET = frozenset(" ".join((_NUMBERS, _TEXTS, _STATES, _POSES)).lower().split())
# Functions that tell the value of a signal.
READS = frozenset({"dinput", "doutput", "testdi"})
# Words behind which a bracket is no call of a function.
NO_CALL = frozenset(
    {"if", "elseif", "while", "until", "for", "from", "to", "step", "do", "then", "test", "case"}
    | {"not", "and", "or", "xor", "div", "mod", "return"}
)
# A person answers them, and the arm stands meanwhile.
ASKS = frozenset({"uimessagebox", "uinumentry", "uinumtune", "uialphaentry", "uilistview"})
# Types of data that no motion and no output depends on but through a condition.
ASIDE = frozenset(
    {"string", "clock", "intnum", "errnum", "iodev", "socketdev", "rawbytes", "dir", "trapdata"}
    | {"errdomain", "errtype", "btnres", "buttondata", "icondata", "listitem"}
)


def is_free(expr: Expr, functions: Mapping[str, bool]) -> bool:
    """Return whether an expression has a value that is open, and reading it changes nothing.

    Args:
        functions: Those of the text (lower case), and whether they only compute.
    """
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        waiting += part.args
        if isinstance(part, Function):
            name = part.name.lower()
            if not functions.get(name, name in QUIET):
                return False
            waiting += (v for i in part.items for _, v in i.options if v is not None)
    return True


def asks(expr: Expr) -> bool:
    """Return whether an expression is a question to a person."""
    return isinstance(expr, Function) and expr.name.lower() in ASKS
