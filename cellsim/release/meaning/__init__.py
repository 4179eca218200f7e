"""What two programs, tasks or cells mean differently; shared by `cellsim diff` and the door."""
