"""How a UR e-Series controller moves: blends by radius, what stops it, and how sure we are."""

from __future__ import annotations

from cellsim.domain.controller import Controller, Convention, MotionRules

# Chapters 14 to 17 of the script manual of e-Series ("Script Directory", with optimovej; they print
# no version); pages of the maker's site name theirs.
_MANUAL = "script manual e-Series (Script Directory, with optimovej)"

CONVENTIONS = (
    Convention(
        "ur.rotation-vector",
        "p[x,y,z,rx,ry,rz]: metres and a rotation vector in radians, in the robot's base",
        "manual",
        "script manual SW 5.25.1, Module motion: 'the first 3 coordinates is a position vector and"
        f" the last 3 an axis-angle'; {_MANUAL}, 14.24: 'position in base frame of x = 200 mm'",
    ),
    Convention(
        "ur.blend-radius",
        "r is the distance from the waypoint at which the path leaves and joins its legs; a move"
        " whose blend overlaps that of its neighbour is a finding: the controller leaves it out",
        "manual",
        f"{_MANUAL}, 14.22 movej: 'if the blend region of this move overlaps with the blend radius"
        " of previous or following waypoints, this move will be skipped'; user manual CB3 3.4.5,"
        " 14.6: 'when the robot is within the blend radius .. it can start blending'",
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
        "manual",
        f"{_MANUAL}, 14.22 movej: 'v: joint speed of leading axis [rad/s]'; the percentage is ours",
    ),
    Convention(
        "ur.acceleration-default",
        "100 % acceleration is written as URScript's defaults, 1.4 rad/s2 and 1.2 m/s2",
        "manual",
        f"{_MANUAL}, 14.21, 14.22, 14.24, 14.26: movej(q, a=1.4, v=1.05, t=0, r=0), movel, movep"
        " and movec a=1.2, v=0.25",
    ),
    Convention(
        "ur.ports",
        "ports 0-7 of a cell are the standard, 8-15 the configurable, 16-17 the tool's digital"
        " ones; set_digital_out and get_digital_in without a kind mean the tool's by 8 and 9;"
        " set_target_payload takes mass, centre and inertia",
        "manual",
        f"{_MANUAL}, 17.5 to 17.16, 17.43 to 17.48: [0:7], the tool [0:1]; 17.7: 'n:8-9 go to the"
        " tool digital inputs'; 15.46 set_target_payload",
    ),
    Convention(
        "ur.bits",
        "the first element of the list of integer_to_binary_list and binary_list_to_integer is"
        " the lowest bit; a list may be shorter than 32",
        "manual",
        f"{_MANUAL}, 16.5: 'the bool at index 0 is evaluated as the least significant bit', its"
        " example of four elements; 16.12",
    ),
    Convention(
        "ur.bits-read",
        "the signals of one expression are read in one step of the program",
        "assumed",
        "script manual SW 5.25.1, Thread scheduling: instructions that do not control the robot use"
        " no time of its frame; that inputs stay for a frame is on no page read",
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
        "manual",
        f"{_MANUAL}, 16.13 interpolate_pose, 16.20 pose_add, 16.22 pose_inv, 16.24 pose_trans:"
        " their formulas and examples with numbers",
    ),
    Convention(
        "ur.inverse-kinematics",
        "get_inverse_kin(x, qnear) is the solution closest to qnear, for the TCP that is set; "
        "that the distance is over all joints alike is assumed",
        "assumed",
        "script manual SW 5.20, get_inverse_kin: 'if qnear is defined, the solution closest to"
        " qnear is returned', 'if no tcp is provided the currently active tcp'; the maker's forum"
        " of the distance: 'the sum of squared error. But it is a bit more complicated than that'",
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
        "manual",
        f"{_MANUAL}, 14.26 movep: 'blend circular (in tool-space) and move linear (in tool-space)"
        " to position. Accelerates to and moves with constant tool speed v'",
    ),
    Convention(
        "ur.threads",
        "a thread of outputs and sleeps alone sets them while the program goes on, counted from "
        "the line that runs it, and stops no motion",
        "assumed",
        "script manual SW 5.25.1, Thread scheduling: all threads in a runnable state are scheduled"
        " in each frame of 2 ms; that outputs of one stop no motion of another is not said",
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
