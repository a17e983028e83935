"""What others see of a running bridge: whether it is alive, whether everything advances, and its figures."""
