"""Ports as cell files write them, the bits of groups, and the values that signals can take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from cellsim.domain.cell import Cell
from cellsim.domain.controller import Controller, Port

WIDEST = 32
# `do 5`; groups: `do 9..12` by their bits, `go 1 do 9..12` with a number too, `go 1 of 4 bits`.
PATTERN = (
    r"^([dr][io] [0-9]{1,5}|d[io] [0-9]{1,5}\.\.[0-9]{1,5}"
    r"|go [0-9]{1,5} do [0-9]{1,5}\.\.[0-9]{1,5}|gi [0-9]{1,5} di [0-9]{1,5}\.\.[0-9]{1,5}"
    r"|g[io] [0-9]{1,5} of [0-9]{1,2} bits?)$"
)
_SPAN = re.compile(r"d([io]) (\d+)\.\.(\d+)$")
_BITS = re.compile(r"(g[io]) (\d+) of (\d+) bits?$")


def port_of_text(text: str) -> Port | None:
    """Return the port of a text that fits PATTERN; None for no bits, or more than 32."""
    span, bits = _SPAN.search(text), _BITS.match(text)
    if span is not None:
        number = int(text.split()[1]) if text.startswith("g") else 0
        first, last = int(span[2]), int(span[3])
        port = Port(cast(Literal["go", "gi"], f"g{span[1]}"), number, first, last - first + 1)
    elif bits is not None:
        port = Port(cast(Literal["go", "gi"], bits[1]), int(bits[2]), None, int(bits[3]))
    else:
        kind, number_text = text.split()
        return Port(cast(Literal["do", "di", "ro", "ri"], kind), int(number_text))
    return port if 1 <= port.width <= WIDEST else None


def port_text(port: Port) -> str:
    """Return a port as a cell file writes it."""
    if not is_group(port):
        return f"{port.kind} {port.number}"
    if port.first is None:
        return f"{port.kind} {port.number} of {port.width} bit{'s' if port.width > 1 else ''}"
    span = f"d{port.kind[1]} {port.first}..{port.first + port.width - 1}"
    return f"{port.kind} {port.number} {span}" if port.number else span


def is_group(port: Port) -> bool:
    """Return whether a port is a group of outputs or inputs."""
    return port.kind in ("go", "gi")


def is_output(port: Port) -> bool:
    """Return whether the controller sets what is at a port."""
    return port.kind in ("do", "ro", "go")


def bits_of(port: Port) -> tuple[tuple[str, int], ...]:
    """Return kind and number of the signals at a port, lowest bit first; () of unnumbered bits."""
    if not is_group(port):
        return ((port.kind, port.number),)
    if port.first is None:
        return ()
    return tuple((f"d{port.kind[1]}", port.first + i) for i in range(port.width))


def groups_of(controller: Controller) -> Iterator[tuple[str, Port]]:
    """Yield name and port of every group of a controller."""
    for name, port in controller.signals.items():
        if is_group(port):
            yield name, port


def signal_numbers(controller: Controller) -> dict[str, int]:
    """Return the number of every signal, of a group its own and those of its outer bits."""
    found: dict[str, int] = {}
    for name, port in controller.signals.items():
        bits = bits_of(port)
        if not is_group(port) or port.number or not bits:
            found[name] = port.number
        if is_group(port) and bits:
            found |= {f"{name}, first bit": bits[0][1], f"{name}, last bit": bits[-1][1]}
    return found


def width_of(cell: Cell, signal: str) -> int:
    """Return how many bits a signal of a cell has where controllers know it as a group; else 0."""
    for group in cell.groups.values():
        port = group.controller.signals.get(signal)
        if port is not None and is_group(port):
            return port.width
    return 0


def can_be(value: bool | float, width: int) -> bool:
    """Return whether a signal takes a value: on or off (width 0), or a whole number in its bits."""
    if width == 0:
        return isinstance(value, bool)
    whole = not isinstance(value, bool) and float(value).is_integer()
    return whole and 0.0 <= value < 2.0**width
