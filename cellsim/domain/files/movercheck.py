"""What types cannot refuse of moving fixtures: goals out of reach, what may not hang on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cellsim.domain.files.celltext import CellText
from cellsim.domain.files.movertext import DeviceText, FixtureJointText
from cellsim.domain.files.yamltext import Lines
from cellsim.errors import UnknownName

Key = tuple[str | int, ...]
Parents = Mapping[str, tuple[str, Key]]


def check_movers(text: CellText, parents: Parents, lines: Lines) -> None:
    """Refuse devices that cannot move what they name, and what cannot follow a moving fixture.

    Args:
        parents: What each frame, fixture, part and link hangs on, and where that is written.
    """
    movers = {name: f.joint for name, f in text.fixtures.items() if f.joint is not None}
    for name, device in text.devices.items():
        if device.effect == "move":
            _check_goals(device, movers, lines, ("devices", name))
            _check_alone(text, name, lines)
    for name in movers:
        carrier = next((a for a in _above(f"fixture:{name}", parents) if a[:6] == "group:"), "")
        if carrier:
            raise lines.error(
                f"'{name}' moves and hangs on {carrier}, which moves too", "fixtures", name,
                "frame", expected="a frame that stands in the world, or on a moving fixture",
            )  # fmt: skip
    _check_riders(text, parents, movers, lines)


def _check_alone(text: CellText, name: str, lines: Lines) -> None:
    """Refuse a device that brings its target back where another one moves that too."""
    device = text.devices[name]
    same = [n for n, d in text.devices.items() if d.target == device.target]
    others = [n for n in same if n != name and text.devices[n].effect == "move"]
    back = next((k for k in ("back_mm", "back_deg") if getattr(device, k) is not None), "")
    if others and back:
        raise lines.error(
            f"'{name}' brings '{device.target}' back, and '{others[0]}' moves it too",
            "devices", name, back, expected="one device, or two that leave it where it is",
        )  # fmt: skip


def _check_riders(text: CellText, parents: Parents, movers: Iterable[str], lines: Lines) -> None:
    """Refuse measured frames, groups and frames of controllers that would ride on a fixture."""
    for name, frame in text.frames.items():
        carrier = _fixture_below(name, parents, movers)
        if carrier and frame.measured is not None:
            raise lines.error(
                f"'{name}' is measured and hangs on {carrier}, which moves", "frames", name,
                "parent", expected="a measured frame that stands in the world",
            )  # fmt: skip
    for name, group in text.groups.items():
        ends = [key for key in parents if key.startswith(f"group:{name}.")]
        carrier = next((c for end in ends if (c := _fixture_below(end, parents, movers))), "")
        if carrier:
            raise lines.error(
                f"group '{name}' stands on {carrier}, which moves", "groups", name, "frame",
                expected="a group that stands in the world or on its own track",
            )  # fmt: skip
        for number in group.controller.frames:
            carrier = _fixture_below(number, parents, movers)
            if carrier:
                raise lines.error(
                    f"'{number}' hangs on {carrier}, which moves: a controller's frame stands",
                    "groups", name, "controller", "frames", number,
                    expected="a frame that stands in the world",
                )  # fmt: skip


def _check_goals(
    device: DeviceText, movers: Mapping[str, FixtureJointText], lines: Lines, at: Key
) -> None:
    if device.target not in movers:
        place = lines.at(*at, "target")
        raise UnknownName(
            "fixture with a joint", device.target, movers, file=place.file, line=place.line,
            column=place.column,
        )  # fmt: skip
    joint = movers[device.target]
    unit = "mm" if joint.kind == "prismatic" else "deg"
    low, high, _ = joint.values()
    for key in ("to_mm", "to_deg", "back_mm", "back_deg"):
        value = getattr(device, key)
        if value is None:
            continue
        if not key.endswith(unit):
            wanted = f"{key.partition('_')[0]}_{unit}"
            raise lines.error(
                f"{key} of a device that moves '{device.target}', a {joint.kind} joint", *at, key,
                expected=wanted,
            )  # fmt: skip
        if not low <= value <= high:
            raise lines.error(
                f"{key}: {value:g}", *at, key,
                expected=f"{low:g} to {high:g}, the limits of '{device.target}'",
            )  # fmt: skip


def _above(name: str, parents: Parents) -> Iterable[str]:
    """Yield what something hangs on, the nearest first (circles are refused before)."""
    while name in parents:
        name = parents[name][0]
        yield name


def _fixture_below(name: str, parents: Parents, movers: Iterable[str]) -> str:
    found = {f"fixture:{mover}" for mover in movers}
    return next((above for above in _above(name, parents) if above in found), "")
