"""Real auctions, played anew on chain."""
