"""Who speaks to whom over a signal of a cell, grippers and devices by their names."""

from __future__ import annotations

from cellsim.domain.cell import Cell
from cellsim.domain.wiring import Signal


def ends_of(signal: Signal, cell: Cell) -> tuple[str, tuple[str, ...]]:
    """Return (sender, readers): groups, devices, tools that grip by it, or "cell"."""
    grippers = {t.name: t.gripper for t in cell.tools.values() if t.gripper is not None}
    name = signal.name
    answers = (tool for tool, g in grippers.items() if name in (g.closed, g.opened))
    sender = next(answers, signal.source.rpartition(":")[2])
    acting = [tool for tool, g in grippers.items() if name in (g.close, g.open)]
    acting += [device.name for device in cell.devices.values() if device.start == name]
    readers = (reader.rpartition(":")[2] for reader in signal.readers)
    return sender, tuple(dict.fromkeys((*readers, *acting)))
