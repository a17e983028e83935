"""Machine-minutes (产能): sold, redeemed, run and settled."""
