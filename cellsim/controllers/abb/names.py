"""What the writer calls tools, work objects and signals in RAPID."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cellsim.controllers.abb.words import RESERVED
from cellsim.controllers.writing.lines import port_of
from cellsim.controllers.writing.rewrite import identifier
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.ports import is_group
from cellsim.errors import Refused

LONGEST_NAME = 32
KINDS = ("do", "di", "go", "gi")


def data_name(letter: str, name: str) -> str:
    """Return tGripperTip for ("t", "gripper.tip"), as ABB names its data."""
    words = re.split(r"[^A-Za-z0-9]+", name)
    return identifier(letter + "".join(w[:1].upper() + w[1:] for w in words), LONGEST_NAME)


def is_name(name: str) -> bool:
    """Return whether RAPID allows a name: 32 letters, digits, underscores; no reserved word."""
    return identifier(name, LONGEST_NAME) == name and name.upper() not in RESERVED


def checked(name: str, what: str, line: int = 0) -> str:
    """Return a name that RAPID allows.

    Raises:
        Refused: It does not.
    """
    if not is_name(name):
        raise Refused("abb", f"{what} name '{name}'", line=line, source="RAPID kernel: identifiers")
    return name


def signal_name(signal: str, group: MotionGroup, line: int) -> str:
    """Return the signal's own name where RAPID allows it, else do or di and the port's number."""
    return name_of(signal, port_of("abb", group, signal, line, KINDS))


def name_of(signal: str, port: Port) -> str:
    """Return what a signal at a port is called: see `signal_name`."""
    if is_group(port) and not is_name(signal) and not port.number:
        raise Refused("abb", f"signal name '{signal}'", source="RAPID kernel: identifiers")
    return signal if is_name(signal) else f"{port.kind}{port.number}"


def refuse_twice(routines: Iterable[str], others: Iterable[str]) -> None:
    """Refuse a routine named as a signal, a variable or a label: RAPID has one space of names."""
    known = {o.lower() for o in others}
    for routine in routines:
        if routine.lower() in known:
            raise Refused("abb", f"'{routine}' as the name of a routine and of something else")
