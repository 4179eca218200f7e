"""A small checker of clearance proofs: it shares no code with the search that finds them.

It derives from cell and timeline alone what must be proved, and tests every leaf of a proof with
its own kinematics, its own bound of travel and its own support functions.
"""
