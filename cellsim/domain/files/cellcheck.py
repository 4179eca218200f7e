"""What types cannot refuse in a cell: names that do not exist, frames in a circle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from cellsim.domain.cell import Cell, PairRule
from cellsim.domain.files.celltext import CellText, WaiverText
from cellsim.domain.files.yamltext import Lines
from cellsim.errors import UnknownName
from cellsim.geometry import Solid
from cellsim.geometry.extent import least_edge
from cellsim.messages import catalogue
from cellsim.units import mm

Key = tuple[str | int, ...]
_Use = tuple[str, str, Iterable[str], Key]
_EVENTS = ("grip", "release", "unhinged", "process", "unfasten")


def check_names(text: CellText, lines: Lines) -> None:
    """Refuse the first name (in the order of the text) that the cell does not have."""
    wrong = [
        (lines.at(*key), kind, name, tuple(existing))
        for kind, name, existing, key in _uses(text)
        if name not in existing
    ]
    if wrong:
        (file, line, column), kind, name, existing = min(wrong, key=lambda item: item[0])
        raise UnknownName(kind, name, existing, file=file, line=line, column=column)
    _check_circles(text, lines)


def _uses(text: CellText) -> Iterator[_Use]:
    """Yield every use of a name: kind, name, what exists, where."""
    yield from _place_uses(text)
    signals, devices = text.signals, text.devices
    for name, frame in text.frames.items():
        if frame.measured is not None and frame.measured.done:
            yield "signal", frame.measured.done, signals, ("frames", name, "measured", "done")
    for name, group in text.groups.items():
        at: Key = ("groups", name)
        if group.tool:
            yield "tool", group.tool, text.tools, (*at, "tool")
        for kind, used, existing in (
            ("tool", group.controller.tools, text.tools),
            ("frame", group.controller.frames, [*text.frames, "world"]),
            ("signal", group.controller.signals, signals),
        ):
            for item in used:
                yield kind, item, existing, (*at, "controller", f"{kind}s", item)
    for name, tool in text.tools.items():
        for key in ("close", "open", "closed", "opened"):
            signal = getattr(tool.gripper, key, "")
            if signal:
                yield "signal", signal, signals, ("tools", name, "gripper", key)
    for name, device in devices.items():
        at = ("devices", name)
        yield "signal", device.start, signals, (*at, "start")
        answers = [s for s, signal in signals.items() if signal.from_ == f"device:{name}"]
        yield f"signal from device:{name}", device.done, answers, (*at, "done")
        if device.tool:
            yield "tool", device.tool, text.tools, (*at, "tool")
        if device.target:
            yield "body", device.target, [*text.parts, *text.fixtures], (*at, "target")
    for name, signal in signals.items():
        sources = ["cell", *_tagged("group", text.groups), *_tagged("device", devices)]
        yield "signal source", signal.from_, sources, ("signals", name, "from")
        readers = [*text.groups, *sources]
        for i, reader in enumerate(signal.to):
            yield "signal reader", reader, readers, ("signals", name, "to", i)
    for i, clock in enumerate(text.clocks):
        for k, member in enumerate(clock.groups):
            yield "group", member, text.groups, ("clocks", i, "groups", k)
    for i, rule in enumerate(text.pair_rules):
        for key in ("start", "end"):
            event = getattr(rule, key)
            if event:
                yield "event", event, _events(text), ("pair_rules", i, key)


def _place_uses(text: CellText) -> Iterator[_Use]:
    places = frame_names(text)
    for name, frame in text.frames.items():
        yield "frame", frame.parent, places, ("frames", name, "parent")
    for name, fixture in text.fixtures.items():
        yield "frame", fixture.frame, places, ("fixtures", name, "frame")
    for name, part in text.parts.items():
        if part.hinge is not None:
            yield "frame", part.hinge.parent, places, ("parts", name, "hinge", "parent")
        else:
            yield "frame", part.frame, places, ("parts", name, "frame")
    for name, group in text.groups.items():
        yield "frame", group.frame, places, ("groups", name, "frame")
        for i, external in enumerate(group.externals):
            yield "frame", external.frame, places, ("groups", name, "externals", i, "frame")


def frame_names(text: CellText) -> list[str]:
    """Return every name that a frame, part or fixture may hang on."""
    links = [f"group:{g}.{end}" for g in text.groups for end in _ends(text, g)]
    parts, fixtures = _tagged("part", text.parts), _tagged("fixture", text.fixtures)
    return ["world", *text.frames, *links, *parts, *fixtures]


def _ends(text: CellText, group: str) -> dict[str, str]:
    """Return what may be hung on a group ("base", "positioner/flange") and where that stands."""
    found = text.groups[group]
    arms = [external.frame for external in found.externals if external.carries == "arm"]
    turned = [external.frame for external in found.externals if external.carries == "part"]
    ends = dict.fromkeys(("flange", "base"), arms[0] if arms else found.frame)
    for number, frame in enumerate(turned, start=1):
        ends[f"positioner{'' if number == 1 else number}/flange"] = frame
    return ends


def _tagged(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind}:{name}" for name in names]


def _events(text: CellText) -> list[str]:
    """Return the events a window may begin or end with; `grip:*` means any part."""
    parts = [*text.parts, "*", *_families(text.parts)]
    out = [f"{kind}:{part}" for kind in _EVENTS if kind != "process" for part in parts]
    return out + [f"process:{device}" for device in (*text.devices, "*")]


def _families(parts: Iterable[str]) -> list[str]:
    return sorted({f"{name.split('.')[0]}.*" for name in parts if "." in name})


def _check_circles(text: CellText, lines: Lines) -> None:
    """Refuse frames that hang on each other in a circle, through parts, fixtures and arms too."""
    parents = parents_of(text)
    for start in parents:
        path = [start]
        while path[-1] in parents:
            above, key = parents[path[-1]]
            if above in path:
                circle = " -> ".join([*path[path.index(above) :], above])
                raise lines.error(f"frames hang on each other in a circle: {circle}", *key)
            path.append(above)


def parents_of(text: CellText) -> dict[str, tuple[str, Key]]:
    """Return what each frame, fixture, part and link hangs on, and where that is written."""
    parents: dict[str, tuple[str, Key]] = {}
    for name, frame in text.frames.items():
        parents[name] = (frame.parent, ("frames", name, "parent"))
    for name, fixture in text.fixtures.items():
        parents[f"fixture:{name}"] = (fixture.frame, ("fixtures", name, "frame"))
    for name, part in text.parts.items():
        hung = part.hinge.parent if part.hinge else part.frame
        parents[f"part:{name}"] = (hung, ("parts", name, "frame"))
    for name in text.groups:
        for end, root in _ends(text, name).items():
            parents[f"group:{name}.{end}"] = (root, ("groups", name, "frame"))
    return parents


def check_rules(cell: Cell, lines: Lines) -> None:
    """Refuse a pair rule whose pattern is no body of this cell: a rule that would never hold."""
    bodies = _bodies(cell)
    names = list(bodies)
    for i, rule in enumerate(cell.pair_rules):
        for key in ("a", "b"):
            pattern = getattr(rule, key)
            if not any(fnmatchcase(name, pattern) for name in names):
                at = lines.at("pair_rules", i, key)
                raise UnknownName(
                    "body", pattern, names, file=at.file, line=at.line, column=at.column
                )
        _check_window(rule, i, names, lines)
        if rule.kind == "contact":
            _check_depth(rule, i, bodies, lines)


def _bodies(cell: Cell) -> dict[str, Solid]:
    """Return the bodies that pair rules may name."""
    found = {f"fixture:{name}": fixture.solid for name, fixture in cell.fixtures.items()}
    found |= {f"part:{name}": part.solid for name, part in cell.parts.items()}
    for name, group in cell.groups.items():
        found |= {f"{name}/{link.name}": link.solid for link in group.robot.links if link.solid}
        if group.tool:
            found[f"{name}/tool:{group.tool}"] = cell.tools[group.tool].solid
        for external in group.externals:
            kind = "track" if external.carries == "arm" else "positioner"
            links = external.robot.links
            found |= {f"{name}/{kind}/{link.name}": link.solid for link in links if link.solid}
    return found


def _check_depth(rule: PairRule, number: int, bodies: Mapping[str, Solid], lines: Lines) -> None:
    """Refuse a contact so deep that two of its bodies may go through each other.

    Two bodies overlap by no more than half of both their least edges together.
    """
    sides = [
        {n: least_edge(solid) for n, solid in bodies.items() if fnmatchcase(n, pattern)}
        for pattern in (rule.a, rule.b)
    ]
    pairs = [(sides[0][a] + sides[1][b], a, b) for a in sides[0] for b in sides[1] if a != b]
    least, a, b = min(pairs, default=(math.inf, "", ""))
    if rule.value_m >= least / 2.0:
        raise lines.error(
            f"a contact of {rule.value_m / mm:g} mm lets {a} through {b}", "pair_rules", number,
            "value_mm", expected=f"less than {least / 2.0 / mm:g} mm, half of what both are thick",
        )  # fmt: skip


def _check_window(rule: PairRule, number: int, names: Sequence[str], lines: Lines) -> None:
    """Refuse a window that begins or ends with any part of a pair which no part can be in."""
    parts = [name for name in names if name.startswith("part:")]
    for key in ("start", "end"):
        event = getattr(rule, key)
        any_part = "*" in event and not event.startswith("process:")
        if any_part and not any(fnmatchcase(p, x) for p in parts for x in (rule.a, rule.b)):
            raise lines.error(
                f"'{event}' is of a part of the pair, and neither '{rule.a}' nor '{rule.b}' is one",
                "pair_rules", number, key, expected=f"{event.partition(':')[0]}:PART",
            )  # fmt: skip


def check_clocks(cell: Cell, lines: Lines) -> None:
    """Refuse a group on two clocks or twice on one, and two overrides on one clock."""
    seen: set[str] = set()
    for i, clock in enumerate(cell.clocks):
        first = cell.groups[clock.groups[0]].controller.override
        for k, name in enumerate(clock.groups):
            at = ("clocks", i, "groups", k)
            if name in seen:
                raise lines.error(f"group '{name}' is on a clock already", *at)
            seen.add(name)
            override = cell.groups[name].controller.override
            if override != first:
                raise lines.error(
                    f"group '{name}' has another override range than '{clock.groups[0]}'", *at,
                    expected="one controller, one override_percent",
                )  # fmt: skip


def check_waivers(waivers: Sequence[WaiverText], lines: Lines) -> None:
    """Refuse a waiver for a rule, or a pattern of rules, that nothing is called."""
    rules = tuple(catalogue("en")["rules"])
    for number, waiver in enumerate(waivers):
        if not any(fnmatchcase(rule, waiver.rule) for rule in rules):
            file, line, column = lines.at("waivers", number, "rule")
            raise UnknownName("rule", waiver.rule, rules, file=file, line=line, column=column)
