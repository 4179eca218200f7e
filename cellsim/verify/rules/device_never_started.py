"""Rule device-never-started."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.cell import Cell
from cellsim.domain.program import SetSignal
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import statements_of
from cellsim.domain.wiring import Device
from cellsim.simulate.lower import lower
from cellsim.simulate.wires import signals_read
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def device_never_started(context: Context) -> Outcome:
    """A door or another machine of the cell is moved by no program, nor awaited.

    What: a device that acts on no part, fixture or tool of the model (a machine's door), whose
        start is an output of a group of this job, is started by no program, and no program waits
        for what it confirms or branches on it.
    Why: the cell is drawn as it is after the device has moved, and is judged so: a robot may go
        through a door that is still shut.
    Limit: each such device is started, or its confirming signal is read.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    cell = context.cell
    programs = [lower(p, cell) for p in context.timeline.job.programs.values()]
    everything = [s for program in programs for s in statements_of(program)]
    started = {s.signal for s in everything if isinstance(s, SetSignal)}
    read = {name for s in everything for name in signals_read(s)}
    devices = list(_doors(cell, frozenset(context.timeline.job.programs)))
    return outcome(
        len(devices),
        (
            Finding(
                "device-never-started",
                Severity.UNDECIDED,
                device.name,
                file=programs[0].file if programs else "",
                facts={"start": device.start, "done": device.done},
                help="start-device",
            )
            for device in devices
            if device.start not in started and device.done not in read
        ),
    )


def _doors(cell: Cell, groups: frozenset[str]) -> Iterator[Device]:
    """Yield the devices that a group of the job starts and that act on nothing in the model."""
    for device in cell.devices.values():
        signal = cell.signals.get(device.start)
        kind, _, name = signal.source.partition(":") if signal else ("", "", "")
        if kind == "group" and name in groups and not (device.effect or device.tool):
            yield device
