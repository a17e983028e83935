"""Guarantees of orders (履约保证金) and the defects that they answer for."""
