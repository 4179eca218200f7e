"""The verified timeline as files: CSV and ROS 2 trajectories, through the same door as text."""
