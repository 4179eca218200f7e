"""Lines that are taken together: MOVC steps in a row, and what runs beside a motion (NWAIT).

Source: the pendant's own words for CWAIT, as an editor extension publishes them: NWAIT executes the
manipulator operation and instructions other than moves at the same time, until CWAIT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node
from cellsim.controllers.yaskawa.acts import Step
from cellsim.controllers.yaskawa.groups import read_groups

_READ = re.compile(r"(?<!\w)OT#\(\s*(\d+)\s*\)", re.IGNORECASE)
_SETS = re.compile(r"\s*(DOUT|PULSE)\b", re.IGNORECASE)


def arc_run(nodes: Sequence[Node], at: int) -> int:
    """Return how many nodes from here are MOVC steps in a row, comments between them included."""
    end, last = at, at
    while end < len(nodes):
        act = nodes[end].act
        if isinstance(act, Step) and act.word == "MOVC":
            last = end + 1
        elif end == at or not is_word(nodes[end], "comment"):
            break
        end += 1
    return last - at


def beside(nodes: Sequence[Node], at: int) -> list[Node] | None:
    """Return the outputs that are set as a motion with NWAIT begins; None where other lines run.

    A motion that another follows at once runs as without NWAIT.
    """
    act = nodes[at].act
    if not isinstance(act, Step) or "NWAIT" not in act.words or act.word == "MOVC":
        return None
    found: list[Node] = []
    for node in nodes[at + 1 :]:
        if isinstance(node.act, Step) or is_word(node, "cwait", "end"):
            return found
        if not is_word(node, "output", "group", "pulse", "comment", "harmless"):
            return None
        found.append(node)
    return None


def read_outputs(texts: Iterable[str]) -> set[int]:
    """Return the numbers of outputs that lines read."""
    every = list(texts)
    found = {int(n) for text in every if not _SETS.match(text) for n in _READ.findall(text)}
    return found | read_groups(every)
