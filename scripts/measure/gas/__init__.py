"""`make bench-gas`: what every step costs, in gas. Gas is exact: the same contracts print the same figures anywhere."""
