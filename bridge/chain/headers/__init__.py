"""Headers per consensus (共识): how each hashes, who seals it, and what that proves. The deployment file names the one.

`rules.py` is the form; `plain.py`, `clique.py`, `bft.py` and `edge.py` are the kinds; `seals.py` holds seals against a set
of validators; `consensus.py` follows that set from header to header.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.chain.headers.bft import IBFT2, QBFT
from bridge.chain.headers.clique import CLIQUE
from bridge.chain.headers.edge import IBFT
from bridge.chain.headers.plain import DEVELOPMENT, ETHEREUM
from bridge.chain.headers.rules import Rules

KINDS: Mapping[str, Rules] = {
    rules.name: rules for rules in (DEVELOPMENT, ETHEREUM, CLIQUE, IBFT, QBFT, IBFT2)
}
