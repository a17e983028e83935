"""ABI and bytecode of every contract, built by `python -m scripts.artifacts build` and shipped with the package."""
