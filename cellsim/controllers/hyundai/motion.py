"""How a Hi6 controller moves: corner levels, what stops it, and how sure we are."""

from __future__ import annotations

from dataclasses import replace

from cellsim.domain.controller import Controller, Convention, MotionRules

# Corner distance of accu 0..6 [mm] where the controller's own table is not given; level 0 stops.
# Levels 1..6 as in the figures of the operation manual, 7.4.6, which show 2 mm for level 0.
DEFAULT_ACCU_MM = (0.0, 5.0, 20.0, 70.0, 150.0, 300.0, 500.0)
# Level 7 is "half of the step distance"; any length above every segment says so with half_limit.
HALF_SEGMENT_M = 1000.0

CONVENTIONS = (
    Convention(
        "hyundai.bytes",
        "dobN is do8N to do8N+7, -128 to +127, the first the lowest bit; dowN is dobN and the next"
        " byte, dolN four; dib, diw and dil are so of inputs",
        "manual",
        "HRScript manual 6.1.1: table and figure (its sentence that do1 to do16 are dob1 and dob2"
        " disagrees with both); 6.1.2: 0x0F turns on the lower four bits",
    ),
    Convention(
        "hyundai.words",
        "of a word or long the first byte is the lowest",
        "assumed",
        "HRScript manual 6.1.1 gives the addresses, not the order",
    ),
    Convention(
        "hyundai.accu-corner",
        "accu=1..7 make a corner inside the convex hull at any speed",
        "manual",
        "Hi6 operation manual 2.3.1.4 Accuracy",
    ),
    Convention(
        "hyundai.accu-7",
        "accu=7 gives the largest corner within half of the step distance",
        "manual",
        "Hi6 operation manual 7.4.6 Accuracy",
    ),
    Convention(
        "hyundai.corner-parabola",
        "the corner is the parabola that leaves and joins the legs at the level's distance",
        "assumed",
        "the manual states the convex hull only",
    ),
    Convention(
        "hyundai.joint-pose",
        "Pose(j1, j2, ...) holds axis values S, H, V, R2, B, R1, then additional axes, deg and mm; "
        "it may be the target of P, L and C steps",
        "manual",
        "HRScript manual 5.1 Pose, 5.4 move; ROS 2 driver manual, srv/ExecuteMove",
    ),
    Convention(
        "hyundai.angles",
        "Rx, Ry, Rz in deg with R = Rz(Rz) Ry(Ry) Rx(Rx)",
        "manual",
        "Hi6 operation manual 7.4.1 Tool Data: 'Rxyz = Rot(z, Rz)Rot(y, Ry)Rot(x, Rx)'; HRScript"
        " manual 10.1.2 tonl: 'applied in the order of Rot_z.Rot_y.Rot_x'; of poses the readings of"
        " the Open API manual, 4.1.2 po_cur",
    ),
    Convention(
        "hyundai.contpath-1",
        "contpath 1 is active at cycle start: outputs do not stop the robot, waits for inputs do;"
        " an output is set as the command reaches the accuracy range of its step",
        "manual",
        "HRScript manual 5.7 contpath; Hi6 operation manual 8.15 R360",
    ),
    Convention(
        "hyundai.arc-by-two-steps",
        "two consecutive C steps are one arc through start, first and second step",
        "manual",
        "Hi6 operation manual 2.3.1.1 Interpolation",
    ),
    Convention(
        "hyundai.axis-shift",
        "joint pose + Shift(j1, j2, ..) adds the axis values",
        "assumed",
        "HRScript manual 5.2, 5.3: Pose+Shift is a pose; that it adds axis by axis is not written",
    ),
    Convention(
        "hyundai.measured-shift",
        "the vision job stores the measured shift of user frame n in the global variable sft_un; "
        "joint pose + that shift moves the TCP with the frame",
        "assumed",
        "HRScript manual 5.3 Pose Expression allows Pose + Shift; the variable is our naming",
    ),
)

_STOP_SOURCE = (
    "HRScript manual 5.4 move: 'if it is 0, the operation will occur discontinuously'; Hi6"
    " operation manual 8.15 R360: discontinuous 'if accu=0 and the value is 0'"
)
_STOP = Convention(
    "hyundai.accu-stop",
    "accu=0 stops at the step: level 0 of the controller is 0 mm",
    "manual",
    _STOP_SOURCE,
)
_STOP_ASSUMED = replace(
    _STOP, evidence="assumed", source=f"{_STOP_SOURCE}; the figures of 7.4.6 show 2 mm"
)
_NO_STOP = Convention(
    "hyundai.accu-0",
    "accu=0 is a corner as the other levels are, where level 0 of the controller is not 0 mm",
    "manual",
    _STOP_SOURCE,
)
_ACCU_DEFAULT = Convention(
    "hyundai.accu-table",
    "accu 1..6 mean 5, 20, 70, 150, 300, 500 mm",
    "assumed",
    "figures of the accuracy screen in the Hi6 operation manual, 7.4.6 (HS220-02); levels are"
    " system settings of each controller",
)


def accu_table(controller: Controller) -> tuple[float, ...]:
    """Return the corner distance of accu 0..6 [mm]: the cell's table, else the default."""
    return controller.accu_mm or DEFAULT_ACCU_MM


def rules(controller: Controller) -> MotionRules:
    """Return the motion rules of this controller."""
    table = accu_table(controller)
    levels = (*(mm / 1000.0 for mm in table), HALF_SEGMENT_M)
    stop = _STOP if controller.accu_mm else _STOP_ASSUMED
    own = (_NO_STOP if table[0] else stop, *(() if controller.accu_mm else (_ACCU_DEFAULT,)))
    return MotionRules(
        brand="hyundai",
        corner_linear="parabola",
        corner_joint="parabola",
        tube=frozenset({"path", "joint"}),
        corner_convention={"path": "hyundai.corner-parabola", "joint": "hyundai.corner-parabola"},
        zone_distance_m={"accu": levels},
        half_limit=True,
        overlap="shrink",
        stops=frozenset({"wait", "delay", "if"}),
        outputs_at_zone=True,
        conventions=CONVENTIONS + own,
    )
