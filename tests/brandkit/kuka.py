"""KRL in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.along import Along
from cellsim.domain.program import SetSignal, Speed, Statement, Target, Zone
from cellsim.geometry import Pose

HOME_DEG = (0.0, -90.0, 90.0, 0.0, 30.0, 0.0)
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)

EDITS: dict[str, Edit] = {
    "coordinate": swap(r"\{X -?\d+", "{X 12"),
    "sign": swap(r"A5 (-?)(\d)", r"A5 -1\2"),
    "last digit": swap(r"(C [-\d.]+)\d,E", r"\g<1>7,E"),
    "corner": drop(r"\$APO\.CDIS"),
    "corner size": swap(r"CDIS=12\.5", "CDIS=125"),
    "corner dropped": swap(r" C_DIS", ""),
    "tool": swap(r"TOOL_DATA\[2\]", "TOOL_DATA[1]"),
    "tool dropped": drop(r"\$TOOL", 1),
    "base": swap(r"BASE_DATA\[3\]", "BASE_DATA[5]"),
    "mm/s for m/s": swap(r"VEL\.CP=0\.1", "VEL.CP=100.1"),
    "per cent": swap(r"VEL_PTP,\d+", "VEL_PTP,99"),
    "dropped motion": drop(r"LIN XP"),
    "swapped motions": swapped(r"^\s*(LIN|PTP) "),
    "PTP for LIN": swap(r"LIN XP", "PTP XP"),
    "output number": swap(r"\$OUT\[1\]", "$OUT[2]"),
    "output value": swap(r"\$OUT\[1\]=TRUE", "$OUT[1]=FALSE"),
    "input": swap(r"\(\$IN\[1\]\)", "($IN[3])"),
    "timeout": swap(r">= 2000", ">= 20000"),
    "timer start": swap(r"TIMER\[1\]=0", "TIMER[1]=-2000"),
    "halt": swap(r"HALT", "GOTO done"),
    "condition": swap(r"NOT \$IN", "$IN"),
    "loop count": swap(r"1 TO 3", "1 TO 4"),
    "stale component": swap(r",C [-\d.]+,E", ",E"),
    "decimal comma": swap(r"(\{A1 -?\d+)\.", r"\1,"),
    "commented out": swap(r"^\$OUT\[1\]", ";$OUT[1]"),
    "circle": swap(r"CIRC (\w+),(\w+)", r"CIRC \2,\1"),
    "cut": cut(0.5),
    "cut at the end": cut(0.99),
    "turn sign of the first axis": swap(r"(\{A1 )-(\d)", r"\1\2"),
    "axis over a turn": swap(r"A6 (-?)(\d+)\.", r"A6 \g<1>9\2."),
    "dropped external axis": swap(r",E1 [-\d.]+\}", "}"),
    "external axis in m": swap(r"E1 (\d)(\d{3})\.(\d)", r"E1 \1.\2\3"),
    "zero for a component": swap(r"(\{X) [-\d.]+,", r"\1 0,"),
    "angles swapped": swap(r"A ([-\d.]+),B ([-\d.]+)", r"A \2,B \1"),
    "A and C swapped": swap(r"A ([-\d.]+),B ([-\d.]+),C ([-\d.]+)", r"A \3,B \2,C \1"),
    "rotation in rad": swap(r"(A -?\d)(\d+)\.", r"\1."),
    "metres for mm": swap(r"(X -?)(\d+)(\d{3})\.", r"\g<1>\2.\3"),
    "decimal comma in a speed": swap(r"(VEL\.CP=\d)\.", r"\1,"),
    "mm/s as a number alone": swap(r"VEL\.CP=0\.(\d{3})\d", r"VEL.CP=\1"),
    "per cent over 100": swap(r"VEL_PTP,\d+", "VEL_PTP,510"),
    "speed of nothing": swap(r"VEL\.CP=0\.\d+", "VEL.CP=0.0"),
    "PTP corner on a line": swap(r"C_DIS", "C_PTP"),
    "line corner on PTP": swap(r"C_PTP", "C_DIS"),
    "corner in m": swap(r"CPTP=40", "CPTP=0.04"),
    "base dropped": drop(r"\$BASE", 1),
    "base of no name": swap(r"\$BASE=BASE_DATA\[5\]", "$BASE=$NULLFRAME"),
    "tool of no number": swap(r"TOOL_DATA\[1\]", "TOOL_DATA[9]"),
    "speed dropped": drop(r"VEL\.CP", 1),
    "call of another": swap(r"second\( \)", "olp_test( )"),
    "dropped call": drop(r"^second\( \)"),
    "delay": swap(r"SEC 0\.50", "SEC 5.0"),
    "delay in ms": swap(r"SEC 0\.25", "SEC 250"),
    "jump": swap(r"GOTO done", "GOTO missing"),
    "label moved": swap(r"^done:\n(.*\n)", r"\1done:\n"),
    "or for and": swap(r"\$IN\[3\] AND", "$IN[3] OR"),
    "threshold": swap(r"count < 3\.5", "count < 35"),
    "signal swapped with the next line": swap(r"^(LIN XP5.*\n)(\$OUT\[1\]=TRUE.*\n)", r"\2\1"),
    "return dropped": drop(r"RETURN"),
    "another point": swap(r"PTP XP9", "PTP XP8"),
    "point twice": swap(
        r"^(DECL E6AXIS XP1=)(.*\n)", r"\1\2\1{A1 0,A2 -90,A3 90,A4 0,A5 9,A6 0,E1 0}\n"
    ),
    "end of block dropped": drop(r"ENDIF"),
    "count from two": swap(r"=1 TO 3", "=2 TO 3"),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (SetSignal("lamp", True, Along("start"), line=7), "does not follow"),
    (SetSignal("lamp", True, Along("now", after=0.5), line=7), "output at now"),
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (joint(HOME_DEG, speed=Speed(100.0, "mm/s")), "speed"),
    (joint(HOME_DEG, zone=Zone("distance", 10.0, "mm")), "corner"),
    (line(HOME_DEG, zone=Zone("cptp", 10.0, "%")), "corner"),
    (line(HOME_DEG, accel=50.0), "acceleration"),
    (joint(HOME_DEG, frame="agv"), "would not follow"),
    (line(HOME_DEG, frame="agv"), "has no number"),
)
LINTED: tuple[tuple[Statement, str], ...] = (
    (line(HOME_DEG, to=Target(pose=POSE)), "lint-frame-unset"),
    (line(HOME_DEG, zone=Zone("cptp", 5.0, "%")), "lint-corner-measure"),
    (joint(HOME_DEG, comment="문"), "lint-non-ascii"),
)
KIT = Kit(
    brand="kuka",
    robot="kuka_kr210_r2700_2",
    golden_corner=Zone("cptp", 50.0, "%"),
    home_deg=HOME_DEG,
    over_deg=(15.5, -80.0, 95.25, 0.0, 45.0, 90.0),
    zones={
        "joint": tuple(Zone("cptp", v, "%") for v in (40.0, 1.0, 100.0)),
        "linear": tuple(Zone("distance", v, "mm") for v in (12.5, 0.001, 250.0)),
    },
    speeds={
        "joint": (Speed(1.0, "%"), Speed(100.0, "%")),
        "linear": (Speed(0.0001, "m/s"), Speed(2.0, "m/s"), Speed(123.4, "mm/s")),
    },
    main="a.src",
    frame=("DEF a( )\n", "\nEND\n"),
    bare="DEF a( )\n$TOOL=$NULLFRAME\n$BASE=BASE_DATA[3]\nLIN {X 1,Y 2,Z 3,A 0,B 0,C 0}\nEND\n",
    edits=EDITS,
    refused=REFUSED,
    linted=LINTED,
    world_lines=False,
    along=(
        Along("start"),
        Along("end"),
        Along("start", 0.0, 0.25),
        Along("end", -0.0125, -0.001),
        Along("start", 0.0005),
    ),
    words=(
        "TRIGGER WHEN DISTANCE=0 DELAY=0 DO",
        "TRIGGER WHEN PATH=-12.5 ONSTART DELAY=-5 DO",
        "PULSE($OUT[1],TRUE,0.5)",
        "CONTINUE",
        "SPLINE",
        "ENDSPLINE",
        "EXIT",
        "HALT",
        "DEFFCT BOOL f(x :IN)",
        "ENDFCT",
        "FOR i=1 TO n STEP 2",
        "ENDFOR",
        "INTERRUPT DECL 21 WHEN $IN[1]==TRUE DO",
        "$OV_PRO=50",
        "BAS(#CP_DAT)",
    ),
)
