// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC1155Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC1155 } from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import { ERC1155Holder } from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract QuietFirm { }

contract OpenFirm is ERC1155Holder { }

contract TransferCapacityTest is CapacityHouse {
    uint256 private tokenId;

    function setUp() public override {
        super.setUp();
        tokenId = sold(100);
    }

    function _move(address to) private {
        vm.prank(holder);
        capacity.safeTransferFrom(holder, to, tokenId, 40, "");
    }

    function _refusedMove(address to, bytes memory reason) private {
        refused(reason);
        _move(to);
    }

    function test_a_token_says_device_slot_and_price() public view {
        assertEq(tokenId, capacity.tokenIdOf(deviceId, SLOT, 1, PRICE));
        assertEq(tokenId, uint256(deviceId) << 192 | uint256(SLOT) << 128 | uint256(1) << 96 | PRICE);
        (uint64 device, uint64 slot, uint32 seller, uint96 price) = capacity.termsOf(tokenId);
        assertEq(seller, 1);
        assertEq(capacity.marketOf(tokenId), address(market));
        assertEq(capacity.marketNumberOf(address(market)), 1);
        assertEq(device, deviceId);
        assertEq(slot, SLOT);
        assertEq(price, PRICE);
        assertEq(capacity.uri(tokenId), "");
        assertTrue(capacity.supportsInterface(type(IERC1155).interfaceId));
    }

    function test_tokens_move_between_active_participants() public {
        _move(reseller);
        assertEq(capacity.balanceOf(holder, tokenId), 60);
        assertEq(capacity.balanceOf(reseller, tokenId), 40);
        vm.prank(holder);
        capacity.setApprovalForAll(buyer, true);
        vm.prank(buyer);
        capacity.safeTransferFrom(holder, buyer, tokenId, 60, "");
        assertEq(capacity.balanceOf(buyer, tokenId), 60);
    }

    function test_a_pause_stops_no_transfer_and_a_suspended_holder_may_give_away() public {
        pause();
        suspend(holder);
        _move(reseller);
        assertEq(capacity.balanceOf(reseller, tokenId), 40);
    }

    function test_nobody_receives_who_is_not_active_or_could_not_be_refunded() public {
        _refusedMove(
            outsider, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, outsider)
        );
        _refusedMove(
            address(market),
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, address(market))
        );
        suspend(reseller);
        _refusedMove(
            reseller, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, reseller)
        );
    }

    function test_neither_plant_nor_attester_holds_tokens_of_the_device() public {
        _refusedMove(
            plant, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ReceiverIsThePlant.selector, deviceId, plant)
        );
        _refusedMove(
            attester, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, attester)
        );
    }

    function test_nothing_moves_from_the_expiry_on() public {
        vm.warp(expiry() - 1);
        _move(reseller);
        for (uint256 late; late < 2; ++late) {
            vm.warp(expiry() + late);
            _refusedMove(
                reseller,
                abi.encodeWithSelector(
                    ICapacityTokens.CapacityTokens_SlotExpired.selector, deviceId, SLOT, expiry() + late, expiry()
                )
            );
        }
    }

    function test_nothing_moves_of_a_failed_slot() public {
        failSlot();
        _refusedMove(
            reseller, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotFailed.selector, deviceId, SLOT)
        );
    }

    function test_nothing_moves_that_was_never_issued() public {
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 0));
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, 7, 0, "");
        uint256 unattested = capacity.tokenIdOf(deviceId, SLOT + 1, 1, PRICE);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotNotAttested.selector, deviceId, SLOT + 1));
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, unattested, 0, "");
        uint256 dearer = tokenId + 1;
        refused(abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, holder, 0, 1, dearer));
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, dearer, 1, "");
    }

    function test_a_batch_moves_whole_or_not_at_all_and_has_a_bound() public {
        uint256[] memory ids = new uint256[](64);
        uint256[] memory values = new uint256[](64);
        for (uint256 i; i < 64; ++i) {
            (ids[i], values[i]) = (tokenId, 1);
        }
        vm.prank(holder);
        capacity.safeBatchTransferFrom(holder, reseller, ids, values, "");
        assertEq(capacity.balanceOf(reseller, tokenId), 64);
        ids = new uint256[](65);
        values = new uint256[](65);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_BatchTooLarge.selector, 65, 64));
        vm.prank(holder);
        capacity.safeBatchTransferFrom(holder, reseller, ids, values, "");
    }

    function test_a_contract_that_does_not_know_the_tokens_gets_none() public {
        address quiet = address(new QuietFirm());
        address open = address(new OpenFirm());
        enrolTrader(quiet);
        enrolTrader(open);
        _refusedMove(quiet, abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, quiet));
        _move(open);
        assertEq(capacity.balanceOf(open, tokenId), 40);
    }

    // ---- the market's office ----

    function test_only_a_market_in_office_and_with_a_number_issues() public {
        address[4] memory others = [plant, attester, admin, holder];
        for (uint256 i; i < others.length; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotTheMarket.selector, others[i]);
            refused(reason);
            vm.prank(others[i]);
            capacity.issue(holder, deviceId, SLOT, PRICE, 1);
            refused(reason);
            vm.prank(others[i]);
            capacity.numberMarket();
            refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotItsMarket.selector, tokenId, others[i]));
            vm.prank(others[i]);
            capacity.burn(holder, tokenId, 1);
        }
        appoint(Offices.MARKET, outsider);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_MarketWithoutNumber.selector, outsider));
        vm.prank(outsider);
        capacity.issue(holder, deviceId, SLOT, PRICE, 1);
    }

    function test_a_market_is_numbered_once_and_for_good() public {
        appoint(Offices.MARKET, outsider);
        vm.startPrank(outsider);
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityMarketNumbered(2, outsider);
        assertEq(capacity.numberMarket(), 2);
        assertEq(capacity.numberMarket(), 2);
        vm.stopPrank();
        assertEq(capacity.marketNumberOf(outsider), 2);
        assertEq(capacity.marketOf(capacity.tokenIdOf(1, 2, 2, 3)), outsider);
        assertEq(capacity.marketOf(capacity.tokenIdOf(1, 2, 3, 3)), address(0));
        assertEq(capacity.marketOf(capacity.tokenIdOf(1, 2, 0, 3)), address(0));
    }

    function test_issuing_keeps_every_rule_whoever_holds_the_office() public {
        appoint(Offices.MARKET, outsider);
        uint96 price = PRICE;
        uint256 others = capacity.tokenIdOf(deviceId, SLOT, 2, price);
        vm.startPrank(outsider);
        capacity.numberMarket();
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 9));
        capacity.issue(reseller, 9, SLOT, price, 1);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotNotAttested.selector, deviceId, SLOT + 1));
        capacity.issue(reseller, deviceId, SLOT + 1, price, 1);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ZeroQuantity.selector));
        capacity.issue(reseller, deviceId, SLOT, price, 0);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ExceedsFree.selector, deviceId, SLOT, 201, 200));
        capacity.issue(reseller, deviceId, SLOT, price, 201);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ReceiverIsThePlant.selector, deviceId, plant));
        capacity.issue(plant, deviceId, SLOT, price, 1);
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityIssued(others, deviceId, reseller, SLOT, 2, price, 200, 300);
        assertEq(capacity.issue(reseller, deviceId, SLOT, price, 200), others);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotItsMarket.selector, tokenId, outsider));
        capacity.burn(holder, tokenId, 1);
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityBurned(others, reseller, 1);
        capacity.burn(reseller, others, 1);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ExceedsFree.selector, deviceId, SLOT, 1, 0));
        capacity.issue(reseller, deviceId, SLOT, price, 1); // a burnt minute is not sold again
        vm.warp(expiry());
        refused(
            abi.encodeWithSelector(
                ICapacityTokens.CapacityTokens_SlotExpired.selector, deviceId, SLOT, expiry(), expiry()
            )
        );
        capacity.issue(reseller, deviceId, SLOT, price, 1);
        vm.stopPrank();
    }

    function test_nothing_is_issued_of_a_failed_slot() public {
        failSlot();
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotFailed.selector, deviceId, SLOT));
        vm.prank(address(market));
        capacity.issue(reseller, deviceId, SLOT, PRICE, 1);
    }
}
