"""How a UR e-Series controller moves: blends by radius, what stops it, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

CONVENTIONS = (
    Convention(
        "ur.rotation-vector",
        "p[x,y,z,rx,ry,rz]: metres and a rotation vector in radians, in the robot's base",
        "public code",
        "the maker's drivers and a university course; checked numerically against an independent"
        " library; the script manual was read once, its version not noted",
    ),
    Convention(
        "ur.blend-radius",
        "r is the distance from the waypoint at which the path leaves and joins its legs; a move"
        " whose blend overlaps that of its neighbour is a finding: the controller leaves it out",
        "public code",
        "a public client that repeats the script manual's words, movej: 'if the blend region of"
        " this move overlaps with the blend radius of previous or following waypoints, this move"
        " will be skipped'; version not noted",
    ),
    Convention(
        "ur.blend-parabola",
        "the blend between the two circle points is a parabola",
        "assumed",
        "the manual says that the shape depends on radius, speeds and move types",
    ),
    Convention(
        "ur.leading-axis",
        "movej v is the speed of the leading axis; a program's % becomes that part of the "
        "slowest axis' largest speed",
        "public code",
        "the maker's client library, moveJ: 'joint speed of leading axis [rad/s]'; the script"
        " manual's version was not noted",
    ),
    Convention(
        "ur.acceleration-default",
        "100 % acceleration is written as URScript's defaults, 1.4 rad/s2 and 1.2 m/s2",
        "public code",
        "the maker's client library, moveJ: 1.4; a public client that repeats the script manual's"
        " words, movel: 'tool acceleration [m/s^2] (default: 1.2)'",
    ),
    Convention(
        "ur.ports",
        "ports 0-7 are the standard, 8-15 the configurable, 16-17 the tool's digital ones;"
        " set_target_payload takes mass, centre and inertia",
        "assumed",
        "script manual, set_digital_out and Module internals, version not noted",
    ),
    Convention(
        "ur.bits",
        "the first element of the list of integer_to_binary_list and binary_list_to_integer is"
        " the lowest bit",
        "public code",
        "the maker's examples (URScript_Examples): element 7 of such a list is bit 7 of a control"
        " word, and 14 bits of a program number are its elements 0 to 13",
    ),
    Convention(
        "ur.bits-read",
        "binary_list_to_integer takes a list shorter than 32, and the signals of one expression"
        " are read in one step of the program",
        "assumed",
        "no manual that was read says it",
    ),
    Convention(
        "ur.io-stops",
        "sleep, waiting loops and outputs end a blend",
        "assumed",
        "the manual says that conditions are evaluated at blend entry",
    ),
    Convention(
        "ur.pose-functions",
        "pose_trans multiplies poses, pose_inv inverts one, pose_add adds the positions and "
        "multiplies the rotations; interpolate_pose goes straight and turns about one axis",
        "assumed",
        "pose_trans and interpolate_pose: the manual as public pages quote it; the others recalled",
    ),
    Convention(
        "ur.inverse-kinematics",
        "get_inverse_kin(x, qnear) is the solution closest to qnear, for the TCP that is set; "
        "that the distance is over all joints alike is assumed",
        "assumed",
        "URScript manual as public notes quote it: 'the solution closest to qnear is returned'",
    ),
    Convention(
        "ur.by-value",
        "functions get copies of their arguments; a name is its function's own unless it is global",
        "assumed",
        "URScript manual as recalled: scope and functions",
    ),
    Convention(
        "ur.movep",
        "movep without a blend radius goes as movel does",
        "assumed",
        "URScript manual as recalled: movep moves linear in tool space at constant tool speed",
    ),
    Convention(
        "ur.threads",
        "a thread of outputs and sleeps alone sets them while the program goes on, counted from "
        "the line that runs it, and stops no motion",
        "assumed",
        "URScript manual as recalled: threads run beside the program, in slices of its cycle",
    ),
    Convention(
        "ur.preamble",
        "what PolyScope writes before a program (analogue domains, tool voltage and modes) and "
        "its step counter thread change no motion, TCP or digital output",
        "assumed",
        "real files: scripts that PolyScope wrote; their functions were not looked up one by one",
    ),
)


def rules(controller: Controller) -> MotionRules:  # noqa: ARG001 - one signature for all brands
    """Return the motion rules of this controller."""
    return MotionRules(
        brand="ur",
        corner_linear="parabola",
        corner_joint="parabola",
        tube=frozenset({"path", "joint"}),
        corner_convention={"path": "ur.blend-parabola", "joint": "ur.blend-parabola"},
        zone_unit_m={"radius": 1e-3},
        half_limit=False,
        overlap="error",
        stops=frozenset({"set", "wait", "delay", "if"}),
        conventions=CONVENTIONS,
    )
