"""The Brownie console on a running chain, and its helpers."""
