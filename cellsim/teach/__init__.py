"""Floor 7: from a task that names features to programs with every branch and via chosen."""
