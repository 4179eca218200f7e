"""Checks of signals and ports across a cell: numbers taken twice, bits, widths, first values."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.cell import Cell
from cellsim.domain.controller import Port
from cellsim.domain.files.cellcheck import Key
from cellsim.domain.files.yamltext import Lines
from cellsim.domain.ports import bits_of, can_be, is_group, is_output, port_text, width_of


def check_ports(cell: Cell, lines: Lines) -> None:
    """Refuse two signals on one number or bit, an output that is read, and values out of range.

    A bit of a group that is a signal of its own too is bad input: whoever sets one changes the
    other, and no program would say so.
    """
    for name, group in cell.groups.items():
        seen: dict[tuple[str, int], tuple[str, Port]] = {}
        for signal, port in group.controller.signals.items():
            at = ("groups", name, "controller", "signals", signal)
            for kind, number in _places(port):
                other, its = seen.setdefault((kind, number), (signal, port))
                if other != signal:
                    by = f"'{other}' ({port_text(its)})" if is_group(its) else f"'{other}'"
                    raise lines.error(f"{kind} {number} is taken by {by}", *at)
            own = cell.signals[signal].source == f"group:{name}"
            if own != is_output(port):
                kind = port.kind.replace("i", "o") if own else port.kind.replace("o", "i")
                source = cell.signals[signal].source
                raise lines.error(
                    f"'{signal}' comes from {source} and is {port.kind} here", *at, expected=kind
                )
            width = width_of(cell, signal)
            if is_group(port) != bool(width) or (width and port.width != width):
                elsewhere = f"{width} bits" if width else "a single signal"
                raise lines.error(f"'{signal}' is {port_text(port)}", *at, expected=elsewhere)
    _check_first_values(cell, lines)
    _check_switched(cell, lines)


def _places(port: Port) -> Iterator[tuple[str, int]]:
    """Yield what a port takes: the number of its group, and its signals."""
    if is_group(port) and (port.number or port.first is None):
        yield port.kind, port.number
    yield from bits_of(port)


def _check_first_values(cell: Cell, lines: Lines) -> None:
    for name, signal in cell.signals.items():
        width = width_of(cell, name)
        if not can_be(signal.initial, width) and not (width and signal.initial is False):
            expected = f"a whole number from 0 to {2**width - 1}" if width else "true or false"
            at = ("signals", name, "initial")
            raise lines.error(f"'{name}' begins with {signal.initial:g}", *at, expected=expected)


def _check_switched(cell: Cell, lines: Lines) -> None:
    """Refuse a group where a device, a gripper or a measurement needs a single signal."""
    for signal, at in _switched(cell):
        width = width_of(cell, signal)
        if width:
            raise lines.error(
                f"'{signal}' is a group of {width} bits", *at, expected="a single signal"
            )


def _switched(cell: Cell) -> Iterator[tuple[str, Key]]:
    for name, device in cell.devices.items():
        yield device.start, ("devices", name, "start")
        yield device.done, ("devices", name, "done")
    for name, tool in cell.tools.items():
        for key in ("close", "open", "closed", "opened"):
            if tool.gripper is not None:
                yield getattr(tool.gripper, key), ("tools", name, "gripper", key)
    for name, frame in cell.frames.items():
        if frame.measured_by:
            yield frame.measured_by, ("frames", name, "measured", "done")
