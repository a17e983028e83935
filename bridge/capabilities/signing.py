"""What the signing mailbox brings to the chain (签署箱): acts of people, and statements that the keeper carries there."""

from __future__ import annotations

from bridge.capabilities.act import Act
from bridge.capabilities.acts import TRANSACTIONS
from bridge.capabilities.model import Capability
from bridge.capabilities.statements import BESIDE_STATEMENTS, BROUGHT, STATEMENTS

ACTS: tuple[Act, ...] = (*TRANSACTIONS, *BESIDE_STATEMENTS, *STATEMENTS)
ACT_CAPABILITY = Capability("acts", (), calls={"act_request": ACTS, "signature": BROUGHT})
