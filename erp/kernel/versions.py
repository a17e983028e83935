"""The version of the rules by which documents are made."""

from __future__ import annotations

# Raise it by one with every change of what a document carries, of the entries it posts or of what follows from it, and
# give the operations concerned a `Former` that does it as before: the log is replayed by the rules it was made by.
RULES_VERSION = 1
