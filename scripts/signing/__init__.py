"""A person's side of the signing mailbox: `interlock sign` and `interlock acts`."""
