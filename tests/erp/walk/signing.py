"""Steps of the signing mailbox: acts that are asked for, shown, answered, withdrawn and ended; reasons and rulings."""

from __future__ import annotations

from erp.signing import schemas as s
from tests.erp.walk.dice import BUYERS, SUPPLIERS, Dice, Stroke
from tests.erp.world import DAY, REF, account

ANSWER = "0x" + "ab" * 70
PEOPLE = (*BUYERS, *SUPPLIERS)


class SigningSteps(Dice):
    """What people ask for, and what the bridge tells of it."""

    def ask_act(self) -> Stroke:
        """A party asks to send tokens, now and then for an act that nobody knows; often it is shown at once."""
        party = self.dice.choice(PEOPLE)
        fields = {"to": account(self.dice.choice(PEOPLE)), "value_minor": self.number(1, 900)}
        act = "print_money" if self.rarely(12) else "transfer_tokens"
        return Stroke((s.RequestAct(party=party, act=act, fields=fields, good_seconds=20 * DAY),))

    def show_act(self) -> Stroke | None:
        """The bridge shows what is to be signed, the first time or again."""
        asked = self.pick(
            "SELECT * FROM act_request WHERE status IN ('ASKED', 'OFFERED', 'ANSWERED') ORDER BY number DESC"
        )
        if asked is None:
            return self.ask_act()
        kind = self.dice.choice(list(s.SigningKind))
        return Stroke((
            s.OfferSigning(request=asked["number"], showing=self.number(1, 3), kind=kind, payload="{}", digest=REF, refs={}),
        ))  # fmt: skip

    def answer_act(self) -> Stroke | None:
        """Somebody answers, now and then a second time or too late; or takes the act back."""
        only = "" if self.rarely(6) else "WHERE status = 'OPEN'"
        shown = self.pick(f"SELECT * FROM signing_request {only} ORDER BY number DESC")  # noqa: S608
        if shown is None:
            return self.show_act()
        if self.rarely(6):
            return Stroke((s.WithdrawAct(request=shown["act_request"], reason="not any more"),))
        return Stroke((s.AnswerSigning(signing_request=shown["number"], answer=ANSWER),))

    def end_act(self) -> Stroke | None:
        """The bridge tells what became of an act, in whatever state it is."""
        asked = self.pick("SELECT * FROM act_request ORDER BY number DESC")
        if asked is None:
            return self.ask_act()
        outcome = self.dice.choice(list(s.ActOutcome))
        done = outcome is s.ActOutcome.DONE
        ended = s.EndAct(
            request=asked["number"], outcome=outcome, reason="" if done else "no", at_reference=REF if done else None
        )  # fmt: skip
        return Stroke((ended,))

    def state(self) -> Stroke | None:
        """A party states a reason, an arbiter its ruling."""
        about = self.pick("SELECT number FROM document_log ORDER BY sequence DESC")
        if about is None:
            return None
        command = self.dice.choice([s.StateReason, s.StateRuling])
        told = {"party": self.dice.choice(PEOPLE), "about": about["number"]}
        return Stroke((command(**told, text="as the photographs show"),))
