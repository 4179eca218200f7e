"""How many decimals HRScript text carries.

Source: a real job file prints axis values with three decimals ([0.000,90.000,...]).
"""

AXIS_DIGITS = 3
SPEED_DIGITS = 1
TIME_DIGITS = 2
