// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Faults that `make mutants` planted and that no test saw: what is signed was computed by the contract under test. Here
/// it is computed as a wallet does it, from the types spelled out, those referred to in the order of their names.
contract SurvivorsOfBetsTest is BetHouse {
    string private constant TARGET =
        "Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)";
    string private constant PARTY =
        "PartyTerms(address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,Target[] targets)";
    string private constant TERMS =
        "BetTerms(bytes32 termsRef,uint256 groupId,bytes32 partiesRoot,bytes32 region,uint32 reporterPost,uint32 arbiterPost,uint40 signBy,uint40 start,uint16 partyCount,uint32 reportSeconds,uint32 disputeSeconds,uint32 rulingSeconds,uint64 valuePool,uint64 indexBaseline,uint16 indexElasticityBps,uint16 indexMaxUpBps,uint16 indexMaxDownBps,uint16 periods,uint32 periodSeconds)";
    string private constant CHANGE =
        "ChangeTerms(bytes32 partiesRoot,bytes32 termsRef,address leaver,address newcomer,uint40 start,uint16 periods,uint16 fromPeriod,uint40 signBy)";

    function _digest(bytes32 content) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("BetContracts"),
                keccak256("2"),
                block.chainid,
                address(bets)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    function testFuzz_what_a_party_signs_is_what_its_wallet_shows(
        uint256 betId,
        address by,
        bytes32 one,
        bytes32 other,
        uint40 deadline
    ) public view {
        string memory primary =
            "BetSignature(uint256 betId,address sponsor,BetTerms terms,PartyTerms pledge,uint40 deadline)";
        bytes32 kind = keccak256(bytes.concat(bytes(primary), bytes(TERMS), bytes(PARTY), bytes(TARGET)));
        bytes32 content = keccak256(abi.encode(kind, betId, by, one, other, deadline));
        assertEq(rules.betDigest(address(bets), betId, by, one, other, deadline), _digest(content), "bet");
    }

    function testFuzz_what_amends_and_ends_a_bet_is_what_a_wallet_shows(
        uint256 betId,
        uint256 amendmentId,
        bytes32 one,
        bytes32 other,
        address account,
        uint32 round,
        uint40 deadline
    ) public view {
        string memory primary =
            "AmendmentSignature(uint256 betId,uint256 amendmentId,ChangeTerms change,PartyTerms pledge,uint40 deadline)";
        bytes32 kind = keccak256(bytes.concat(bytes(primary), bytes(CHANGE), bytes(PARTY), bytes(TARGET)));
        bytes32 content = keccak256(abi.encode(kind, betId, amendmentId, one, other, deadline));
        bytes32 digest = rules.amendmentDigest(address(bets), betId, amendmentId, one, other, deadline);
        assertEq(digest, _digest(content), "amendment");
        kind = keccak256("EndSignature(uint256 betId,uint32 round,address account,uint40 deadline)");
        content = keccak256(abi.encode(kind, betId, round, account, deadline));
        assertEq(rules.endDigest(address(bets), betId, round, account, deadline), _digest(content), "end");
    }

    function test_an_amendment_names_its_document_and_is_kept_by_its_hash() public {
        IBetBook.BetTerms memory terms;
        (terms.periodSeconds, terms.periods) = (1 days, 10);
        IBetAmendments.ChangeTerms memory change;
        uint40 start = uint40(block.timestamp) + 1 days;
        (change.start, change.periods, change.fromPeriod) = (start, 10, 1);
        change.signBy = start;
        refused(abi.encodeWithSelector(IBetRules.BetRules_ZeroReference.selector));
        rules.checkChange(change, terms, start, 10);
        change.termsRef = "amendment";
        bytes32 expected = keccak256(abi.encode(keccak256(bytes(CHANGE)), change));
        assertEq(rules.checkChange(change, terms, start, 10), expected);
    }
}
