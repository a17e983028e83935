"""The only room that speaks to a chain: client, events, proofs, finality, keys."""
