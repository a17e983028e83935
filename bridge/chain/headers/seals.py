"""Seals of a header against a set of validators, and whether the set may change from one block to the next. Pure rules.

Of n validators at most f = (n - 1) // 3 are taken to be faulty, as the consensus itself takes it.
"""

from __future__ import annotations

from bridge.chain.headers.encoding import shown, signer_of
from bridge.chain.headers.rules import Rules, Stated
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete

Validators = frozenset[str]  # accounts, lower-case hex


def check_sealed(rules: Rules, header: Header, stated: Stated, validators: Validators) -> None:
    """Raises NodeIncomplete unless the validators sealed the block as the consensus asks.

    A seal of a stranger, a second one of the same validator, and one that is no signature spoil a block, as they do for the
    validators themselves.
    """
    if len(stated.seals) > len(validators):
        raise _unsealed(
            header,
            f"it has {len(stated.seals)} seals, and there are {len(validators)} validators",
        )
    sealed: set[str] = set()
    for seal in stated.seals:
        signer = signer_of(stated.digest, seal)
        if signer is None:
            raise _unsealed(header, "one of its seals is no signature")
        if signer not in validators:
            raise _unsealed(
                header, f"{signer} sealed it, who is none of its validators {shown(validators)}"
            )
        if signer in sealed:
            raise _unsealed(header, f"{signer} sealed it twice")
        sealed.add(signer)
    if len(sealed) < (wanted := rules.quorum(len(validators))):
        raise _unsealed(
            header, f"{len(sealed)} of {len(validators)} validators sealed it, {wanted} must"
        )


def check_change(header: Header, before: Stated, old: Validators, new: Validators) -> None:
    """Raises NodeIncomplete unless the set may have become another one with this block.

    `before`: what the block before says, which `old` sealed: the vote that tips the scale always stands there. So the set
    changes by one validator at most, and whoever seals for the new set are more of the old one than may be faulty: one of
    them at least follows the rules, and signs no set that the votes do not give.
    """
    changed = old ^ new
    if len(changed) != 1 or before.voted not in changed:
        raise NodeIncomplete(
            f"the validators of block {header.number} are {shown(new)}, before they were {shown(old)}, and block "
            f"{header.number - 1} does not vote for that: the node lies, or the set was changed without a vote. Then "
            "its operators say which one is right, and it is pinned in a deployment file that starts there"
        )


def _unsealed(header: Header, why: str) -> NodeIncomplete:
    return NodeIncomplete(f"block {header.number} is not sealed: {why}")
