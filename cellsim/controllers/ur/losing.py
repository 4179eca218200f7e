"""What a move of URScript runs with beside its arguments, and which calls may have set that.

A move names target, speed, acceleration and blend. The active TCP and the payload it does not
name, nor a force mode, an offset of the path or a conveyor that may be on. A function that the
script does not hold (one of an installation or a URCap) may set all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node
from cellsim.controllers.reading.losing import called_in

STATES: Mapping[str, str] = {"tcp": "tool", "payload": "payload", "mode": "path mode"}
# Functions that leave TCP, payload and path mode as they are (URScript manual, all modules).
_LEAVE = re.compile(
    r"get_\w+|is_\w+|read_\w+|write_\w+|socket_\w+|modbus_\w+|rpc_\w+|str_\w+|pose_\w+|point_dist"
    r"|set_(?:standard_|configurable_|tool_|)(?:digital|analog)_out|set_flag|set_runstate_\w+"
    r"|set_(?:safety_mode_transition_hardness|standard_analog_input_domain)"
    r"|set_(?:tool_analog_input_domain|analog_outputdomain|input_actions_to_default)"
    r"|set_tool_(?:communication|output_mode|digital_output_mode|voltage)|set_gravity"
    r"|textmsg|popup|sync|sleep|halt|norm|length|size|sin|cos|tan|asin|acos|atan|atan2|sqrt|log|pow"
    r"|ceil|floor|abs|random|d2r|r2d|to_num|to_str|interpolate_pose|wrench_trans|rotvec2rpy"
    r"|rpy2rotvec|(?:enter|exit)_critical|assert|rtde_\w+|request_\w+|binary_list_to_integer"
    r"|integer_to_binary_list|list_\w+|inv|transpose|move[jlpc]|servo[jc]|speed[jl]|stop[jl]"
    r"|if|elif|while|and|or|not|return|def|thread|run|xor|in|force|zero_ftsensor|tool_contact"
)
# What these set the modal state follows.
_SETS = frozenset(
    {"set_tcp", "set_payload", "set_payload_mass", "set_target_payload", "set_payload_cog"}
)


def may_lose(node: Node, known: Collection[str]) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    known: Functions of the script whose lines are read, or of which it is known what they may set.
    """
    act = node.act
    if isinstance(act, Act) and act.word in {"comment", "shown"}:
        return ()
    named = set(called_in(node.line.text))
    if isinstance(act, Act) and act.word == "run":
        named = set()
    strange = [n for n in named if n not in known and n not in _SETS and not _LEAVE.fullmatch(n)]
    return tuple(STATES) if strange else ()
