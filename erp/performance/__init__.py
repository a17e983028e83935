"""What the parties of bets reached, measured from the documents of the books, with the documents that show it (业绩)."""
