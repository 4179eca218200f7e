"""RAPID in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, drop, swap, swapped
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.along import Along
from cellsim.domain.program import SetSignal, Speed, Statement, Target, Zone
from cellsim.geometry import Pose

HOME_DEG = (0.0, 0.0, 0.0, 0.0, 30.0, 0.0)
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)
N = r"-?[\d.]+"
EDITS: dict[str, Edit] = {
    "coordinate": swap(r"(robtarget p20:=\[\[)8", r"\g<1>9"),
    "last digit": swap(r"(robtarget p20:=\[\[[\d.]+)\d,", r"\g<1>7,"),
    "sign": swap(r"(jointtarget j10:=\[\[)-", r"\1"),
    "m for mm": swap(rf"(robtarget p50:=\[\[){N}", r"\g<1>-0.481"),
    "rad for deg": swap(rf"(jointtarget j60:=\[\[){N}", r"\g<1>-1.3800"),
    "decimal comma": swap(r"(jointtarget j10:=\[\[-?\d+)\.", r"\1,"),
    "quaternion order": swap(rf"(p20:=\[\[[^\]]*\],\[)({N}),({N}),({N}),({N})", r"\1\3,\4,\5,\2"),
    "quaternion sign": swap(rf"(p20:=\[\[[^\]]*\],\[{N},)-", r"\1"),
    "quaternion length": swap(r"(p20:=\[\[[^\]]*\],\[0\.)6", r"\g<1>9"),
    "configuration cfx": swap(r"\[-1,-3,1,2\]", "[-1,-3,1,3]"),
    "configuration quadrant": swap(r"\[-1,-3,1,2\]", "[0,-3,1,2]"),
    "configuration beyond 7": swap(r"\[-1,-3,1,2\]", "[-1,-3,1,8]"),
    "dropped external axis": swap(r"\[1920\.0785,9E9", "[9E9,9E9"),
    "external axis": swap(r"\[1920\.0785", "[192.0785"),
    "external axis shifted": swap(r"\[1920\.0785,9E9", "[9E9,1920.0785"),
    "stale component": swap(rf"(jointtarget j10:=\[\[{N}),{N}", r"\1"),
    "swapped axes": swap(rf"(jointtarget j10:=\[\[)({N}),({N})", r"\1\3,\2"),
    "tool": swap(r"tNutrunner\\WObj", r"tGripper\\WObj"),
    "tool0 left in": swap(r"tNutrunner\\WObj", r"tool0\\WObj"),
    "tool centre point": swap(r"(tGripper:=\[TRUE,\[\[0\.000,0\.000,)250", r"\g<1>205"),
    "tool without mass": swap(r"\],\[12,\[0,10", "],[0,[0,10"),
    "tool mass": swap(r"\],\[12,\[0,10", "],[21,[0,10"),
    "tool centre of gravity": swap(r"\],\[12,\[0,10,", "],[12,[0,100,"),
    "tool held by no robot": swap(r"(tooldata tGripper:=\[)TRUE", r"\1FALSE"),
    "work object": swap(r"WObj:=wBody", "WObj:=wPallet"),
    "work object dropped": swap(r"(MoveL p20.*)\\WObj:=wPallet", r"\1"),
    "work object moved": swap(r"(wBody:=\[FALSE,TRUE,\"\",\[\[)1380", r"\g<1>1308"),
    "work object held": swap(r"(wobjdata wBody:=\[)FALSE", r"\1TRUE"),
    "work object on a unit": swap(r"(wobjdata wBody:=\[FALSE,TRUE,)\"\"", r'\1"STN1"'),
    "speed": swap(r"v141_9,", "v2300,"),
    "speed value": swap(r"(v141_9:=\[)141\.9", r"\g<1>1419"),
    "per cent for mm/s": swap(r"v141_9,", "50%,"),
    "m/s for mm/s": swap(r"(v141_9:=\[)141\.9", r"\g<1>0.1419"),
    "speed option": swap(r"(MoveL p20, v141_9)", r"\1\\V:=1000"),
    "time for speed": swap(r"(MoveL p20, v141_9)", r"\1\\T:=10"),
    "corner": swap(r"(MoveL p20, \w+), fine", r"\1, z10"),
    "wide corner": swap(r"(MoveAbsJ j10.*), fine", r"\1, z200"),
    "corner size": swap(r"(MoveL p20, \w+), fine", r"\1, z10\\Z:=80"),
    "dropped motion": drop(r"MoveL p20"),
    "swapped motions": swapped(r"^\s*Move(L|AbsJ) "),
    "MoveJ for MoveL": swap(r"MoveL p20", "MoveJ p20"),
    "MoveL for MoveC": swap(r"MoveC p30, p40", "MoveL p40"),
    "circle": swap(r"MoveC p30, p40", "MoveC p40, p30"),
    "another point": swap(r"MoveL p20", "MoveL p50"),
    "offset": swap(r"MoveL p20", "MoveL Offs(p20,0,0,10)"),
    "concurrent": swap(r"MoveL p50", r"MoveL\\Conc, p50"),
    "output": swap(r"SetDO grip_close", "SetDO lamp"),
    "output value": swap(r"SetDO grip_close, 1", "SetDO grip_close, 0"),
    "input": swap(r"WaitDI grip_closed", "WaitDI ready"),
    "input value": swap(r"WaitDI grip_closed, 1", "WaitDI grip_closed, 0"),
    "timeout": swap(r"MaxTime:=2;", "MaxTime:=20;"),
    "timeout dropped": swap(r"\\MaxTime:=2;", ";"),
    "timeout label": swap(r"GOTO missing", "GOTO done"),
    "time flag dropped": swap(r"\\TimeFlag:=bTimeOut", ""),
    "condition": swap(r"grip_closed=0\)", "grip_closed=1)"),
    "comparison": swap(r"count < 3\.5", "count > 3.5"),
    "OR for AND": swap(r"\) AND \(", ") OR ("),
    "loop count": swap(r"1 TO 3", "1 TO 4"),
    "loop condition": swap(r"WHILE ready=1", "WHILE ready=0"),
    "call dropped": drop(r"^\s+second;"),
    "goto dropped": drop(r"GOTO done"),
    "return dropped": drop(r"RETURN;"),
    "delay": swap(r"WaitTime 0\.5", "WaitTime 0.55"),
    "assignment": swap(r"count \+ 1", "count + 2"),
    "commented out": swap(r"^    SetDO grip_close", "    !SetDO grip_close"),
    "missing semicolon": swap(r"(MoveL p20.*);", r"\1"),
    "acceleration": swap(r"^    MoveL p20", "    AccSet 50, 100;\n    MoveL p20"),
    "speed override": swap(r"^    MoveL p20", "    VelSet 50, 5000;\n    MoveL p20"),
    "displacement": swap(r"^    MoveL p20", "    PDispSet [[0,0,50],[1,0,0,0]];\n    MoveL p20"),
    "monitoring off": swap(r"^    MoveL p20", "    ConfL\\\\Off;\n    MoveL p20"),
    "singular area": swap(r"^    MoveL p20", "    SingArea\\\\Wrist;\n    MoveL p20"),
    "target changed": swap(r"^    MoveL p20", "    p20.trans.z:=0;\n    MoveL p20"),
    "declared variable": swap(r"CONST robtarget p20:=.*", "VAR robtarget p20;"),
    "first value": swap(r"VAR num count;", "VAR num count:=3;"),
    "another type": swap(r"CONST robtarget p20", "CONST jointtarget p20"),
    "cut": cut(0.5),
    "cut in the routines": cut(0.8),
    "cut at the end": cut(0.97),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (SetSignal("lamp", True, Along("start"), line=7), "does not follow"),
    (SetSignal("lamp", True, Along("now", after=2001.0), line=7), "2001 s"),
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (joint(HOME_DEG, speed=Speed(10.0, "deg/s")), "speed"),
    (joint(HOME_DEG, zone=Zone("cptp", 10.0, "%")), "corner"),
    (line(HOME_DEG, speed=Speed(50.0, "%")), "speed"),
    (line(HOME_DEG, accel=10.0), "acceleration"),
    (joint(HOME_DEG, frame="agv"), "would not follow"),
    (line(HOME_DEG, frame="agv"), "has no number"),
)
LINTED: tuple[tuple[Statement, str], ...] = ((joint(HOME_DEG, comment="문"), "lint-non-ascii"),)
KIT = Kit(
    brand="abb",
    robot="abb_irb6700_200_260",
    golden_corner=Zone("distance", 50.0, "mm"),
    home_deg=HOME_DEG,
    over_deg=(15.5, 10.0, -5.25, 0.0, 45.0, 90.0),
    zones={
        "joint": tuple(Zone("distance", v, "mm") for v in (50.0, 0.3, 200.0)),
        "linear": tuple(Zone("distance", v, "mm") for v in (12.5, 0.1, 10.0, 250.0)),
    },
    speeds={
        "joint": (Speed(1.0, "%"), Speed(100.0, "%"), Speed(300.0, "mm/s")),
        "linear": (Speed(0.1, "mm/s"), Speed(7.0, "m/s"), Speed(2.5, "s")),
    },
    main="a.mod",
    frame=("MODULE a\nPROC main()\n", "\nENDPROC\nENDMODULE\n"),
    bare=(
        "MODULE a\nPROC main()\n"
        "MoveL [[1000,0,1500],[0.5,0,0.8660254,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],"
        "v100,fine,tool0;\nENDPROC\nENDMODULE\n"
    ),
    edits=EDITS,
    along=(
        Along("start"),
        Along("end"),
        Along("end", -0.0125),
        Along("start", 0.0005),
        Along("end", delay=-0.25),
    ),
    along_once=(
        Along("start", delay=0.25),
        Along("end", -0.03, -0.001),
        Along("end", -0.03, 0.05),
        Along("start", 0.1, -0.02),
    ),
    refused=REFUSED,
    linted=LINTED,
    words=("TEST", "CASE", "Offs", "RelTool", "VelSet", "PDispOn", "ERROR", "TimeFlag", "LOCAL"),
)
