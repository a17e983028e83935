"""Real histories played on a chain: purchases (demo) and sealed-bid tenders (tenders)."""
