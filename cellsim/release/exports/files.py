"""Which exports there are, and the one place that writes them and holds them against the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cellsim.domain.job import Job
from cellsim.domain.timeline import Timeline
from cellsim.errors import UnknownName
from cellsim.release.exports.ros2 import FORMAT as ROS2
from cellsim.release.exports.ros2 import differences_ros2, write_ros2
from cellsim.release.exports.table import FORMAT as CSV
from cellsim.release.exports.table import differences_csv, write_csv

FOLDER = "exports"
EXPORTED = (
    "exports/ is the timeline of the typical acceleration class, proven as such: a player that"
    " keeps its times and its events runs what was verified; ROS 2 goals do not stop at waits"
)


@dataclass(frozen=True)
class Export:
    """One kind of export: its format, the end of its names, how it is written and compared."""

    format: str
    suffix: str
    write: Callable[[Timeline, str], bytes]
    differences: Callable[[bytes, Timeline, str], list[str]]


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        "csv": Export(CSV, ".timeline.csv", write_csv, differences_csv),
        "ros2": Export(ROS2, ".goals.json", write_ros2, differences_ros2),
    }
)


# Releases before November 2026 named the goals so; their content is the same and still checked.
_OLD_SUFFIXES = {".goals.yaml": ".goals.json"}


def known_exports(names: Sequence[str]) -> tuple[str, ...]:
    """Return the asked exports once each; UnknownName says which there are."""
    for name in names:
        if name not in EXPORTS:
            raise UnknownName("export", name, EXPORTS)
    return tuple(dict.fromkeys(names))


def export_files(timeline: Timeline, job: Job, names: Sequence[str]) -> dict[str, bytes]:
    """Return release path to bytes of the exports of every program of a job."""
    return {
        f"{FOLDER}/{group}{EXPORTS[name].suffix}": EXPORTS[name].write(timeline, group)
        for name in known_exports(names)
        for group in sorted(job.programs)
    }


def export_differences(files: Mapping[str, bytes], timeline: Timeline) -> list[str]:
    """Return what the exports among released files say otherwise than the verified timeline."""
    found: list[str] = []
    for path, data in sorted(files.items()):
        folder, _, name = path.partition("/")
        if folder != FOLDER:
            continue
        group, _, rest = name.partition(".")
        suffix = _OLD_SUFFIXES.get(f".{rest}", f".{rest}")
        kinds = [e for e in EXPORTS.values() if e.suffix == suffix]
        if not kinds or group not in timeline.tracks:
            found.append(f"{path} is no export that is known")
            continue
        found += [f"{path}: {what}" for what in kinds[0].differences(data, timeline, group)]
    return found
