"""Jobs to timelines: several programs on one clock, with signals, devices, grips and waits."""
