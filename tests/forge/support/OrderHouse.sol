// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderRules } from "../../../contracts/settlement/interfaces/IOrderRules.sol";
import { House } from "./House.sol";

/// The house for tests of orders and guarantees: amendments signed by both parties, orders with a pledged guarantee.
abstract contract OrderHouse is House {
    uint32 internal constant WARRANTY_SECONDS = 90 days;
    uint128 internal constant GUARANTEE = 100_000;

    // ---- amendments ----

    /// The next amendment of an order: what it says now, and a day to submit it in.
    function amendment(uint256 orderId) internal view returns (IOrderRules.OrderAmendment memory) {
        return IOrderRules.OrderAmendment({
            orderId: orderId,
            revision: uint256(orders.order(orderId).revision) + 1,
            quantity: orders.order(orderId).quantity,
            amount: orders.order(orderId).amount,
            promisedAt: orders.order(orderId).terms.promisedAt,
            scheduleRoot: orders.order(orderId).terms.scheduleRoot,
            deadline: uint40(block.timestamp) + 1 days
        });
    }

    function sign(string memory role, IOrderRules.OrderAmendment memory what)
        internal
        returns (bytes memory signature)
    {
        return sign(role, digestOf(what, block.chainid, address(orders)));
    }

    function sign(string memory role, bytes32 digest) internal returns (bytes memory signature) {
        (, uint256 key) = actorWithKey(role);
        return signatureOf(key, digest);
    }

    /// EIP-712, computed as a signer does it: away from the contract.
    function digestOf(IOrderRules.OrderAmendment memory what, uint256 chainId, address verifier)
        internal
        pure
        returns (bytes32)
    {
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "OrderAmendment(uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,bytes32 scheduleRoot,uint40 deadline)"
                ),
                what.orderId,
                what.revision,
                what.quantity,
                what.amount,
                what.promisedAt,
                what.scheduleRoot,
                what.deadline
            )
        );
        return typedDigest("PurchaseOrders", chainId, verifier, content);
    }

    /// Both sign, a stranger submits.
    function amend(IOrderRules.OrderAmendment memory what) internal {
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        vm.prank(outsider);
        orders.amend(what, ofBuyer, ofSupplier);
    }

    function amend(uint256 orderId, uint128 quantity, uint128 amount) internal {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        (what.quantity, what.amount) = (quantity, amount);
        amend(what);
    }

    // ---- guarantees ----

    /// A funded order for which the supplier pledged the guarantee that the buyer asked for.
    function guaranteedOrder() internal returns (uint256 orderId) {
        orderId = openOrder();
        vm.prank(buyer);
        guarantees.requestGuarantee(orderId, GUARANTEE, WARRANTY_SECONDS);
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        fund(orderId, required(orderId));
    }

    function pledge(uint256 orderId, uint128 amount, uint32 warrantySeconds) internal {
        vm.prank(supplier);
        guarantees.pledge(orderId, amount, warrantySeconds);
    }

    /// The same, delivered and paid whole, and closed.
    function warrantedOrder() internal returns (uint256 orderId) {
        orderId = guaranteedOrder();
        deliver(orderId, QUANTITY, QUANTITY);
        accept(orderId, 1, AMOUNT, 149_500);
    }

    function reportDefect(uint256 orderId, uint256 deliveryId, uint128 quantity) internal {
        bytes32 ref = newReference();
        vm.prank(attester);
        guarantees.reportDefect(orderId, deliveryId, quantity, ref);
    }
}
