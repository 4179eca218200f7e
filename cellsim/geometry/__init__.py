"""Floor 0: poses, exact convex pieces, meshes and their deviation."""

from cellsim.geometry.pose import Array, Pose, rotation_axis, rotation_rpy
from cellsim.geometry.solid import Core, Piece, Solid

__all__ = ["Array", "Core", "Piece", "Pose", "Solid", "rotation_axis", "rotation_rpy"]
