"""What a demo alone can find wrong with its input, beside the errors of every play (`stage.errors`)."""

from __future__ import annotations

from ..stage.errors import Unusable


class NotTheData(Unusable):
    """The file is not the purchase history it claims to be."""
