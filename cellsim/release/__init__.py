"""Floor 7: the only door to a file that can move a robot."""
