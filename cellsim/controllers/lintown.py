"""The sources of lint items whose finding names none: rules of our own, with why, and manuals.

Where text and cell do not number the same things, none is claimed: either may be at fault.
"""

from __future__ import annotations

from collections.abc import Mapping

_OURS = "our own rule"
_RANGE = "the ranges of the controller's manual, as the README of the language has them"

SOURCES: Mapping[str, str] = {
    "corner-level": _RANGE,
    "empty": f"{_OURS}: a program that moves nothing is hardly meant",
    "group-undeclared": f"{_OURS}: its outputs are taken for none that the cell names",
    "job-number": _RANGE,
    "needs-cell": f"{_OURS}: what only a cell says is not checked, not wrong",
    "not-understood": f"{_OURS}: nothing is said of what a line does that was not read",
    "number-range": _RANGE,
    "pose-target": f"{_OURS}: no manual that was read gives the order of the angles",
    "signal-value": f"{_OURS}: what does not fit into the bits is lost on the wires",
    "speed-low": _RANGE,
    "speed-over-100": f"{_OURS}: no axis turns faster than its largest speed",
    "tool-mass": f"{_OURS}: controllers plan accelerations with the load, 0 is hardly meant",
    "wait-forever": f"{_OURS}: if its signal does not come, the cell stands and nobody is told",
}

WITHOUT = frozenset({"frame-unset", "signal-unset", "tool-unset"})
