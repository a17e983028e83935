// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetTypes } from "../../../../contracts/bets/BetTypes.sol";
import { BetHouse } from "../../support/BetHouse.sol";

contract ProposeBetTest is BetHouse {
    function _terms() private returns (IBetBook.BetTerms memory) {
        return betTerms(pledges(2));
    }

    function _outOfBounds(IBetBook.BetTerms memory terms, uint256 actual, uint256 min, uint256 max) private {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, actual, min, max));
        propose(terms);
    }

    function test_a_proposal_takes_the_pool_and_says_its_terms() public {
        IBetBook.BetTerms memory terms = _terms();
        bytes32 hash = keccak256(abi.encode(BetTypes.TERMS_TYPEHASH, terms));
        vm.expectEmit(address(bets));
        emit IBetBook.BetProposed(1, sponsor, terms, hash);
        uint256 betId = propose(terms);
        assertEq(betId, 1);
        assertEq(token.balanceOf(address(bets)), POOL);
        IBetBook.Bet memory record = bets.bet(betId);
        assertEq(record.sponsor, sponsor);
        assertEq(record.termsHash, hash);
        assertEq(uint256(record.status), uint256(IBetBook.BetStatus.Proposed));
        assertEq(bets.groupOf(betId), 7);
        assertEq(bets.settledAt(betId), 0);
        (uint32 reports, uint32 rulings) = bets.postsOf(betId);
        assertEq(reports, reporterPost);
        assertEq(rulings, arbiterPost);
        assertEq(bets.settleableAt(betId), settleableAt(betId));
        assertEq(bets.sponsorOf(betId), sponsor);
        assertFalse(bets.isActive(betId));
        (uint256 opensAt, uint256 closesAt) = (endOf(betId, 2), reportEndOf(betId, 2));
        assertEq(opensAt, terms.start + 2 * uint256(PERIOD_SECONDS));
        assertEq(closesAt, opensAt + REPORT_SECONDS);
    }

    function test_bets_are_numbered_and_one_without_a_pool_moves_no_money() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.valuePool = 0;
        assertEq(propose(terms), 1);
        assertEq(propose(terms), 2);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_no_proposal_while_paused() public {
        IBetBook.BetTerms memory terms = _terms();
        pause();
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        propose(terms);
    }

    function test_only_an_active_node_proposes() public {
        IBetBook.BetTerms memory terms = _terms();
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.NODE));
        vm.prank(buyer);
        bets.proposeBet(terms);
        suspend(sponsor);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, sponsor, Offices.NODE));
        propose(terms);
    }

    function test_reporter_and_arbiter_are_posts_of_their_offices_held_or_not() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.reporterPost = arbiterPost;
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.REPORTER));
        propose(terms);
        terms.reporterPost = 0;
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, 0, Offices.REPORTER));
        propose(terms);
        terms.reporterPost = reporterPost;
        terms.arbiterPost = attesterPost;
        refused(abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, attesterPost, Offices.ARBITER));
        propose(terms);
        terms.arbiterPost = arbiterPost;
        vacate(reporterPost);
        propose(terms);
    }

    function test_nothing_is_proposed_in_a_retired_room_and_what_is_proposed_goes_on() public {
        IBetBook.BetTerms memory terms = _terms();
        uint256 betId = propose(terms);
        retire(address(bets));
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        propose(terms);
        signAll(betId, pledges(2));
        agree(betId, pledges(2), 1);
        assertTrue(bets.isActive(betId));
    }

    function test_numbers_of_another_edition_never_meet() public {
        BetContracts second = new BetContracts(participants, credit, token, rules, betAmendments, majeure, 1);
        registerCustodian(address(second));
        IBetBook.BetTerms memory terms = _terms();
        terms.valuePool = 0;
        vm.prank(sponsor);
        assertEq(second.proposeBet(terms), 1_000_000_001);
    }

    function test_a_bet_names_its_document() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.termsRef = 0;
        refused(abi.encodeWithSelector(IBetRules.BetRules_ZeroReference.selector));
        propose(terms);
    }

    function test_two_to_128_parties() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.partyCount = 1;
        _outOfBounds(terms, 1, 2, 128);
        terms.partyCount = 129;
        _outOfBounds(terms, 129, 2, 128);
        terms.partyCount = 128;
        propose(terms);
    }

    function test_pool_and_index_have_bounds() public {
        uint64 most = 2 ** 60;
        IBetBook.BetTerms memory terms = _terms();
        terms.valuePool = most + 1;
        _outOfBounds(terms, most + 1, 0, most);
        terms = _terms();
        terms.indexBaseline = most + 1;
        _outOfBounds(terms, most + 1, 0, most);
        terms = _terms();
        terms.indexElasticityBps = 20_001;
        _outOfBounds(terms, 20_001, 0, 20_000);
        terms = _terms();
        terms.indexMaxUpBps = 20_001;
        _outOfBounds(terms, 20_001, 0, 20_000);
        terms = _terms();
        terms.indexMaxDownBps = 10_000;
        _outOfBounds(terms, 10_000, 0, 9999);
        terms.indexMaxDownBps = 9999;
        terms.indexMaxUpBps = terms.indexElasticityBps = 20_000;
        terms.indexBaseline = most;
        propose(terms);
    }

    function test_signing_ends_within_90_days_and_the_start_comes_after() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.signBy = uint40(block.timestamp);
        _outOfBounds(terms, block.timestamp, block.timestamp + 1, block.timestamp + 90 days);
        terms.signBy = uint40(block.timestamp) + 90 days + 1;
        _outOfBounds(terms, terms.signBy, block.timestamp + 1, block.timestamp + 90 days);
        terms.signBy -= 1;
        terms.start = terms.signBy - 1;
        _outOfBounds(terms, terms.start, terms.signBy, uint256(terms.signBy) + 365 days);
        terms.start = terms.signBy + 365 days + 1;
        _outOfBounds(terms, terms.start, terms.signBy, uint256(terms.signBy) + 365 days);
        terms.start -= 1;
        propose(terms);
        terms.start = terms.signBy = uint40(block.timestamp) + 1;
        propose(terms);
    }

    function test_periods_have_bounds() public {
        IBetBook.BetTerms memory terms = _terms();
        terms.periods = 0;
        _outOfBounds(terms, 0, 1, 60);
        terms.periods = 61;
        _outOfBounds(terms, 61, 1, 60);
        terms.periods = 5;
        terms.periodSeconds = 1 hours - 1;
        _outOfBounds(terms, 1 hours - 1, 1 hours, 366 days);
        terms.periodSeconds = 366 days + 1;
        _outOfBounds(terms, 366 days + 1, 1 hours, 366 days);
        terms.periodSeconds = 366 days;
        terms.periods = 6;
        _outOfBounds(terms, 6 * 366 days, 1 hours, 5 * 366 days);
        terms.periods = 5;
        propose(terms);
    }

    function test_windows_have_bounds() public {
        for (uint256 i; i < 3; ++i) {
            _outOfBounds(_window(i, 1 hours - 1), 1 hours - 1, 1 hours, 90 days);
            _outOfBounds(_window(i, 90 days + 1), 90 days + 1, 1 hours, 90 days);
            propose(_window(i, 1 hours));
            propose(_window(i, 90 days));
        }
    }

    function _window(uint256 which, uint32 time) private returns (IBetBook.BetTerms memory terms) {
        terms = _terms();
        terms.valuePool = 0;
        if (which == 0) terms.reportSeconds = time;
        else if (which == 1) terms.disputeSeconds = time;
        else terms.rulingSeconds = time;
    }

    function test_a_pool_that_is_not_approved_makes_no_bet() public {
        IBetBook.BetTerms memory terms = _terms();
        vm.prank(sponsor);
        token.approve(address(bets), POOL - 1);
        vm.expectRevert();
        propose(terms);
        assertEq(statusOf(1), uint256(IBetBook.BetStatus.None));
    }

    /// The types as a wallet spells them.
    function test_what_is_signed_is_spelled_out() public pure {
        assertEq(
            BetTypes.TARGET_TYPEHASH,
            keccak256(
                "Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)"
            )
        );
        bytes memory target =
            "Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)";
        bytes memory party =
            "PartyTerms(address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,Target[] targets)";
        bytes memory terms =
            "BetTerms(bytes32 termsRef,uint256 groupId,bytes32 partiesRoot,bytes32 region,uint32 reporterPost,uint32 arbiterPost,uint40 signBy,uint40 start,uint16 partyCount,uint32 reportSeconds,uint32 disputeSeconds,uint32 rulingSeconds,uint64 valuePool,uint64 indexBaseline,uint16 indexElasticityBps,uint16 indexMaxUpBps,uint16 indexMaxDownBps,uint16 periods,uint32 periodSeconds)";
        assertEq(BetTypes.PARTY_TYPEHASH, keccak256(bytes.concat(party, target)));
        assertEq(BetTypes.TERMS_TYPEHASH, keccak256(terms));
        assertEq(
            BetTypes.BET_SIGNATURE_TYPEHASH,
            keccak256(
                bytes.concat(
                    "BetSignature(uint256 betId,address sponsor,BetTerms terms,PartyTerms pledge,uint40 deadline)",
                    terms,
                    party,
                    target
                )
            )
        );
        bytes memory change =
            "ChangeTerms(bytes32 partiesRoot,bytes32 termsRef,address leaver,address newcomer,uint40 start,uint16 periods,uint16 fromPeriod,uint40 signBy)";
        assertEq(BetTypes.CHANGE_TYPEHASH, keccak256(change));
        assertEq(
            BetTypes.AMENDMENT_SIGNATURE_TYPEHASH,
            keccak256(
                bytes.concat(
                    "AmendmentSignature(uint256 betId,uint256 amendmentId,ChangeTerms change,PartyTerms pledge,uint40 deadline)",
                    change,
                    party,
                    target
                )
            )
        );
        assertEq(
            BetTypes.END_SIGNATURE_TYPEHASH,
            keccak256("EndSignature(uint256 betId,uint32 round,address account,uint40 deadline)")
        );
    }
}
