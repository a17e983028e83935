"""Hashes that stand on chain for documents, for the document log and for lists of invited accounts."""
