"""A small whole system for trying out: what `interlock up` starts, seeds and tells."""
