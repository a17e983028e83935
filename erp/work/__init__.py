"""The work of a group (执行): pay that milestones and shares earn, and processes that facts on chain start."""
