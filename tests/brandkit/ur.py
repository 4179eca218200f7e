"""URScript in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.program import Goto, Label, Speed, Statement, Target, Wait, Zone, signal_is
from cellsim.geometry import Pose

HOME_DEG = (0.0, -90.0, 90.0, -90.0, -90.0, 0.0)
FAR = Pose.translation(80.0, 0.0, 0.6)

EDITS: dict[str, Edit] = {
    "coordinate": swap(r"p\[-?\d\.\d", "p[0.9", 5),
    "sign": swap(r"movej\(\[-?", "movej([-1"),
    "last digit": swap(r"(movej\(\[[-\d.]+)\d,", r"\g<1>7,"),
    "mm for m": swap(r"movel\(p\[-?\d\.", "movel(p[12."),
    "corner": swap(r", r=0\.0055", ""),
    "corner size": swap(r"r=0\.0055", "r=0.055"),
    "tcp": swap(r"set_tcp\(p\[0\.0", "set_tcp(p[0.1", 1),
    "tcp dropped": drop(r"set_tcp", 2),
    "payload": swap(r"payload\(12", "payload(15"),
    "deg for rad": swap(r"v=0\.", "v=30.", 1),
    "acceleration": swap(r"a=1\.4", "a=2.4"),
    "dropped motion": drop(r"movel"),
    "swapped motions": swapped(r"movej\("),
    "movej for movel": swap(r"movel", "movej"),
    "output number": swap(r"out\(1, True", "out(2, True"),
    "output kind": swap(r"set_standard", "set_tool", 1),
    "output value": swap(r"\(1, True", "(1, False"),
    "input": swap(r"in\(1\)", "in(3)"),
    "timeout": swap(r">= 2\.000", ">= 20.000"),
    "condition": swap(r"while not get", "while get"),
    "loop count": swap(r"< 3:", "< 4:"),
    "call": drop(r"^  second\(\)"),
    "sleep": swap(r"sleep\(0\.500", "sleep(0.550"),
    "missing comma": swap(r"(movel\(p\[[-\d.]+),", r"\1 "),
    "commented out": swap(r"^  set_standard_digital_out\(1", "  #set_standard_digital_out(1"),
    "circle": swap(r"movec\((p\[.*?\]), (p\[.*?\])", r"movec(\2, \1"),
    "cut": cut(0.5),
    "cut at the end": cut(0.995),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (line(HOME_DEG, speed=Speed(50.0, "%")), "speed"),
    (joint(HOME_DEG, zone=Zone("accu", 2.0, "level")), "only a radius"),
    (joint(HOME_DEG, frame="agv"), "would not follow"),
    (line(HOME_DEG, frame="agv"), "measured frame"),
    (Goto("other", line=7), "none"),
    (Wait(signal_is("ready", True), 2.0, "other", line=7), "jumps"),
)
LINTED: tuple[tuple[Statement, str], ...] = (
    (Label("x"), "lint-jump"),
    (joint(HOME_DEG, zone=Zone("radius", 9.0, "mm")), "lint-corner-stops"),
)
KIT = Kit(
    brand="ur",
    robot="ur10e",
    golden_corner=Zone("radius", 20.0, "mm"),
    home_deg=HOME_DEG,
    over_deg=(15.5, -80.0, 95.25, -90.0, -90.0, 90.0),
    zones={
        "joint": tuple(Zone("radius", v, "mm") for v in (20.0, 0.1, 300.0)),
        "linear": tuple(Zone("radius", v, "mm") for v in (5.5, 0.1, 300.0)),
    },
    speeds={
        "joint": (Speed(1.0, "%"), Speed(100.0, "%"), Speed(1.0, "rad/s")),
        "linear": (Speed(1.0, "mm/s"), Speed(2.0, "m/s")),
    },
    main="a.script",
    frame=("def a():\n", "\nend\n"),
    bare="def a():\nset_tcp(p[0,0,0,0,0,0])\nmovel(p[0.3,0.2,0.1,0,3,0])\nend\n",
    edits=EDITS,
    refused=REFUSED,
    linted=LINTED,
    jumps=False,
    track=False,
    numbers_tools=False,
    crlf=False,
    golden_frame="world",
)
