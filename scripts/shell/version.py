"""`interlock --version`: which package, and which contracts it ships."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files

SHOWN = 16  # hex digits of the hash


def version_line() -> str:
    """The package's version and the hash of its contracts' artifacts: who has the same line speaks to the same contracts."""
    return f"interlock {version('interlock')}, contracts {artifacts_hash()[:SHOWN]}"


def artifacts_hash() -> str:
    """SHA-256 of the artifacts that the package ships: name and SHA-256 of each, sorted by name."""
    every = hashlib.sha256()
    places = files("bridge.chain").joinpath("artifacts").iterdir()
    for place in sorted(places, key=lambda each: each.name):
        if place.name.endswith(".json"):
            digest = hashlib.sha256(place.read_bytes()).hexdigest()
            every.update(f"{place.name} {digest}\n".encode())
    return every.hexdigest()
