"""Floor 2: link chains, forward and inverse kinematics, frames, bodies, dynamics."""

from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.bodies import Body, bodies_of
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import flange_pose, jacobian, link_poses, tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_fixture, world_T_frame, world_T_part
from cellsim.kinematics.ik import solve_all, solve_near, solve_path
from cellsim.kinematics.naming import branch_name

__all__ = [
    "Body",
    "Chain",
    "anchor_of",
    "bodies_of",
    "branch_name",
    "chain_of",
    "flange_pose",
    "jacobian",
    "link_poses",
    "solve_all",
    "solve_near",
    "solve_path",
    "tcp_pose",
    "world_T_fixture",
    "world_T_frame",
    "world_T_part",
]
