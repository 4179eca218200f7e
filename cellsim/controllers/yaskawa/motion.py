"""How a DX or YRC controller moves: position levels, speeds, what stops it, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

_DX = "DX100 manual 156191-1CD"
# UFRAME.CND, TOOL.CND and RC.PRM of an AR2010 on YRC1000, user frames 1 to 3: what the controller
# made of its pulses is met to 0.006 mm and 0.0005 deg (tests/test_yaskawa_ar2010.py).
_BACKUP = "backup of an AR2010 on YRC1000 (icors2/Yaskawa-Job-Helper, fixtures)"
_SDK = "YMConnect, the maker's SDK for YRC1000"
CONVENTIONS = (
    Convention(
        "yaskawa.rotation",
        "X, Y, Z in mm; Rx, Ry, Rz in deg with R = Rz(Rz) Ry(Ry) Rx(Rx)",
        "manual",
        f"{_DX} 4.3.1.1: rotated in the order of Rz, Ry and Rx; met by a {_BACKUP}",
    ),
    Convention(
        "yaskawa.rconf",
        "RCONF is flip, lower arm, rear, R >= 180, T >= 180, S >= 180; 0 is flip, upper, front, <",
        "manual",
        f"{_DX} 4.1 RCONF; NX100 manual HW0481924 4.1",
    ),
    Convention(
        "yaskawa.half-turn",
        "R, T and S >= 180 are the angles beyond -180..180 on either side",
        "assumed",
        "the NX100 manual's table shows angles from 0 on; below -180 by its window of flip;"
        f" {_SDK}, AxisAngle: less than or equal to 180, greater than 180",
    ),
    Convention(
        "yaskawa.front-upper",
        "rear: the wrist is behind the S axis; upper: the elbow is above the line L to wrist",
        "assumed",
        f"{_SDK}, FrontOrBack: 'center of the B-axis is to the right of the S-axis rotation"
        " center', UpperOrLower: 'viewed by the right side, the angle of the elbow'; what upper is"
        " for a wrist behind the S axis is assumed",
    ),
    Convention(
        "yaskawa.base",
        "the base and robot coordinates begin on the S axis at the height of the L axis",
        "real file",
        f"user frames of a {_BACKUP}; ros-industrial/motoman, base_link-base of every arm",
    ),
    Convention(
        "yaskawa.pl",
        "PL=0 stops at the point; PL=1..8 make a corner of the distances S1CxG33..40",
        "public code",
        "public notes of the YRC1000 INFORM manual, Position Levels",
    ),
    Convention(
        "yaskawa.corner-parabola",
        "the corner is the parabola that leaves and joins the legs at the level's distance",
        "assumed",
        "no manual read says its shape",
    ),
    Convention(
        "yaskawa.joint-speed",
        "VJ is the joint speed in %",
        "manual",
        "FS100 INFORM manual 1.5, the structure of MOVJ",
    ),
    Convention(
        "yaskawa.speed",
        "V is mm/s and VR deg/s, both of the tool's point",
        "assumed",
        "recalled from the INFORM manuals, move instructions; a parameter may make V cm/min",
    ),
    Convention(
        "yaskawa.wait-timeout",
        "WAIT with T= goes on after the time; what follows is told by JUMP or ABORT IF",
        "public code",
        "jobs that write WAIT IN#(6)=ON T=5.00, then JUMP *END IF IN#(6)=OFF",
    ),
    Convention(
        "yaskawa.arc",
        "three MOVC steps are one arc; the first stands where the motion before ended",
        "assumed",
        "recalled from the YRC1000 INFORM manual, MOVC; no page of it was read",
    ),
)
_INPUT = Convention(
    "yaskawa.din",
    "DIN B IN#(n) puts 1 into the register where the signal is on, else 0",
    "assumed",
    "public notes of the YRC1000 INFORM manual say that it reads the status, not the numbers",
)
_OUTPUTS = Convention(
    "yaskawa.outputs",
    "DOUT does not stop the robot in a corner; WAIT and TIMER do, at the point: a corner before "
    "them is undecided, and written as PL=0",
    "assumed",
    "no manual read says it of every controller",
)
_PULSES = Convention(
    "yaskawa.pulses",
    "pulses are the shown angle times the axis ratio, zero at the home position",
    "real file",
    f"{_BACKUP}: its user frames from nine positions in pulses, no coupling; ratios as the cell's"
    " file says, couplings of other arms only where the cell's axes name them",
)
_FLIP_R = Convention(
    "yaskawa.flip",
    "flip is -90 < R <= 90 and whole turns on",
    "manual",
    "NX100 manual 149235-1CD 3.9, Manipulator Types",
)
_FLIP_B = Convention(
    "yaskawa.flip",
    "flip is B >= 0, no flip B < 0",
    "manual",
    f"{_SDK}, FlipOrNoFlip: 'B axis is in negative direction (Theta B < 0 degrees)'; P100 of a"
    f" {_BACKUP}: no flip with R = 0 and B = -130",
)
_FLIP_EITHER = Convention(
    "yaskawa.flip",
    "whether R or the sign of B tells flip is not known of this controller: where the two differ,"
    " RCONF tells no joints",
    "manual",
    "NX100 manual 149235-1CD 3.9 by R, YMConnect for YRC1000 by B; other manuals were not read",
)
_FIGURE = Convention(
    "yaskawa.figure",
    "RCONF decides which joints a MOVJ to a position in X, Y, Z goes to (parameter S2C430 = 1)",
    "assumed",
    f"{_SDK}, KinematicType: 'Calculate using parameter S2C430 value. 2: Delta, 1: Figure'",
)
_BASE_AXIS = Convention(
    "yaskawa.base-axis",
    "a track is the base axis of BC positions, in pulses from its zero",
    "public code",
    "public jobs that hold BC positions under ///PULSE",
)
_READER = (
    Convention(
        "yaskawa.shift",
        "SFTON moves all targets until SFTOF by X, Y, Z of its variable along BF, RF, TF or UF#(n);"
        " IMOV goes that step from where the motion before stopped; the nearest joints are meant",
        "public code",
        "the pendant's words for SFTON and IMOV in an editor extension; public notes of the "
        "YRC1000 INFORM manual for the coordinate systems; that the posture is kept is assumed",
    ),
    Convention(
        "yaskawa.position-variables",
        "SET copies a position, ADD and SUB work by element, SETE is in 0.001 mm and 0.0001 deg",
        "assumed",
        "the pendant's words for SET, ADD, SUB, SETE in an editor extension; units: sample jobs",
    ),
    Convention(
        "yaskawa.nwait",
        "outputs behind a motion with NWAIT are set as it begins, up to CWAIT or the next motion",
        "public code",
        "the pendant's words for CWAIT in an editor extension",
    ),
    Convention(
        "yaskawa.fpt",
        "FPT on the third of MOVC steps ends an arc there, and the next begins",
        "assumed",
        "public notes of the YRC1000 INFORM manual: where the curvature changes",
    ),
    Convention(
        "yaskawa.timer-variable",
        "T= with a variable counts in hundredths of a second",
        "assumed",
        "recalled; no page read",
    ),
    Convention(
        "yaskawa.groups",
        "IG#(n), OG#(n) are the eight signals from 8 (n - 1) + 1 on, IGH#, OGH# the four from "
        "4 (n - 1) + 1 on, the first the lowest bit",
        "assumed",
        "a public summary of the YRC1000 INFORM manual: OG# and IG# are groups of 8 points (1-512),"
        " OGH# and IGH# of 4 (1-1024); which points those are is recalled",
    ),
    Convention(
        "yaskawa.for",
        "FOR counts from START to TO by STEP; the counter is not known behind NEXT; arguments that "
        "GETARG takes, and registers from GETS, GETE, GETREG, may be anything",
        "assumed",
        "public notes of the YRC1000 INFORM manual; values are given to no text",
    ),
    Convention(
        "yaskawa.pulse",
        "PULSE changes its output alone and the job goes on; PAUSE stands until started anew",
        "public code",
        "the pendant's words for PULSE and PAUSE in an editor extension",
    ),
)


def rules(controller: Controller) -> MotionRules:
    """Return the motion rules of this controller."""
    levels = tuple(mm / 1000.0 for mm in controller.pl_mm)
    more = (_PULSES, _BASE_AXIS) if controller.pulses else ()
    kind = controller.type.upper()
    by_r, by_b = kind.startswith("NX100"), kind.startswith("YRC1000")
    flip = _FLIP_R if by_r else _FLIP_B if by_b else _FLIP_EITHER
    return MotionRules(
        brand="yaskawa",
        corner_linear="parabola",
        corner_joint="parabola",
        tube=frozenset({"path", "joint"}),
        corner_convention={"path": "yaskawa.corner-parabola", "joint": "yaskawa.corner-parabola"},
        zone_distance_m={"pl": levels} if levels else {},
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"wait", "delay"}),
        stops_known=False,
        conventions=(*CONVENTIONS, flip, _FIGURE, _INPUT, _OUTPUTS, *_READER, *more),
    )
