"""Text to nouns and back: bounded, safe, every error with file, line and column."""
