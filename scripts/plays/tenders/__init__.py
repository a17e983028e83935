"""Plays the published sealed-bid auctions of a road authority again on a fresh chain."""
