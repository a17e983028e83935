"""Bounds of integers in the OpenAPI document, published as integers; the model that writes it holds them as floats."""

from __future__ import annotations

from typing import Any

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def publish_integers(node: Any) -> None:
    """Makes each bound of an integer schema an int, in place and at any depth: 999999999999999.0 → 999999999999999.

    Every bound must be below 2^53, or the float before was another number already.
    """
    if isinstance(node, list):
        for part in node:
            publish_integers(part)
    elif isinstance(node, dict):
        for name, value in node.items():
            if node.get("type") == "integer" and name in BOUNDS and isinstance(value, float):
                node[name] = int(value)
            else:
                publish_integers(value)
