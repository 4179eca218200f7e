"""INFORM in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.along import Along
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

HOME_DEG = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)
PULSES = (1435.5, -1300.25, 1422.0, 1020.5, -980.75, 512.5)
PL_MM = (0.0, 1.0, 5.0, 12.5, 25.0, 50.0, 100.0, 150.0, 200.0)

EDITS: dict[str, Edit] = {
    "pulses": swap(r"^C00001=-?\d+", "C00001=12"),
    "sign": swap(r"^(C0000\d=)-", r"\1"),
    "last digit": swap(r"^(C00003=\d+)\d,", r"\g<1>1,"),
    "decimal comma": swap(r"^(C00001=-?\d\d)", r"\1,"),
    "fraction": swap(r"^(C00001=-?\d\d)", r"\1."),
    "dropped value": swap(r"^(C00001=.*),[-\d.]+$", r"\1"),
    "dropped position": drop(r"^C00004="),
    "swapped positions": swap(r"^C00003=(.*)\nC00004=(.*)\n", r"C00003=\2\nC00004=\1\n"),
    "position twice": swap(r"^(C00001=.*)\n", r"\1\n\1\n"),
    "position number": swap(r"MOVL C00005", "MOVL C00004"),
    "position nowhere": swap(r"MOVL C00005", "MOVL C00055"),
    "counts": swap(r"NPOS 1", "NPOS 2"),
    "counts of base": swap(r"NPOS (\d+),1", r"NPOS \1,2"),
    "base axis": swap(r"^BC00005=\d", "BC00005=9"),
    "base axis dropped": swap(r"MOVL C00005 BC00005", "MOVL C00005"),
    "base axis of another": swap(r"BC00005 V", "BC00004 V"),
    "base position dropped": drop(r"^BC00005="),
    "base axis in mm": swap(r"^BC00000=(\d\d\d\d)", "///RECTAN\nBC00000=\\1."),
    "type of position": swap(r"POSTYPE PULSE", "POSTYPE USER"),
    "mm for pulses": swap(r"///PULSE", "///RECTAN"),
    "tool": swap(r"///TOOL 2", "///TOOL 4"),
    "tool dropped": drop(r"///TOOL", 1),
    "level": swap(r"PL=0", "PL=4"),
    "level of a corner": swap(r"PL=3", "PL=8"),
    "level dropped": swap(r" PL=3", ""),
    "speed": swap(r"V=1\d+", "V=999"),
    "joint speed": swap(r"VJ=\d", "VJ=8"),
    "per cent for mm": swap(r"MOVL (C\d+ BC\d+) V=", r"MOVL \1 VJ="),
    "mm for per cent": swap(r"MOVJ (C\d+ BC\d+) VJ=", r"MOVJ \1 V="),
    "deg for mm": swap(r"MOVL (C\d+ BC\d+) V=", r"MOVL \1 VR="),
    "dropped step": drop(r"^MOVL"),
    "swapped steps": swapped(r"^MOV[JL]"),
    "J for L": swap(r"MOVL", "MOVJ"),
    "arc of two": drop(r"^MOVC C00003"),
    "arc points": swapped(r"^MOVC C0000[34]"),
    "output number": swap(r"OT#\(1\) ON", "OT#(2) ON"),
    "output value": swap(r"OT#\(1\) ON", "OT#(1) OFF"),
    "input": swap(r"WAIT IN#\(1\)", "WAIT IN#(3)"),
    "timeout": swap(r"T=2\.00", "T=20.00"),
    "timeout dropped": swap(r" T=5\.00", ""),
    "stop dropped": drop(r"^ABORT"),
    "way out": swap(r"JUMP \*MISSING IF IN#\(3\)=OFF", "JUMP *DONE IF IN#(3)=OFF"),
    "condition": swap(r"IN#\(1\)=OFF$", "IN#(1)=ON", 1),
    "and for or": swap(r"OREXP", "ANDEXP"),
    "loop count": swap(r"TO 3", "TO 4"),
    "call": drop(r"^\tCALL"),
    "jump": drop(r"^JUMP \*DONE$"),
    "label": drop(r"^\*DONE$"),
    "delay": swap(r"T=0\.50", "T=0.55"),
    "variable": swap(r"ADD R099 1", "ADD R099 2"),
    "commented out": swap(r"^DOUT", "'DOUT"),
    "shift": swap(r"^NOP", "NOP\nSFTON P001"),
    "tool changed": swap(r"^NOP", "NOP\nSETTOOL TL#(1) P001"),
    "cut": cut(0.5),
    "cut at the end": cut(0.98),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (joint(HOME_DEG, speed=Speed(100.0, "mm/s")), "speed"),
    (line(HOME_DEG, speed=Speed(10.0, "%")), "speed"),
    (joint(HOME_DEG, zone=Zone("cptp", 10.0, "%")), "only PL"),
    (joint(HOME_DEG, zone=Zone("pl", 9.0, "level")), "levels are 0..8"),
    (line(HOME_DEG, accel=10.0), "acceleration"),
    (line(HOME_DEG, frame="agv"), "has no number"),
)
LINTED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, speed=Speed(0.0, "%")), "lint-speed-zero"),
    (joint(HOME_DEG, speed=Speed(120.0, "%")), "lint-speed-over-100"),
    (joint(HOME_DEG, speed=Speed(0.005, "%")), "lint-speed-low"),
    (joint(HOME_DEG, speed=Speed(50.0, "mm/s")), "lint-speed-unit"),
    (line(HOME_DEG, speed=Speed(3.0, "s")), "lint-speed-unit"),
    (joint(HOME_DEG, accel=19.0), "lint-accel-range"),
    (line(HOME_DEG), "lint-first-motion"),
    (joint(HOME_DEG, zone=Zone("pl", 9.0, "level")), "lint-corner-level"),
    (joint(HOME_DEG, zone=Zone("cptp", 9.0, "%")), "lint-corner-level"),
    (joint(HOME_DEG, zone=Zone("pl", 3.0, "level")), "lint-corner-stops"),
    (joint(HOME_DEG, frame="agv"), "lint-frame-unset"),
    (joint(HOME_DEG, comment="문"), "lint-non-ascii"),
    (
        joint(HOME_DEG, comment="a comment that is longer than what a line holds"),
        "lint-comment-long",
    ),
    (Label("much_too_long"), "lint-label-long"),
    (Delay(0.001), "lint-time-range"),
    (Wait(signal_is("ready", True), 700.0), "lint-time-range"),
    (Wait(signal_is("ready", True)), "lint-wait-forever"),
    (SetSignal("none", True), "lint-signal-unset"),
    (Raw("MOVS C00001"), "lint-not-understood"),
    (
        Raw("MOVL C00001 V=10", comment="no PL: the corner depends on the speed"),
        "lint-level-missing",
    ),
)
KIT = Kit(
    brand="yaskawa",
    robot="yaskawa_gp180",
    golden_corner=Zone("pl", 3.0, "level"),
    home_deg=HOME_DEG,
    over_deg=(15.5, 10.0, -5.25, 0.0, -75.0, 90.0),
    zones={
        "joint": tuple(Zone("pl", float(v), "level") for v in (3, 1, 8)),
        "linear": tuple(Zone("pl", float(v), "level") for v in (1, 4, 7)),
    },
    speeds={
        "joint": (Speed(0.01, "%"), Speed(100.0, "%")),
        "linear": (Speed(0.1, "mm/s"), Speed(2.0, "m/s"), Speed(45.0, "deg/s")),
    },
    main="A.JBI",
    frame=("/JOB\n//NAME A\n//POS\n///NPOS 0,0,0,0,0,0\n//INST\n///ATTR SC,RW\nNOP\n", "\nEND\n"),
    bare="/JOB\n//NAME A\n//POS\n///NPOS 1,0,0,0,0,0\n///TOOL 0\n///POSTYPE PULSE\n///PULSE\n"
    "C00000=0,0,0,0,-90000,0\n//INST\n///ATTR SC,RW\nNOP\nMOVJ C00000 VJ=9.00 PL=0\nEND\n",
    edits=EDITS,
    refused=REFUSED,
    linted=LINTED,
    along=(Along("start"),),
    rises=True,
    stops_along=True,
    controller={"type": "YRC1000", "pl_mm": PL_MM, "pulses": PULSES},
)
