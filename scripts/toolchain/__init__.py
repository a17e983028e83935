"""Compiler, provers and snapshots of contracts/: what a developer runs, never an operator."""
