"""What the books do when the chain leaves the blocks that they were told of (链重组)."""
