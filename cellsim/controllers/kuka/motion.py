"""How a KRC4 or KRC5 moves: approximation, what stops the advance run, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

CONVENTIONS = (
    Convention(
        "kuka.abc",
        "X, Y, Z in mm; A, B, C in deg with R = Rz(A) Ry(B) Rx(C)",
        "manual",
        "KSS 8.2 SI manual; checked numerically against controller data",
    ),
    Convention(
        "kuka.status-bit-2",
        "status bit 2 is set when A5 < 0 (the manual's table says A5 > 0, its example the other)",
        "real file",
        "37 of 37 joint and pose pairs of a KR360",
    ),
    Convention(
        "kuka.turn",
        "turn bit i is set when axis i+1 is negative",
        "real file",
        "37 of 37 joint and pose pairs of a KR360",
    ),
    Convention(
        "kuka.cdis",
        "C_DIS leaves the path at the smaller of $APO.CDIS and half of either leg, on a parabola",
        "manual",
        "KSS 8.2 SI manual, approximate positioning",
    ),
    Convention(
        "kuka.cptp",
        "$APO.CPTP is a percentage of half of the path, not mm",
        "manual",
        "KSS 8.2 SI manual",
    ),
    Convention(
        "kuka.cptp-shape",
        "the PTP corner is a parabola in joint space; it may end by the $APO.CPTP of the motion"
        " behind"
        " it: certified as a tube from no blend to the larger of both",
        "assumed",
        "no manual read says its shape; that the next point's figure says where it ends:"
        " robot-forum,"
        " thread 14422, on KSS 8; mxAutomation manual, 7.3: CPTP is 1..100 % of half the distance",
    ),
    Convention(
        "kuka.mixed",
        "a corner between PTP and LIN or CIRC may be driven or not, within half of both ways:"
        " certified as a tube from no blend to that",
        "assumed",
        "no manual read says its shape",
    ),
    Convention(
        "kuka.halves",
        "where the TCP stands on one side of a C_DIS corner, or the tool changes in it, it may be"
        " driven or not, within half of both ways: certified as a tube from no blend to that",
        "assumed",
        "no manual read says it",
    ),
    Convention(
        "kuka.advance-stop",
        "WAIT, $OUT, $IN and HALT stop the advance run, so the motion before them stops exactly",
        "manual",
        "KSS 8.2 SI manual, advance run; Expert Programming, 5.1, as public code quotes it: 'all"
        " input/output instructions and access to inputs/outputs via system variables trigger an"
        " advance run stop'",
    ),
    Convention(
        "kuka.timer",
        "$TIMER[1] counts milliseconds while $TIMER_STOP[1] is FALSE, and is used by no one else",
        "public code",
        "KRL programs that wait on ($IN[n]) OR ($TIMER[n] > ms); KSS system variables",
    ),
    Convention(
        "kuka.bas",
        "BAS(#VEL_PTP,n) and BAS(#ACC_PTP,n) set all axes, INITMOV sets them to 100 %, "
        "TOOL_DATA[1] and base 0; a $config.dat may scale them (DEF_VEL_PTP is 100)",
        "real file",
        "BAS.SRC and $config.dat of four controllers, KSS 5 to KSS 8",
    ),
    Convention(
        "kuka.path-data",
        "$VEL.CP is in m/s; ACC of LDAT and BAS(#ACC_CP,n) are % of DEF_ACC_CP, ACC of PDAT of"
        " DEF_ACC_PTP",
        "real file",
        "BAS.SRC of three public backups, KSS 8: CP_DAT calls ACC_CP(LDAT_ACT.ACC), which sets"
        " $ACC.CP=DEF_ACC_CP*ACC_FACTOR/100.0; VEL_CP takes [m/s]",
    ),
    Convention(
        "kuka.signals",
        "SIGNAL name $OUT[n] TO $OUT[m] is the number on these signals, the first the lowest bit,"
        " up to 31 of them; of one signal it is that signal",
        "assumed",
        "$config.dat and data lists of public backups show the form; bits and sizes: a third-party"
        " page (industrialmonitordirect, digital inputs as binary word); the manual was not read",
    ),
    Convention(
        "kuka.operators",
        "AND binds before EXOR before OR; a comparison beside them without parentheses is not"
        " understood",
        "public code",
        "a public grammar of KRL (Schloessin 2011, in antlr/grammars-v4): comparisons, OR, EXOR,"
        " AND, sums, products, geometric operator, NOT, signs, the last first; the table of the"
        " KSS manual was not seen",
    ),
    Convention(
        "kuka.trigger",
        "TRIGGER acts on the next motion: DISTANCE=0 at its start, 1 at its end, PATH that far "
        "from its end, DELAY ms later; in a corner the end is the middle of the arc",
        "manual",
        "Beckhoff TF5120 manual of the KUKA blocks KRC_SetDistanceTrigger, KRC_SetPathTrigger",
    ),
    Convention(
        "kuka.trigger-limits",
        "DISTANCE=0 behind a corner acts where the corner ends; a PATH or DELAY that leads out of "
        "the motion acts at its start or end",
        "assumed",
        "public forum: the place is trimmed to the switching limits; the KSS manual was not read",
    ),
    Convention(
        "kuka.override",
        "$OV_PRO scales the speed of the motions that are programmed behind it",
        "assumed",
        "KSS system variables; that motions already planned go slower too is left out",
    ),
    Convention(
        "kuka.relative-base",
        "PTP_REL and LIN_REL by X, Y, Z add in the base that is set (#BASE is the default)",
        "assumed",
        "third-party pages on LIN_REL and PTP_REL; the manual was not read on it",
    ),
    Convention(
        "kuka.frames-linked",
        "A:B is the frame B said in A; its S and T are not taken over",
        "assumed",
        "KSS manual, geometric operator (recalled)",
    ),
    Convention(
        "kuka.inline-forms",
        "inline forms take tool and base from FDAT, acceleration and corner from PDAT and LDAT",
        "real file",
        "BAS.SRC of four controllers: PTP_DAT, CP_DAT, FRAMES",
    ),
    Convention(
        "kuka.single-spline",
        "SPTP, SLIN and SCIRC that stop at their end go as PTP, LIN and CIRC; WITH holds for that "
        "motion alone; SVEL_JOINT, SVEL_CP, SACC_JOINT, STOOL2 and SBASE give what they name",
        "assumed",
        "real files show what inline forms write; the manual's chapter on splines was not read",
    ),
    Convention(
        "kuka.world",
        "$NULLFRAME as base is the robot's own base ($ROBROOT at the origin of $WORLD)",
        "assumed",
        "machine data of the controller were not read",
    ),
)


def rules(controller: Controller) -> MotionRules:  # noqa: ARG001 - one signature for all brands
    """Return the motion rules of this controller."""
    return MotionRules(
        brand="kuka",
        corner_linear="parabola",
        corner_joint="parabola",
        tube=frozenset({"joint"}),
        corner_convention={"path": "kuka.cdis", "joint": "kuka.cptp-shape"},
        zone_unit_m={"distance": 1e-3},
        zone_fraction={"cptp": 0.01},
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"set", "wait", "delay", "if"}),
        conventions=CONVENTIONS,
    )
