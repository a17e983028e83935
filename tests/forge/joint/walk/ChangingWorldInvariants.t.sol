// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { House } from "../../support/House.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { ChangingWorldHandler } from "./ChangingWorldHandler.sol";

/// Numbered in contracts/README.md: J7 to J9.
contract ChangingWorldInvariants is House, WalkTest {
    uint256 private constant _STEPS = 36;

    ChangingWorldHandler private handler;
    FirmAccount private firm;
    PurchaseOrders private nextOrders;
    Guarantees private nextGuarantees;
    uint256 private supply;

    function setUp() public override {
        super.setUp();
        nextOrders =
            new PurchaseOrders(participants, credit, token, receivables, orderRules, majeure, ORDERS_EDITION + 1);
        nextGuarantees = new Guarantees(participants, credit, token, nextOrders, 1);
        appoint(Offices.SCORER, address(nextOrders));
        appoint(Offices.SCORER, address(nextGuarantees));
        appoint(Offices.CLAIM_ISSUER, address(nextOrders));
        registerCustodian(address(nextOrders));
        registerCustodian(address(nextGuarantees));
        approve(buyer, address(nextOrders));
        address[4] memory keys;
        address[4][2] memory postKeys;
        for (uint256 i; i < 4; ++i) {
            keys[i] = actor(string.concat("firm key ", vm.toString(i)));
            postKeys[0][i] = i == 0 ? attester : actor(string.concat("attester key ", vm.toString(i)));
            postKeys[1][i] = i == 0 ? arbiter : actor(string.concat("arbiter key ", vm.toString(i)));
        }
        firm = new FirmAccount(participants, keys[0]);
        enrol(address(firm), Offices.SUPPLIER);
        approve(address(firm), address(nextGuarantees));
        handler = new ChangingWorldHandler(
            ChangingWorldHandler.World({
                participants: participants,
                orders: [orders, nextOrders],
                guarantees: [guarantees, nextGuarantees],
                firstIds: [ORDERS_EDITION * 10 ** 9 + 1, (ORDERS_EDITION + 1) * 10 ** 9 + 1],
                firm: firm,
                buyer: buyer,
                admin: admin,
                registrar: registrar,
                outsider: outsider,
                posts: [attesterPost, arbiterPost],
                terms: orderTerms()
            }),
            keys,
            postKeys
        );
        appoint(Offices.AWARDER, address(handler));
        supply = token.totalSupply();
        bytes4[] memory steps = new bytes4[](_STEPS);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 3) return handler.open.selector;
        if (i < 8) return handler.ship.selector;
        if (i < 15) return handler.attest.selector;
        if (i < 19) return handler.quarrel.selector;
        if (i < 25) return handler.byTime.selector;
        if (i < 27) return handler.changeHands.selector;
        if (i < 29) return handler.replace.selector;
        if (i < 31) return handler.moveFirm.selector;
        if (i < 32) return handler.succeed.selector;
        return handler.wait.selector;
    }

    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, pledge, fund, ship, receive, inspect, dispute, rule, claim, close, cancel, release, handOver, "
            "vacate, replace, moveFirm, announceRecovery, recover, succeed, refused, wait",
            48,
            128,
            1
        );
    }

    function _step(uint256 seed) internal override {
        uint256 x = uint256(keccak256(abi.encode(seed)));
        callHandler(abi.encodePacked(_selector((seed >> 240) % _STEPS), abi.encode(x)));
    }

    function invariant_every_promise_holds_while_the_world_changes() public view {
        holds_J7_no_token_is_made_or_lost();
        holds_J8_what_each_edition_holds_is_what_its_events_say();
        holds_J9_no_key_acts_after_it_was_replaced();
        address seller = address(firm);
        assertEq(credit.scoreOf(seller), handler.creditScore(seller, NEWCOMER_BPS, NEWCOMER_VALUE), "credit");
    }

    function holds_J7_no_token_is_made_or_lost() public view {
        address[9] memory all = [
            address(orders),
            address(nextOrders),
            address(guarantees),
            address(nextGuarantees),
            address(firm),
            buyer,
            supplier,
            rival,
            address(receivables)
        ];
        uint256 total;
        for (uint256 i; i < all.length; ++i) {
            total += token.balanceOf(all[i]);
        }
        assertEq(total, supply, "all accounts together");
    }

    function holds_J8_what_each_edition_holds_is_what_its_events_say() public view {
        assertEq(token.balanceOf(address(orders)), handler.orderMoney(0), "orders");
        assertEq(token.balanceOf(address(nextOrders)), handler.orderMoney(1), "orders of the next edition");
        assertEq(token.balanceOf(address(guarantees)), handler.guaranteeMoney(0), "guarantees");
        assertEq(token.balanceOf(address(nextGuarantees)), handler.guaranteeMoney(1), "guarantees of the next edition");
    }

    function holds_J9_no_key_acts_after_it_was_replaced() public view {
        assertEq(handler.stale(), 0, "stale");
        assertEq(firm.owner(), handler.firmOwner(), "owner");
        assertEq(participants.holderOf(attesterPost), handler.holders(0), "attester");
        assertEq(participants.holderOf(arbiterPost), handler.holders(1), "arbiter");
    }

    function test_from_wherever_a_changing_world_stops_a_stranger_and_the_clock_return_all_money() public {
        vm.pauseGasMetering();
        for (uint256 walk; walk < 12; ++walk) {
            uint256 state = vm.snapshotState();
            for (uint256 i; i < 90; ++i) {
                this.takeStep(uint256(keccak256(abi.encode("away", walk, i))));
            }
            pause();
            if (handler.holders(0) != address(0)) vacate(attesterPost);
            if (handler.holders(1) != address(0)) vacate(arbiterPost);
            for (uint256 round; round < 6; ++round) {
                skip(60 days);
                _closeAll(orders, guarantees, 0);
                _closeAll(nextOrders, nextGuarantees, 1);
            }
            assertEq(token.balanceOf(address(orders)) + token.balanceOf(address(nextOrders)), 0, "orders");
            uint256 left = token.balanceOf(address(guarantees)) + token.balanceOf(address(nextGuarantees));
            assertEq(left, 0, "guarantees");
            vm.revertToState(state);
        }
    }

    function _closeAll(PurchaseOrders room, Guarantees deposit, uint256 edition) private {
        (uint256 first, uint256 count) = handler.orderIds(edition);
        for (uint256 id = first; id < first + count; ++id) {
            for (uint256 deliveryId = 1; deliveryId <= room.order(id).deliveries; ++deliveryId) {
                _call(address(room), abi.encodeCall(room.lapseDispute, (id, deliveryId)));
                _call(address(room), abi.encodeCall(room.claim, (id, deliveryId)));
            }
            _call(address(room), abi.encodeCall(room.cancel, (id)));
            _call(address(room), abi.encodeCall(room.close, (id)));
            _call(address(deposit), abi.encodeCall(deposit.release, (id)));
        }
    }

    function _call(address target, bytes memory data) private {
        vm.prank(outsider);
        (bool done,) = target.call(data);
        done;
    }
}
