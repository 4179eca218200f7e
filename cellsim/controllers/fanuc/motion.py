"""How an R-30iB moves: CNT, what stops the look-ahead, speeds, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

# Public measurements in the maker's simulator, beside a converter from RAPID to TP.
_MEASURED = "LeroyDu56/CrossArm"

CONVENTIONS = (
    Convention(
        "fanuc.further-groups",
        "motion groups 2, 3, .. that DEFAULT_GROUP names are the group's positioners, in this"
        " order; all groups of a motion begin and end together, and a frame stands still without"
        " COORD",
        "assumed",
        "R-30iB Plus teach pendant help, 2 (header), says which groups a program moves; real files"
        " have their axes as GP2, GP3 of each point",
    ),
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
        "N means J5 < 0, F means J5 > 0; turns of J1, J4, J6 are 0 between -180 and 180 deg,"
        " both left"
        " out, 1 from 180 on, -1 from -180 on",
        "real file",
        f"16 joint and pose pairs of 16 robots; {_MEASURED}, docs/validation.md, 14: 180 deg is"
        " of turn"
        " 1, and a point that says turn 0 there is refused (MOTN-018)",
    ),
    Convention(
        "fanuc.config-off-posture",
        "D: the wrist is past the line through axes 2 and 3, on either side of axis 1, else U;"
        " T: wrist"
        " in front of axis 1, B behind",
        "public code",
        f"{_MEASURED}, tests/fixtures/probes/results/CFGPROBE_roboguide.LS: 16 joint sets of an"
        " M-20iD/25 with U T, D T, U B and D B; no manual read says it in words",
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
        "and the velocities add up, so corners change with the override; CNT0 stops; certified as a"
        " tube from no blend to the corner of the slowest acceleration",
        "public code",
        f"{_MEASURED}, src/crossarm/convert/motion.py: right-angled corners of two arms at 200"
        " to 1000"
        " mm/s, CNT0 to CNT100, lie in that tube; they grow with the speed, and with CNT less than"
        " this law says; no manual gives the law",
    ),
    Convention(
        "fanuc.acceleration-time",
        "a motion takes the robot's typical time from rest to joint speed to accelerate, "
        "longer by 100 / ACC",
        "assumed",
        "not calibrated; the maker publishes no figure; that ACC50 takes twice as long is "
        "said by the help, 6.1",
    ),
    Convention(
        "fanuc.look-ahead-stop",
        "WAIT and IF make the motion before them stop, a corner before them is undecided and "
        "written as FINE; DO and RO are set in passing",
        "assumed",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 10.1: I/O instructions are initiated immediately after completion of the "
        "previous instruction; 6.4: with Constant Path the robot slows down along the corner "
        "until the WAIT ends",
    ),
    Convention(
        "fanuc.time-before-zero",
        "TB and TA set an output a time before or after the motion ends (its corner's middle), and "
        "not before it begins; DB a distance before the end of a line",
        "assumed",
        "R-30iB Plus teach pendant help, 6.16: at a specified time before or after the completion "
        "of a motion; what that is in a corner, and DB, are recalled",
    ),
    Convention(
        "fanuc.joint-percent",
        "% is a share of the joint speeds; the slowest joint leads, all joints end together",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 5.2 and 5.7: a percentage of the total default speed, dependent on the "
        "slowest axis; each axis starts and stops at the same time",
    ),
    Convention(
        "fanuc.waittmout",
        "$WAITTMOUT is in 1/100 s and holds until it is set again; 3000 where none is set",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 26; ArcTool programming manual as published by Lincoln Electric",
    ),
    Convention(
        "fanuc.groups",
        "GO[n]=value sends a number on the lines of a group at once, GI[n] is the number on them",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot programs,"
        " 10.5: signals that 'can be read as a binary number, and can be controlled by one"
        " instruction'",
    ),
    Convention(
        "fanuc.position-register",
        "a position register set to P[n] or to LPOS behind a stop is that position; it names "
        "no frame or tool and is read where the active ones are those of the point; elements "
        "1..6 of PR[i,j] are X, Y, Z, W, P, R (or J1..J6) and change nothing else; + and - "
        "are by element",
        "public code",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 5.6 (UF and UT of a register are always F), 19.2, 19.3; "
        f"{_MEASURED}, docs/validation.md, 15 and 18: PR[n]=P[m] keeps values and configuration, a"
        " move to it takes the frames that are selected, sums are by element with W, P and R",
    ),
    Convention(
        "fanuc.offset",
        "Offset and Tool_Offset that do not turn are added in the active user frame, along "
        "the tool; a point of joints is made a pose first; CONFIG stays",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 6.10, 6.11, 6.17, 6.18; an offset that turns depends on $OFFSET_CART and "
        "is not read",
    ),
    Convention(
        "fanuc.pulse",
        "DO[n]=PULSE changes that output alone and does not make the program wait",
        "public code",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 10.2: turns on the signal for the time specified; "
        f"{_MEASURED}, IOPROBE.LS: 0.1 s behind DO[2]=PULSE,0.5sec the program reads it on, 0.7"
        " s behind"
        " it off",
    ),
    Convention(
        "fanuc.override",
        "OVERRIDE=n% multiplies the speeds of what follows, in all programs, until it is set again",
        "manual",
        "R-30iB Plus teach pendant help, 13.5; how corners change with it is part of fanuc.cnt",
    ),
    Convention(
        "fanuc.increment",
        "INC adds X, Y, Z of a point in the user frame, or its joints, to where the motion before "
        "stopped; only a FINE stop is taken",
        "assumed",
        "R-30iB Plus teach pendant help, 6.9: an incremental amount from the previous position; "
        "the frame is not named",
    ),
    Convention(
        "fanuc.backup",
        "registers that no program sets hold what NUMREG.VA and POSREG.VA say; frames and tools of "
        "SYSFRAME.VA must be those of the cell",
        "assumed",
        "published backups give the layout; the values are those of the moment of the backup",
    ),
    Convention(
        "fanuc.german",
        "a listing with a German header has i[], A[], E[], gA[], gE[] for R, DO, DI, GO, GI, and "
        "WARTE, WENN, SPRUNG LABEL, AUFRUF, ZEIT VOR, BENUTZER_NUM, WKZ_NUM, AN, AUS, [&], [+]",
        "real file",
        "published listings of a German maker's plant",
    ),
    Convention(
        "fanuc.point-logic",
        "lines of point logic (P-SPS) run where CALL behind TB, TA or DB would; registers and "
        "flags that they set are not known from there on",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot programs, "
        "18.1; that the next instruction may come before or after is in no source read",
    ),
    Convention(
        "fanuc.tc-online",
        "TC_ONLINE pauses programs while its expression is OFF and changes nothing else; a marker "
        "M[n] is free at each reading",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot programs, "
        "14.6.4",
    ),
    Convention(
        "fanuc.group-output",
        "groups that the cell does not name, analog and operator outputs (GO, AO, UO, SO) do not "
        "lie on outputs that it names; they and GI, AI are free at each reading",
        "assumed",
        "which terminals a group has is in the controller's I/O assignment, which is not read",
    ),
    Convention(
        "fanuc.macro",
        "a word that is no instruction calls the program of its name (OPEN HAND: OPEN_HAND.LS) "
        "where that is given",
        "assumed",
        "the macro table of the controller is not read; the help, 11, says a macro is a program",
    ),
    Convention(
        "fanuc.abort",
        "ABORT ends the program and those that called it; PAUSE and UALM stop the arm after "
        "its motion until a person goes on",
        "manual",
        "R-30iB Plus teach pendant help, program elements, as published beside robot "
        "programs, 13.3, 20.2, 20.3",
    ),
)


def rules(controller: Controller) -> MotionRules:  # noqa: ARG001 - one signature for all brands
    """Return the motion rules of this controller."""
    return MotionRules(
        brand="fanuc",
        corner_linear="overlap",
        corner_joint="overlap",
        tube=frozenset({"path", "joint"}),
        corner_convention={"path": "fanuc.cnt", "joint": "fanuc.cnt"},
        zone_fraction={"cnt": 0.01},
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"wait", "delay", "if"}),
        stops_known=False,
        conventions=CONVENTIONS,
    )
