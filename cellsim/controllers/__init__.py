"""Controller languages: one folder a brand, written and read back by code that shares nothing."""
