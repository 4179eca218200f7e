"""How an R-30iB moves: CNT, what stops the look-ahead, speeds, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

CONVENTIONS = (
    Convention(
        "fanuc.wpr",
        "X, Y, Z in mm; W, P, R in deg with R = Rz(R) Ry(P) Rx(W)",
        "real file",
        "checked numerically against robot backups; an independent library says the same",
    ),
    Convention(
        "fanuc.j3-and-world",
        "J3 is the angle of the forearm against the ground (joint = J3 + J2); the world frame "
        "stands at the height of axis 2",
        "real file",
        "joint and pose pairs of 12 robots of one model, residual 0.006 mm",
    ),
    Convention(
        "fanuc.config",
        "N means J5 < 0, F means J5 > 0; turns are floor((q + 180) / 360) of J1, J4, J6",
        "real file",
        "16 joint and pose pairs of 16 robots",
    ),
    Convention(
        "fanuc.config-off-posture",
        "U: elbow above the line from axis 2 to the wrist, D below; T: wrist in front of axis 1, "
        "B behind; all robots seen stood U T",
        "assumed",
        "no source read says it in words",
    ),
    Convention(
        "fanuc.frame-check",
        "a point whose UF or UT is not the active number stops the program (INTP-250, INTP-253), "
        "joint points too",
        "public code",
        "probes run in the maker's simulator, published by a converter; $MCR.$UFRCHK can end it",
    ),
    Convention(
        "fanuc.cnt",
        "CNT c: the next motion starts when the rest of the deceleration takes c/100 of its time, "
        "and the velocities add up, so corners change with the override; CNT0 stops",
        "assumed",
        "no manual gives the law; forum answers and the form of the acceleration filter",
    ),
    Convention(
        "fanuc.acceleration-time",
        "a motion takes the robot's typical time from rest to joint speed to accelerate, "
        "longer by 100 / ACC",
        "assumed",
        "not calibrated; the maker publishes no figure",
    ),
    Convention(
        "fanuc.look-ahead-stop",
        "WAIT and IF make the motion before them stop; DO and RO are set in passing",
        "assumed",
        "recalled; the moment of the change is not exact",
    ),
    Convention(
        "fanuc.time-before-zero",
        "TB 0.00sec,DO[n]=ON sets the output when the motion passes its point",
        "assumed",
        "real programs use it so; no page of the manual was read",
    ),
    Convention(
        "fanuc.joint-percent",
        "% is a share of the joint speeds; the slowest joint leads, all joints end together",
        "assumed",
        "recalled from the operator's manual, feed rate; no page of it was read",
    ),
    Convention(
        "fanuc.waittmout",
        "$WAITTMOUT is in 1/100 s and holds until it is set again",
        "manual",
        "ArcTool programming manual as published by Lincoln Electric, WAIT instructions: a time in "
        "100ths of a second, 3000 where none is set",
    ),
    Convention(
        "fanuc.position-register",
        "a position register set to P[n] is that point with its UF, UT and CONFIG; elements 1..6 "
        "of PR[i,j] are X, Y, Z, W, P, R and change nothing else; LPOS-LPOS is zero",
        "assumed",
        "public tutorials of TP, register instructions; that CONFIG stays is in no source read",
    ),
    Convention(
        "fanuc.offset",
        "Offset,PR[n] is added to X, Y, Z in the user frame, Tool_Offset,PR[n] along the tool at "
        "the point; CONFIG stays",
        "assumed",
        "public tutorials of TP, offsets; no manual read",
    ),
    Convention(
        "fanuc.pulse",
        "DO[n]=PULSE changes that output alone and does not make the program wait",
        "assumed",
        "recalled from the operator's manual, I/O instructions",
    ),
    Convention(
        "fanuc.abort",
        "ABORT ends the program and those that called it; OVERRIDE=100% changes nothing, as all is "
        "worked out at 100 %",
        "assumed",
        "recalled from the operator's manual, program control",
    ),
)


def rules(controller: Controller) -> MotionRules:  # noqa: ARG001 - one signature for all brands
    """Return the motion rules of this controller."""
    return MotionRules(
        brand="fanuc",
        corner_linear="overlap",
        corner_joint="overlap",
        zone_fraction={"cnt": 0.01},
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"wait", "delay", "if"}),
        conventions=CONVENTIONS,
    )
