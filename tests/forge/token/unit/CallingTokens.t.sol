// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { ReverseAuctions } from "../../../../contracts/procurement/ReverseAuctions.sol";
import { Tenders } from "../../../../contracts/procurement/Tenders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// A token that calls somebody back before each transfer, as no settlement token should.
contract CallingToken is ERC20 {
    address private _target;
    bytes private _data;

    constructor() ERC20("Calling token", "RING") { }

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function callBack(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_target != address(0)) {
            Address.functionCall(_target, _data);
        }
        super._update(from, to, value);
    }
}

/// Even a token with hooks gets no bond twice, and none within another's payment.
contract CallingTokensTest is TenderHouse {
    CallingToken private calling;

    function setUp() public override {
        super.setUp();
        calling = new CallingToken();
        tenders = new Tenders(participants, credit, calling, orders, 0);
        auctions = new ReverseAuctions(participants, credit, calling, orders, 0);
        address[2] memory bidders = [supplier, rival];
        for (uint256 i; i < 2; ++i) {
            calling.mint(bidders[i], FUNDS);
            vm.startPrank(bidders[i]);
            calling.approve(address(tenders), FUNDS);
            calling.approve(address(auctions), FUNDS);
            vm.stopPrank();
        }
    }

    function test_a_token_with_hooks_forfeits_no_bond_within_a_payment() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        warpToAward(tenderId);
        calling.callBack(address(tenders), abi.encodeCall(tenders.forfeitBond, (tenderId, termsOf(tenderId), rival)));
        refused(abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
        forfeit(tenderId, supplier);
        calling.callBack(address(tenders), abi.encodeCall(tenders.forfeitBond, (tenderId, termsOf(tenderId), supplier)));
        refused(abi.encodeWithSelector(ITenders.Tenders_BondNotHeld.selector, tenderId, supplier));
        forfeit(tenderId, supplier);
        assertEq(calling.balanceOf(address(tenders)), 2 * BOND);
    }

    function test_a_token_with_hooks_returns_no_bond_within_a_payment() public {
        uint256 auctionId = openAuction();
        placeBid(auctionId, supplier, CEILING);
        placeBid(auctionId, rival, AMOUNT);
        warpToEnd(auctionId);
        calling.callBack(
            address(auctions), abi.encodeCall(auctions.withdrawBond, (auctionId, auctionTermsOf(auctionId), rival))
        );
        refused(abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
        withdrawBond(auctionId, supplier);
        calling.callBack(
            address(auctions), abi.encodeCall(auctions.withdrawBond, (auctionId, auctionTermsOf(auctionId), supplier))
        );
        refused(abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BondNotHeld.selector, auctionId, supplier));
        withdrawBond(auctionId, supplier);
        assertEq(calling.balanceOf(address(auctions)), 2 * BOND);
    }
}
