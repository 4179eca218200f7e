"""Every rule of the verifier, one file each; a new rule joins the tuple RULES."""

from __future__ import annotations

import inspect

from cellsim.errors import UnknownName
from cellsim.messages import catalogue, title
from cellsim.verify.outcome import Rule
from cellsim.verify.rules.answer_not_awaited import answer_not_awaited
from cellsim.verify.rules.answer_stale import answer_stale
from cellsim.verify.rules.branch_not_run import branch_not_run
from cellsim.verify.rules.branch_on_unknown import branch_on_unknown
from cellsim.verify.rules.circle_degenerate import circle_degenerate
from cellsim.verify.rules.clamp_closed_early import clamp_closed_early
from cellsim.verify.rules.clearance import clearance
from cellsim.verify.rules.collision import collision
from cellsim.verify.rules.combined_limit_exceeded import combined_limit_exceeded
from cellsim.verify.rules.configuration_flip import configuration_flip
from cellsim.verify.rules.configuration_mismatch import configuration_mismatch
from cellsim.verify.rules.configuration_unknown import configuration_unknown
from cellsim.verify.rules.corner_overlap import corner_overlap
from cellsim.verify.rules.corner_shrunk import corner_shrunk
from cellsim.verify.rules.deadlock import deadlock
from cellsim.verify.rules.deadlock_possible import deadlock_possible
from cellsim.verify.rules.device_never_started import device_never_started
from cellsim.verify.rules.endless_loop import endless_loop
from cellsim.verify.rules.fastener_missed import fastener_missed
from cellsim.verify.rules.fixture_moved_by_two import fixture_moved_by_two
from cellsim.verify.rules.fixture_not_standing import fixture_not_standing
from cellsim.verify.rules.frame_joint_limit import frame_joint_limit
from cellsim.verify.rules.frame_moves_meanwhile import frame_moves_meanwhile
from cellsim.verify.rules.frame_not_followed import frame_not_followed
from cellsim.verify.rules.frame_not_measured import frame_not_measured
from cellsim.verify.rules.grip_missed import grip_missed
from cellsim.verify.rules.grip_overloaded import grip_overloaded
from cellsim.verify.rules.gripper_acts_in_motion import gripper_acts_in_motion
from cellsim.verify.rules.handover_not_ordered import handover_not_ordered
from cellsim.verify.rules.holder_moves_while_fastened import holder_moves_while_fastened
from cellsim.verify.rules.home_not_reached import home_not_reached
from cellsim.verify.rules.joint_acceleration_exceeded import joint_acceleration_exceeded
from cellsim.verify.rules.joint_figure_missing import joint_figure_missing
from cellsim.verify.rules.joint_jerk_exceeded import joint_jerk_exceeded
from cellsim.verify.rules.joint_limit_exceeded import joint_limit_exceeded
from cellsim.verify.rules.joint_speed_exceeded import joint_speed_exceeded
from cellsim.verify.rules.joint_torque_exceeded import joint_torque_exceeded
from cellsim.verify.rules.line_unreachable import line_unreachable
from cellsim.verify.rules.link_shape_missing import link_shape_missing
from cellsim.verify.rules.mass_zero import mass_zero
from cellsim.verify.rules.motion_state_unknown import motion_state_unknown
from cellsim.verify.rules.move_time_not_held import move_time_not_held
from cellsim.verify.rules.moved_while_clamped import moved_while_clamped
from cellsim.verify.rules.near_miss import near_miss
from cellsim.verify.rules.next_cycle_differs import next_cycle_differs
from cellsim.verify.rules.output_beyond_motion import output_beyond_motion
from cellsim.verify.rules.override_not_proven import override_not_proven
from cellsim.verify.rules.part_dropped import part_dropped
from cellsim.verify.rules.part_falls import part_falls
from cellsim.verify.rules.part_not_held import part_not_held
from cellsim.verify.rules.part_placed_elsewhere import part_placed_elsewhere
from cellsim.verify.rules.payload_exceeded import payload_exceeded
from cellsim.verify.rules.physics_contact import physics_contact
from cellsim.verify.rules.physics_grip_slips import physics_grip_slips
from cellsim.verify.rules.physics_hinge_binds import physics_hinge_binds
from cellsim.verify.rules.physics_tracking import physics_tracking
from cellsim.verify.rules.program_empty import program_empty
from cellsim.verify.rules.shape_understated import shape_understated
from cellsim.verify.rules.signal_never_set import signal_never_set
from cellsim.verify.rules.signal_of_another import signal_of_another
from cellsim.verify.rules.signal_unknown import signal_unknown
from cellsim.verify.rules.signal_value_impossible import signal_value_impossible
from cellsim.verify.rules.singularity_slowdown import singularity_slowdown
from cellsim.verify.rules.state_not_understood import state_not_understood
from cellsim.verify.rules.stop_inside_corner import stop_inside_corner
from cellsim.verify.rules.takt_exceeded import takt_exceeded
from cellsim.verify.rules.target_ambiguous import target_ambiguous
from cellsim.verify.rules.target_unreachable import target_unreachable
from cellsim.verify.rules.task_changed import task_changed
from cellsim.verify.rules.tcp_speed_exceeded import tcp_speed_exceeded
from cellsim.verify.rules.tcp_speed_impossible import tcp_speed_impossible
from cellsim.verify.rules.tcp_speed_not_held import tcp_speed_not_held
from cellsim.verify.rules.tool_not_mounted import tool_not_mounted
from cellsim.verify.rules.trajectory_disagrees import trajectory_disagrees
from cellsim.verify.rules.wait_timeout import wait_timeout
from cellsim.verify.rules.wrist_inertia_exceeded import wrist_inertia_exceeded
from cellsim.verify.rules.wrist_torque_exceeded import wrist_torque_exceeded
from cellsim.verify.rules.wrist_turned import wrist_turned

