"""RAPID in the table tests."""

from __future__ import annotations

from brandkit.kit import Edit, Kit, joint, line
from cellsim.domain.program import Speed, Statement, Target, Zone
from cellsim.geometry import Pose

HOME_DEG = (0.0, 0.0, 0.0, 0.0, 30.0, 0.0)
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)
EDITS: dict[str, Edit] = {}
REFUSED: tuple[tuple[Statement, str], ...] = (
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
    refused=REFUSED,
    linted=LINTED,
    words=("TEST", "CASE", "Offs", "RelTool", "VelSet", "PDispOn", "ERROR", "TimeFlag", "LOCAL"),
)
