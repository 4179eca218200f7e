"""RobotText back to the text of a robot.yaml that a person can read."""

from __future__ import annotations

import json
import re

from cellsim.domain.files.robot_text import RobotText

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.\-/() ]*\Z")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_WIDTH = 100


def dump_robot(text: RobotText, comment: str = "") -> str:
    """Return robot.yaml; null stays where a figure is missing, defaults are left out.

    Args:
        text: What to write.
        comment: Lines for the top of the file, without the leading '#'.
    """
    data = text.model_dump(mode="json", exclude_defaults=True)
    lines = [f"format: {text.format}"]
    lines += [f"# {line}" for line in comment.splitlines()]
    for key in RobotText.model_fields:
        if key != "format" and key in data:
            lines += _entry(key, data[key], "")
    return "\n".join(lines) + "\n"


def _entry(key: str, value: object, indent: str) -> list[str]:
    """Return `key: value` on one line where it fits, else as a block."""
    flow = f"{indent}{key}: {_flow(value)}"
    simple = not isinstance(value, dict | list)
    if simple or (len(flow) <= _WIDTH and not _deep(value)):
        return [flow]
    lines = [f"{indent}{key}:"]
    if isinstance(value, dict):
        for inner, item in value.items():
            lines += _entry(inner, item, indent + "  ")
        return lines
    for item in value if isinstance(value, list) else []:
        lines += _item(item, indent + "  ")
    return lines


def _item(item: object, indent: str) -> list[str]:
    flow = f"{indent}- {_flow(item)}"
    if not isinstance(item, dict) or (len(flow) <= _WIDTH and not _deep(item)):
        return [flow]
    lines: list[str] = []
    for key, value in item.items():
        lines += _entry(key, value, indent + "  ")
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


def _deep(value: object) -> bool:
    """True for a list of mappings or of lists: those stand one to a line."""
    if isinstance(value, dict):
        return any(_deep(item) for item in value.values())
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, str) and (not _PLAIN.match(value) or value.lower() in _WORDS):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else json.dumps(value)
