"""The file of readings: what is expected, and what the operator reads; `cellsim/probe@1`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from cellsim.domain.files.yamltext import FileModel, Strict, load_yaml
from cellsim.errors import BadInput
from cellsim.probe.pendant import Pendant, Reading


class ReadingText(Strict):
    """One reading; what was not read is null."""

    axes: dict[str, float | None]
    pose: dict[str, float | None]
    config: str = ""


class PoseText(Strict):
    """One pose: what the pendant must show, and what it shows."""

    number: int
    expected: ReadingText
    read: ReadingText


class ProbeText(FileModel):
    """A file of readings."""

    noun = "probe"
    cell: str
    variant: str
    group: str
    brand: str
    certificate: str
    operator: str = ""
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    controller_serial: str = ""
    poses: tuple[PoseText, ...] = Field(min_length=1, max_length=50)


def probe_text(
    head: Mapping[str, str], pendant: Pendant, tool: str, readings: Sequence[Reading]
) -> str:
    """Return the file of readings, empty where the operator writes."""
    lines = ["format: cellsim/probe@1"]
    lines += [f"# Single step, at reduced speed. Active tool: {tool or 'the bare flange'};"]
    lines += [f"# X Y Z and {' '.join(pendant.angles.names)} ({pendant.angles.unit}) in: "]
    lines[-1] += f"{pendant.frame}. Write what the pendant shows over each null; leave what"
    lines += ["# you cannot read. Then: cellsim probe --confirm THIS_FILE --cell CELL"]
    lines += [f"{key}: {json.dumps(value)}" for key, value in head.items()]
    lines += ['operator: ""', 'date: ""  # YYYY-MM-DD', 'controller_serial: ""', "poses:"]
    for number, reading in enumerate(readings, start=1):
        lines.append(f"- number: {number}")
        lines.append("  expected:")
        lines += [f"    {line}" for line in _values(reading, empty=False)]
        lines.append("  read:")
        lines += [f"    {line}" for line in _values(reading, empty=True)]
    return "\n".join(lines) + "\n"


def _values(reading: Reading, empty: bool) -> list[str]:
    return [
        f"axes: {_row(reading.axes, 3, empty)}",
        f"pose: {_row(reading.pose, 5, empty)}",
        f"config: {json.dumps('' if empty else reading.config)}",
    ]


def _row(values: Mapping[str, float], digits: int, empty: bool) -> str:
    shown = {n: "null" if empty else f"{v:.{digits}f}" for n, v in values.items()}
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in shown.items()) + "}"


def load_probe(path: str | Path) -> ProbeText:
    """Return the readings of a file; BadInput with file, line and column."""
    text, lines = load_yaml(path, ProbeText)
    for number, pose in enumerate(text.poses):
        for part in ("axes", "pose"):
            wanted, given = getattr(pose.expected, part), getattr(pose.read, part)
            if {*wanted} != {*given}:
                raise lines.error(
                    f"'read' has {', '.join(given)}", "poses", number, "read", part,
                    expected=", ".join(wanted),
                )  # fmt: skip
    return text


def must_be_signed(text: ProbeText, file: str) -> None:
    """Refuse readings without who, when and which controller."""
    for name in ("operator", "date", "controller_serial"):
        if not getattr(text, name).strip():
            raise BadInput(f"'{name}' is empty", file=file, expected="who read, when, where")
