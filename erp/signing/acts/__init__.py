"""The acts that a person asks for and signs with a key of its own (行为): what each takes, who may ask, and what it says.

The names and fields are those of the ERP; what becomes of an act outside is not its business.
"""

from __future__ import annotations

from erp.signing.acts.groups import GROUPS
from erp.signing.acts.model import ActTerms
from erp.signing.acts.others import REST
from erp.signing.acts.trade import TRADE

ACTS: dict[str, ActTerms] = {**GROUPS, **TRADE, **REST}
