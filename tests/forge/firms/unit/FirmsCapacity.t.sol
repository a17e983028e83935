// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";
import { FirmActs } from "../../support/FirmActs.sol";

/// Machine-minutes in a firm's account: bought, received, sent on, redeemed, also after its key was lost.
contract FirmsCapacityTest is CapacityHouse, FirmActs {
    FirmAccount private firm;
    address private next;

    function setUp() public override {
        super.setUp();
        next = actor("next");
        firm = new FirmAccount(participants, actor("owner"));
        holder = address(firm);
        enrol(holder, Offices.NODE, address(market));
    }

    function _bought(uint24 quantity) private returns (uint256 tokenId) {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        bytes memory data = abi.encodeCall(ICapacityMarket.buy, (saleId, quantity, type(uint128).max));
        return abi.decode(act(firm, address(market), data), (uint256));
    }

    function test_a_firm_buys_receives_and_redeems_minutes() public {
        uint256 tokenId = _bought(120);
        assertEq(capacity.balanceOf(holder, tokenId), 120);
        bytes memory data = abi.encodeCall(ICapacityMarket.redeem, (tokenId, 120, PRODUCTION_ORDER));
        uint256 redemptionId = abi.decode(act(firm, address(market), data), (uint256));
        assertEq(market.redemption(redemptionId).holder, holder);
        assertEq(capacity.balanceOf(holder, tokenId), 0);
    }

    function test_minutes_are_sent_to_a_firm_and_on_from_it() public {
        attest(FREE);
        uint256 tokenId = buy(reseller, openSale(saleTerms()), 100);
        vm.prank(reseller);
        capacity.safeTransferFrom(reseller, holder, tokenId, 60, "");
        assertEq(capacity.balanceOf(holder, tokenId), 60);
        act(firm, address(capacity), abi.encodeCall(capacity.safeTransferFrom, (holder, reseller, tokenId, 20, "")));
        assertEq(capacity.balanceOf(holder, tokenId), 40);
        assertEq(capacity.balanceOf(reseller, tokenId), 60);
    }

    /// A routine change on the way: the next key redeems what the last one bought.
    function test_the_next_key_redeems_what_the_last_one_bought() public {
        uint256 tokenId = _bought(120);
        vm.prank(firm.owner());
        firm.offerOwnership(next);
        vm.prank(next);
        firm.takeOwnership();
        act(firm, address(market), abi.encodeCall(ICapacityMarket.redeem, (tokenId, 120, PRODUCTION_ORDER)));
        assertEq(capacity.balanceOf(holder, tokenId), 0);
    }

    /// Longer than a slot is away: time alone pays the account back.
    function test_minutes_of_a_firm_that_lost_its_key_come_back_as_money_where_the_slot_failed() public {
        uint256 tokenId = _bought(120);
        uint256 paid = FUNDS - token.balanceOf(holder);
        failSlot();
        recoverFirm(firm, registrar, next);
        market.refund(tokenId, holder);
        act(firm, address(market), abi.encodeCall(ICapacityMarket.withdraw, (holder)));
        assertEq(token.balanceOf(holder), FUNDS);
        assertGt(paid, 0, "what was paid");
    }
}
