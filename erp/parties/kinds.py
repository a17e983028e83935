"""The kinds of parties."""

from __future__ import annotations

from enum import StrEnum

FIRST_PLATFORM = "P1"  # 平台 of a party that names none


class PartyKind(StrEnum):
    """Whose books a party's are."""

    INTERNAL = "internal"  # 小微: inside the group
    EXTERNAL = "external"  # 外部伙伴: an outside partner; its books here are a shadow, left out of our statements
    TREASURY = "treasury"  # 资金中心: issues the settlement tokens; there is one
