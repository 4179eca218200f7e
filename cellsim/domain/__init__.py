"""Floor 1: the nouns, frozen, SI and radians; `domain.files` reads and writes them as text."""
