// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { BetHouse } from "../../support/BetHouse.sol";
import { FirmActs } from "../../support/FirmActs.sol";

/// Firms' accounts as parties of a bet: signed for by their owner's key, one at a time, also after it was lost.
contract FirmsBetTest is BetHouse, FirmActs {
    FirmAccount private first;
    FirmAccount private second;
    uint256 private ownerKey;
    uint256 private nextKey;
    address private next;

    function setUp() public override {
        super.setUp();
        address owner;
        (owner, ownerKey) = actorWithKey("owner");
        (next, nextKey) = actorWithKey("next");
        first = new FirmAccount(participants, owner);
        second = new FirmAccount(participants, owner);
        join(address(first));
        join(address(second));
    }

    function _pledges() private returns (IBetBook.PartyTerms[] memory list) {
        list = pledges(2);
        list[0].account = address(first);
        list[1].account = address(second);
    }

    /// What `key` says for a firm to the terms at `place`, good for a month.
    function _signed(uint256 betId, IBetBook.PartyTerms[] memory list, uint256 place, uint256 key, FirmAccount firm)
        private
        view
        returns (IBetBook.SignedPledge memory)
    {
        IBetBook.Bet memory record = bets.bet(betId);
        uint40 deadline = uint40(block.timestamp) + 30 days;
        bytes32 digest = rules.betDigest(
            address(bets), betId, record.sponsor, record.termsHash, pledgeHash(list[place]), deadline
        );
        return IBetBook.SignedPledge({
            terms: list[place],
            proof: proofOf(leavesOf(list), place),
            deadline: deadline,
            signature: wordOf(key, firm, digest)
        });
    }

    function _proposed(IBetBook.PartyTerms[] memory list) private returns (uint256 betId) {
        IBetBook.BetTerms memory terms = betTerms(list);
        terms.signBy = uint40(block.timestamp) + 30 days;
        terms.start = terms.signBy + 1 days;
        return propose(terms);
    }

    function test_two_firms_of_one_owner_sign_a_bet_each_by_a_word_of_its_own() public {
        IBetBook.PartyTerms[] memory list = _pledges();
        uint256 betId = _proposed(list);
        bets.signBet(betId, _signed(betId, list, 0, ownerKey, first));
        IBetBook.SignedPledge memory ofTheOther = _signed(betId, list, 1, ownerKey, first);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, address(second)));
        bets.signBet(betId, ofTheOther);
        bets.signBet(betId, _signed(betId, list, 1, ownerKey, second));
        assertEq(uint256(bets.bet(betId).status), uint256(IBetBook.BetStatus.Active));
        assertEq(token.balanceOf(address(first)), FUNDS - list[0].stake);
    }

    function test_what_the_lost_key_signed_takes_no_stake_and_the_next_key_signs() public {
        IBetBook.PartyTerms[] memory list = _pledges();
        uint256 betId = _proposed(list);
        IBetBook.SignedPledge memory old = _signed(betId, list, 0, ownerKey, first);
        recoverFirm(first, registrar, next);
        IBetBook.SignedPledge memory fresh = _signed(betId, list, 0, nextKey, first);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, address(first)));
        bets.signBet(betId, old);
        bets.signBet(betId, fresh);
        assertEq(token.balanceOf(address(first)), FUNDS - list[0].stake);
    }

    function test_the_stake_of_a_firm_whose_key_was_lost_comes_back_by_time_alone() public {
        IBetBook.PartyTerms[] memory list = _pledges();
        uint256 betId = _proposed(list);
        bets.signBet(betId, _signed(betId, list, 0, ownerKey, first));
        recoverFirm(first, registrar, next);
        vm.warp(termsOfBet(betId).signBy);
        bets.voidBet(betId);
        bets.withdrawFor(betId, address(first));
        assertEq(token.balanceOf(address(first)), FUNDS);
    }
}
