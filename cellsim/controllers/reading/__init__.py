"""Shared by the readers of all brands; nothing here or in a reader knows the writers."""
