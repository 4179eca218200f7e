"""How an IRC5 or OmniCore moves: zones, what runs before a corner, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

_DATA = "RAPID instructions, functions and data types (3HAC050917)"
# Its first sentences on every instruction and argument stand in a public index made of the PDF.
_INDEX = f"{_DATA}, RobotWare 6, as a public index made of the manual quotes it"
# Public measurements in the makers' simulators, kept beside a converter's tests.
_MEASURED = "LeroyDu56/CrossArm, tests/fixtures/probes"
# The farthest that a corner measured there begins before its zone, were it a parabola: 6.2 mm.
_REACH_M = 6.5e-3
_OLD = "RAPID Reference Manual, Basic Characteristics"

CONVENTIONS = (
    Convention(
        "abb.pose",
        "robtarget: mm and a unit quaternion, w first, that turns the tool into the work object",
        "manual",
        f"{_DATA}, robtarget and orient; checked numerically against controller data",
    ),
    Convention(
        "abb.conf",
        "cf1, cf4, cf6 are floor(axis / 90 deg); cfx is 1 for axis 5 < 0, plus 2 for the wrist"
        " behind the lower arm, plus 4 for the wrist behind axis 1",
        "manual",
        f"{_DATA}, confdata; one joint and pose pair of an IRB 7600 agrees, and so do 16 joint"
        " sets and"
        " a sweep of axis 3 of an IRB 6700 in RobotStudio (LeroyDu56/CrossArm,"
        " tests/convert/test_configuration.py)",
    ),
    Convention(
        "abb.zone",
        "a corner begins at pzone_tcp, at most half way to the nearest point, on a parabola:"
        " certified"
        " as a tube from no blend to that and 6.5 mm more",
        "manual",
        f"{_DATA} and {_OLD}, zonedata: 'A corner path (parabola) is generated as soon as the edge"
        " of the zone is reached'",
    ),
    Convention(
        "abb.zone-reach",
        "corners pass their point farther than the parabola of their zone does: z1 by 2.5 mm,"
        " z10 by"
        " 5.4 mm at a right angle, from z50 on as far or less; z200 was not cut at half of 300 mm",
        "public code",
        f"{_MEASURED}/motion/results/motion_abb.json: 27 corners of MoveL, 18 of MoveJ of an"
        " IRB 6700"
        " in RobotStudio, RobotWare 8.1, at 200 to 1000 mm/s",
    ),
    Convention(
        "abb.zone-orientation",
        "tool and external axes turn the corner over pzone_tcp too; predefined zones begin to turn"
        " them at 1.5 times that",
        "assumed",
        f"{_DATA}, zonedata: the extended zone is larger; its path is in no manual we have read",
    ),
    Convention(
        "abb.zone-joint",
        "MoveAbsJ and MoveJ turn corners on a parabola in joint space that begins at pzone_tcp:"
        " certified as a tube from no blend to that and 6.5 mm more",
        "public code",
        f"{_OLD}, zonedata: 'the zone size may differ somewhat from the one programmed';"
        f" {_MEASURED}/motion/results/motion_abb.json: corners of MoveJ pass the point as far"
        " as those"
        " of MoveL, or up to 9 % less; their form is in no source read",
    ),
    Convention(
        "abb.zone-mixed",
        "a corner between MoveAbsJ or MoveJ and MoveL or MoveC is driven, from pzone_tcp to"
        " pzone_tcp at most: certified as a tube from no blend to the full corner",
        "assumed",
        f"{_OLD}, 2.3.5: 'Corner paths are also generated when one interpolation method is"
        " exchanged for another'; the way is in no manual read",
    ),
    Convention(
        "abb.zone-halves",
        "where the TCP stands on one side of a corner, or the tool changes in it, the corner is"
        " driven within half of both ways: certified as a tube from no blend to that",
        "assumed",
        f"{_OLD}, 2.3.3: 'If the tool is not moved, the size of the zone is expressed in angle of"
        " rotation degrees'; zonedata: no zone is larger than half the distance to the closest"
        " position; the way is in no manual read",
    ),
    Convention(
        "abb.fly-by-logic",
        "after a fly-by point logic runs a time DT before the zone, and the corner may become a"
        " stop: such text is not understood",
        "manual",
        f"{_OLD}, positioning during program execution",
    ),
    Convention(
        "abb.output-in-corner",
        "a MoveLDO or MoveCDO sets its output as the corner begins, up to half a corner early",
        "assumed",
        "public code says the middle of the corner (LeroyDu56/CrossArm, docs/guide.md); the"
        " manual's"
        " page was not read",
    ),
    Convention(
        "abb.joint-speed",
        "MoveAbsJ and MoveJ keep every axis at its speed and the TCP at v_tcp along the joint line",
        "assumed",
        f"{_DATA}, MoveAbsJ: the TCP speed is approximate; v_ori is not looked at",
    ),
    Convention(
        "abb.wait-timeout",
        "WaitDI and WaitUntil with MaxTime and without TimeFlag stop the program at the timeout"
        " where the routine has no error handler; with TimeFlag they go on and set it",
        "assumed",
        f"{_INDEX}, WaitDI: MaxTime is 'the maximum period of waiting time permitted', TimeFlag"
        " 'contains the value TRUE if the maximum permitted waiting time runs out'; that without"
        " both flag and handler it stops is recalled",
    ),
    Convention(
        "abb.groups",
        "SetGO changes a group of outputs, WaitGI and WaitGO wait for the number of a group, with"
        " NOTEQ, LT and GT for another, a smaller, a larger one; they take MaxTime and no TimeFlag",
        "manual",
        f"{_INDEX}, SetGO: 'to change the value of a group of digital output signals'; WaitGI: 'to"
        " wait until a group of digital input signals are set to specified values'",
    ),
    Convention(
        "abb.group-bits",
        "a group has the bits that the cell gives it, the lowest number the lowest bit; a num"
        " holds 23 of them",
        "assumed",
        "the controller's EIO.cfg (DeviceMap of a GO or GI) was not read",
    ),
    Convention(
        "abb.defaults",
        "a program that starts at main begins with AccSet 100, 100, ConfL and ConfJ on, SingArea"
        " off, no displacement and no external offset",
        "assumed",
        f"{_DATA}: AccSet, ConfL, ConfJ, SingArea, PDispOn, recalled: the pages were not read",
    ),
    Convention(
        "abb.displacement",
        "PDispSet stands between the object frame and a robtarget, and leaves MoveAbsJ alone",
        "assumed",
        "RAPID Reference Manual, 8-PDispSet-1: 'The ProgDisp coordinate system is displaced .."
        " from the"
        " object coordinate system', 'all positions are related to the ProgDisp coordinate system';"
        " that MoveAbsJ is left alone is recalled",
    ),
    Convention(
        "abb.trigger",
        "TriggIO counts mm along the way from its end, with Start from its beginning, with Time"
        " in seconds; EquipLag of TriggEquip is the lag of the equipment, DODelay a delay",
        "manual",
        f"{_INDEX}, TriggIO: Start 'starts at the movement start point instead of the end point',"
        " Time 'is in fact a time in seconds (positive value)'; TriggEquip: EquipLag 'the lag for"
        " the external equipment in s'",
    ),
    Convention(
        "abb.trigger-corner",
        "0 mm is the middle of a corner; the lag of TriggEquip comes before its place, negative"
        " after it; TriggAbsJ takes a jointtarget",
        "assumed",
        f"{_DATA}, TriggIO, TriggEquip, TriggL, recalled: the pages were not read; their forms"
        " stand in public code",
    ),
    Convention(
        "abb.pulse",
        "PulseDO is on for PLength, with High whatever the output was; SDelay sets an output later",
        "manual",
        f"{_INDEX}, PulseDO: PLength 0.001 - 2000 s, High 'independently of its current state';"
        " SetDO: SDelay 'delays the change for the amount of time given in seconds (max. 2000s)'",
    ),
    Convention(
        "abb.pulse-default",
        "PulseDO without PLength is on for 0.2 s; the program goes on during a pulse or SDelay",
        "assumed",
        "public code quotes the manual, PulseDO: 'If the argument is omitted a 0.2 second pulse is"
        " generated' (a Python client of IRC5 servers); that the program goes on is recalled",
    ),
    Convention(
        "abb.unit",
        "a work object with ufprog FALSE stands on the flange of the positioner that ufmec names",
        "assumed",
        f"{_INDEX}, wobjdata: ufmec is 'the mechanical unit with which the robot movements are"
        " coordinated'; that it is its flange is recalled",
    ),
    Convention(
        "abb.quiet",
        "string, clock and mathematical functions change nothing; a trap that only tells, or counts"
        " for itself, changes nothing that matters",
        "assumed",
        f"{_DATA} and RAPID kernel 3HAC050946, interrupts, recalled: the pages were not read",
    ),
    Convention(
        "abb.gripload",
        "GripLoad names the load of the hand, mass and centre in the tool's frame; load0 is none",
        "manual",
        f"{_INDEX}, GripLoad: 'to define the payload which the robot holds in its gripper'; RAPID"
        " Reference Manual, loaddata (page 183 of a public copy): mass in kg, cog in mm, 'The"
        " centre of"
        " gravity of a payload is defined using the tool coordinate system'",
    ),
    Convention(
        "abb.stop",
        "Stop and Break let the motion before them end, and stand until the program is started",
        "assumed",
        f"{_DATA}, Stop, recalled: the page was not read",
    ),
    Convention(
        "abb.not",
        "NOT binds weaker than AND in text that was not written by us",
        "public code",
        "a public parser of RAPID (IntelliJ, com.bossymr.rapid) has NOT, OR and XOR in the lowest"
        " row of its table, then AND, comparisons, sums, products; RAPID kernel 3HAC050946,"
        " expressions, was not read",
    ),
    Convention(
        "abb.world",
        "user frames are measured from the robot's own base, tracks at zero",
        "assumed",
        "base frame and world of the controller's configuration (MOC.cfg) were not read",
    ),
    Convention(
        "abb.signal-names",
        "signals have the cell's names, or doN and diN of their port, in the configuration (EIO)",
        "assumed",
        "the controller's EIO.cfg was not read",
    ),
    Convention(
        "abb.circle-orientation",
        "along MoveC the tool turns evenly from start to end, whatever its turn at the via point",
        "assumed",
        f"{_DATA}, CirPathMode: PathFrame is the default; its exact path is in no manual we read",
    ),
)


def rules(controller: Controller) -> MotionRules:  # noqa: ARG001 - one signature for all brands
    """Return the motion rules of this controller."""
    return MotionRules(
        brand="abb",
        corner_linear="parabola",
        corner_joint="parabola",
        tube=frozenset({"path", "joint"}),
        corner_convention={"path": "abb.zone-reach", "joint": "abb.zone-joint"},
        zone_unit_m={"distance": 1e-3},
        zone_reach_m=_REACH_M,
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"wait", "delay"}),
        stops_known=False,
        conventions=CONVENTIONS,
    )
