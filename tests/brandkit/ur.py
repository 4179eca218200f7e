"""URScript in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.controller import Port
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
    "bits of a number turned round": swap(
        r"(get_configurable_digital_in\(0\)), (get_configurable_digital_in\(1\))", r"\2, \1"
    ),
    "bit of a number dropped": swap(r", get_configurable_digital_in\(7\)\]", "]"),
    "bit of a number": swap(r"digital_in\(7\)\]", "digital_in(6)]"),
    "outputs for a number": swap(r"get_configurable_digital_in", "get_configurable_digital_out"),
    "awaited number": swap(r"\]\) == 3", "]) == 4"),
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
    "rpy for a rotation vector": swap(
        r"(movel\(p\[[^\]]*, )0\.549389, 0\.531210, -0\.233702", r"\g<1>0.6, 0.4, -0.1"
    ),
    "deg for rad in joints": swap(r"movej\(\[-2\.923999", "movej([-167.53"),
    "axis dropped": swap(r"(movej\(\[[-\d.]+), [-\d.]+", r"\1"),
    "axis too many": swap(r"(movej\(\[[^\]]*)\]", r"\1, 0.000000]"),
    "joints swapped": swap(r"movej\(\[([-\d.]+), ([-\d.]+)", r"movej([\2, \1"),
    "pose for joints": swap(r"movej\(\[", "movej(p["),
    "joints for a pose": swap(r"movel\(p\[", "movel(["),
    "rotation vector swapped": swap(
        r"(p\[0\.034188, [-\d.]+, [-\d.]+), ([-\d.]+), ([-\d.]+)", r"\1, \3, \2"
    ),
    "decimal comma": swap(r"(movej\(\[-?\d)\.", r"\1,"),
    "mm/s for m/s": swap(r"(movel.*v=)0\.0383", r"\g<1>38.3"),
    "speed of nothing": swap(r"v=0\.0383", "v=0.0"),
    "speed dropped": swap(r", v=0\.0383", ""),
    "time for speed": swap(r"v=0\.0383", "t=2.0"),
    "corner in mm": swap(r"r=0\.0055", "r=5.5"),
    "corner on the last": swap(r"v=0\.0383\)", "v=0.0383, r=0.05)"),
    "movep for a blended movel": swap(r"movel(?=\(.*r=)", "movep"),
    "call of another": swap(r"^  second\(\)", "  olp_test()"),
    "wait of the other": swap(
        r"while not get_standard_digital_in\(1\)", "while not get_standard_digital_in(3)"
    ),
    "tool input": swap(r"get_standard_digital_in\(3\)", "get_tool_digital_in(1)"),
    "or for and": swap(r"\(3\) and", "(3) or"),
    "threshold": swap(r"count < 3\.5", "count < 35"),
    "step dropped": drop(r"counter_2 = counter_2 \+ 1"),
    "step of two": swap(r"counter_2 \+ 1", "counter_2 + 2"),
    "count from one": swap(r"counter_2 = 0", "counter_2 = 1"),
    "halt dropped": drop(r"^ +halt"),
    "sync dropped": drop(r"^ +sync"),
    "return dropped": drop(r"return None"),
    "end dropped": drop(r"^  end$"),
    "signal moved before": swap(r"^(  movel.*\n)(  set_standard.*\n)", r"\2\1"),
    "tcp of no tool": swap(r"set_tcp\(p\[0\.050000", "set_tcp(p[0.051000"),
    "global dropped": swap(r"global count = 0", "count = 0.5"),
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
    groups={"kind": Port("gi", 0, 8, 8)},
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
    words=(
        "thread t():",
        "h = run t()",
        "break",
        "continue",
        "halt",
        "stopl(1.2)",
        "return True",
        "return f(x)*2",
        "def f(x, y):",
        "y = f(1, f(x, [1]))",
        "i = 0",
        "while i < 3:",
        "i = i + 1",
        "movel(ps[i], v=v0)",
        "ps = [p[1,2,3,0,0,0], q1]",
        "q1[2] = q1[2]+ps[i]",
        "interpolate_pose(q1, ps[0], 0.5)",
        "x = get_actual_tcp_pose()",
    ),
    jumps=False,
    track=False,
    numbers_tools=False,
    crlf=False,
    golden_frame="world",
)
