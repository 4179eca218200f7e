"""Floor 3: path geometry, corner laws and time laws; moves in, knots out."""
