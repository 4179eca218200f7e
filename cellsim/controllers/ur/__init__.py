"""Universal Robots URScript for e-Series and PolyScope 5 (.script)."""
