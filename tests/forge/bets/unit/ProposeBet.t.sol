// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { BetTypes } from "../../../../contracts/bets/BetTypes.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

contract ProposeBetTest is BetHouse {
    function _terms() private returns (IBetContracts.BetTerms memory) {
        return betTerms(pledges(2));
    }

    function _outOfBounds(IBetContracts.BetTerms memory terms, uint256 actual, uint256 min, uint256 max) private {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, actual, min, max));
        propose(terms);
    }

    function test_a_proposal_takes_the_pool_and_says_its_terms() public {
        IBetContracts.BetTerms memory terms = _terms();
        bytes32 hash = keccak256(abi.encode(BetTypes.TERMS_TYPEHASH, terms));
        vm.expectEmit(address(bets));
        emit IBetContracts.BetProposed(1, sponsor, terms, hash);
        uint256 betId = propose(terms);
        assertEq(betId, 1);
        assertEq(token.balanceOf(address(bets)), POOL);
        IBetContracts.Bet memory record = bets.bet(betId);
        assertEq(record.sponsor, sponsor);
        assertEq(record.termsHash, hash);
        assertEq(uint256(record.status), uint256(IBetContracts.BetStatus.Proposed));
        assertEq(bets.groupOf(betId), 7);
        assertEq(bets.settledAt(betId), 0);
        (address reports, address rulings) = bets.rolesOf(betId);
        assertEq(reports, reporter);
        assertEq(rulings, arbiter);
        (uint256 opensAt, uint256 closesAt) = bets.reportWindow(betId, 2);
        assertEq(opensAt, terms.start + 2 * uint256(PERIOD_SECONDS));
        assertEq(closesAt, opensAt + REPORT_SECONDS);
    }

    function test_bets_are_numbered_and_one_without_a_pool_moves_no_money() public {
        IBetContracts.BetTerms memory terms = _terms();
        terms.valuePool = 0;
        assertEq(propose(terms), 1);
        assertEq(propose(terms), 2);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_no_proposal_while_paused() public {
        IBetContracts.BetTerms memory terms = _terms();
        pause();
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ObligationsPaused.selector));
        propose(terms);
    }

    function test_only_an_active_node_proposes() public {
        IBetContracts.BetTerms memory terms = _terms();
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_NotANode.selector, buyer));
        vm.prank(buyer);
        bets.proposeBet(terms);
        suspend(sponsor);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_NotANode.selector, sponsor));
        propose(terms);
    }

    function test_reporter_and_arbiter_hold_their_offices() public {
        IBetContracts.BetTerms memory terms = _terms();
        terms.reporter = outsider;
        refused(abi.encodeWithSelector(IBetRules.BetRules_ReporterWithoutOffice.selector, outsider));
        propose(terms);
        terms.reporter = reporter;
        terms.arbiter = outsider;
        refused(abi.encodeWithSelector(IBetRules.BetRules_ArbiterWithoutOffice.selector, outsider));
        propose(terms);
    }

    function test_sponsor_reporter_and_arbiter_are_three() public {
        appoint(Offices.ARBITER, reporter);
        appoint(Offices.ARBITER, sponsor);
        appoint(Offices.REPORTER, sponsor);
        IBetContracts.BetTerms memory terms = _terms();
        terms.arbiter = reporter;
        _refusedRoles(terms);
        terms.arbiter = sponsor;
        _refusedRoles(terms);
        terms.arbiter = arbiter;
        terms.reporter = sponsor;
        _refusedRoles(terms);
    }

    function _refusedRoles(IBetContracts.BetTerms memory terms) private {
        refused(
            abi.encodeWithSelector(IBetRules.BetRules_RolesNotSeparate.selector, sponsor, terms.reporter, terms.arbiter)
        );
        propose(terms);
    }

    function test_a_bet_names_its_document() public {
        IBetContracts.BetTerms memory terms = _terms();
        terms.termsRef = 0;
        refused(abi.encodeWithSelector(IBetRules.BetRules_ZeroReference.selector));
        propose(terms);
    }

    function test_two_to_128_parties() public {
        IBetContracts.BetTerms memory terms = _terms();
        terms.partyCount = 1;
        _outOfBounds(terms, 1, 2, 128);
        terms.partyCount = 129;
        _outOfBounds(terms, 129, 2, 128);
        terms.partyCount = 128;
        propose(terms);
    }

    function test_pool_and_index_have_bounds() public {
        uint64 most = 2 ** 60;
        IBetContracts.BetTerms memory terms = _terms();
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
        IBetContracts.BetTerms memory terms = _terms();
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
        IBetContracts.BetTerms memory terms = _terms();
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

    function _window(uint256 which, uint32 time) private returns (IBetContracts.BetTerms memory terms) {
        terms = _terms();
        terms.valuePool = 0;
        if (which == 0) terms.reportSeconds = time;
        else if (which == 1) terms.disputeSeconds = time;
        else terms.rulingSeconds = time;
    }

    function test_a_pool_that_is_not_approved_makes_no_bet() public {
        IBetContracts.BetTerms memory terms = _terms();
        vm.prank(sponsor);
        token.approve(address(bets), POOL - 1);
        vm.expectRevert();
        propose(terms);
        assertEq(statusOf(1), uint256(IBetContracts.BetStatus.None));
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
            "PartyTerms(address account,uint128 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,Target[] targets)";
        bytes memory terms =
            "BetTerms(bytes32 termsRef,uint256 groupId,bytes32 partiesRoot,address reporter,uint40 signBy,uint40 start,uint16 partyCount,address arbiter,uint32 reportSeconds,uint32 disputeSeconds,uint32 rulingSeconds,uint128 valuePool,uint64 indexBaseline,uint16 indexElasticityBps,uint16 indexMaxUpBps,uint16 indexMaxDownBps,uint16 periods,uint32 periodSeconds)";
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
        assertEq(
            BetTypes.AMENDMENT_SIGNATURE_TYPEHASH,
            keccak256(
                bytes.concat(
                    "AmendmentSignature(uint256 betId,uint256 amendmentId,bytes32 targetsRoot,bytes32 termsRef,uint16 fromPeriod,address account,Target[] targets,uint40 deadline)",
                    target
                )
            )
        );
    }
}
