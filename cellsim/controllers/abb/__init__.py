"""ABB RAPID for RobotWare 6 and 7."""
