// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// Nobody learns a sealed price early.
contract SealedPricesTest is TenderHouse {
    /// All that a commitment leaves in the world: logs, storage, tokens.
    function _trace(uint256 tenderId, bytes32 commitment) private returns (bytes memory logs, bytes memory state) {
        vm.recordLogs();
        vm.prank(supplier);
        tenders.commitBid(tenderId, termsOf(tenderId), commitment, new bytes32[](0));
        logs = abi.encode(vm.getRecordedLogs());
        state = abi.encode(
            tenders.tender(tenderId),
            tenders.bid(tenderId, supplier),
            token.balanceOf(supplier),
            token.balanceOf(address(tenders)),
            token.allowance(supplier, address(tenders))
        );
    }

    /// Two bids that differ only in price and days, under commitments that are made equal: whatever else is seen of them
    /// is the same, so that nothing but the commitment depends on what was bid.
    function testFuzz_nothing_but_the_commitment_depends_on_what_was_bid(
        uint128 amount,
        uint128 other,
        uint16 offeredDays,
        bytes32 salt
    ) public {
        uint256 tenderId = openTender(daysTerms());
        bytes32 one = tenders.sealBid(tenderId, supplier, amount, offeredDays, salt);
        bytes32 two = tenders.sealBid(tenderId, supplier, other, 0, salt);
        uint256 before = vm.snapshotState();
        (bytes memory logs, bytes memory state) = _trace(tenderId, one);
        vm.revertToState(before);
        (bytes memory otherLogs, bytes memory otherState) = _trace(tenderId, two);
        assertEq(_without(logs, one), _without(otherLogs, two), "logs");
        assertEq(_without(state, one), _without(otherState, two), "state");
    }

    /// One price and two salts are two commitments: without the salt, trying every price proves nothing.
    function testFuzz_the_same_price_never_looks_the_same(uint128 amount, bytes32 salt, bytes32 otherSalt) public {
        vm.assume(salt != otherSalt);
        uint256 tenderId = openTender();
        bytes32 one = tenders.sealBid(tenderId, supplier, amount, 0, salt);
        bytes32 two = tenders.sealBid(tenderId, supplier, amount, 0, otherSalt);
        assertNotEq(bytes32(bytes28(one)), bytes32(bytes28(two)), "what is kept");
    }

    function test_a_sealed_bid_has_no_amount_and_no_rank() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT - 1);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        ITenders.Bid memory unopened = tenders.bid(tenderId, rival);
        assertEq(unopened.amount, 0);
        assertEq(unopened.offeredDays, 0);
        assertEq(tenders.tender(tenderId).leader, supplier);
    }

    function test_a_price_known_to_another_is_opened_by_its_bidder_only() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_NoBid.selector, tenderId, rival));
        vm.prank(rival);
        tenders.revealBid(tenderId, termsOf(tenderId), AMOUNT, 0, saltOf(tenderId, supplier));
    }

    /// `data` with the first 28 bytes of the commitment, and all 32 where they stand whole, blanked.
    function _without(bytes memory data, bytes32 commitment) private pure returns (bytes memory) {
        for (uint256 place; place + 32 <= data.length; place += 32) {
            bytes32 word = _word(data, place);
            if (word != commitment && word != bytes32(bytes28(commitment))) continue;
            for (uint256 i; i < 32; ++i) {
                data[place + i] = 0;
            }
        }
        return data;
    }

    function _word(bytes memory data, uint256 place) private pure returns (bytes32) {
        uint256 word;
        for (uint256 i; i < 32; ++i) {
            word = word << 8 | uint8(data[place + i]);
        }
        return bytes32(word);
    }
}
