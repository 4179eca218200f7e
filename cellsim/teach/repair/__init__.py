"""Repairs: the smallest edit that takes a finding away, on a copy, verified whole."""