RULES: tuple[Rule, ...] = (
    collision,
    clearance,
    near_miss,
    shape_understated,
    joint_limit_exceeded,
    frame_joint_limit,
    joint_speed_exceeded,
    joint_acceleration_exceeded,
    joint_jerk_exceeded,
    joint_torque_exceeded,
    combined_limit_exceeded,
    trajectory_disagrees,
    joint_figure_missing,
    tool_not_mounted,
    target_unreachable,
    target_ambiguous,
    configuration_unknown,
    line_unreachable,
    circle_degenerate,
    frame_not_followed,
    frame_moves_meanwhile,
    configuration_flip,
    configuration_mismatch,
    wrist_turned,
    singularity_slowdown,
    tcp_speed_impossible,
    tcp_speed_not_held,
    tcp_speed_exceeded,
    move_time_not_held,
    corner_shrunk,
    corner_overlap,
    stop_inside_corner,
    output_beyond_motion,
    payload_exceeded,
    wrist_torque_exceeded,
    wrist_inertia_exceeded,
    grip_overloaded,
    grip_missed,
    part_dropped,
    part_falls,
    part_not_held,
    part_placed_elsewhere,
    fastener_missed,
    gripper_acts_in_motion,
    handover_not_ordered,
    holder_moves_while_fastened,
    moved_while_clamped,
    clamp_closed_early,
    fixture_not_standing,
    fixture_moved_by_two,
    deadlock,
    deadlock_possible,
    signal_never_set,
    signal_unknown,
    signal_of_another,
    signal_value_impossible,
    wait_timeout,
    answer_not_awaited,
    answer_stale,
    device_never_started,
    task_changed,
    frame_not_measured,
    endless_loop,
    takt_exceeded,
    mass_zero,
    link_shape_missing,
    override_not_proven,
    program_empty,
    state_not_understood,
    motion_state_unknown,
    branch_on_unknown,
    branch_not_run,
    home_not_reached,
    next_cycle_differs,
    physics_tracking,
    physics_contact,
    physics_grip_slips,
    physics_hinge_binds,
)
HEADINGS = ("What", "Why", "Limit", "Source")


def rule_id(rule: Rule) -> str:
    """Return the id of a rule: its function's name with hyphens."""
    return rule.__name__.replace("_", "-")


def rule_ids() -> tuple[str, ...]:
    """Return all rule ids in the order they run."""
    return tuple(rule_id(rule) for rule in RULES)


def summaries() -> tuple[tuple[str, str], ...]:
    """Return (rule id, first line of its page) of every rule."""
    return tuple((rule_id(r), (inspect.getdoc(r) or "").partition("\n")[0]) for r in RULES)


def explain(rule: str, lang: str = "en") -> str:
    """Return the manual page of a rule id; UnknownName where there is none.

    The pages are the rules' docstrings, in English; in another language the page begins with the
    name of the rule, its sentences and its advice in that language.
    """
    for function in RULES:
        if rule_id(function) == rule:
            page = f"{inspect.getdoc(function)}\n"
            return f"{rule}\n\n{page}" if lang == "en" else f"{_told(rule, lang)}\n{page}"
    raise UnknownName("rule", rule, rule_ids())


def _told(rule: str, lang: str) -> str:
    """Return name, sentences (placeholders in braces) and advice of a rule in a language."""
    words = catalogue(lang)
    entry = {key: text for key, text in words["rules"][rule].items() if key != "title"}
    lines = [f"{rule}: {title(lang, rule)}", "", f"{words['words']['page_told_as']}:"]
    lines += [f"  {text}" for text in entry.values()]
    if rule in words["help"]:
        lines += [f"{words['words']['help']}: {words['help'][rule]}"]
    return "\n".join([*lines, "", f"{words['words']['page_in_english']}:"])
