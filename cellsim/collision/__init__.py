"""Certified clearance between the bodies of a cell, for every instant between the samples."""

from cellsim.collision.result import CollisionResult, PairResult, Violation

__all__ = ["CollisionResult", "PairResult", "Violation"]
