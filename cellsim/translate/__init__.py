"""Controller text of one brand to another: mapped, quantised, proven, with every loss listed."""
