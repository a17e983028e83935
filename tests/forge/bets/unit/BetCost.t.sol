// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// The cheat code that makes an account's storage cold again.
interface VmCool {
    function cool(address account) external;
}

/// Reports, disputes, rulings, settlement and claims cost the same at 2 and at 128 parties.
contract BetCostTest is BetHouse {
    VmCool private constant _VM = VmCool(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant _TOLERANCE_BPS = 300;

    struct Costs {
        uint256 report;
        uint256 dispute;
        uint256 rule;
        uint256 index;
        uint256 value;
        uint256 settle;
        uint256 claim;
        uint256 remainder;
    }

    function setUp() public override {
        super.setUp();
        for (uint256 i = 3; i < 128; ++i) {
            join(member(i));
        }
    }

    function test_reports_settlement_and_claims_cost_the_same_at_2_and_at_128_parties() public {
        uint256 state = vm.snapshotState();
        Costs memory few = _costs(2);
        vm.revertToState(state);
        Costs memory many = _costs(128);
        _alike(few.report, many.report, "report");
        _alike(few.dispute, many.dispute, "dispute");
        _alike(few.rule, many.rule, "rule");
        _alike(few.index, many.index, "index");
        _alike(few.value, many.value, "value");
        _alike(few.settle, many.settle, "settle");
        _alike(few.claim, many.claim, "claim");
        _alike(few.remainder, many.remainder, "remainder");
    }

    function _alike(uint256 few, uint256 many, string memory what) private pure {
        uint256 apart = few > many ? few - many : many - few;
        assertLe(apart * 10_000, few * _TOLERANCE_BPS, what);
        assertGt(few, 10_000, what);
    }

    /// The first act of each kind, on cold storage; the last party signed, so that nobody is warm.
    function _costs(uint256 parties) private returns (Costs memory costs) {
        uint256 betId = active(parties);
        address first = member(0);
        costs.index =
            _spent(reporter, abi.encodeCall(bets.report, (betId, address(0), 1, one(1100), nobody(), EVIDENCE)));
        warpToEnd(betId, PERIODS);
        costs.report =
            _spent(reporter, abi.encodeCall(bets.report, (betId, first, PERIODS, pair(50, 0), pledge(0), EVIDENCE)));
        costs.dispute = _spent(sponsor, abi.encodeCall(bets.dispute, (betId, first, PERIODS, "reason")));
        costs.rule =
            _spent(arbiter, abi.encodeCall(bets.rule, (betId, first, PERIODS, pair(60, 0), pledge(0), EVIDENCE)));
        costs.value =
            _spent(reporter, abi.encodeCall(bets.report, (betId, address(0), 0, one(333_333), nobody(), EVIDENCE)));
        vm.warp(settleableAt(betId));
        costs.settle = _spent(outsider, abi.encodeCall(bets.settleBet, (betId)));
        costs.claim = _spent(outsider, abi.encodeCall(bets.withdrawFor, (betId, first)));
        costs.remainder = _spent(outsider, abi.encodeCall(bets.withdrawRemainder, (betId)));
    }

    function _spent(address caller, bytes memory call) private returns (uint256) {
        return this.spent(caller, call);
    }

    /// On cold storage. A call of its own, so that the memory this test fills elsewhere is not paid for here.
    function spent(address caller, bytes calldata call) external returns (uint256) {
        _VM.cool(address(bets));
        _VM.cool(address(rules));
        _VM.cool(address(token));
        _VM.cool(address(participants));
        _VM.cool(address(credit));
        vm.prank(caller);
        uint256 before = gasleft();
        (bool done,) = address(bets).call(call);
        uint256 used = before - gasleft();
        assertTrue(done, "call");
        return used;
    }

    /// Signing sees the proof, and nothing else that grows: seven hashes for 128 parties.
    function test_signing_grows_by_the_proof_alone() public {
        uint256 state = vm.snapshotState();
        uint256 few = _signing(2);
        vm.revertToState(state);
        uint256 many = _signing(128);
        assertLe(many - few, 12_000, "seven steps of a proof");
    }

    function _signing(uint256 parties) private returns (uint256) {
        IBetBook.PartyTerms[] memory list = pledges(parties);
        uint256 betId = propose(betTerms(list));
        uint40 deadline = uint40(block.timestamp) + 1;
        bytes memory signature = consent(betId, list[0], keyOf(0), deadline);
        bytes32[] memory proof = proofOf(leavesOf(list), 0);
        return _spent(
            outsider, abi.encodeCall(bets.signBet, (betId, IBetBook.SignedPledge(list[0], proof, deadline, signature)))
        );
    }
}
