// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

contract SplitAndTransferTest is ReceivableHouse {
    uint256 private claimId;

    function setUp() public override {
        super.setUp();
        claimId = issue();
    }

    function _refusedSplit(address who, uint256 id, uint128 part, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        receivables.split(id, part);
    }

    function _refusedTransfer(address who, uint256 id, address to, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        receivables.transfer(id, to);
    }

    function _due() private returns (bytes memory) {
        vm.warp(dueAtOf(claimId));
        return abi.encodeWithSelector(IReceivables.Receivables_Due.selector, claimId, block.timestamp, block.timestamp);
    }

    function _paid() private returns (bytes memory) {
        vm.warp(dueAtOf(claimId));
        receivables.pay(claimId);
        return abi.encodeWithSelector(IReceivables.Receivables_AlreadyPaid.selector, claimId);
    }

    // ---- split ----

    function test_parts_are_claims_like_the_whole() public {
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimSplit(claimId, 2, supplier, 727_288, 400_000, 1);
        assertEq(split(claimId, 400_000), 2);
        IReceivables.Claim memory part = receivables.claim(2);
        assertEq(amountOf(claimId), 727_288);
        assertEq(part.amount, 400_000);
        assertEq(part.holder, supplier);
        assertEq(part.dueAt, dueAtOf(claimId));
        assertEq(part.originId, claimId);
        assertEq(part.orderId, 7);
        assertEq(part.deliveryId, 3);
        assertEq(part.supplier, supplier);
        assertEq(part.buyer, buyer);
        assertEq(uint256(part.status), uint256(IReceivables.ClaimStatus.Open));
        assertEq(part.revision, 0);
        assertEq(receivables.claim(split(2, 1)).originId, claimId, "of the second generation too");
    }

    function testFuzz_parts_sum_to_the_whole_however_often_it_is_split(uint128[8] memory cuts) public {
        uint256 last = claimId;
        for (uint256 i; i < cuts.length; ++i) {
            uint256 target = claimId + cuts[i] % (last - claimId + 1);
            uint128 amount = amountOf(target);
            if (amount < 2) continue;
            last = split(target, uint128(bound(cuts[i], 1, amount - 1)));
        }
        uint256 sum;
        for (uint256 id = claimId; id <= last; ++id) {
            sum += amountOf(id);
        }
        assertEq(sum, CLAIM);
    }

    function test_a_part_is_less_than_the_whole_and_more_than_nothing() public {
        uint128[3] memory wrong = [0, CLAIM, CLAIM + 1];
        for (uint256 i; i < 3; ++i) {
            _refusedSplit(
                supplier,
                claimId,
                wrong[i],
                abi.encodeWithSelector(IReceivables.Receivables_PartOutOfBounds.selector, claimId, wrong[i], CLAIM)
            );
        }
        split(claimId, 1);
        split(claimId, CLAIM - 2);
        assertEq(amountOf(claimId), 1);
    }

    function test_only_the_holder_splits_an_open_claim_before_it_is_due() public {
        _refusedSplit(supplier, 9, 1, abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9));
        address[5] memory others = [buyer, issuer, admin, guardian, financier];
        for (uint256 i; i < others.length; ++i) {
            _refusedSplit(
                others[i],
                claimId,
                1,
                abi.encodeWithSelector(IReceivables.Receivables_NotTheHolder.selector, claimId, others[i])
            );
        }
        vm.warp(dueAtOf(claimId) - 1);
        split(claimId, 1);
        _refusedSplit(supplier, claimId, 1, _due());
        _refusedSplit(supplier, claimId, 1, _paid());
    }

    // ---- transfer ----

    function test_a_claim_passes_to_another_participant() public {
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimTransferred(claimId, supplier, rival, CLAIM, 1);
        vm.prank(supplier);
        receivables.transfer(claimId, rival);
        assertEq(holderOf(claimId), rival);
        assertEq(receivables.claim(claimId).supplier, supplier);
        vm.warp(dueAtOf(claimId));
        receivables.pay(claimId);
        assertEq(token.balanceOf(rival), FUNDS + CLAIM);
    }

    function test_a_claim_goes_only_to_who_is_active_and_can_be_paid() public {
        suspend(rival);
        address[3] memory wrong = [outsider, address(tenders), rival];
        for (uint256 i; i < 3; ++i) {
            _refusedTransfer(
                supplier,
                claimId,
                wrong[i],
                abi.encodeWithSelector(IReceivables.Receivables_CannotHold.selector, wrong[i])
            );
        }
        _refusedTransfer(
            supplier,
            claimId,
            supplier,
            abi.encodeWithSelector(IReceivables.Receivables_AlreadyTheHolder.selector, claimId, supplier)
        );
    }

    function test_only_the_holder_passes_a_claim_on_before_it_is_due() public {
        _refusedTransfer(supplier, 9, rival, abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9));
        address[6] memory others = [buyer, issuer, admin, guardian, financier, registrar];
        for (uint256 i; i < others.length; ++i) {
            _refusedTransfer(
                others[i],
                claimId,
                rival,
                abi.encodeWithSelector(IReceivables.Receivables_NotTheHolder.selector, claimId, others[i])
            );
        }
        _refusedTransfer(supplier, claimId, rival, _due());
        _refusedTransfer(supplier, claimId, rival, _paid());
    }

    function test_a_claim_passes_in_the_last_second() public {
        vm.warp(dueAtOf(claimId) - 1);
        vm.prank(supplier);
        receivables.transfer(claimId, rival);
        assertEq(holderOf(claimId), rival);
    }

    function test_pause_and_suspension_stop_no_holder() public {
        pause();
        suspend(supplier);
        uint256 part = split(claimId, 1);
        vm.prank(supplier);
        receivables.transfer(part, rival);
        offer(claimId, financier, 1, dueAtOf(claimId));
        vm.prank(financier);
        receivables.buy(claimId, CLAIM - 1, 1);
        assertEq(holderOf(claimId), financier);
    }
}
