"""The base of answers that show a row of a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from erp.api.shown import ClassedView

ChainGroup = Annotated[str, Field(description="for whose need; empty: for no chain group's")]


class Row(ClassedView):
    """An answer built from a row of a table: each field is read from the column of the same name."""

    model_config = ConfigDict(from_attributes=True)
