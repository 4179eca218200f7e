"""cellsim: the compiler and the test suite for robot cells."""
