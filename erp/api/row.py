"""The base of answers that show a row of a table."""

from __future__ import annotations

from pydantic import ConfigDict

from erp.api.shown import ClassedView


class Row(ClassedView):
    """An answer built from a row of a table: each field is read from the column of the same name."""

    model_config = ConfigDict(from_attributes=True)
