"""HRScript in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.program import (
    Delay,
    Label,
    Raw,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.geometry import Pose

HOME_DEG = (0.0, 90.0, 0.0, 0.0, -30.0, 0.0)
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)

EDITS: dict[str, Edit] = {
    "coordinate": swap(r"Pose\(-?\d+", "Pose(12"),
    "sign": swap(r",(-?)(1\d\d\.)", r",-9\2"),
    "last digit": swap(r"(Pose\([-\d.]+)\d,", r"\g<1>7,", 1),
    "accu": swap(r"accu=0", "accu=4"),
    "tool": swap(r"tool=\d", "tool=2", 1),
    "per cent for mm": swap(r"mm/sec", "%"),
    "mm for per cent": swap(r"%,", "mm/sec,"),
    "speed": swap(r"spd=\d", "spd=9"),
    "dropped step": drop(r"move L"),
    "swapped steps": swapped(r"move [PL]"),
    "dropped axis": swap(r",[-\d.]+\)", ")"),
    "P for L": swap(r"move L", "move P"),
    "output number": swap(r"do1=", "do2="),
    "output value": swap(r"do1=1", "do1=0"),
    "input number": swap(r"wait di1", "wait di3"),
    "timeout": swap(r",2\.00,", ",20.00,"),
    "timeout label": swap(r",\*missing", ",*done"),
    "condition": swap(r"not di1", "di1"),
    "loop count": swap(r"1 to 3", "1 to 4"),
    "call": drop(r"call"),
    "goto": drop(r"goto \*done"),
    "delay": swap(r"delay 0\.50", "delay 0.55"),
    "decimal comma": swap(r"(Pose\(-?\d+)\.", r"\1,"),
    "commented out": swap(r"     do1=1", "     #do1=1"),
    "cut": cut(0.5),
    "cut at the end": cut(0.93),
    "frame": swap(r"^S1", "     selucrd 3\nS1"),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (joint(HOME_DEG, speed=Speed(1.0, "rad/s")), "rad/s"),
    (joint(HOME_DEG, zone=Zone("accu", 8.0, "level")), "levels are 0..7"),
    (joint(HOME_DEG, zone=Zone("cptp", 50.0, "%")), "only accu"),
    (joint(HOME_DEG, accel=50.0), "acceleration"),
    (joint(HOME_DEG, frame="agv"), "no user frame number"),
    (Delay(0.05, line=7), "0.1..60.0"),
    (Wait(signal_is("ready", True), 0.05, line=7), "0.1..60.0"),
    (Label("not good", line=7), "label"),
)
LINTED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, speed=Speed(0.0, "%")), "lint-speed-zero"),
    (joint(HOME_DEG, speed=Speed(120.0, "%")), "lint-speed-over-100"),
    (line(HOME_DEG), "lint-first-motion"),
    (joint(HOME_DEG, to=Target(pose=POSE)), "lint-pose-target"),
    (joint(HOME_DEG, zone=Zone("accu", 9.0, "level")), "lint-corner-level"),
    (joint(HOME_DEG, frame="agv"), "lint-frame-unset"),
    (Delay(0.09), "lint-time-range"),
    (Wait(signal_is("ready", True)), "lint-wait-forever"),
    (SetSignal("none", True), "lint-signal-unset"),
    (Raw("odd"), "lint-not-understood"),
    (joint(HOME_DEG, zone=Zone("accu", 3.0, "level")), "lint-corner-stops"),
)
KIT = Kit(
    brand="hyundai",
    robot="hyundai_hs220",
    golden_corner=Zone("accu", 3.0, "level"),
    home_deg=HOME_DEG,
    over_deg=(15.5, 80.0, -5.25, 0.0, -45.0, 90.0),
    zones={
        "joint": tuple(Zone("accu", float(v), "level") for v in (3, 1, 7)),
        "linear": tuple(Zone("accu", float(v), "level") for v in (1, 3, 6)),
    },
    speeds={
        "joint": (Speed(1.0, "%"), Speed(100.0, "%"), Speed(2.5, "s")),
        "linear": (Speed(1.0, "mm/s"), Speed(2.0, "m/s"), Speed(1.5, "s")),
    },
    main="0102_a.job",
    frame=("Hyundai Robot Job File; {}\n", "\n     end\n"),
    bare="Hyundai Robot Job File; {}\n"
    "S1   move P,spd=9%,accu=0,tool=0  [0,90,0,0,-45,0]\n     end\n",
    edits=EDITS,
    refused=REFUSED,
    linted=LINTED,
    mark=True,
)
