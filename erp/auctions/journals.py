"""Posting rules of this room."""
