"""Floor 5: PyBullet replays a timeline and takes its pictures; it is never the judge."""
