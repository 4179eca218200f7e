"""TP in the table tests."""

from __future__ import annotations

from brandkit.edits import cut, swap
from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.program import Speed, Statement, Target, Zone
from cellsim.geometry import Pose

HOME_DEG = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)
POSE = Pose.translation(1.6, 0.0, 0.9)
FAR = Pose.translation(80.0, 0.0, 0.6)

EDITS: dict[str, Edit] = {
    "coordinate": swap(r"X = +-?\d", "X =      9"),
    "cut": cut(0.5),
}
REFUSED: tuple[tuple[Statement, str], ...] = (
    (joint(HOME_DEG, to=Target()), "without joints"),
    (joint(HOME_DEG, to=Target(pose=FAR)), "no joints reach"),
    (joint(HOME_DEG, speed=Speed(100.0, "mm/s")), "speed"),
    (joint(HOME_DEG, zone=Zone("distance", 10.0, "mm")), "corner"),
    (line(HOME_DEG, zone=Zone("accu", 2.0, "level")), "corner"),
    (line(HOME_DEG, zone=Zone("cnt", 101.0)), "corner"),
    (line(HOME_DEG, accel=500.0), "ACC is 20..150"),
    (joint(HOME_DEG, frame="agv"), "would not follow"),
    (line(HOME_DEG, frame="agv"), "has no number"),
)
LINTED: tuple[tuple[Statement, str], ...] = ((joint(HOME_DEG, comment="문"), "lint-non-ascii"),)
KIT = Kit(
    brand="fanuc",
    robot="fanuc_r2000ic_210f",
    golden_corner=Zone("cnt", 50.0),
    home_deg=HOME_DEG,
    over_deg=(15.5, 10.0, -5.25, 0.0, -75.0, 90.0),
    zones={
        "joint": tuple(Zone("cnt", v) for v in (40.0, 0.0, 100.0)),
        "linear": tuple(Zone("cnt", v) for v in (25.0, 1.0, 100.0)),
    },
    speeds={
        "joint": (Speed(1.0, "%"), Speed(100.0, "%"), Speed(2.5, "s"), Speed(0.25, "s")),
        "linear": (Speed(1.0, "mm/s"), Speed(2.0, "m/s"), Speed(1.5, "s"), Speed(30.0, "deg/s")),
    },
    main="A.LS",
    frame=("/PROG  A\n/ATTR\n/APPL\n/MN\n", "\n/POS\n/END\n"),
    bare="/PROG  A\n/ATTR\n/MN\n   1:L P[1] 100mm/sec FINE    ;\n/POS\nP[1]{\n   GP1:\n"
    "\tUF : 3, UT : 0,\t\tCONFIG : 'N U T, 0, 0, 0',\n\tX = 1.0  mm,\tY = 2.0  mm,\tZ = 3.0  mm,\n"
    "\tW =  0.0 deg,\tP =  0.0 deg,\tR =  0.0 deg\n};\n/END\n",
    edits=EDITS,
    refused=REFUSED,
    linted=LINTED,
    world_lines=False,
)
