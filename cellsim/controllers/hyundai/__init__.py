"""Hyundai HRScript for Hi6 controllers (.job)."""
