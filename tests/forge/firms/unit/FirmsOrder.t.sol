// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { FirmActs } from "../../support/FirmActs.sol";
import { House } from "../../support/House.sol";

/// Buyer and supplier whose accounts are contracts, of one owner even: from the tender to the payment, and after each key
/// was lost.
contract FirmsOrderTest is House, FirmActs {
    FirmAccount private buying;
    FirmAccount private selling;
    uint256 private ownerKey;
    uint256 private nextKey;
    address private next;

    function setUp() public override {
        super.setUp();
        address owner;
        (owner, ownerKey) = actorWithKey("owner");
        (next, nextKey) = actorWithKey("next");
        buying = new FirmAccount(participants, owner);
        selling = new FirmAccount(participants, owner);
        (buyer, supplier) = (address(buying), address(selling));
        enrol(buyer, Offices.BUYER);
        enrol(supplier, Offices.SUPPLIER);
    }

    /// Each party acts through its account, from the tender to the escrow.
    function _funded() private returns (uint256 orderId) {
        ITenders.TenderTerms memory terms = tenderTerms();
        bytes memory result =
            act(buying, address(tenders), abi.encodeCall(ITenders.openTender, (terms, new address[](0))));
        uint256 tenderId = abi.decode(result, (uint256));
        bytes32 commitment = seal(tenderId, supplier, AMOUNT);
        act(
            selling,
            address(tenders),
            abi.encodeCall(ITenders.commitBid, (tenderId, terms, commitment, new bytes32[](0)))
        );
        warpToReveal(tenderId);
        act(
            selling,
            address(tenders),
            abi.encodeCall(ITenders.revealBid, (tenderId, terms, AMOUNT, 0, saltOf(tenderId, supplier)))
        );
        warpToAward(tenderId);
        orderId = tenders.award(tenderId, terms);
        act(buying, address(orders), abi.encodeCall(IPurchaseOrders.fund, (orderId, required(orderId))));
    }

    function _ship(uint256 orderId, uint256 deliveryId, uint128 quantity) private {
        bytes memory data = abi.encodeCall(IPurchaseOrders.ship, (orderId, deliveryId, quantity, newReference()));
        act(selling, address(orders), data);
    }

    function _pay(uint256 orderId, uint256 deliveryId, uint128 quantity, uint128 net) private {
        receiveNow(orderId, deliveryId, quantity);
        inspect(orderId, deliveryId, quantity);
        accept(orderId, deliveryId, net, 0);
    }

    function _lessAndCheaper(uint256 orderId) private view returns (IOrderRules.OrderAmendment memory) {
        IPurchaseOrders.Order memory record = orders.order(orderId);
        return IOrderRules.OrderAmendment({
            orderId: orderId,
            revision: 1,
            quantity: QUANTITY / 2,
            amount: AMOUNT / 2,
            promisedAt: record.terms.promisedAt,
            scheduleRoot: bytes32(0),
            deadline: uint40(block.timestamp) + 365 days
        });
    }

    function _signed(uint256 key, FirmAccount firm, IOrderRules.OrderAmendment memory amendment)
        private
        view
        returns (bytes memory)
    {
        return wordOf(key, firm, orderRules.amendmentDigest(address(orders), amendment));
    }

    function test_a_tender_is_opened_bid_for_funded_and_paid_between_firms_accounts() public {
        uint256 orderId = _funded();
        _ship(orderId, 1, QUANTITY);
        _pay(orderId, 1, QUANTITY, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT);
        assertEq(token.balanceOf(buyer), FUNDS - AMOUNT);
        assertGt(credit.scoreOf(supplier), NEWCOMER_BPS, "the account's credit");
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    function test_both_firms_sign_an_amendment_by_their_owners_key() public {
        uint256 orderId = _funded();
        IOrderRules.OrderAmendment memory less = _lessAndCheaper(orderId);
        orders.amend(less, _signed(ownerKey, buying, less), _signed(ownerKey, selling, less));
        assertEq(orders.order(orderId).amount, AMOUNT / 2);
    }

    /// Without the wrapping, one signature of an owner would have been the word of both sides.
    function test_one_signature_of_an_owner_is_not_the_word_of_both_its_firms() public {
        uint256 orderId = _funded();
        IOrderRules.OrderAmendment memory less = _lessAndCheaper(orderId);
        bytes memory ofBuyer = _signed(ownerKey, buying, less);
        refused(abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, orderId, supplier));
        orders.amend(less, ofBuyer, ofBuyer);
        bytes memory bare = signatureOf(ownerKey, orderRules.amendmentDigest(address(orders), less));
        refused(abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, orderId, buyer));
        orders.amend(less, bare, bare);
    }

    /// The same promises go on after a key was lost with goods under way: the new key ships, signs and is paid.
    function test_after_both_keys_were_lost_the_order_goes_on_where_it_stopped() public {
        uint256 orderId = _funded();
        _ship(orderId, 1, QUANTITY / 4);
        receiveNow(orderId, 1, QUANTITY / 4);
        inspect(orderId, 1, QUANTITY / 4);
        accept(orderId, 1, AMOUNT / 4, 0);
        IOrderRules.OrderAmendment memory less = _lessAndCheaper(orderId);
        bytes memory old = _signed(ownerKey, selling, less);
        recoverFirm(selling, registrar, next);
        recoverFirm(buying, registrar, next);

        (bytes memory ofBuyer, bytes memory ofSupplier) =
            (_signed(nextKey, buying, less), _signed(nextKey, selling, less));
        refused(abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, orderId, supplier));
        orders.amend(less, ofBuyer, old);
        orders.amend(less, ofBuyer, ofSupplier);
        _ship(orderId, 2, QUANTITY / 4);
        _pay(orderId, 2, QUANTITY / 4, AMOUNT / 4);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT / 2);
        assertEq(token.balanceOf(buyer), FUNDS - AMOUNT / 2);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    function test_a_firm_that_lost_its_key_is_paid_by_time_alone() public {
        uint256 orderId = _funded();
        _ship(orderId, 1, QUANTITY);
        receiveNow(orderId, 1, QUANTITY);
        recoverFirm(selling, registrar, next);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        assertGt(token.balanceOf(supplier), FUNDS, "nobody inspected, nobody had a key");
    }
}
