"""A watch over all documents that tests make: each of their fields has a class, so that no role is shown it by accident."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from erp.kernel.log import queries
from erp.kernel.log.model import Document
from erp.rooms import OPERATIONS


@pytest.fixture(autouse=True, scope="session")
def every_field_has_a_class() -> Iterator[None]:
    """Fails the operation whose document carries a field that its `Operation.fields` does not class."""
    classes = {command.__name__: made.fields for command, made in OPERATIONS.items()}
    row_of = queries.row_of

    def watched(document: Document) -> dict[str, Any]:
        unclassed = document.fields.keys() - classes.get(document.command, document.fields).keys()
        assert not unclassed, (
            f"{document.type}: say the class of {sorted(unclassed)} at its operation"
        )
        return row_of(document)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "row_of", watched)
        yield
