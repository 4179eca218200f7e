"""Floor 1: the shapes of the shipped cells, written as exact pieces and as meshes of the same."""
