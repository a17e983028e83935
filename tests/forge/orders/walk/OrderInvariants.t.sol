// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";
import { CreditBook } from "../../support/CreditBook.sol";
import { EventBook } from "../../support/EventBook.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { OrderChangesHandler } from "./OrderChangesHandler.sol";
import { OrderHandler } from "./OrderHandler.sol";

/// Numbered in contracts/README.md: O1 to O9 and C1.
contract OrderInvariants is House, WalkTest {
    OrderChangesHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new OrderChangesHandler(
            orders, participants, [admin, buyer], [attesterPost, arbiterPost], [supplier, rival]
        );
        appoint(Offices.AWARDER, address(handler));
        vm.prank(treasurer);
        token.issue(buyer, 2 ** 70, newReference());
        bytes4[] memory steps = new bytes4[](32);
        steps[0] = OrderHandler.open.selector;
        steps[1] = OrderHandler.fund.selector;
        steps[2] = OrderHandler.ship.selector;
        steps[3] = OrderHandler.ship.selector;
        steps[4] = OrderHandler.receiveDelivery.selector;
        steps[5] = OrderHandler.inspect.selector;
        steps[6] = OrderHandler.accept.selector;
        steps[7] = OrderHandler.claim.selector;
        steps[8] = OrderHandler.close.selector;
        steps[9] = OrderHandler.cancel.selector;
        steps[10] = OrderHandler.wait.selector;
        steps[11] = OrderHandler.fund.selector;
        steps[12] = OrderHandler.wait.selector;
        steps[13] = OrderHandler.receiveDelivery.selector;
        steps[14] = OrderHandler.claim.selector;
        steps[15] = OrderChangesHandler.dispute.selector;
        steps[16] = OrderChangesHandler.rule.selector;
        steps[17] = OrderChangesHandler.lapse.selector;
        steps[18] = OrderChangesHandler.amend.selector;
        steps[19] = OrderChangesHandler.cancelPart.selector;
        steps[20] = OrderHandler.grant.selector;
        steps[21] = OrderChangesHandler.withdraw.selector;
        steps[22] = OrderHandler.handOver.selector;
        steps[23] = OrderHandler.vacate.selector;
        steps[24] = OrderHandler.replace.selector;
        steps[25] = OrderChangesHandler.intrude.selector;
        steps[26] = OrderChangesHandler.intrude.selector;
        steps[27] = OrderChangesHandler.walkAway.selector;
        steps[28] = OrderChangesHandler.dispute.selector;
        steps[29] = OrderHandler.accept.selector;
        steps[30] = OrderHandler.inspect.selector;
        steps[31] = OrderChangesHandler.rule.selector;
        walkWith(address(handler), steps);
    }

    /// The random walk is no idle one: in a few dozen walks of 128 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, fund, ship, receive, inspect, grant, accept, claim, give up, close, cancel, wait, hand over, vacate, "
            "replace, dispute of the supplier, dispute of the buyer, withdraw, rule, rule less, rule what was paid, lapse, "
            "amend, cancel part, intrude, stranger, walk away",
            96,
            128,
            2
        );
        assertEq(handler.disagreed(), 0, "the contract agrees with the rules");
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 32;
        uint256 value = seed >> 100;
        if (which == 0) handler.open(seed, uint64(value), uint32(value >> 64));
        else if (which < 3) handler.fund(seed, uint64(value));
        else if (which < 5) handler.ship(seed, uint128(value));
        else if (which == 5 || which == 26) handler.receiveDelivery(seed, uint128(value), uint40(value));
        else if (which == 6 || which == 27) handler.inspect(seed, uint128(value));
        else if (which == 7 || which == 28) handler.accept(seed, uint128(value), uint128(value));
        else if (which == 8 || which == 12) handler.claim(seed);
        else if (which == 9) handler.close(seed);
        else if (which == 10) handler.cancel(seed);
        else if (which == 11) _change(which, seed, uint128(value));
        else if (which < 15) handler.wait(uint32(value));
        else _change(which, seed, uint128(value));
    }

    function _change(uint256 which, uint256 seed, uint128 value) private {
        if (which == 15 || which == 29) handler.dispute(seed);
        else if (which == 16 || which == 11) handler.rule(seed, value, value, uint40(value));
        else if (which == 17) handler.lapse(seed);
        else if (which == 18) handler.amend(seed, value, value);
        else if (which == 19) handler.cancelPart(seed, value);
        else if (which == 20) handler.grant(seed, uint64(value));
        else if (which == 21) handler.withdraw(seed);
        else if (which == 22) handler.handOver(seed);
        else if (which == 23) handler.vacate(seed);
        else if (which == 24) handler.replace(seed);
        else if (which == 25) handler.walkAway(seed);
        else handler.intrude(uint256(keccak256(abi.encode(seed))), value, seed);
    }

    /// One walk for all: forge runs a whole campaign for each invariant.
    function invariant_every_promise_of_orders_holds() public view {
        if (!handler.moved()) return;
        holds_O1_the_balance_is_the_sum_of_all_escrows();
        holds_O2_a_deposit_is_paid_out_or_refunded_and_never_exceeded();
        holds_O3_states_windows_and_turns_are_those_of_the_rules();
        holds_O4_accepted_value_is_the_exact_share_of_the_amount();
        holds_O5_counters_say_what_the_deliveries_are();
        holds_O6_what_is_accepted_and_unpaid_is_still_covered();
        holds_O7_a_change_keeps_what_was_accepted_and_loses_no_unit();
        holds_O9_what_is_not_yet_due_lies_with_the_receivables();
        holds_C1_credit_recomputed_from_events_is_the_score();
    }

    function holds_O1_the_balance_is_the_sum_of_all_escrows() public view {
        uint256 escrowed;
        uint256 known;
        for (uint256 id = handler.first(); id < handler.first() + handler.count(); ++id) {
            escrowed += orders.order(id).escrowed;
            EventBook.OrderSums memory sums = handler.orderSums(id);
            known += sums.deposit - sums.paid - sums.refunded;
        }
        assertEq(token.balanceOf(address(orders)), escrowed, "storage");
        assertEq(token.balanceOf(address(orders)), known, "events");
    }

    function holds_O2_a_deposit_is_paid_out_or_refunded_and_never_exceeded() public view {
        for (uint256 id = handler.first(); id < handler.first() + handler.count(); ++id) {
            EventBook.OrderSums memory sums = handler.orderSums(id);
            assertLe(sums.paid, sums.deposit, "paid");
            if (sums.closed) assertEq(sums.paid + sums.refunded, sums.deposit, "closed");
            assertEq(sums.closed, orders.order(id).status == IPurchaseOrders.OrderStatus.Closed, "status");
        }
    }

    /// The handler keeps windows, turns, states and hearings itself: the contract is never found to differ, whoever calls
    /// what. O8, that everybody may walk away at any time and a stranger ends all within the bound, is a step of the walk.
    function holds_O3_states_windows_and_turns_are_those_of_the_rules() public view {
        assertEq(handler.disagreed(), 0);
    }

    /// Since the rest was last based anew: what was accepted then, and the exact share of what was left.
    function holds_O4_accepted_value_is_the_exact_share_of_the_amount() public view {
        for (uint256 id = handler.first(); id < handler.first() + handler.count(); ++id) {
            IPurchaseOrders.Order memory record = orders.order(id);
            OrderChangesHandler.Base memory base = handler.base(id);
            uint256 share = record.accepted == base.accepted
                ? 0
                : (record.amount - base.acceptedAmount) * (record.accepted - base.accepted)
                    / (record.quantity - base.accepted);
            assertEq(record.acceptedAmount, base.acceptedAmount + share, "share");
            if (record.accepted == record.quantity) assertEq(record.acceptedAmount, record.amount, "the whole");
            uint256 quantity;
            uint256 amount;
            for (uint256 part = 1; part <= record.deliveries; ++part) {
                IPurchaseOrders.Delivery memory delivery = orders.delivery(id, part);
                quantity += delivery.accepted;
                amount += delivery.acceptedAmount;
            }
            assertEq(quantity, record.accepted, "quantity of parts");
            assertEq(amount, record.acceptedAmount, "amount of parts");
            if (record.unsettled == 0) assertEq(amount, handler.orderSums(id).acceptedAmount, "released");
        }
    }

    function holds_O5_counters_say_what_the_deliveries_are() public view {
        for (uint256 id = handler.first(); id < handler.first() + handler.count(); ++id) {
            IPurchaseOrders.Order memory record = orders.order(id);
            uint256 moving;
            uint256 open;
            uint256 disputed;
            uint256 underway;
            for (uint256 part = 1; part <= record.deliveries; ++part) {
                IPurchaseOrders.Delivery memory delivery = orders.delivery(id, part);
                IPurchaseOrders.DeliveryStatus found = delivery.status;
                bool shipped =
                    found == IPurchaseOrders.DeliveryStatus.Shipped || found == IPurchaseOrders.DeliveryStatus.Lost;
                bool received = found == IPurchaseOrders.DeliveryStatus.Received;
                if (shipped) ++moving;
                if (received || found == IPurchaseOrders.DeliveryStatus.Inspected) ++open;
                Hearing.Case memory hearing = orders.disputeOf(id, part);
                if (hearing.stage == Hearing.Stage.Disputed && hearing.disputant == record.supplier) ++disputed;
                underway += shipped ? delivery.shipped : received ? delivery.received : delivery.accepted;
            }
            assertEq(record.inTransit, moving, "in transit");
            assertEq(record.unsettled, open, "unsettled");
            assertEq(record.disputed, disputed, "disputed");
            assertEq(record.underway, underway, "underway");
            assertLe(record.accepted, record.underway, "accepted");
            assertLe(record.underway, record.quantity, "ordered");
        }
    }

    function holds_O6_what_is_accepted_and_unpaid_is_still_covered() public view {
        for (uint256 id = handler.first(); id < handler.first() + handler.count(); ++id) {
            IPurchaseOrders.Order memory record = orders.order(id);
            if (record.status != IPurchaseOrders.OrderStatus.Funded) continue;
            uint256 owed = _worst(record, record.amount - record.acceptedAmount);
            for (uint256 part = 1; part <= record.deliveries; ++part) {
                IPurchaseOrders.Delivery memory delivery = orders.delivery(id, part);
                IPurchaseOrders.DeliveryStatus found = delivery.status;
                if (found != IPurchaseOrders.DeliveryStatus.Inspected) continue;
                owed += _worst(record, delivery.acceptedAmount);
            }
            assertLe(owed, record.escrowed, "owed");
        }
    }

    /// What an invoice over this amount may cost at most.
    function _worst(IPurchaseOrders.Order memory record, uint256 amount) private pure returns (uint256) {
        uint256 net = amount * (10_000 + record.terms.toleranceBps) / 10_000;
        return net + (net * record.terms.taxBps + 9999) / 10_000;
    }

    function holds_O7_a_change_keeps_what_was_accepted_and_loses_no_unit() public view {
        assertEq(handler.broken(), 0);
    }

    function holds_O9_what_is_not_yet_due_lies_with_the_receivables() public view {
        uint256 held;
        for (uint256 id = 1; receivables.claim(id).amount != 0; ++id) {
            held += receivables.claim(id).amount;
        }
        assertEq(token.balanceOf(address(receivables)), held);
        assertEq(token.allowance(address(orders), address(receivables)), 0, "nothing beyond");
    }

    function holds_C1_credit_recomputed_from_events_is_the_score() public view {
        for (uint256 i; i < 2; ++i) {
            address account = handler.supplier(i);
            CreditBook.CreditSums memory delivery = handler.creditSums(account, 0);
            CreditBook.CreditSums memory quality = handler.creditSums(account, 1);
            ICreditRegistry.CreditRecord memory record = credit.recordOf(account);
            assertEq(record.value, delivery.value, "value");
            assertEq(record.deliveryWeighted, delivery.weighted, "delivery");
            assertEq(record.qualityWeighted, quality.weighted, "quality");
            assertEq(record.outcomes, delivery.outcomes, "outcomes");
            assertEq(credit.scoreOf(account), handler.creditScore(account, NEWCOMER_BPS, NEWCOMER_VALUE), "score");
        }
    }
}
