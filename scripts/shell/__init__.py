"""How every command of `interlock` begins and ends: which settings, which version, and what an error says."""
