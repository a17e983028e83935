"""Steps at the signing mailbox: acts are asked for, withdrawn, signed by the right key or a wrong one, or left to expire."""

from __future__ import annotations

import json
from typing import Any

from eth_account import Account
from eth_utils.address import to_checksum_address

from erp.signing.schemas import AnswerSigning, RequestAct, WithdrawAct
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import FINANCIER, PEOPLE
from tests.world import BUYER, DAY


class MailboxSteps(Hand):
    """Acts of people whose keys the bridge never sees."""

    def ask_act(self) -> None:
        """Somebody asks for an act of its own, now and then for one that is not its to do."""
        way = self.number(1, 4)
        fields: dict[str, Any]
        if way == 1:
            party = self.dice.choice(PEOPLE)
            to = self.address(self.dice.choice(PEOPLE)).lower()
            act, fields = "transfer_tokens", {"to": to, "value_minor": self.number(1, 9_000)}
        elif way == 2:
            order = self.pick(
                "SELECT * FROM purchase_order WHERE status = 'FUNDED' ORDER BY order_id DESC"
            )
            if order is None:
                return
            party, act = order["supplier"] if not self.rarely(6) else BUYER, "ship"
            fields = {
                "order_id": order["order_id"], "delivery_id": order["deliveries"] + 1,
                "quantity": max(1, (order["quantity"] - order["underway"]) // 2), "despatch_ref": self._hex(),
            }  # fmt: skip
        elif way == 3:
            claim = self.pick("SELECT * FROM claim WHERE status = 'OPEN' ORDER BY claim_id DESC")
            if claim is None:
                return
            party, act = claim["holder"], "offer_claim"
            fields = {
                "claim_id": claim["claim_id"], "financier": self.address(FINANCIER).lower(),
                "price_minor": claim["amount_minor"] * 9 // 10, "expires_at": self.world.now + 2 * DAY,
            }  # fmt: skip
        else:
            bet = self.pick(
                "SELECT bet_id FROM bet WHERE status IN ('PROPOSED', 'ACTIVE') ORDER BY bet_id DESC"
            )
            if bet is None:
                return
            party, act = "NODE-1", "top_up_pool"
            fields = {"bet_id": bet["bet_id"], "amount_minor": self.number(1, 9_000)}
        self.tell(RequestAct(party=party, act=act, fields=fields))

    def _hex(self) -> str:
        return "0x" + self.ref().hex()

    def answer_act(self) -> None:
        """The person signs what it is shown; or somebody else does, or the act is taken back."""
        found = self.pick(
            "SELECT * FROM signing_request WHERE status = 'OPEN' ORDER BY number DESC"
        )
        if found is None:
            return
        if self.rarely(8):
            self.tell(WithdrawAct(request=found["act_request"], reason="not any more"))
            return
        signer = found["party"] if not self.rarely(8) else "RIVAL"
        asked = json.loads(found["payload"])
        content = {name: value for name, value in asked.items() if name != "from"}
        content["to"] = to_checksum_address(content["to"])
        signed = Account.sign_transaction(content, self.world.people[signer].account.key)
        answer = "0x" + bytes(signed.raw_transaction).hex()
        self.tell(AnswerSigning(signing_request=found["number"], answer=answer))
