"""ABI and bytecode of every contract, built by `make artifacts` and shipped with the package."""
