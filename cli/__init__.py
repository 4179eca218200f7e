"""Floor 8: typer commands over the public verbs."""
