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
from cellsim.controllers.ur.values import TELLS

STATES: Mapping[str, str] = {"tcp": "tool", "payload": "payload", "mode": "path mode"}
# Functions that leave TCP, payload and path mode as they are (URScript manual, all modules).
_LEAVE = re.compile(
    rf"{TELLS}|write_output_\w+_register|write_port_(?:bit|register)"
    r"|socket_\w+|modbus_\w+|rpc_\w+|str_\w+"
    r"|set_(?:standard_|configurable_|tool_|)(?:digital|analog)_out|set_flag|set_runstate_\w+"
    r"|set_(?:safety_mode_transition_hardness|standard_analog_input_domain)"
    r"|set_(?:tool_analog_input_domain|analog_outputdomain|input_actions_to_default)"
    r"|set_tool_(?:communication|output_mode|digital_output_mode|voltage)|set_gravity"
    r"|textmsg|popup|sync|sleep|halt|sin|cos|tan|asin|acos|atan|atan2|sqrt|log|pow"
    r"|ceil|floor|abs|random|d2r|r2d|to_num|to_str|make_list|struct"
    r"|(?:enter|exit)_critical|assert|rtde_\w+|request_\w+|binary_list_to_integer"
    r"|integer_to_binary_list|list_\w+|inv|transpose|move[jlpc]|servo[jc]|speed[jl]|stop[jl]"
    r"|if|elif|while|and|or|not|return|def|thread|run|xor|in|zero_ftsensor|tool_contact"
)
# What these set the modal state follows.
_SETS = {
    "set_tcp": "tcp",
    "set_payload": "payload",
    "set_payload_mass": "payload",
    "set_target_payload": "payload",
    "set_payload_cog": "payload",
}
_MOVES = re.compile(r"move[jlpc]|optimove[jl]|servo[jc]|speed[jl]|stop[jl]")


def may_lose(
    node: Node, known: Collection[str], opaque: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """Return the states that a line may have set to what nobody can say.

    Args:
        known: Functions of the script whose lines are read, or of which it is known what they may
            set. opaque: Functions and threads of the script that are not read: what they call.
    """
    act = node.act
    if isinstance(act, Act) and act.word in {"comment", "shown"}:
        return ()
    if isinstance(act, Act) and act.word == "run":
        return _beside(opaque.get(str(act.data[0]), frozenset()), known)
    named = set(called_in(node.line.text))
    strange = [n for n in named if _is_strange(n, known) or (n in opaque and n not in known)]
    return tuple(STATES) if strange else ()


def moves(node: Node) -> bool:
    """Return whether a line is a call that moves the robot, understood or not."""
    act = node.act
    called = isinstance(act, Act) and act.word == "call"
    return called and isinstance(act, Act) and _MOVES.fullmatch(str(act.data[0])) is not None


def _beside(called: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the states that a thread which runs beside the program from here on may set."""
    if any(_is_strange(n, known) or n in known or _MOVES.fullmatch(n) for n in called):
        return tuple(STATES)
    return tuple(dict.fromkeys(_SETS[n] for n in called if n in _SETS))


def _is_strange(name: str, known: Collection[str]) -> bool:
    return name not in known and name not in _SETS and not _LEAVE.fullmatch(name)
