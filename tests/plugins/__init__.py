"""What this suite adds to pytest: jobs beside the tests, the fast run, times of folders."""
