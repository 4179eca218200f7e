"""What an instruction that sets a frame, tool, payload or parameter leaves in the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cellsim.controllers.fanuc import modal
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.losing import set_on
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.program import Statement


def taken(
    act: Act, state: State, file: str, keys: Iterable[str], line: Line, collector: Collector
) -> tuple[Mapping[str, object], list[Statement]]:
    """Return what an instruction sets, and its text where that is not known; a load must be the
    tool's.

    Args:
        file: Whose points it names. keys: All keys that the text may set.
    """
    found = modal.settings(act, state, file, keys)
    if found is None:
        return {}, [collector.keep(line, "a system parameter")]
    if "override" in found and not _is_override(found):
        found = {"override": UNKNOWN}
    if UNKNOWN in found.values():
        return found, [collector.keep(line, "a value that is not known here")]
    tool = state.get("utool", UNKNOWN)
    if "payload" in found and isinstance(tool, int) and found["payload"] != tool:
        found = {"payload": UNKNOWN}
        return found, [
            collector.keep(line, f"payload number is not that of the tool{set_on(state, 'utool')}")
        ]
    return found, []


def _is_override(found: Mapping[str, object]) -> bool:
    value = found["override"]
    return isinstance(value, float) and 1.0 <= value <= 100.0
