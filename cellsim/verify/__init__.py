"""Floor 6: rules that judge a timeline, the report they make, and its renderings."""

from cellsim.verify.run import verify_timeline, with_physics

__all__ = ["verify_timeline", "with_physics"]
