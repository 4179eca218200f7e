"""KUKA KRL for KRC4 and KRC5 (.src, .dat)."""
