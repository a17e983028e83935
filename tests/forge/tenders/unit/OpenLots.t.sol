// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract OpenLotsTest is TenderHouse {
    function _lots(uint256 count) private returns (ITenders.TenderTerms[] memory lots) {
        lots = new ITenders.TenderTerms[](count);
        for (uint256 i; i < count; ++i) {
            lots[i] = tenderTerms();
            lots[i].quantity = uint128(i + 1);
        }
    }

    function _open(ITenders.TenderTerms[] memory lots) private returns (uint256) {
        vm.prank(buyer);
        return tenders.openLots(lots, new address[](0));
    }

    function _refusedLots(ITenders.TenderTerms[] memory lots, bytes memory reason) private {
        refused(reason);
        vm.prank(buyer);
        tenders.openLots(lots, new address[](0));
    }

    function test_lots_are_tenders_with_consecutive_ids() public {
        openTender();
        ITenders.TenderTerms[] memory lots = _lots(3);
        vm.expectEmit(address(tenders));
        emit ITenders.LotsOpened(2, buyer, 3);
        assertEq(_open(lots), 2);
        for (uint256 i; i < 3; ++i) {
            assertEq(tenders.tenderFor(buyer, lots[i].requisitionRef), 2 + i);
            assertEq(uint256(tenders.tender(2 + i).status), uint256(ITenders.TenderStatus.Open));
            assertEq(tenders.tender(2 + i).commitEnd, tenders.tender(2).commitEnd);
        }
    }

    function test_each_lot_is_won_by_itself() public {
        ITenders.TenderTerms[] memory lots = _lots(2);
        uint256 first = _open(lots);
        address[2] memory bidders = [supplier, rival];
        for (uint256 i; i < 2; ++i) {
            bytes32 commitment = seal(first + i, bidders[i], AMOUNT);
            vm.prank(bidders[i]);
            tenders.commitBid(first + i, lots[i], commitment, new bytes32[](0));
        }
        warpToReveal(first);
        for (uint256 i; i < 2; ++i) {
            vm.prank(bidders[i]);
            tenders.revealBid(first + i, lots[i], AMOUNT, 0, saltOf(first + i, bidders[i]));
        }
        warpToAward(first);
        for (uint256 i; i < 2; ++i) {
            IPurchaseOrders.Order memory order = orders.order(tenders.award(first + i, lots[i]));
            assertEq(order.supplier, bidders[i]);
            assertEq(order.quantity, i + 1);
        }
    }

    function test_the_terms_of_one_lot_open_no_other() public {
        ITenders.TenderTerms[] memory lots = _lots(2);
        uint256 first = _open(lots);
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, first));
        vm.prank(supplier);
        tenders.commitBid(first, lots[1], keccak256("any"), new bytes32[](0));
    }

    function test_one_lot_and_seventeen_are_refused_and_sixteen_are_not() public {
        _refusedLots(_lots(1), abi.encodeWithSelector(ITenders.Tenders_LotsOutOfBounds.selector, 1, 2, 16));
        _refusedLots(_lots(17), abi.encodeWithSelector(ITenders.Tenders_LotsOutOfBounds.selector, 17, 2, 16));
        _open(_lots(16));
    }

    function test_lots_have_the_same_windows_and_the_same_invited() public {
        for (uint256 i; i < 4; ++i) {
            ITenders.TenderTerms[] memory lots = _lots(3);
            if (i == 0) lots[2].commitSeconds += 1;
            if (i == 1) lots[2].revealSeconds += 1;
            if (i == 2) lots[2].reviewSeconds = 1 hours;
            if (i == 3) lots[2].invitedRoot = keccak256("root");
            _refusedLots(lots, abi.encodeWithSelector(ITenders.Tenders_LotsDiffer.selector, 2));
        }
    }

    function test_a_lot_refused_leaves_none_behind() public {
        ITenders.TenderTerms[] memory lots = _lots(2);
        lots[1].requisitionRef = lots[0].requisitionRef;
        _refusedLots(lots, abi.encodeWithSelector(ITenders.Tenders_ReferenceSeen.selector, lots[0].requisitionRef, 1));
        assertEq(tenders.tenderFor(buyer, lots[0].requisitionRef), 0);
    }

    function test_lots_are_opened_by_their_buyer_only_and_not_while_paused() public {
        ITenders.TenderTerms[] memory lots = _lots(2);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.BUYER));
        vm.prank(supplier);
        tenders.openLots(lots, new address[](0));
        lots[1].buyer = outsider;
        _refusedLots(lots, abi.encodeWithSelector(IProcurement.Procurement_NotTheBuyer.selector, outsider, buyer));
        retire(address(tenders));
        lots = _lots(2);
        _refusedLots(lots, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.prank(guardian);
        participants.unretire(address(tenders));
        pause();
        _refusedLots(lots, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }
}
