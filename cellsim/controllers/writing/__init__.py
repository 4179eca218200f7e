"""Shared by the writers and quantisers of all brands; no reader may import it."""
