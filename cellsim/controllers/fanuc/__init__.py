"""FANUC TP for R-30iB controllers (.ls)."""
