// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { DirectHouse } from "../../support/DirectHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { DirectOrderHandler } from "./DirectOrderHandler.sol";

/// Numbered in contracts/README.md: Y1 to Y3.
contract DirectOrderInvariants is DirectHouse, WalkTest {
    DirectOrderHandler private handler;

    function setUp() public override {
        super.setUp();
        enrol(actor("other buyer"), Offices.BUYER);
        handler = new DirectOrderHandler(direct, participants, [attesterPost, arbiterPost], guardian, registrar);
        bytes4[] memory steps = new bytes4[](12);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 3) return handler.sign.selector;
        if (i < 7) return handler.relay.selector;
        if (i == 7) return handler.withdraw.selector;
        if (i == 8) return handler.stop.selector;
        if (i < 11) return handler.intrude.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep("sign, open, refuse, intrude, withdraw, stop, wait", 24, 64, 3);
    }

    function _step(uint256 seed) internal override {
        callHandler(abi.encodePacked(_selector((seed >> 240) % 12), seed >> 16));
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_direct_orders_holds() public view {
        if (!handler.moved()) return;
        holds_Y1_what_both_signed_in_time_and_did_not_take_back_is_opened_and_nothing_else();
        holds_Y2_a_requisition_is_bought_once();
        holds_Y3_an_order_is_what_both_signed();
    }

    function holds_Y1_what_both_signed_in_time_and_did_not_take_back_is_opened_and_nothing_else() public view {
        assertEq(handler.disagreed(), 0);
    }

    function holds_Y2_a_requisition_is_bought_once() public view {
        for (uint256 number = 1; number <= handler.count(); ++number) {
            DirectOrderHandler.Signed memory signed = handler.signedOf(number);
            assertEq(
                direct.directOrderFor(signed.what.buyer, signed.what.requisitionRef),
                handler.boughtAs(signed.what.buyer, signed.what.requisitionRef),
                "number"
            );
        }
        uint256 last = handler.opened();
        assertEq(
            uint256(orders.order(orders.EDITION() * 10 ** 9 + last + 1).status),
            uint256(IPurchaseOrders.OrderStatus.None),
            "one order each"
        );
    }

    function holds_Y3_an_order_is_what_both_signed() public view {
        for (uint256 number = 1; number <= handler.count(); ++number) {
            DirectOrderHandler.Signed memory signed = handler.signedOf(number);
            if (signed.orderId == 0) continue;
            IPurchaseOrders.Order memory order = orders.order(signed.orderId);
            assertEq(order.buyer, signed.what.buyer, "buyer");
            assertEq(order.supplier, signed.what.supplier, "supplier");
            assertEq(order.quantity, signed.what.quantity, "quantity");
            assertEq(order.amount, signed.what.amount, "amount");
            assertEq(order.terms.promisedAt, signed.what.order.promisedAt, "promise");
            assertEq(order.terms.attesterPost, signed.what.order.attesterPost, "attester's post");
            assertEq(order.terms.arbiterPost, signed.what.order.arbiterPost, "arbiter's post");
        }
    }
}
