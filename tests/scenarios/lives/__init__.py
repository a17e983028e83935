"""Whole lives of chain groups, drawn by Hypothesis and lived on real contracts, in real books, with the real bridge."""
